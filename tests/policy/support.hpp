#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/breaker_state.hpp"
#include "squall/policy/budget_call.hpp"
#include "squall/policy/call_window.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

using namespace std::chrono_literals;

inline constexpr Outcome succeeded{};
inline constexpr Outcome errored{.kind = OutcomeKind::error};
inline constexpr Outcome timed_out{.kind = OutcomeKind::timeout};
inline constexpr Outcome past_deadline{.kind = OutcomeKind::deadline};
inline constexpr Outcome was_abandoned{.kind = OutcomeKind::abandoned};
inline constexpr Outcome was_rejected{.kind = OutcomeKind::rejected, .by = RejectedBy::queue};

constexpr Outcome error_with(Pushback::Kind kind, Duration delay = Duration{0}) {
  return {.kind = OutcomeKind::error, .pushback = {.kind = kind, .delay = delay}};
}

/// Whether the budget grants the first retry of a call, after an error. It takes what that costs.
template <typename Budget>
bool grants(Budget& budget, Instant now = Instant{}) {
  BudgetCall call;
  return budget.try_retry(call, errored, now);
}

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

/// A breaker and a clock that stands still unless told.
template <typename Breaker, typename Options>
struct BreakerBench {
  Breaker breaker;
  Instant now{};
  Rng rng{1};

  explicit BreakerBench(const Options& options) : breaker(options) {}

  bool acquire() { return breaker.try_acquire(now); }
  BreakerState state() { return breaker.state(now); }
  void result(const Outcome& outcome, Duration elapsed = 1ms) {
    if constexpr (requires { breaker.on_result(outcome, elapsed, now, rng); }) {
      breaker.on_result(outcome, elapsed, now, rng);
    } else {
      breaker.on_result(outcome, elapsed, now);
    }
  }
  void results(int successes, int failures) {
    for (int i = 0; i < successes; ++i) result(succeeded);
    for (int i = 0; i < failures; ++i) result(errored);
  }
};

/// The x with x ^ (x >> shift) == y.
constexpr std::uint64_t undo_xorshift(std::uint64_t y, unsigned shift) {
  std::uint64_t x = y;
  for (unsigned known = shift; known < 64; known += shift) x = y ^ (x >> shift);
  return x;
}

/// The inverse of an odd number modulo 2^64 (Newton's iteration doubles the right bits).
constexpr std::uint64_t odd_inverse(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}

constexpr std::uint64_t unmix64(std::uint64_t mixed) {
  std::uint64_t x = undo_xorshift(mixed, 31);
  x = undo_xorshift(x * odd_inverse(0x94d049bb133111ebULL), 27);
  return undo_xorshift(x * odd_inverse(0xbf58476d1ce4e5b9ULL), 30);
}
static_assert(unmix64(mix64(0x0123456789abcdefULL)) == 0x0123456789abcdefULL);

/// An Rng whose next value is `bits`: the extremes of a draw, without waiting for luck.
constexpr Rng drawing(std::uint64_t bits) { return Rng{unmix64(bits) - 0x9e3779b97f4a7c15ULL}; }
constexpr Rng drawing_lowest() { return drawing(0); }
constexpr Rng drawing_highest() { return drawing(~std::uint64_t{0}); }

/// `key: message` of a failed Result, or `ok`.
template <typename T>
std::string said(const Result<T>& result) {
  if (result) return "ok";
  return result.error().key + ": " + result.error().message;
}

// For the messages of GoogleTest.
inline void PrintTo(BreakerState state, std::ostream* out) {
  constexpr const char* names[] = {"closed", "open", "half_open"};
  *out << names[static_cast<int>(state)];
}
inline void PrintTo(const CallTotals& totals, std::ostream* out) {
  *out << totals.calls << " calls, " << totals.failed << " failed, " << totals.slow << " slow";
}

}  // namespace squall::policy
