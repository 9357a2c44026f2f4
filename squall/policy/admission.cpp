#include "squall/policy/admission.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> AdmissionOptions::validate() const {
  if (limit < 1) return out_of_range("admission.limit", "at least 1", text_of(limit));
  return below_key("admission", policy::validate(limiter));
}

}  // namespace squall::policy
