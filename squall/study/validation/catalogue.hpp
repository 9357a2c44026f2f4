#pragma once

#include <string_view>
#include <vector>

#include "squall/study/validation/case.hpp"

/// All cases that squall is held against. A new one goes into the file of its family; a new family
/// gets a file and a line here and in catalogue.cpp.
namespace squall::study::validation {

/// In the order in which they are shown. Built once; safe to call from several threads.
[[nodiscard]] const std::vector<Family>& catalogue();

/// Nothing where no case is called so.
[[nodiscard]] const Case* find_case(std::string_view name);

[[nodiscard]] Family one_worker();
[[nodiscard]] Family general_service();
[[nodiscard]] Family many_workers();
[[nodiscard]] Family losses();
[[nodiscard]] Family priorities();
[[nodiscard]] Family networks();
[[nodiscard]] Family closed_loops();
[[nodiscard]] Family retries();
[[nodiscard]] Family patience();
[[nodiscard]] Family hedging();
[[nodiscard]] Family brokers();
[[nodiscard]] Family faults();

}  // namespace squall::study::validation
