#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/guard/call.hpp"
#include "squall/guard/census.hpp"
#include "squall/guard/step.hpp"
#include "squall/policy/breaker.hpp"
#include "squall/policy/budget.hpp"
#include "squall/policy/bulkhead.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/policy.hpp"
#include "squall/policy/retry.hpp"

/// The policies for programs with threads: one object that all callers of one dependency share.
namespace squall::guard {

/// Whether a Guard can do what the policy says: options.validate(), and besides
/// - no `hedge` (a guarded call makes one attempt at a time);
/// - no `outlier`, `fallback` and `propagate_deadline`: replicas, answers and what goes with a call
///   are the program's own;
/// - `bulkhead.max_wait` is 0: there is no line, a full bulkhead refuses (and the retries, if they
///   stand outside it, come back);
/// - a `rate_limit` has nobody wait either: `max_wait` or `timeout` is 0;
/// - `timeout` stands inside `retry`, so that it is the attempt's; `deadline` is the whole call's.
/// `state_per` and `instances` say nothing here: whoever shares a Guard shares its state.
[[nodiscard]] Result<void> validate(const policy::PolicyOptions& options);

/// Retry, budget, throttle, breaker, rate limit, limiter and bulkhead of one dependency, in the
/// order that the policy says. The decisions are those of squall::policy, taken in the order in
/// which the simulator takes them.
///
/// Thread-safe: every function may be called from any thread at any time. One mutex, held for the
/// time of a decision (well below a microsecond) and never while anything waits. Never sleeps,
/// starts no thread, reads no clock, throws nothing, allocates nothing after construction but what
/// a breaker needs for its window and an Envoy limiter for its percentiles.
///
/// The time is told, by whichever monotonic clock, the same for all callers (steady_time.hpp). Two
/// threads may come to the mutex in another order than they read the clock; an instant before the
/// latest one told counts as that latest one, and one before the epoch as the epoch; so time never
/// goes backwards for a policy.
class Guard {
 public:
  /// REQUIRES validate(options).
  /// @param seed  of jitter, of the throttle, of Linkerd's breaker and of limiters. A seed and the
  ///              order in which calls begin give the same draws; give each process another, or
  ///              their retries come together.
  Guard(const policy::PolicyOptions& options, std::uint64_t seed);
  /// REQUIRES that no call is under way.
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  /// A call begins. Its first step may be any: an Attempt, RetryAfter (refused, to come again), or
  /// End (refused for good: `rejected`, `by` says by whom).
  [[nodiscard]] Call begin(Instant now) noexcept;

  /// What was counted, and the breaker's state at `now`; all of one instant.
  [[nodiscard]] Census census(Instant now) const noexcept;

 private:
  friend class Call;

  // Those of Call, which they are told of. Each takes the lock.
  void end_attempt(Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  void end_delay(Call& call, Instant now) noexcept;
  void abandon(Call& call, std::optional<Instant> now) noexcept;

  /// What a draw is for; part of its key, so that one more of one kind moves none of another.
  enum class Purpose : std::uint8_t { backoff, breaker, throttle, limiter };
  [[nodiscard]] Rng draw(const Call& call, Purpose purpose) const noexcept;

  // REQUIRE the lock.
  [[nodiscard]] Instant tick(Instant now) noexcept;
  void descend(Call& call, Instant now) noexcept;
  [[nodiscard]] std::optional<policy::RejectedBy> enter(Call& call, policy::Layer layer,
                                                        Instant now) noexcept;
  /// @return whether a layer turned the call round.
  [[nodiscard]] bool ascend(Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  [[nodiscard]] bool decide_retry(Call& call, const policy::Outcome& outcome, WhyEnded& why,
                                  Instant now) noexcept;
  [[nodiscard]] bool grant_retry(Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  void leave_breaker(const Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  void leave_limiter(const Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  void close_attempt(const Call& call, const policy::Outcome& outcome, Instant now) noexcept;
  void stop_retrying(Call& call) noexcept;
  void start_attempt(Call& call, Instant now) noexcept;
  void finish(Call& call, const policy::Outcome& outcome, WhyEnded why) noexcept;

  const Duration deadline_;
  const Duration timeout_;
  const std::optional<policy::Retry> retry_;
  const RandomKey key_;
  // Outermost first; constant after construction.
  std::array<policy::Layer, policy::layer_names.size() + 2> layers_{};
  std::uint8_t layer_count_ = 0;

  mutable std::mutex mutex_;  // guards all below
  Instant latest_{};
  policy::RetryBudget budget_;
  policy::Throttle throttle_;
  policy::Breaker breaker_;
  policy::RateLimit rate_limit_;
  policy::Limiter limiter_;
  policy::Bulkhead bulkhead_;
  Census counts_;
};

}  // namespace squall::guard
