#include "squall/metrics/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "squall/base/check.hpp"
#include "squall/metrics/student_t.hpp"

namespace squall::metrics {

namespace {

constexpr double p_two_sided_95 = 0.975;

}  // namespace

void Moments::add(double value) noexcept {
  ++count_;
  if (count_ == 1) {
    mean_ = min_ = max_ = value;
    return;
  }
  const double before = value - mean_;
  mean_ += before / static_cast<double>(count_);
  const double after = value - mean_;
  squares_ += before * after;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void Moments::merge(const Moments& other) noexcept {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  const auto mine = static_cast<double>(count_);
  const auto theirs = static_cast<double>(other.count_);
  const double all = mine + theirs;
  const double apart = other.mean_ - mean_;
  mean_ += apart * (theirs / all);
  squares_ += other.squares_ + apart * apart * (mine * (theirs / all));
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Moments::variance() const noexcept {
  return count_ < 2 ? 0.0 : squares_ / static_cast<double>(count_ - 1);
}

Estimate Moments::estimate() const noexcept {
  Estimate made{.count = count_, .mean = mean_};
  if (count_ < 2) {
    made.standard_error = made.half_width_95 = std::numeric_limits<double>::infinity();
    return made;
  }
  made.standard_error = std::sqrt(variance() / static_cast<double>(count_));
  // Nothing times a factor is nothing.
  made.half_width_95 = made.standard_error > 0.0 ? factor_95(count_) * made.standard_error : 0.0;
  return made;
}

double factor_95(std::uint64_t count) noexcept {
  if (count < 2) return std::numeric_limits<double>::infinity();
  return student_t_quantile(p_two_sided_95, static_cast<double>(count - 1));
}

ShareInterval wilson_95(std::uint64_t part, std::uint64_t whole) noexcept {
  SQUALL_CHECK(part <= whole, "a part of the whole");
  if (whole == 0) return {};
  const double z = normal_quantile(p_two_sided_95);
  const auto n = static_cast<double>(whole);
  const double share = static_cast<double>(part) / n;
  const double widened = 1.0 + z * z / n;
  const double centre = (share + z * z / (2.0 * n)) / widened;
  const double half = z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / widened;
  ShareInterval made{.share = share, .low = centre - half, .high = centre + half};
  // At the ends the formula gives exactly 0 and 1, its rounding not.
  made.low = part == 0 ? 0.0 : std::clamp(made.low, 0.0, share);
  made.high = part == whole ? 1.0 : std::clamp(made.high, share, 1.0);
  return made;
}

}  // namespace squall::metrics
