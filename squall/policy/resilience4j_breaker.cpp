#include "squall/policy/resilience4j_breaker.hpp"

#include <algorithm>
#include <string>

#include "squall/policy/option_error.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::policy {
namespace {

using Window = Resilience4jBreakerOptions::Window;

constexpr std::chrono::seconds window_time_max = std::chrono::hours{24};

Unexpected wrong(const char* key, const char* allowed, const std::string& found) {
  return out_of_range(std::string("breaker.resilience4j.") + key, allowed, found);
}

bool is_rate(double percent) noexcept { return percent > 0.0 && percent <= 100.0; }

std::uint32_t window_seconds(const Resilience4jBreakerOptions& options) noexcept {
  return static_cast<std::uint32_t>(options.window_time / std::chrono::seconds{1});
}

std::variant<CountWindow, TimeWindow> window_of(const Resilience4jBreakerOptions& options) {
  if (options.window_type == Window::time) {
    return TimeWindow(window_seconds(options), std::chrono::seconds{1});
  }
  return CountWindow(options.window);
}

}  // namespace

Result<void> Resilience4jBreakerOptions::validate() const {
  if (window_type == Window::count && (window < 1 || window > 100'000)) {
    return wrong("window", "from 1 to 100,000", text_of(window));
  }
  if (window_type == Window::time &&
      (window_time < std::chrono::seconds{1} || window_time > window_time_max ||
       window_time % std::chrono::seconds{1} != Duration{0})) {
    return wrong("window", "whole seconds from 1s to 24h", text_of(window_time));
  }
  if (minimum < 1) return wrong("minimum", "at least 1", text_of(minimum));
  if (!is_rate(failure_rate)) {
    return wrong("failure_rate", "above 0% and at most 100%", percent_text(failure_rate));
  }
  if (!is_rate(slow_call_rate)) {
    return wrong("slow_call_rate", "above 0% and at most 100%", percent_text(slow_call_rate));
  }
  if (slow_call <= Duration{0}) return wrong("slow_call", "above 0s", text_of(slow_call));
  if (open_for <= Duration{0}) return wrong("open_for", "above 0s", text_of(open_for));
  if (half_open_calls < 1 || half_open_calls > 100'000) {
    return wrong("half_open_calls", "from 1 to 100,000", text_of(half_open_calls));
  }
  if (max_half_open < Duration{0}) {
    return wrong("max_half_open", "at least 0s", text_of(max_half_open));
  }
  return {};
}

Resilience4jBreaker::Resilience4jBreaker(const Resilience4jBreakerOptions& options)
    : options_(options),
      closed_window_(window_of(options)),
      half_open_window_(options.half_open_calls) {}

bool Resilience4jBreaker::try_acquire(Instant now) noexcept {
  settle(now);
  if (phase_.state == BreakerState::closed) return true;
  if (phase_.state == BreakerState::open) {
    if (now <= phase_.until) return false;
    enter(half_open_from(now));
  }
  if (permits_ == 0) {
    // Only after a reconfigure can the results that are in suffice already.
    judge(now);
    return phase_.state == BreakerState::closed;
  }
  --permits_;
  return true;
}

void Resilience4jBreaker::on_result(const Outcome& outcome, Duration elapsed,
                                    Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) {
    release(now);
    return;
  }
  settle(now);
  const bool failed = !outcome.is_ok();
  const bool slow = elapsed > options_.slow_call;
  if (half_open_window_takes_) {
    half_open_window_.record(failed, slow);
  } else if (auto* calls = std::get_if<CountWindow>(&closed_window_)) {
    calls->record(failed, slow);
  } else {
    std::get_if<TimeWindow>(&closed_window_)->record(failed, slow, now);
  }
  judge(now);
}

void Resilience4jBreaker::release(Instant now) noexcept {
  settle(now);
  if (phase_.state == BreakerState::half_open) ++permits_;
}

BreakerState Resilience4jBreaker::state(Instant now) const noexcept { return phase_at(now).state; }

void Resilience4jBreaker::reconfigure(const Resilience4jBreakerOptions& options) {
  if (options.half_open_calls >= options_.half_open_calls) {
    permits_ += options.half_open_calls - options_.half_open_calls;
  } else {
    permits_ -= std::min(permits_, options_.half_open_calls - options.half_open_calls);
  }
  half_open_window_.resize(options.half_open_calls);
  if (options.window_type != options_.window_type) {
    closed_window_ = window_of(options);
  } else if (auto* calls = std::get_if<CountWindow>(&closed_window_)) {
    calls->resize(options.window);
  } else {
    std::get_if<TimeWindow>(&closed_window_)->resize(window_seconds(options));
  }
  options_ = options;
}

const CallTotals& Resilience4jBreaker::totals() const noexcept {
  if (half_open_window_takes_) return half_open_window_.totals();
  if (const auto* calls = std::get_if<CountWindow>(&closed_window_)) return calls->totals();
  return std::get_if<TimeWindow>(&closed_window_)->totals();
}

Resilience4jBreaker::Phase Resilience4jBreaker::open_from(Instant at) const noexcept {
  return {BreakerState::open, later(at, options_.open_for)};
}

Resilience4jBreaker::Phase Resilience4jBreaker::half_open_from(Instant at) const noexcept {
  const bool bounded = options_.max_half_open > Duration{0};
  return {BreakerState::half_open, bounded ? later(at, options_.max_half_open) : never};
}

/// The state that time alone has led to: half-open ends at max_half_open, and open at open_for if
/// that is automatic. A call that comes at that very instant finds the new state.
Resilience4jBreaker::Phase Resilience4jBreaker::phase_at(Instant now) const noexcept {
  Phase phase = phase_;
  if (now < phase.until) return phase;
  if (options_.automatic_half_open && options_.max_half_open > Duration{0} &&
      options_.open_for < forever - options_.max_half_open) {
    // To and fro for ever: whole rounds are skipped, however long nothing was asked.
    const Duration round = options_.open_for + options_.max_half_open;
    phase.until += (now - phase.until) / round * round;
  }
  while (now >= phase.until && phase.until != never) {
    if (phase.state == BreakerState::half_open) {
      phase = open_from(phase.until);
    } else if (options_.automatic_half_open) {
      phase = half_open_from(phase.until);
    } else {
      break;
    }
  }
  return phase;
}

void Resilience4jBreaker::enter(const Phase& phase) noexcept {
  phase_ = phase;
  switch (phase.state) {
    case BreakerState::closed:
      std::visit([](auto& window) { window.clear(); }, closed_window_);
      half_open_window_takes_ = false;
      break;
    case BreakerState::open:
      break;
    case BreakerState::half_open:
      half_open_window_.clear();
      half_open_window_takes_ = true;
      permits_ = options_.half_open_calls;
      break;
  }
}

void Resilience4jBreaker::settle(Instant now) noexcept {
  const Phase phase = phase_at(now);
  if (phase != phase_) enter(phase);
}

void Resilience4jBreaker::judge(Instant now) noexcept {
  if (phase_.state == BreakerState::open) return;
  const bool half_open = phase_.state == BreakerState::half_open;
  std::uint32_t minimum = options_.minimum;
  if (half_open) {
    minimum = std::min(minimum, options_.half_open_calls);
  } else if (options_.window_type == Window::count) {
    minimum = std::min(minimum, options_.window);
  }
  const CallTotals& counted = totals();
  if (counted.calls < minimum) return;
  if (percent_of(counted.failed, counted.calls) >= options_.failure_rate ||
      percent_of(counted.slow, counted.calls) >= options_.slow_call_rate) {
    enter(open_from(now));
  } else if (half_open) {
    enter(Phase{});
  }
}

}  // namespace squall::policy
