#include "squall/lint/noise.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "squall/base/infinite.hpp"
#include "squall/lint/probability.hpp"

namespace squall::lint {
namespace {

/// What is less probable has no part in the sums.
constexpr double negligible_chance = 1e-15;

/// The probabilities of some whole number, each while the breaker has not opened.
class Chances {
 public:
  Chances() = default;
  explicit Chances(double of_none) : of_{of_none} {}

  [[nodiscard]] bool are_all_negligible() const noexcept { return of_.empty(); }

  /// One more result comes in. @return the probability that it opens the breaker.
  /// @param level  of this number.
  double take_in(double p, std::uint64_t level, bool only_at_failures) {
    if (of_.empty()) return 0.0;
    double opened = 0.0;
    of_.push_back(0.0);
    for (std::size_t i = of_.size(); i-- > 0;) {
      const double fails = i > 0 ? of_[i - 1] * p : 0.0;
      const double succeeds = of_[i] * (1.0 - p);
      const bool is_judged = from_ + i >= level;
      of_[i] = (is_judged ? 0.0 : fails) + (is_judged && !only_at_failures ? 0.0 : succeeds);
      if (is_judged) opened += only_at_failures ? fails : fails + succeeds;
    }
    trim();
    return opened;
  }

  /// Adds another's, times `share`.
  void add(const Chances& other, double share) {
    if (other.of_.empty() || !(share > 0.0)) return;
    if (of_.empty()) from_ = other.from_;
    if (other.from_ < from_) {
      of_.insert(of_.begin(), from_ - other.from_, 0.0);
      from_ = other.from_;
    }
    const std::uint64_t needed = other.from_ - from_ + other.of_.size();
    if (needed > of_.size()) of_.resize(needed, 0.0);
    for (std::size_t i = 0; i < other.of_.size(); ++i) {
      of_[other.from_ - from_ + i] += share * other.of_[i];
    }
  }
  void scale(double share) {
    for (double& chance : of_) chance *= share;
    trim();
  }

 private:
  void trim() {
    while (!of_.empty() && of_.back() < negligible_chance) of_.pop_back();
    const auto first = std::find_if(of_.begin(), of_.end(),
                                    [](double chance) { return chance >= negligible_chance; });
    from_ += static_cast<std::uint64_t>(first - of_.begin());
    of_.erase(of_.begin(), first);
  }

  std::uint64_t from_ = 0;
  std::vector<double> of_;
};

}  // namespace

Filling fill(std::span<const std::uint64_t> levels, double p, bool only_at_failures) {
  Filling filling;
  Chances failures(1.0);
  for (const std::uint64_t level : levels) {
    filling.results += 1.0 - filling.opens;
    filling.opens = std::min(1.0, filling.opens + failures.take_in(p, level, only_at_failures));
  }
  return filling;
}

bool can_slide(std::uint64_t window, double p) noexcept {
  constexpr double moment = 1e6;  // the steps, times the pairs of numbers that are probable
  const auto results = static_cast<double>(window);
  return window <= fill_max && results * results * p * (1.0 - p) <= moment;
}

double slide(std::uint64_t buckets, std::span<const std::uint64_t> levels, double p,
             bool only_at_failures) {
  const std::uint64_t window = buckets * levels.size();
  // Of so many failures that are left of the old results: those of the new ones.
  std::vector<Chances> old;
  const double below = 1.0 - binomial_tail(window, p, levels.back());
  if (!(below > negligible_chance)) return 1.0;
  const std::uint64_t most = std::min(levels.back(), window + 1);
  for (std::uint64_t failures = 0; failures < most; ++failures) {
    const double chance =
        binomial_tail(window, p, failures) - binomial_tail(window, p, failures + 1);
    old.emplace_back(chance / below);
    old.back().scale(1.0);
  }
  double opened = 0.0;
  std::uint64_t left = window;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    while (!old.empty() && old.back().are_all_negligible()) old.pop_back();
    for (std::size_t i = 0; i < levels.size(); ++i, --left) {
      // Each of those left is as likely to leave as any other, so the failures among them are.
      for (std::size_t failures = 0; failures < old.size(); ++failures) {
        const double leaves =
            std::min(1.0, static_cast<double>(failures) / static_cast<double>(left));
        if (failures > 0) old[failures - 1].add(old[failures], leaves);
        old[failures].scale(1.0 - leaves);
      }
    }
    for (const std::uint64_t level : levels) {
      for (std::size_t failures = 0; failures < old.size(); ++failures) {
        opened +=
            old[failures].take_in(p, level > failures ? level - failures : 0, only_at_failures);
      }
    }
  }
  return std::min(1.0, opened);
}

double results_until_run(std::uint32_t length, double p) noexcept {
  if (!(p < 1.0)) return length;
  double power = 1.0;
  double square = p;
  for (std::uint32_t left = length; left > 0; left /= 2, square *= square) {
    if (left % 2 == 1) power *= square;
  }
  if (!(power > 0.0)) return infinite;
  return (1.0 / power - 1.0) / (1.0 - p);
}

}  // namespace squall::lint
