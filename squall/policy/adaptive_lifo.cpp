#include "squall/policy/adaptive_lifo.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> AdaptiveLifoOptions::validate() const {
  if (after < Duration{0}) return out_of_range("queue.lifo_after", "at least 0s", text_of(after));
  return {};
}

}  // namespace squall::policy
