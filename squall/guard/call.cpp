#include "squall/guard/call.hpp"

#include <utility>

#include "squall/base/check.hpp"
#include "squall/guard/guard.hpp"

namespace squall::guard {

Call::Call(Call&& other) noexcept
    : CallMemory(other),
      guard_(std::exchange(other.guard_, nullptr)),
      step_(std::exchange(other.step_, End{})) {}

Call& Call::operator=(Call&& other) noexcept {
  if (this == &other) return *this;
  if (guard_ != nullptr) guard_->abandon(*this, std::nullopt);
  CallMemory::operator=(other);
  guard_ = std::exchange(other.guard_, nullptr);
  step_ = std::exchange(other.step_, End{});
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
