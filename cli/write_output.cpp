#include "cli/write_output.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "cli/file_descriptor.hpp"

namespace squall::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t permission_bits = 07777;

Unexpected unwritable(const std::string& file, int number) {
  Error error{.file = file, .kind = Error::Kind::environment};
  switch (number) {
    case EPIPE:
      return fail(Error{.kind = Error::Kind::environment});
    case ENOENT:
    case ENOTDIR:
      error.message = "cannot be written: its folder does not exist";
      error.kind = Error::Kind::input;
      break;
    case EISDIR:
      error.message = "is a directory, not a file";
      error.kind = Error::Kind::input;
      break;
    case EACCES:
    case EPERM:
      error.message = "cannot be written: no permission";
      break;
    case ENOSPC:
    case EDQUOT:
      error.message = "cannot be written: no space left on the device";
      break;
    default:
      error.message = "cannot be written: " + std::generic_category().message(number);
  }
  return fail(std::move(error));
}

/// @return 0, or the errno of the failure.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return errno;
      pollfd wait{.fd = fd, .events = POLLOUT, .revents = 0};  // someone made it non-blocking
      (void)::poll(&wait, 1, -1);
      continue;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

using MakeText = std::function<void(const TextSink&)>;

/// @return 0, or the errno of the failure.
int write_made(int fd, const MakeText& make_text) {
  int number = 0;
  make_text([&](std::string_view text) {
    if (number == 0) number = write_all(fd, text);
    return number == 0;
  });
  return number;
}

Result<void> write_directly(const std::string& path, const MakeText& make_text) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return unwritable(path, errno);
  if (const int number = write_made(file.get(), make_text); number != 0)
    return unwritable(path, number);
  if (file.close() != 0) return unwritable(path, errno);
  return {};
}

/// The umask, which can only be read by setting it.
mode_t current_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

std::string folder_to_write(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string("./") : path.substr(0, slash + 1);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Without links, `.` and `..`; nothing where it is not there.
std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

/// Where the symbolic link leads; nothing where the path is none.
std::optional<std::string> behind_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  if (size <= 0) return std::nullopt;
  std::string made(target.data(), static_cast<std::size_t>(size));
  return made.starts_with('/') ? made : folder_to_write(path) + made;
}

/// As many as Linux follows.
constexpr int links_max = 40;

/// The descriptor of this process that a path names, through links too: /dev/fd/3, /dev/stdout.
std::optional<int> descriptor_of(std::string path) {
  const std::string own = "/proc/" + std::to_string(::getpid()) + "/fd";
  for (int link = 0; link < links_max; ++link) {
    if (real_path(folder_to_write(path)) == own) {
      const std::string name = name_of(path);
      int number = -1;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (error == std::errc() && end == name.data() + name.size() && number >= 0) return number;
    }
    std::optional<std::string> next = behind_link(path);
    if (!next) return std::nullopt;
    path = std::move(*next);
  }
  return std::nullopt;
}

/// @return 0, or the errno of what stands in the way of writing to the descriptor.
int why_closed_to_writing(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0) return errno;
  return (flags & O_ACCMODE) == O_RDONLY ? EBADF : 0;
}

/// Removes the file unless it was given up.
class RemovedFile {
 public:
  explicit RemovedFile(std::string path) : path_(std::move(path)) {}
  RemovedFile(const RemovedFile&) = delete;
  RemovedFile& operator=(const RemovedFile&) = delete;
  ~RemovedFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  void keep() noexcept { path_.clear(); }

 private:
  std::string path_;
};

/// @param path  of a regular file, or of none.
Result<void> replace_file(const std::string& path, mode_t mode, const MakeText& make_text) {
  const std::string target = destination_of(path);
  std::string beside = folder_to_write(target) + ".squall-XXXXXX";
  FileDescriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file.is_open()) return unwritable(path, errno);
  RemovedFile removed(beside);
  if (const int number = write_made(file.get(), make_text); number != 0)
    return unwritable(path, number);
  if (::fchmod(file.get(), mode) != 0) return unwritable(path, errno);
  // A disk may find out only now that it is full.
  if (::fsync(file.get()) != 0 && errno != EINVAL) return unwritable(path, errno);
  if (file.close() != 0) return unwritable(path, errno);
  if (::rename(beside.c_str(), target.c_str()) != 0) return unwritable(path, errno);
  removed.keep();
  return {};
}

}  // namespace

void occupy_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free one is this. Opened the wrong way round, so that using it still fails.
    const int opened = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened < 0) return;
  }
}

bool is_standard_output(const std::string& file) {
  // The names of old: where /proc is missing nothing else tells what they are.
  if (file == "-" || file == "/dev/stdout" || file == "/dev/fd/1") return true;
  return descriptor_of(file) == STDOUT_FILENO;
}

bool is_behind_standard_output(const std::string& file) {
  struct stat output{};
  struct stat status{};
  return ::fstat(STDOUT_FILENO, &output) == 0 && S_ISREG(output.st_mode) &&
         ::stat(file.c_str(), &status) == 0 && status.st_dev == output.st_dev &&
         status.st_ino == output.st_ino && !descriptor_of(file);
}

std::string destination_of(const std::string& path) {
  if (std::optional<std::string> real = real_path(path)) return *real;
  std::string last = path;
  for (int link = 0; link < links_max; ++link) {
    std::optional<std::string> next = behind_link(last);
    if (!next) break;
    last = std::move(*next);
  }
  std::error_code error;
  const fs::path folder = fs::weakly_canonical(fs::absolute(folder_to_write(last), error), error);
  return error ? last : (folder / name_of(last)).lexically_normal().string();
}

Result<void> write_standard_output(std::string_view text) {
  const int number = write_all(STDOUT_FILENO, text);
  if (number == 0) return {};
  return unwritable("standard output", number);
}

Result<Outcome> print(std::string_view text) {
  const Result<void> written = write_standard_output(text);
  if (!written) return fail(written.error());
  return Outcome::done;
}

void write_standard_error(std::string_view text) { (void)write_all(STDERR_FILENO, text); }

Result<void> check_writable(const std::string& path) {
  if (const std::optional<int> descriptor = descriptor_of(path)) {
    if (const int number = why_closed_to_writing(*descriptor); number != 0)
      return unwritable(path, number);
    return {};
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return unwritable(path, EISDIR);
    if (!S_ISREG(status.st_mode)) return {};
  } else if (errno != ENOENT) {
    return unwritable(path, errno);
  }
  const std::string folder = folder_to_write(destination_of(path));
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return unwritable(path, errno);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text) {
  return write_file(path, [&](const TextSink& sink) { (void)sink(text); });
}

Result<void> write_file(const std::string& path, const MakeText& make_text) {
  if (const std::optional<int> descriptor = descriptor_of(path)) {
    int number = why_closed_to_writing(*descriptor);
    if (number == 0) number = write_made(*descriptor, make_text);
    if (number != 0) return unwritable(path, number);
    return {};
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return unwritable(path, errno);
    return replace_file(path, 0666 & ~current_umask(), make_text);
  }
  if (S_ISDIR(status.st_mode)) return unwritable(path, EISDIR);
  if (!S_ISREG(status.st_mode)) return write_directly(path, make_text);
  return replace_file(path, status.st_mode & permission_bits, make_text);
}

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  std::error_code ignored;
  const bool is_there = fs::is_directory(path, ignored);
  if (!error && is_there) return {};
  if (!is_there && (error.value() == EEXIST || error.value() == ENOTDIR || error.value() == 0)) {
    return fail(Error{.message = "is a file, not a folder", .file = path});
  }
  return unwritable(path, error.value());
}

}  // namespace squall::cli
