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

void Bulkhead::stop_waiting() noexcept {
  SQUALL_CHECK(waiting_ > 0, "more calls stopped waiting than stood in line");
  --waiting_;
}

}  // namespace squall::policy
