#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Where a sequence that starts far from its steady state has come to it.
namespace squall::metrics {

struct Truncation {
  enum class State : std::uint8_t {
    found,
    no_steady_state,  ///< more than half would have to go, so what is left proves nothing
    too_short,        ///< fewer than mser_batches_min batches
  };
  State state = State::too_short;
  std::size_t cut = 0;  ///< observations to leave out at the start; 0 unless found
};

/// Fewer batches say nothing.
inline constexpr std::size_t mser_batches_min = 20;

/// The marginal standard error rule, MSER-5 with the default (K. P. White, "An effective truncation
/// heuristic for bias reduction in simulation output", Simulation 69, 1997; K. P. White, M. J.
/// Cobb, S. C. Spratt, "A comparison of five steady-state truncation heuristics for simulation",
/// Winter Simulation Conference 2000): of all cuts d the one that makes the marginal standard error
/// of the mean of what is left least,
///
///   argmin over d of  sum over i > d of (z_i - mean of z_d+1 .. z_n)^2 / (n - d)^2,
///
/// z being the means of `batch` observations each. So a value at the start goes if it costs more in
/// bias than its loss costs in variance. Of equal ones the smallest cut is taken. What does not
/// fill a batch at the end is not looked at.
///
/// Towards the end the statistic is made of next to nothing and may be small by chance: the last
/// five cuts are not tried, and none after the half that leaves a constant. A cut of more than half
/// is taken for no steady state, as its authors advise to lengthen the run then.
/// REQUIRES batch > 0, finite observations.
[[nodiscard]] Truncation mser(std::span<const double> observations, std::size_t batch = 5);

}  // namespace squall::metrics
