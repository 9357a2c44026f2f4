#include "squall/metrics/mser.hpp"

#include <vector>

#include "squall/base/check.hpp"

namespace squall::metrics {
namespace {

constexpr std::size_t last_cuts_left_out = 5;

std::vector<double> means_of(std::span<const double> observations, std::size_t batch) {
  std::vector<double> means;
  means.reserve(observations.size() / batch);
  for (std::size_t from = 0; from + batch <= observations.size(); from += batch) {
    double sum = 0.0;
    for (const double value : observations.subspan(from, batch)) sum += value;
    means.push_back(sum / static_cast<double>(batch));
  }
  return means;
}

}  // namespace

Truncation mser(std::span<const double> observations, std::size_t batch) {
  SQUALL_CHECK(batch > 0, "the batch of MSER");
  const std::vector<double> z = means_of(observations, batch);
  const std::size_t n = z.size();
  if (n < mser_batches_min) return {};

  // From the end backwards, by Welford's recurrence: mean and squares of what a cut at d leaves.
  double mean = 0.0;
  double squares = 0.0;
  double least = 0.0;
  std::size_t cut = n;
  for (std::size_t d = n; d-- > 0;) {
    const auto left = static_cast<double>(n - d);
    const double off = z[d] - mean;
    mean += off / left;
    squares += off * (z[d] - mean);
    if (n - d <= last_cuts_left_out) continue;
    if (squares == 0.0 && 2 * d > n) continue;
    const double statistic = squares / (left * left);
    if (cut == n || statistic <= least) {
      least = statistic;
      cut = d;
    }
  }
  if (2 * cut > n) return {.state = Truncation::State::no_steady_state, .cut = 0};
  return {.state = Truncation::State::found, .cut = cut * batch};
}

}  // namespace squall::metrics
