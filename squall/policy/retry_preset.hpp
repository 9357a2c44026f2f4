#pragma once

#include "squall/policy/retry.hpp"

/// Retries as products make them. Each is nothing but values of RetryOptions: whoever writes the
/// same values by hand has the same policy.
namespace squall::policy {

/// The options of a product with its own defaults; where it has none, those of the example in its
/// documentation or its tests. All products count attempts in their own way; `max_attempts` here
/// always counts the first.
/// REQUIRES preset != none.
[[nodiscard]] RetryOptions preset_options(RetryPreset preset) noexcept;

/// What a product refuses or bends of its options.
struct PresetRules {
  std::uint32_t min_attempts = 1;
  std::uint32_t attempts_act_as = 1'000'000;  ///< larger max_attempts act as this
  Duration min_base{0};
  std::uint32_t bases_to_max = 0;  ///< a max that is not given is so many bases; 0: no such rule
};

[[nodiscard]] PresetRules preset_rules(RetryPreset preset) noexcept;

}  // namespace squall::policy
