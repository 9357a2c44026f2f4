#include "squall/study/validation/catalogue.hpp"

namespace squall::study::validation {

const std::vector<Family>& catalogue() {
  static const std::vector<Family> all = {
      one_worker(),   general_service(), many_workers(), losses(),  priorities(), networks(),
      closed_loops(), retries(),         patience(),     hedging(), brokers(),    faults(),
  };
  return all;
}

const Case* find_case(std::string_view name) {
  for (const Family& family : catalogue()) {
    for (const Case& one : family.cases) {
      if (one.name == name) return &one;
    }
  }
  return nullptr;
}

}  // namespace squall::study::validation
