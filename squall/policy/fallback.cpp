#include "squall/policy/fallback.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> FallbackOptions::validate() const {
  if (latency < Duration{0})
    return out_of_range("fallback.latency", "at least 0s", text_of(latency));
  if (!(failure >= 0.0 && failure <= 1.0))
    return out_of_range("fallback.failure", "from 0 to 1", text_of(failure));
  return {};
}

FallbackDecision fall_back(const FallbackOptions& options, const Outcome& outcome,
                           Rng& rng) noexcept {
  const bool is_tried =
      outcome.kind == OutcomeKind::deadline ? options.on_deadline : options.on.matches(outcome);
  if (!is_tried) return {};
  const bool is_certain = options.failure == 0.0 || options.failure == 1.0;
  const bool answers = is_certain ? options.failure == 0.0 : rng.uniform() >= options.failure;
  return {.is_tried = true, .answers = answers, .delay = options.latency};
}

}  // namespace squall::policy
