#include "squall/policy/hedge.hpp"

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> HedgeOptions::validate() const {
  if (max_attempts < 2 || max_attempts > 100) {
    return out_of_range("hedge.max_attempts", "from 2 to 100", text_of(max_attempts));
  }
  if (delay < Duration{0}) return out_of_range("hedge.delay", "at least 0s", text_of(delay));
  return {};
}

HedgePresetRules preset_hedge(HedgePreset preset) noexcept {
  using namespace std::chrono_literals;
  switch (preset) {
    case HedgePreset::brpc:
      return {.options = {.honour_pushback = false, .preset = preset},
              .needs_delay = true,
              .max_attempts = 2};
    case HedgePreset::envoy:
      return {.options = {.honour_pushback = false, .preset = preset}, .needs_delay = true};
    case HedgePreset::grpc:
      return {.options = {.max_attempts = 4, .delay = 500ms, .preset = preset},
              .attempts_act_as = 5};
    case HedgePreset::polly:
      return {.options = {.delay = 2s, .honour_pushback = false, .preset = preset},
              .max_attempts = 11};
    case HedgePreset::none:
      break;
  }
  return {};
}

bool Hedge::may_start(const HedgeState& state) const noexcept {
  return !state.held_back && state.started < options_.max_attempts;
}

HedgeDecision Hedge::on_attempt_start(HedgeState& state) const noexcept {
  ++state.started;
  if (!may_start(state) || options_.delay == forever) return HedgeWait{};
  if (options_.delay == Duration{0}) return HedgeNow{};
  return HedgeAfter{options_.delay};
}

HedgeDecision Hedge::on_timer(const HedgeState& state) const noexcept {
  if (may_start(state)) return HedgeNow{};
  return HedgeWait{};
}

HedgeDecision Hedge::on_denied(HedgeState& state) noexcept {
  state.held_back = true;
  if (state.ended < state.started) return HedgeWait{};
  return HedgeEnd{};
}

HedgeDecision Hedge::on_attempt_end(HedgeState& state, const Outcome& outcome) const noexcept {
  SQUALL_CHECK(state.ended < state.started, "more hedged attempts ended than had started");
  ++state.ended;
  if (!options_.on.matches(outcome)) return HedgeEnd{};
  const Pushback pushback = options_.honour_pushback ? outcome.pushback : Pushback{};
  if (pushback.forbids()) state.held_back = true;
  if (may_start(state)) {
    if (pushback.kind == Pushback::Kind::after) return HedgeAfter{pushback.delay};
    return HedgeNow{};
  }
  if (state.ended < state.started) return HedgeWait{};
  return HedgeEnd{};
}

}  // namespace squall::policy
