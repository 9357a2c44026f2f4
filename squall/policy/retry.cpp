#include "squall/policy/retry.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> RetryOptions::validate() const {
  if (max_attempts < 1 || max_attempts > 1'000'000) {
    return out_of_range("retry.max_attempts", "from 1 to 1,000,000", text_of(max_attempts));
  }
  return below_key("retry.backoff", backoff.validate());
}

}  // namespace squall::policy
