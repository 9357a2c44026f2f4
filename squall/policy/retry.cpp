#include "squall/policy/retry.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

bool RetryOn::matches(const Outcome& outcome) const noexcept {
  switch (outcome.kind) {
    case OutcomeKind::timeout:
      return timeout;
    case OutcomeKind::error:
      return error || (outcome.code < 64 && ((codes >> outcome.code) & 1U) != 0);
    case OutcomeKind::rejected:
      return rejected;
    case OutcomeKind::ok:
    case OutcomeKind::deadline:
    case OutcomeKind::abandoned:
      break;
  }
  return false;
}

Result<void> RetryOptions::validate() const {
  if (max_attempts < 1 || max_attempts > 1'000'000) {
    return out_of_range("retry.max_attempts", "from 1 to 1,000,000", text_of(max_attempts));
  }
  return below_key("retry.backoff", backoff.validate());
}

RetryDecision Retry::on_attempt_end(RetryState& state, const Outcome& outcome, Instant now,
                                    Instant deadline, Rng& rng) const noexcept {
  ++state.attempts;
  if (outcome.is_ok()) return Stop{Stop::Reason::succeeded};
  if (!options_.on.matches(outcome)) return Stop{Stop::Reason::not_retryable};
  const Pushback pushback = options_.honour_pushback ? outcome.pushback : Pushback{};
  if (pushback.forbids()) return Stop{Stop::Reason::pushback};
  if (state.attempts >= options_.max_attempts) return Stop{Stop::Reason::exhausted};

  Duration delay = pushback.delay;
  if (pushback.kind == Pushback::Kind::after) {
    state.backoff_from = state.attempts;
  } else {
    delay = backoff_delay(options_.backoff, state.attempts - state.backoff_from,
                          state.backoff_carried, rng);
  }
  if (deadline != never && later(now, delay) >= deadline) return Stop{Stop::Reason::deadline};
  return RetryAfter{delay};
}

}  // namespace squall::policy
