#pragma once

#include <cstdint>
#include <variant>

#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

/// What a guarded call is to do next. Plain data.
namespace squall::guard {

/// Make an attempt now. The places in breaker and bulkhead that it takes are held already.
struct Attempt {
  /// When to stop waiting for the answer; `never` when the policy has neither timeout nor deadline.
  Instant give_up_at = never;
  /// What to report then: `timeout`, or `deadline` when that is what comes first.
  policy::OutcomeKind when_late = policy::OutcomeKind::timeout;

  /// The outcome to report once give_up_at has passed without an answer.
  [[nodiscard]] policy::Outcome late() const noexcept {
    policy::Outcome outcome{};
    outcome.kind = when_late;
    return outcome;
  }
};

/// Why a call made no further attempt.
enum class WhyEnded : std::uint8_t {
  succeeded,
  not_retried,    ///< what failed, or refused, stands outside the retries, or there are none
  not_retryable,  ///< `retry.on` does not name the outcome
  exhausted,      ///< `retry.max_attempts` were made
  pushback,       ///< the callee said never
  deadline,       ///< it has passed, or would have before the next attempt
  budget,         ///< the retry budget granted none
  abandoned,      ///< the caller lost interest
};

/// The call is over, and holds nothing any more.
struct End {
  policy::Outcome outcome{};  ///< of the last attempt, or `rejected` with `by`, or `deadline`
  WhyEnded why = WhyEnded::succeeded;
};

/// RetryAfter: wait for so long, then say so (Call::on_delay_over). Its delay is above 0; a retry
/// without a delay is an Attempt at once.
using Step = std::variant<Attempt, policy::RetryAfter, End>;

}  // namespace squall::guard
