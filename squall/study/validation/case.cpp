#include "squall/study/validation/case.hpp"

#include <fmt/format.h>

#include "squall/base/random.hpp"

namespace squall::study::validation {

std::uint64_t case_seed(const Case& one, std::uint64_t seed) noexcept {
  return RandomKey{seed}.with(entity_id(one.name)).value >> 11;
}

std::string scenario_text(const Case& one, std::uint64_t seed) {
  std::string text = fmt::format("squall: 1\nname: {}\ndescription: \"{}\"\nseed: {}\n", one.name,
                                 one.title, case_seed(one, seed));
  if (one.length.measured_s > 0.0) {
    text += fmt::format("duration: {}s\n", one.length.warmup_s + one.length.measured_s);
    if (one.length.warmup_s > 0.0) text += fmt::format("warmup: {}s\n", one.length.warmup_s);
  } else {
    text += "until: drained\n";
  }
  return text + one.scenario;
}

std::string length_text(const Length& length) {
  if (length.measured_s <= 0.0) return "until drained";
  if (length.warmup_s <= 0.0) return fmt::format("{} s", length.measured_s);
  return fmt::format("{} s after {} s", length.measured_s, length.warmup_s);
}

}  // namespace squall::study::validation
