#pragma once

#include <cstdint>
#include <span>

/// How often chance alone opens a breaker, of results that fail independently of each other and
/// each with the same probability p. REQUIRES 0 < p <= 1 of all functions.
///
/// What opens a breaker is given as levels: of result i (from 0) so many failures in the window,
/// itself included. A level that cannot be reached says that it is not judged.
namespace squall::lint {

/// From an empty window to a full one.
struct Filling {
  double opens = 0.0;    ///< the probability that it opens the breaker on the way, or at its end
  double results = 0.0;  ///< on average, until it opens the breaker or is full
};

/// More levels than these take fill() longer than a moment.
inline constexpr std::uint64_t fill_max = 20'000;

/// @param levels            one for each result that the window holds.
/// @param only_at_failures  whether a success is not judged.
/// Exact.
[[nodiscard]] Filling fill(std::span<const std::uint64_t> levels, double p, bool only_at_failures);

/// Whether slide() takes no more than a moment.
[[nodiscard]] bool can_slide(std::uint64_t window, double p) noexcept;

/// The probability that a full window that has not opened the breaker opens it before all of its
/// results have been replaced. It consists of buckets: the oldest leaves whole when the newest
/// begins, and the newest then fills up.
/// @param levels  one for each result of a bucket; the last is that of the full window.
/// Exact, if no more is known of the window than that it is full and below its level.
[[nodiscard]] double slide(std::uint64_t buckets, std::span<const std::uint64_t> levels, double p,
                           bool only_at_failures);

/// How many results it takes on average until `length` failures came in a row; infinite where that
/// is beyond all numbers. Exact. REQUIRES length > 0.
[[nodiscard]] double results_until_run(std::uint32_t length, double p) noexcept;

}  // namespace squall::lint
