#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/study/validation/figure.hpp"

/// A case of theory: a scenario, and what is known of it.
namespace squall::study::validation {

/// Per second: nearly every scenario serves in 10 ms on average.
inline constexpr double mu = 100.0;

/// A figure of the scenario, and the formula that says what it is in the long run.
struct Claim {
  Figure figure;
  std::string formula;  ///< as text, in the symbols of the case's title
  double theory = 0.0;  ///< its value
};

/// How long and how often a case runs. A replication is the same at every level; a level only
/// decides how many there are. docs/validation.md says how the lengths were chosen:
/// - the warm-up is at least 15 relaxation times of the line, so that the empty start is forgotten;
/// - the measured time keeps the bias of ending (those still inside have no figure yet, and are
///   those that took long: a share of scv(T) E[T] / measured) below a fifth of the standard error
///   of the thorough level.
struct Length {
  double warmup_s = 0.0;    ///< seconds
  double measured_s = 0.0;  ///< seconds after it; 0: the scenario says itself when it ends
  std::uint32_t replications_fast = 0;
  std::uint32_t replications_thorough = 0;
};

struct Case {
  std::string name;      ///< lower case and dashes; unique
  std::string title;     ///< what is simulated, and its parameters, in one line
  std::string source;    ///< who found the formula, and when
  std::string scenario;  ///< YAML without name, seed, duration and warm-up
  Length length;
  std::vector<Claim> claims;
};

/// Cases that belong together.
struct Family {
  std::string name;
  std::vector<Case> cases;
};

/// The seed of a case's scenario, made of the seed of the validation and the case's name, so that
/// cases draw independently of each other, and each the same alone as among others. Has 53 bits.
[[nodiscard]] std::uint64_t case_seed(const Case& one, std::uint64_t seed) noexcept;

/// The whole scenario as YAML, as a user would write it. Its replications are those of the case.
/// @param seed  of the validation
[[nodiscard]] std::string scenario_text(const Case& one, std::uint64_t seed);

/// "125 s after 20 s", or "until drained".
[[nodiscard]] std::string length_text(const Length& length);

}  // namespace squall::study::validation
