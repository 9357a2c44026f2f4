#include "squall/metrics/worlds.hpp"

#include <algorithm>
#include <cstddef>

#include "squall/metrics/estimate.hpp"

namespace squall::metrics {

namespace {

constexpr std::size_t values_min = 10;
constexpr std::size_t many = 20;
constexpr double explained_by_many = 0.92;
constexpr double explained_by_few = 0.97;
constexpr double apart_min = 0.1;

}  // namespace

std::optional<double> find_split(std::vector<double> values) {
  if (values.size() < values_min) return std::nullopt;
  std::ranges::sort(values);  // of equal values it does not matter which is which
  double sum = 0.0;
  Moments all;
  for (const double value : values) {
    sum += value;
    all.add(value);
  }
  const auto n = static_cast<double>(values.size());
  const double total = all.variance() * (n - 1.0);
  if (!(total > 0.0)) return std::nullopt;

  double best = 0.0;
  double best_apart = 0.0;
  std::size_t cut = 0;
  double below = 0.0;
  for (std::size_t k = 1; k < values.size(); ++k) {
    below += values[k - 1];
    const auto lower = static_cast<double>(k);
    const double higher = n - lower;
    const double apart = (sum - below) / higher - below / lower;
    const double between = lower * higher / n * apart * apart;
    if (between > best) {
      best = between;
      best_apart = apart;
      cut = k;
    }
  }
  const double explained = values.size() < many ? explained_by_few : explained_by_many;
  if (cut == 0 || best < explained * total || best_apart < apart_min) return std::nullopt;
  return values[cut];
}

}  // namespace squall::metrics
