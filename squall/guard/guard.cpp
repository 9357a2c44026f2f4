#include "squall/guard/guard.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "squall/base/check.hpp"

namespace squall::guard {
namespace {

using policy::Layer;
using policy::Outcome;
using policy::OutcomeKind;
using policy::PolicyOptions;
using policy::RejectedBy;

Unexpected unsupported(std::string key, std::string message) {
  Error error;
  error.key = std::move(key);
  error.message = std::move(message);
  return fail(std::move(error));
}

/// Whether a call goes through this layer here. A guard does not hedge. The timeout needs no place
/// of its own: it stands inside the retries, nothing on the way from there to the attempt takes
/// time, and everything there learns of it as of any other outcome.
bool is_passed(Layer layer, const PolicyOptions& options) noexcept {
  return layer != Layer::timeout && layer != Layer::hedge && policy::has(options, layer);
}

/// The key of the wait before a rate limit, where there is one.
const char* wait_of(const policy::RateLimitOptions& options) noexcept {
  if (const auto* bucket = std::get_if<policy::TokenBucketLimitOptions>(&options))
    return bucket->max_wait > Duration{0} ? "rate_limit.token_bucket.max_wait" : nullptr;
  if (const auto* cycles = std::get_if<policy::Resilience4jRateLimitOptions>(&options))
    return cycles->timeout > Duration{0} ? "rate_limit.resilience4j.timeout" : nullptr;
  return nullptr;
}

WhyEnded why_of(policy::Stop::Reason reason) noexcept {
  switch (reason) {
    case policy::Stop::Reason::succeeded:
      return WhyEnded::succeeded;
    case policy::Stop::Reason::not_retryable:
      return WhyEnded::not_retryable;
    case policy::Stop::Reason::exhausted:
      return WhyEnded::exhausted;
    case policy::Stop::Reason::pushback:
      return WhyEnded::pushback;
    case policy::Stop::Reason::deadline:
      break;
  }
  return WhyEnded::deadline;
}

/// Why a call ends with the outcome where no retry has said.
WhyEnded why_of(OutcomeKind kind) noexcept {
  if (kind == OutcomeKind::ok) return WhyEnded::succeeded;
  if (kind == OutcomeKind::deadline) return WhyEnded::deadline;
  return kind == OutcomeKind::abandoned ? WhyEnded::abandoned : WhyEnded::not_retried;
}

Outcome outcome_of(OutcomeKind kind) noexcept {
  Outcome outcome{};
  outcome.kind = kind;
  return outcome;
}

}  // namespace

Result<void> validate(const PolicyOptions& options) {
  if (auto result = options.validate(); !result) return result;
  if (options.hedge)
    return unsupported("hedge", "a guard makes one attempt at a time: leave it out");
  if (options.outlier)
    return unsupported("outlier", "a guard chooses among no replicas: leave it out");
  if (options.fallback)
    return unsupported("fallback", "a guard has no answer of its own: leave it out");
  if (options.propagate_deadline)
    return unsupported("propagate_deadline",
                       "a guard sends nothing: hand on what is left yourself");
  if (options.bulkhead && options.bulkhead->max_wait > Duration{0}) {
    return unsupported("bulkhead.max_wait", "a guard has no line: must be 0s");
  }
  if (const char* key = wait_of(options.rate_limit))
    return unsupported(key, "a guard has no line: must be 0s");
  if (options.retry && options.timeout != forever) {
    const auto& order = options.order;
    if (std::find(order.begin(), order.end(), Layer::timeout) <
        std::find(order.begin(), order.end(), Layer::retry)) {
      return unsupported("order",
                         "must name timeout after retry: it is the attempt's; the whole call has "
                         "the deadline");
    }
  }
  return {};
}

Guard::Guard(const PolicyOptions& options, std::uint64_t seed)
    : deadline_(options.deadline),
      timeout_(options.timeout),
      retry_(options.retry ? std::optional<policy::Retry>(*options.retry) : std::nullopt),
      key_{seed},
      budget_(options.budget),
      throttle_(options.throttle),
      breaker_(options.breaker),
      rate_limit_(options.rate_limit),
      limiter_(options.limiter),
      bulkhead_(options.bulkhead ? policy::Bulkhead(*options.bulkhead) : policy::Bulkhead()) {
  const Result<void> valid = validate(options);
  SQUALL_CHECK(valid.has_value(), "a guard was made of a policy that guard::validate() refuses");
  for (const Layer layer : options.order) {
    if (!is_passed(layer, options)) continue;
    if (layer == Layer::retry && policy::counts_calls(options.budget))
      layers_[layer_count_++] = Layer::budget;
    layers_[layer_count_++] = layer;
  }
}

Guard::~Guard() {
  SQUALL_CHECK(counts_.calls_begun == counts_.calls_ended, "a guard went before its calls");
}

Call Guard::begin(Instant now) noexcept {
  Call call(*this);
  const std::lock_guard lock(mutex_);
  now = tick(now);
  call.number_ = counts_.calls_begun++;
  call.deadline_ = deadline_ == forever ? never : later(now, deadline_);
  descend(call, now);
  return call;
}

Census Guard::census(Instant now) const noexcept {
  const std::lock_guard lock(mutex_);
  Census census = counts_;
  census.concurrent = bulkhead_.concurrent();
  census.breaker = breaker_.state(std::max(now, latest_));
  return census;
}

void Guard::end_attempt(Call& call, const Outcome& outcome, Instant now) noexcept {
  const std::lock_guard lock(mutex_);
  now = tick(now);
  close_attempt(call, outcome, now);
  if (ascend(call, outcome, now) && !std::holds_alternative<policy::RetryAfter>(call.step_))
    descend(call, now);
}

void Guard::end_delay(Call& call, Instant now) noexcept {
  const std::lock_guard lock(mutex_);
  now = tick(now);
  if (now >= call.deadline_) {
    (void)ascend(call, outcome_of(OutcomeKind::deadline), now);
    return;
  }
  if (!call.retrying_ && !grant_retry(call, call.last_outcome_, now)) {
    // Denied late: the call leaves the retries with what its last attempt came to.
    --call.layer_;
    (void)ascend(call, call.last_outcome_, now);
    call.step_ = End{.outcome = call.last_outcome_, .why = WhyEnded::budget};
    return;
  }
  descend(call, now);
}

void Guard::abandon(Call& call, std::optional<Instant> now) noexcept {
  const std::lock_guard lock(mutex_);
  const Instant at = now ? tick(*now) : latest_;
  const Outcome outcome = outcome_of(OutcomeKind::abandoned);
  if (std::holds_alternative<Attempt>(call.step_)) close_attempt(call, outcome, at);
  (void)ascend(call, outcome, at);
}

Rng Guard::draw(const Call& call, Purpose purpose) const noexcept {
  return key_.with(call.number_)
      .with(static_cast<std::uint64_t>(purpose))
      .with(call.retry_.attempts)
      .rng();
}

Instant Guard::tick(Instant now) noexcept { return latest_ = std::max(latest_, now); }

/// Down through the layers to an attempt. A layer that refuses sends the call up again, and a retry
/// without a delay down once more; each such round counts as an attempt for the retries, so it
/// ends.
void Guard::descend(Call& call, Instant now) noexcept {
  for (;;) {
    std::optional<RejectedBy> refused;
    while (call.layer_ < layer_count_ && !refused) {
      refused = enter(call, layers_[call.layer_], now);
      if (!refused) ++call.layer_;
    }
    if (!refused) return start_attempt(call, now);
    Outcome outcome = outcome_of(OutcomeKind::rejected);
    outcome.by = *refused;
    const bool goes_on = ascend(call, outcome, now);
    if (!goes_on || std::holds_alternative<policy::RetryAfter>(call.step_)) return;
  }
}

std::optional<RejectedBy> Guard::enter(Call& call, Layer layer, Instant now) noexcept {
  switch (layer) {
    case Layer::throttle: {
      Rng rng = draw(call, Purpose::throttle);
      if (!throttle_.admits(now, rng)) {
        ++counts_.refused_by_throttle;
        return RejectedBy::throttle;
      }
      break;
    }
    case Layer::breaker:
      if (!breaker_.try_acquire(now)) {
        ++counts_.refused_by_breaker;
        return RejectedBy::breaker;
      }
      call.breaker_entered_ = now;
      break;
    case Layer::rate_limit:
      if (!rate_limit_.on_call(now).granted) {
        ++counts_.refused_by_rate_limit;
        return RejectedBy::rate_limit;
      }
      break;
    case Layer::limiter:
      call.limiter_in_flight_ = limiter_.try_enter(now);
      if (call.limiter_in_flight_ == 0) {
        ++counts_.refused_by_limiter;
        return RejectedBy::limiter;
      }
      call.limiter_entered_ = now;
      break;
    case Layer::bulkhead:
      if (bulkhead_.enter() != policy::Bulkhead::Entry::entered) {
        ++counts_.refused_by_bulkhead;
        return RejectedBy::bulkhead;
      }
      counts_.concurrent_max = std::max(counts_.concurrent_max, bulkhead_.concurrent());
      break;
    case Layer::budget:
      budget_.on_call_start(now);
      break;
    case Layer::retry:
    case Layer::hedge:
    case Layer::timeout:
      break;
  }
  return std::nullopt;
}

bool Guard::ascend(Call& call, const Outcome& outcome, Instant now) noexcept {
  WhyEnded why = why_of(outcome.kind);
  while (call.layer_ > 0) {
    --call.layer_;
    switch (layers_[call.layer_]) {
      case Layer::retry:
        stop_retrying(call);
        if (decide_retry(call, outcome, why, now)) {
          ++call.layer_;  // stays inside the retries
          return true;
        }
        break;
      case Layer::throttle:
        throttle_.on_result(outcome, now);
        break;
      case Layer::breaker:
        leave_breaker(call, outcome, now);
        break;
      case Layer::limiter:
        leave_limiter(call, outcome, now);
        break;
      case Layer::bulkhead:
        bulkhead_.leave();
        break;
      case Layer::budget:
        budget_.on_call_end(call.budget_, outcome);
        break;
      case Layer::hedge:
      case Layer::rate_limit:
      case Layer::timeout:
        break;
    }
  }
  finish(call, outcome, why);
  return false;
}

/// @return whether the call goes on: then it waits (step_ is RetryAfter), or goes down at once.
bool Guard::decide_retry(Call& call, const Outcome& outcome, WhyEnded& why, Instant now) noexcept {
  // These end the whole call, whatever the retries say.
  if (outcome.kind == OutcomeKind::abandoned || outcome.kind == OutcomeKind::deadline) return false;
  Rng rng = draw(call, Purpose::backoff);
  const policy::RetryDecision decision =
      retry_->on_attempt_end(call.retry_, outcome, now, call.deadline_, rng);
  if (const auto* stop = std::get_if<policy::Stop>(&decision)) {
    why = why_of(stop->reason);
    return false;
  }
  const policy::RetryAfter after = *std::get_if<policy::RetryAfter>(&decision);
  const bool waits = after.delay > Duration{0};
  if (waits && budget_.is_asked_after_backoff()) {
    call.last_outcome_ = outcome;
  } else if (!grant_retry(call, outcome, now)) {
    why = WhyEnded::budget;
    return false;
  }
  if (waits)
    call.step_ = after;
  else
    call.step_ = Attempt{};  // start_attempt() says by when
  return true;
}

bool Guard::grant_retry(Call& call, const Outcome& outcome, Instant now) noexcept {
  call.retrying_ = budget_.try_retry(call.budget_, outcome, now);
  ++(call.retrying_ ? counts_.retries_granted : counts_.retries_denied);
  return call.retrying_;
}

void Guard::leave_breaker(const Call& call, const Outcome& outcome, Instant now) noexcept {
  if (outcome.kind == OutcomeKind::abandoned) return breaker_.release(now);
  Rng rng = draw(call, Purpose::breaker);
  breaker_.on_result(outcome, now - call.breaker_entered_, now, rng);
}

void Guard::leave_limiter(const Call& call, const Outcome& outcome, Instant now) noexcept {
  Rng rng = key_.with(call.number_)
                .with(static_cast<std::uint64_t>(Purpose::limiter))
                .with(call.retry_.attempts)
                .rng();
  limiter_.leave(outcome, call.limiter_entered_, call.limiter_in_flight_, now, rng);
}

void Guard::close_attempt(const Call& call, const Outcome& outcome, Instant now) noexcept {
  ++counts_.attempts_ended;
  const bool retryable = retry_ && retry_->options().on.matches(outcome);
  budget_.on_attempt_end(outcome, retryable, call.attempts_ > 1, now);
}

void Guard::stop_retrying(Call& call) noexcept {
  if (!call.retrying_) return;
  call.retrying_ = false;
  ++counts_.retries_ended;
  budget_.on_retry_end();
}

void Guard::start_attempt(Call& call, Instant now) noexcept {
  ++call.attempts_;
  ++counts_.attempts_begun;
  budget_.on_attempt_start(now);
  const Instant timeout = timeout_ == forever ? never : later(now, timeout_);
  const bool deadline_first = call.deadline_ < timeout;
  call.step_ = Attempt{.give_up_at = deadline_first ? call.deadline_ : timeout,
                       .when_late = deadline_first ? OutcomeKind::deadline : OutcomeKind::timeout};
}

void Guard::finish(Call& call, const Outcome& outcome, WhyEnded why) noexcept {
  ++counts_.calls_ended;
  if (outcome.is_ok()) ++counts_.calls_ok;
  call.guard_ = nullptr;
  call.step_ = End{.outcome = outcome, .why = why};
}

}  // namespace squall::guard
