#pragma once

#include <cstdint>
#include <variant>

#include "squall/base/time.hpp"
#include "squall/guard/step.hpp"
#include "squall/policy/budget_call.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

namespace squall::guard {

class Guard;

/// What a call remembers between its steps. Plain data in a class of its own, so that a call that
/// is moved forgets none of it. For Guard and Call only.
class CallMemory {
 protected:
  Instant deadline_ = never;
  Instant breaker_entered_{};
  Instant limiter_entered_{};
  std::uint64_t number_ = 0;             // names the call's random draws
  std::uint32_t attempts_ = 0;           // that were made, not those refused here
  std::uint32_t limiter_in_flight_ = 0;  // when it entered, itself included
  policy::RetryState retry_{};
  policy::BudgetCall budget_{};
  policy::Outcome last_outcome_{};  // while a budget waits to be asked
  std::uint8_t layer_ = 0;          // how many layers it stands in
  bool retrying_ = false;           // holds what the budget granted
};

/// One call under a Guard: its permit, from Guard::begin() until it has ended.
///
/// Owns every place that the call holds (in the bulkhead, in a half-open breaker, in the retry
/// budget) and gives each back exactly once: at the end of the call, or, if it is destroyed
/// before, as abandoned. Movable, so that a coroutine or a queue can carry it; a call that was
/// moved from has ended and holds nothing.
///
/// One thread at a time may use a Call; it need not be always the same. Calls of one Guard are
/// independent of each other. REQUIRES that the Guard outlives it.
class Call : private CallMemory {
 public:
  Call(Call&& other) noexcept;
  /// Abandons the call that it was.
  Call& operator=(Call&& other) noexcept;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  /// abandon(), at the latest instant that the Guard was told of.
  ~Call();

  /// What to do next. Changes only by the functions below.
  [[nodiscard]] const Step& step() const noexcept { return step_; }
  [[nodiscard]] bool has_ended() const noexcept { return std::holds_alternative<End>(step_); }

  /// The attempt has ended, whether with an answer, an error or too late (Attempt::late()).
  /// REQUIRES that step() is an Attempt.
  /// @param now  when; see Guard for instants that come out of order.
  /// @return step(): another Attempt, RetryAfter or End.
  const Step& on_attempt_end(const policy::Outcome& outcome, Instant now) noexcept;

  /// The delay has been waited for. It may have taken longer than asked for: if the deadline has
  /// passed meanwhile, the call ends with it.
  /// REQUIRES that step() is RetryAfter.
  /// @return step(): Attempt, RetryAfter (refused again) or End.
  const Step& on_delay_over(Instant now) noexcept;

  /// The caller has lost interest: the call ends as abandoned, which no breaker counts. Does
  /// nothing after the end.
  void abandon(Instant now) noexcept;

 private:
  friend class Guard;
  explicit Call(Guard& guard) noexcept : guard_(&guard) {}

  Guard* guard_;  // none after the end
  Step step_ = End{};
};

}  // namespace squall::guard
