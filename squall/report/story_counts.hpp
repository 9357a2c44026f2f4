#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

/// Arithmetic on the rows of a timeline. For story*.cpp only.
namespace squall::report {

/// Rows in which something is the matter.
struct Episode {
  std::size_t first = 0;
  std::size_t end = 0;  ///< the first row in which it is not any more; the number of rows: never
  std::size_t repeats = 0;  ///< times that it began again too soon to be another episode

  [[nodiscard]] bool operator==(const Episode&) const = default;
};

using Counts = std::vector<std::uint64_t>;

/// Row by row. REQUIRES as many rows in both.
[[nodiscard]] inline Counts sum_of(const Counts& a, const Counts& b) {
  Counts sum(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) sum[i] = a[i] + b[i];
  return sum;
}

[[nodiscard]] inline std::uint64_t sum_in(const Counts& counts, const Episode& rows) {
  std::uint64_t sum = 0;
  for (std::size_t i = rows.first; i < rows.end; ++i) sum += counts[i];
  return sum;
}

/// 0 of nothing.
[[nodiscard]] inline double ratio_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Sums over any rows in constant time.
class Cumulated {
 public:
  explicit Cumulated(const Counts& counts) : sums_(counts.size() + 1) {
    for (std::size_t i = 0; i < counts.size(); ++i) sums_[i + 1] = sums_[i] + counts[i];
  }
  /// Of the rows from `first` on up to `end`, as far as there are any.
  [[nodiscard]] std::uint64_t operator()(std::size_t first, std::size_t end) const {
    return sums_[std::min(end, sums_.size() - 1)] - sums_[std::min(first, sums_.size() - 1)];
  }

 private:
  Counts sums_;
};

}  // namespace squall::report
