#pragma once

#include <cstdint>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/validation_record.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/validation/case.hpp"

/// Runs the cases of theory and holds them against it.
namespace squall::study::validation {

enum class Level : std::uint8_t {
  fast,      ///< some seconds; standard errors of a few percent
  thorough,  ///< minutes; standard errors of at most 0.5 % of every figure
};

/// The standard error that a level allows, as a share of the theory.
[[nodiscard]] double relative_error_max(Level level) noexcept;

struct Options {
  Level level = Level::fast;
  std::uint64_t seed = 1;
  unsigned jobs = 1;   ///< threads, the caller's included; at least 1. No figure depends on it.
  double z_max = 4.0;  ///< standard errors that a figure may be off; > 0
};

/// Runs every case of `families`, each in replications as metrics::replication_seed() numbers them:
/// the same that `squall run --replications` would make of its scenario_text().
///
/// An Error is one of the scenario of a case, and its file the name of the case.
/// @param progress  told from the calling thread, with the name of a case under way.
[[nodiscard]] Result<metrics::ValidationRecord> validate(const std::vector<Family>& families,
                                                         const Options& options,
                                                         const Progress& progress = {});

/// What validate() would give, with no figure simulated: the theory alone.
[[nodiscard]] metrics::ValidationRecord theory_of(const std::vector<Family>& families,
                                                  const Options& options);

}  // namespace squall::study::validation
