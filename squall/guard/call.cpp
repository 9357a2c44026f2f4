#include "squall/guard/call.hpp"

#include <utility>

#include "squall/base/check.hpp"
#include "squall/guard/guard.hpp"

namespace squall::guard {

Call::Call(Call&& other) noexcept
    : guard_(std::exchange(other.guard_, nullptr)),
      step_(std::exchange(other.step_, End{})),
      deadline_(other.deadline_),
      breaker_entered_(other.breaker_entered_),
      limiter_entered_(other.limiter_entered_),
      number_(other.number_),
      attempts_(other.attempts_),
      limiter_in_flight_(other.limiter_in_flight_),
      retry_(other.retry_),
      budget_(other.budget_),
      last_outcome_(other.last_outcome_),
      layer_(other.layer_),
      retrying_(other.retrying_) {}

Call& Call::operator=(Call&& other) noexcept {
  if (this == &other) return *this;
  if (guard_ != nullptr) guard_->abandon(*this, std::nullopt);
  guard_ = std::exchange(other.guard_, nullptr);
  step_ = std::exchange(other.step_, End{});
  deadline_ = other.deadline_;
  breaker_entered_ = other.breaker_entered_;
  limiter_entered_ = other.limiter_entered_;
  number_ = other.number_;
  attempts_ = other.attempts_;
  limiter_in_flight_ = other.limiter_in_flight_;
  retry_ = other.retry_;
  budget_ = other.budget_;
  last_outcome_ = other.last_outcome_;
  layer_ = other.layer_;
  retrying_ = other.retrying_;
  return *this;
}

Call::~Call() {
  if (guard_ != nullptr) guard_->abandon(*this, std::nullopt);
}

const Step& Call::on_attempt_end(const policy::Outcome& outcome, Instant now) noexcept {
  SQUALL_CHECK(std::holds_alternative<Attempt>(step_), "an attempt ended that was not under way");
  guard_->end_attempt(*this, outcome, now);
  return step_;
}

const Step& Call::on_delay_over(Instant now) noexcept {
  SQUALL_CHECK(std::holds_alternative<policy::RetryAfter>(step_), "a delay ended that was not due");
  guard_->end_delay(*this, now);
  return step_;
}

void Call::abandon(Instant now) noexcept {
  if (guard_ != nullptr) guard_->abandon(*this, now);
}

}  // namespace squall::guard
