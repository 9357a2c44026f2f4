#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/exit_status.hpp"
#include "squall/base/result.hpp"

/// Where results go. An Error without a message means that the reader of the output went away
/// (a closed pipe): there is nobody left to tell, but the output is not whole.
namespace squall::cli {

/// Opens /dev/null in place of those of descriptors 0 to 2 that are closed, so that no file opened
/// later is taken for standard output. Reads from and writes to them fail as before.
void occupy_standard_streams();

/// Whether a file that results go to is standard output: `-`, or one of its other names
/// (/dev/stdout, /proc/self/fd/1, a link to one), since a file of that name would be replaced under
/// whoever writes to it.
[[nodiscard]] bool is_standard_output(const std::string& file);

/// Whether standard output leads to the very file that write_file() would replace, however it is
/// spelled. Not of what is open in this process under that name (/dev/fd/3), nor of what is no
/// regular file: several may write to those.
[[nodiscard]] bool is_behind_standard_output(const std::string& file);

/// The one name of a file that write_file() would write, however it is spelled: absolute, without
/// links, `.` and `..`. Neither the file nor its folder need be there; of a link to nothing it is
/// what the link leads to.
[[nodiscard]] std::string destination_of(const std::string& path);

/// Writes all of it to standard output, unbuffered.
[[nodiscard]] Result<void> write_standard_output(std::string_view text);
/// The same for a command that does nothing else: done.
[[nodiscard]] Result<Outcome> print(std::string_view text);

/// Writes to standard error what can be written there.
void write_standard_error(std::string_view text);

/// Whether write_file() has a chance, asked before the work that makes the text; creates nothing.
/// The folder must exist and be open to writing, and the path no directory.
[[nodiscard]] Result<void> check_writable(const std::string& path);

/// Writes a file whole or not at all: to a new file beside it, which then takes its place, and
/// which goes away when something fails. A file that was there keeps its permissions. A symbolic
/// link stays one, and the file that it leads to is written, or made where it leads to none. What
/// is no regular file (a device, a pipe), or is open in this process (/dev/fd/3), is written to
/// directly.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

/// Takes a text piece by piece. False: it could not be written, and no more is wanted.
using TextSink = std::function<bool(std::string_view)>;

/// The same of a text that is made while it is written, in pieces.
[[nodiscard]] Result<void> write_file(const std::string& path,
                                      const std::function<void(const TextSink&)>& make_text);

/// Makes a folder and those above it; fine if it is there.
[[nodiscard]] Result<void> make_folder(const std::string& path);

}  // namespace squall::cli
