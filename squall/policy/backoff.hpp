#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

namespace squall::policy {

enum class BackoffShape : std::uint8_t {
  fixed,        ///< base
  linear,       ///< base * n
  exponential,  ///< base * multiplier^(n - 1)
  cumulative,   ///< base * (1 + multiplier + ... + multiplier^(n - 1)); once above max it stays
                ///< as it is (the older draws of Envoy are from below this)
};

/// How the computed delay t is spread. The first four after M. Brooker, "Exponential backoff and
/// jitter", AWS Architecture Blog, 2015.
enum class Jitter : std::uint8_t {
  none,             ///< t
  full,             ///< uniform on [0, t)
  equal,            ///< t/2 + uniform on [0, t/2)
  decorrelated,     ///< min(max, uniform on [base, 3 * previous delay)); the shape is ignored
  proportional,     ///< t * uniform on [1 - spread, 1 + spread] (gRPC A6: 0.2)
  lognormal,        ///< t * e^(sigma * standard normal), at least base (folly)
  decorrelated_v2,  ///< Polly's: min(max, base / 1.4 * (f(u_n + n - 1) - f(u_(n-1) + n - 2))), u_n
                    ///< uniform on [0, 1), f(x) = 2^x tanh(2 sqrt(x)); the shape is ignored
};

/// Whether max bounds t, or what jitter has made of it. The jitters named decorrelated are always
/// bounded afterwards.
enum class Cap : std::uint8_t { before_jitter, after_jitter };

/// The wait before the n-th retry (n from 1), as data.
struct BackoffOptions {
  BackoffShape shape = BackoffShape::exponential;
  Duration base{0};         ///< >= 0; 0 retries at once
  Duration max = forever;   ///< >= base; with `after_jitter` perhaps less, where nothing forbids it
  double multiplier = 2.0;  ///< >= 1; exponential and cumulative only
  Jitter jitter = Jitter::none;
  double spread = 0.2;  ///< in [0, 1]; proportional only
  double sigma = 0.1;   ///< in [0, 10]; lognormal only
  Cap cap = Cap::before_jitter;
  /// > 0; the base, every exponential step and the delay are cut down to whole multiples of it
  /// (products that count in milliseconds: 1 ms).
  Duration unit{1};

  /// The key of an error is the member's name; whoever holds these options puts its own before it.
  [[nodiscard]] Result<void> validate() const;
};

/// The delay before retry number `retry`. A pure function of its arguments and of `rng`, of which
/// it consumes one value with jitter and none without; with `lognormal` what standard_normal()
/// takes: one, and seldom more.
///
/// Whole nanoseconds throughout, unless `unit` is longer: what is computed in double (exponential
/// and cumulative, proportional, lognormal, decorrelated_v2) is rounded once, at the end, to the
/// nearest; the uniform draws are whole nanoseconds, rounded down, so that none reaches its upper
/// end unless the interval is empty.
/// @param retry    from 1.
/// @param carried  what a call remembers from one delay to the next: before, what this function
///                 left there, ignored for the first retry and by jitters that do not correlate;
///                 afterwards the delay, or with `decorrelated_v2` where on its curve it stands.
/// @return in [0, forever]; saturates instead of overflowing.
[[nodiscard]] Duration backoff_delay(const BackoffOptions& options, std::uint32_t retry,
                                     Duration& carried, Rng& rng) noexcept;

/// backoff_delay() of fixed options, with the delays before jitter of the first few retries worked
/// out beforehand where they depend on nothing else. Immutable; safe to share between threads.
class Backoff {
 public:
  /// REQUIRES options.validate().
  explicit Backoff(const BackoffOptions& options) noexcept;

  /// What backoff_delay(options, retry, carried, rng) returns and leaves, the same to the bit.
  [[nodiscard, gnu::always_inline]] Duration delay(std::uint32_t retry, Duration& carried,
                                                   Rng& rng) const noexcept {
    const std::size_t index = retry - std::size_t{1};
    if (index >= known_) [[unlikely]]
      return backoff_delay(options_, retry, carried, rng);
    return carried = is_full_ ? uniform_below(capped_[index], rng) : capped_[index];
  }

  /// Uniform on [0, length), in whole nanoseconds; 0 if length is 0. The bias of one multiplication
  /// without rejection is below length / 2^64; rejecting would take a second value of `rng`.
  [[nodiscard]] static Duration uniform_below(Duration length, Rng& rng) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(rng.next()) * static_cast<std::uint64_t>(length.count());
    return Duration{static_cast<std::int64_t>(product >> 64)};
  }

  /// Of so many retries, the first, the delay does not depend on what was carried.
  [[nodiscard]] std::size_t known() const noexcept { return known_; }

 private:
  BackoffOptions options_;
  std::array<Duration, 8> capped_{};  ///< before jitter; after it, where there is none
  std::size_t known_ = 0;             ///< so many of them, the first
  bool is_full_ = false;              ///< jitter: that, or none
};

}  // namespace squall::policy
