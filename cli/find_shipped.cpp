#include <algorithm>
#include <vector>

#include "cli/shipped_scenarios.hpp"
#include "squall/base/nearest.hpp"

namespace squall::cli {

const ShippedScenario* find_shipped(std::string_view name) noexcept {
  const std::span<const ShippedScenario> all = shipped_scenarios();
  const auto found =
      std::ranges::find_if(all, [name](const ShippedScenario& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view nearest_shipped(std::string_view wrong) {
  wrong.remove_prefix(wrong.rfind('/') + 1);  // npos + 1 is 0
  wrong = wrong.substr(0, wrong.find('.'));
  std::vector<std::string_view> names;
  for (const ShippedScenario& one : shipped_scenarios()) names.push_back(one.name);
  const auto nearest = nearest_name(wrong, names);
  if (!nearest) return {};
  const ShippedScenario* found = find_shipped(*nearest);
  return found == nullptr ? std::string_view() : found->name;
}

}  // namespace squall::cli
