#pragma once

#include <cstdint>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

namespace squall::policy {

/// Controlled delay: a line is cut by how long one stands in it, not by how many do. A short line
/// that is soon empty again may hold what it likes; one that stands is kept to `target`.
struct CodelOptions {
  enum class Mode : std::uint8_t {
    /// B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015: whoever waits longer than a time that
    /// was set when he came is refused, at that moment.
    facebook,
    /// RFC 8289 (2018): now and then one is refused as he comes to be served, the sooner again the
    /// longer it goes on.
    classic,
  };
  Mode mode = Mode::facebook;
  Duration target = std::chrono::milliseconds{5};      ///< > 0
  Duration interval = std::chrono::milliseconds{100};  ///< above target, at most 1 h

  /// Keys start with `queue.codel.`.
  [[nodiscard]] Result<void> validate() const;
  [[nodiscard]] friend bool operator==(const CodelOptions&, const CodelOptions&) = default;
};

/// Of mode facebook: how long one who comes now may wait. `interval` while the line has been empty
/// within the last `interval`, else `target`.
/// @param last_empty  when the line was empty last; `now` if it is.
[[nodiscard]] constexpr Duration queue_timeout(const CodelOptions& options, Instant last_empty,
                                               Instant now) noexcept {
  return now - last_empty > options.interval ? options.target : options.interval;
}

/// When the next one is dropped after a drop at `at`, the `count`-th in a row (RFC 8289, 5.3):
/// after interval / sqrt(count), in whole nanoseconds. REQUIRES count >= 1.
[[nodiscard]] Instant codel_next_drop(Instant at, Duration interval, std::uint32_t count) noexcept;

/// Mode classic, of one line: RFC 8289, section 5, with a request in place of a packet of the
/// largest size. One in line at the least is always left alone. Not thread-safe.
class Codel {
 public:
  Codel() = default;
  /// REQUIRES options.validate().
  explicit Codel(const CodelOptions& options) noexcept : options_(options) {}
  /// Keeps the state; what was planned already stays planned. REQUIRES options.validate().
  void reconfigure(const CodelOptions& options) noexcept { options_ = options; }

  /// One is taken from the head of the line to be served; of one that is served without waiting,
  /// sojourn and behind are 0. Where this returns true, either the next in line follows at the same
  /// instant, or on_empty().
  /// @param sojourn  how long he stood in line
  /// @param behind   how many are left in line
  /// @return whether he is dropped instead
  [[nodiscard]] bool drops(Duration sojourn, std::uint64_t behind, Instant now) noexcept;
  /// The line is empty, and so nobody is served after those dropped just now.
  void on_empty(Instant now) noexcept;

  [[nodiscard]] bool is_dropping() const noexcept { return dropping_; }

 private:
  /// What a drop at this instant leaves to be done with the next in line.
  enum class After : std::uint8_t { nothing, first_drop, further_drop };

  [[nodiscard]] bool is_above(Duration sojourn, std::uint64_t behind, Instant now) noexcept;
  [[nodiscard]] bool go_on(bool above, Instant now) noexcept;

  CodelOptions options_{};
  Instant first_above_ = never;  ///< when being above the target begins to count; never: it is not
  Instant next_drop_{};
  std::uint32_t count_ = 0;       ///< drops since dropping began
  std::uint32_t last_count_ = 0;  ///< with which it began
  bool dropping_ = false;
  After after_ = After::nothing;
};

}  // namespace squall::policy
