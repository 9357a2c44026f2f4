// serve: the playground as a web page on this machine, or as files for a web host.
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/file_descriptor.hpp"
#include "cli/http_server.hpp"
#include "cli/interruption.hpp"
#include "cli/site.hpp"
#include "cli/web_assets.hpp"
#include "cli/write_output.hpp"

namespace squall::cli {
namespace {

constexpr std::uint16_t usual_port = 8037;
constexpr const char* usual_host = "127.0.0.1";

/// Whether the command was built with what it takes.
Result<void> check_built() {
  std::string missing;
  if (find_web_asset("playground/index.html") == nullptr) {
    missing = "the web pages, which take Node 18 and npm (Debian: nodejs npm)";
  } else if (find_web_asset("playground/squall.wasm") == nullptr) {
    missing =
        "the engine as WebAssembly, which takes clang (Debian: clang-19 lld-19 wasi-libc "
        "libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32)";
  } else {
    return {};
  }
  return fail(Error{.message = "this command was built without " + missing +
                               "; install them, and configure and build it again",
                    .file = "serve",
                    .key = {},
                    .kind = Error::Kind::environment});
}

Result<std::uint16_t> read_port(const std::string& text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc() || stop != end) {
    return fail(Error{.message = "must be a whole number from 0 to 65535, is '" + text + "'",
                      .file = "--port"});
  }
  return port;
}

/// The port that was asked for; without one the usual one, or any where that is taken.
Result<Listener> listen(const ServeCommand& command) {
  const std::string host = command.host.value_or(usual_host);
  if (host.empty()) return fail(Error{.message = "needs an address", .file = "--host"});
  if (command.port) {
    const Result<std::uint16_t> port = read_port(*command.port);
    if (!port) return fail(port.error());
    return Listener::open(host, *port);
  }
  bool is_taken = false;
  Result<Listener> listener = Listener::open(host, usual_port, &is_taken);
  if (!listener && is_taken) return Listener::open(host, 0);
  return listener;
}

/// On loopback a page may call the server by the names of loopback alone, and by the one that was
/// asked for.
Site::AcceptsHost accepted_hosts(const Listener& listener, const std::string& host) {
  if (!listener.is_loopback()) return {};
  const std::string own = host_name_of(host.find(':') == host.npos ? host : '[' + host + ']');
  return [own](std::string_view name) {
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name == own;
  };
}

/// Starts a program and forgets it: a child of a child, which the system takes in when the one
/// between them ends, so that nothing of it is left lying about for as long as this command runs.
/// @return false where it cannot be started
bool start_apart(const std::string& program, const std::string& argument) {
  // A pipe that closes by itself when the program has taken over, and tells of a failure otherwise.
  std::array<int, 2> told{};
  if (::pipe2(told.data(), O_CLOEXEC) != 0) return false;
  const FileDescriptor reads(told[0]);
  FileDescriptor writes(told[1]);
  const pid_t between = ::fork();
  if (between < 0) return false;
  if (between == 0) {
    // Nothing here but what may be called between fork and exec; there are no threads yet.
    if (::fork() == 0) {
      ::execlp(program.c_str(), program.c_str(), argument.c_str(), nullptr);
      (void)!::write(told[1], "x", 1);
    }
    ::_exit(0);
  }
  (void)writes.close();
  int status = 0;
  while (::waitpid(between, &status, 0) < 0 && errno == EINTR) {
  }
  char failed = 0;
  return ::read(reads.get(), &failed, 1) == 0;
}

void open_in_browser(const std::string& address) {
  if (start_apart("xdg-open", address)) return;
  write_standard_error(
      "squall: no browser opened (xdg-open cannot be started); open the address\n");
}

Unexpected folder_error(const std::string& folder, int number) {
  return fail(Error{.message = fmt::format("cannot be written: {}", std::strerror(number)),
                    .file = folder,
                    .key = {},
                    .kind = Error::Kind::environment});
}

bool is_empty_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return false;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") return false;
  }
  return true;
}

/// Removes a folder with all that is in it, unless it was given up.
class RemovedFolder {
 public:
  explicit RemovedFolder(std::string path) : path_(std::move(path)) {}
  RemovedFolder(const RemovedFolder&) = delete;
  RemovedFolder& operator=(const RemovedFolder&) = delete;
  ~RemovedFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  void keep() noexcept { path_.clear(); }

 private:
  std::string path_;
};

/// Writes the pages into `root`, which ends in a slash.
Result<void> write_pages(const std::string& root) {
  for (const WebAsset& asset : web_assets()) {
    if (!asset.path.starts_with(playground_folder)) continue;
    const std::string path = root + std::string(asset.path.substr(playground_folder.size()));
    if (Result<void> made = make_folder(path.substr(0, path.rfind('/'))); !made) return made;
    if (Result<void> written = write_file(path, asset.bytes); !written) return written;
  }
  return {};
}

/// Moves all that is in one folder into another, empty one; takes it back where that fails.
/// @return 0, or the errno of the failure
int move_entries(const std::string& from, const std::string& to) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(from, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::size_t moved = 0;
  while (!error && moved < names.size()) {
    fs::rename(from + names[moved], to + names[moved], error);
    if (!error) ++moved;
  }
  if (!error) return 0;
  std::error_code ignored;
  for (std::size_t i = 0; i < moved; ++i) fs::rename(to + names[i], from + names[i], ignored);
  return error.value();
}

/// Whole or not at all: first into a folder of another name, on the same disk. One that is there
/// stays the folder that it is, which may be where the user stands; so what was made moves into it.
Result<void> export_whole(const std::string& folder, bool is_there) {
  const std::string target = destination_of(folder);
  const std::string near = is_there ? target + '/' : target.substr(0, target.rfind('/') + 1);
  if (Result<void> made = make_folder(near); !made) return made;
  std::string made_in = near + ".squall-XXXXXX";
  if (::mkdtemp(made_in.data()) == nullptr) return folder_error(folder, errno);
  RemovedFolder removed(made_in);
  if (Result<void> written = write_pages(made_in + '/'); !written) {
    Error error = written.error();
    error.file = folder;  // what it was written to is gone
    return fail(std::move(error));
  }
  if (is_there) {
    const int number = move_entries(made_in + '/', near);
    if (number != 0) return folder_error(folder, number);
    return {};
  }
  // mkdtemp lets nobody else in; a web host has to be.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::chmod(made_in.c_str(), 0777 & ~mask) != 0 ||
      ::rename(made_in.c_str(), target.c_str()) != 0) {
    return folder_error(folder, errno);
  }
  removed.keep();
  return {};
}

Result<Outcome> export_pages(std::string folder, bool quiet) {
  if (folder.empty()) return fail(Error{.message = "needs a folder", .file = "--export"});
  struct stat status{};
  const bool is_there = ::stat(folder.c_str(), &status) == 0;
  if (is_there && !is_empty_folder(folder)) {
    return fail(Error{.message = "is there and is no empty folder; name one that is new or empty",
                      .file = folder});
  }
  const std::string named = folder;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  if (const Result<void> exported = export_whole(folder, is_there); !exported)
    return fail(exported.error());
  if (!quiet) {
    write_standard_error(fmt::format(
        "squall: the playground is in {}; any web host can serve it, in any folder\n", named));
  }
  return Outcome::done;
}

}  // namespace

Result<Outcome> execute(const ServeCommand& command) {
  if (const Result<void> built = check_built(); !built) return fail(built.error());
  if (command.export_to) return export_pages(*command.export_to, command.quiet);
  const Interruption interruption;
  const Result<Listener> listener = listen(command);
  if (!listener) return fail(listener.error());
  if (!listener->is_loopback()) {
    write_standard_error(
        "squall: warning: other machines can reach this address; the pages show nothing of yours, "
        "but anyone who can reach it can read them\n");
  }
  const Result<void> told = write_standard_output(listener->address() + '\n');
  if (!told) return fail(told.error());
  if (!command.quiet) write_standard_error("squall: the playground is there until Ctrl-C\n");
  if (command.open) open_in_browser(listener->address());
  const Site site(accepted_hosts(*listener, command.host.value_or(usual_host)));
  const Result<void> served = serve(*listener, site, interruption.flag());
  if (!served) return fail(served.error());
  return Outcome::done;
}

}  // namespace squall::cli
