#include "squall/task/warnings.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "squall/base/quantity.hpp"
#include "squall/base/result.hpp"
#include "squall/report/text.hpp"

namespace squall::task {
namespace {

using scenario::Scenario;

struct Warning {
  std::string key;
  std::string message;

  friend bool operator==(const Warning&, const Warning&) = default;
};

std::vector<Warning> warnings_of(const Scenario& scenario) {
  std::vector<Warning> warnings;
  if (scenario.until_drained()) return warnings;
  for (const scenario::Fault& fault : scenario.faults) {
    const Duration at = fault.at.time_since_epoch();
    if (at < scenario.duration) continue;
    warnings.push_back(
        {"faults." + fault.name,
         fmt::format("warning: begins at {}, but the run ends at {}; it does nothing",
                     format_duration(at), format_duration(scenario.duration))});
  }
  return warnings;
}

std::string line_of(const Warning& warning, const std::string& file, std::string_view variant) {
  Error error{.message = warning.message, .file = file, .key = warning.key};
  if (!variant.empty()) error.message += fmt::format(" (in variant '{}')", variant);
  return report::printable(error.text(), true);
}

}  // namespace

std::vector<std::string> warnings_about(const scenario::Bundle& bundle, const std::string& file) {
  std::vector<std::string> lines;
  if (bundle.variants.empty()) {
    for (const Warning& w : warnings_of(bundle.base)) lines.push_back(line_of(w, file, ""));
    return lines;
  }
  std::vector<std::vector<Warning>> of_variants;
  of_variants.reserve(bundle.variants.size());
  for (const scenario::Variant& v : bundle.variants) of_variants.push_back(warnings_of(v.scenario));
  const auto is_everywhere = [&of_variants](const Warning& w) {
    return std::ranges::all_of(of_variants, [&w](const std::vector<Warning>& one) {
      return std::ranges::find(one, w) != one.end();
    });
  };
  for (std::size_t v = 0; v < of_variants.size(); ++v) {
    for (const Warning& w : of_variants[v]) {
      const bool of_all = is_everywhere(w);
      if (of_all && v > 0) continue;
      lines.push_back(line_of(w, file, of_all ? "" : bundle.variants[v].name));
    }
  }
  return lines;
}

}  // namespace squall::task
