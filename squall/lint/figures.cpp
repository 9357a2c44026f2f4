#include "squall/lint/figures.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace squall::lint {

std::string figure(double number) {
  // From here on no decimals are shown, and every digit left of the point is.
  constexpr double whole_from = 1000.0;
  constexpr double largest = 1e15;
  if (!(number >= whole_from && number < largest)) return fmt::format("{:.4g}", number);
  std::string digits = std::to_string(static_cast<std::uint64_t>(number + 0.5));
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string per_second(double rate) { return figure(rate) + "/s"; }

std::string percentage(double share) { return figure(share * 100.0) + "%"; }

std::string counted(double number, const std::string& one) {
  return figure(number) + " " + one + (number == 1.0 ? "" : "s");
}

std::string for_each_state(double states) {
  return states > 1.0 ? " for each of " + figure(states) + " states" : "";
}

std::string time_text(double ns) {
  constexpr std::array<std::pair<double, std::string_view>, 3> units = {
      {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}}};
  if (!(ns > 0.0)) return "0s";
  for (const auto& [unit, name] : units) {
    if (ns >= unit) return figure(ns / unit) + std::string(name);
  }
  return figure(ns) + "ns";
}

}  // namespace squall::lint
