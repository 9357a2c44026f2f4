#pragma once

#include <string>

#include "squall/metrics/validation_record.hpp"

namespace squall::report {

/// A validation as JSON, indented by two blanks, a newline at the end. Times in seconds, shares
/// from 0 to 1. What is infinite (the z of an exact figure that is wrong) is null.
[[nodiscard]] std::string validation_json(const metrics::ValidationRecord& record);

}  // namespace squall::report
