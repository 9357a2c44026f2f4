#include "squall/policy/limiter_sample.hpp"

namespace squall::policy {

LimiterEvent event_of(const LimiterOutcomes& outcomes, const Outcome& outcome) noexcept {
  switch (outcome.kind) {
    case OutcomeKind::ok:
      return LimiterEvent::sample;
    case OutcomeKind::deadline:
      return outcomes.drop_on.timeout ? LimiterEvent::dropped : LimiterEvent::ignored;
    case OutcomeKind::rejected:
      if (is_local(outcome.by)) return LimiterEvent::ignored;
      [[fallthrough]];
    case OutcomeKind::timeout:
      return outcomes.drop_on.matches(outcome) ? LimiterEvent::dropped : LimiterEvent::ignored;
    case OutcomeKind::error:
      if (outcomes.drop_on.matches(outcome)) return LimiterEvent::dropped;
      return outcomes.errors_are_samples ? LimiterEvent::sample : LimiterEvent::ignored;
    case OutcomeKind::abandoned:
      break;
  }
  return LimiterEvent::ignored;
}

}  // namespace squall::policy
