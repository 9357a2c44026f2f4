#include "squall/policy/bulkhead.hpp"

#include "squall/base/check.hpp"
#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> BulkheadOptions::validate() const {
  if (max_concurrent < 1) {
    return out_of_range("bulkhead.max_concurrent", "at least 1", text_of(max_concurrent));
  }
  if (max_wait < Duration{0}) {
    return out_of_range("bulkhead.max_wait", "at least 0s", text_of(max_wait));
  }
  return {};
}

Bulkhead::Entry Bulkhead::enter() noexcept {
  if (waiting_ == 0 && concurrent_ < options_.max_concurrent) {
    ++concurrent_;
    return Entry::entered;
  }
  if (options_.max_wait > Duration{0} && waiting_ < options_.max_waiting) {
    ++waiting_;
    return Entry::waiting;
  }
  return Entry::refused;
}

void Bulkhead::leave() noexcept {
  SQUALL_CHECK(concurrent_ > 0, "more calls left the bulkhead than had entered");
  --concurrent_;
}

bool Bulkhead::admit_waiting() noexcept {
  if (waiting_ == 0 || concurrent_ >= options_.max_concurrent) return false;
  --waiting_;
  ++concurrent_;
  return true;
}

void Bulkhead::stop_waiting() noexcept {
  SQUALL_CHECK(waiting_ > 0, "more calls stopped waiting than stood in line");
  --waiting_;
}

}  // namespace squall::policy
