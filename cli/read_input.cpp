#include "cli/read_input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "cli/file_descriptor.hpp"
#include "cli/wrong.hpp"

namespace squall::cli {
namespace {

constexpr std::size_t bytes_in_mib = std::size_t{1} << 20U;

Unexpected too_large(const std::string& file, std::size_t bytes_max) {
  return wrong_with(file, "is larger than " + std::to_string(bytes_max / bytes_in_mib) +
                              " MiB, the most that is read");
}

/// For an errno of opening or reading.
Unexpected unreadable(const std::string& file, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return wrong_with(file, "does not exist");
    case EACCES:
    case EPERM:
      return wrong_with(file, "cannot be read: no permission");
    case EISDIR:
      return wrong_with(file, "is a directory, not a file");
    case ENAMETOOLONG:
    case ELOOP:
    case ENXIO:
    case EINVAL:
      return wrong_with(file, "cannot be read: " + std::generic_category().message(number));
    default:
      return fail(Error{.message = "cannot be read: " + std::generic_category().message(number),
                        .file = file,
                        .kind = Error::Kind::environment});
  }
}

Result<std::string> read_all(int fd, const std::string& file, std::size_t bytes_max) {
  std::string text;
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  for (;;) {
    const std::size_t wanted = std::min(buffer.size(), bytes_max + 1 - text.size());
    const ssize_t got = ::read(fd, buffer.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(file, errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > bytes_max) return too_large(file, bytes_max);
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max, Accept accept) {
  if (path.find('\0') != path.npos) return wrong_with(path, "is no name of a file");
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return unreadable(path, errno);
  // Asked before opening: to open a pipe waits for its writer, and a device may do anything.
  if (S_ISDIR(status.st_mode)) return wrong_with(path, "is a directory, not a file");
  const bool is_pipe = S_ISFIFO(status.st_mode) && accept == Accept::regular_files_and_pipes;
  if (!S_ISREG(status.st_mode) && !is_pipe) return wrong_with(path, "is not a regular file");
  if (!is_pipe && std::cmp_greater(status.st_size, bytes_max)) return too_large(path, bytes_max);

  const FileDescriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (is_pipe ? 0 : O_NONBLOCK)));
  if (!file.is_open()) return unreadable(path, errno);
  return read_all(file.get(), path, bytes_max);
}

Result<std::string> read_standard_input(const std::string& name, std::size_t bytes_max) {
  return read_all(STDIN_FILENO, name, bytes_max);
}

}  // namespace squall::cli
