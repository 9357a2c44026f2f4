#pragma once

#include <atomic>
#include <optional>

namespace squall::cli {

/// While one of these exists, the first SIGINT or SIGTERM (Ctrl-C, kill) only raises a flag, so
/// that what is done can still be reported; the second ends the process at once. One that was
/// ignored stays ignored. REQUIRES that there is no other, and that it is made and destroyed by the
/// main thread.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  /// What the signals did before, they do again; unless one has come, see the source.
  ~Interruption();

  /// True from the first signal on; may be read by any thread.
  [[nodiscard]] const std::atomic<bool>& flag() const noexcept;
  /// The number of the signal that came; nothing if none did.
  [[nodiscard]] std::optional<int> signal() const noexcept;
};

}  // namespace squall::cli
