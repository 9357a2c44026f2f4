#pragma once

#include <unistd.h>
#include <utility>

namespace squall::cli {

/// Owns an open file; closes it on destruction.
class FileDescriptor {
 public:
  /// @param fd  as from ::open; negative for none.
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { (void)close(); }

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int get() const noexcept { return fd_; }

  /// @return 0, or -1 with errno: what was written earlier may have failed only now. Closed
  /// afterwards in either case; without effect when it is not open.
  int close() noexcept {
    const int fd = std::exchange(fd_, -1);
    return fd >= 0 ? ::close(fd) : 0;
  }

 private:
  int fd_;
};

}  // namespace squall::cli
