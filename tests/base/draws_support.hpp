#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/// How tests look for what draws have in common.
namespace squall {

/// Chi-square of pairs of uniform draws on 16 by 16 squares: 255 degrees of freedom.
class Squares {
 public:
  void add(double x, double y) {
    ++counts_.at(static_cast<std::size_t>(x * 16) * 16 + static_cast<std::size_t>(y * 16));
    ++total_;
  }
  [[nodiscard]] double chi_square() const {
    const double expected = static_cast<double>(total_) / 256.0;
    double sum = 0.0;
    for (const int count : counts_) sum += (count - expected) * (count - expected) / expected;
    return sum;
  }

 private:
  std::array<int, 256> counts_{};
  int total_ = 0;
};

// The 0.999 quantile of chi-square with 255 degrees of freedom.
inline constexpr double chi_square_255 = 330.52;

/// How many pairs of the numbers are the same.
inline std::size_t count_equal_pairs(const std::vector<std::uint64_t>& numbers) {
  // By counting sort on the top bits, then within each bucket: fast even without optimisation.
  constexpr unsigned shift = 40;
  std::vector<std::uint32_t> start((1U << (64U - shift)) + 1);
  for (const std::uint64_t number : numbers) ++start[(number >> shift) + 1];
  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  std::vector<std::uint64_t> ordered(numbers.size());
  std::vector<std::uint32_t> next(start);
  for (const std::uint64_t number : numbers) ordered[next[number >> shift]++] = number;
  std::size_t equal = 0;
  for (std::size_t bucket = 0; bucket + 1 < start.size(); ++bucket) {
    for (std::size_t i = start[bucket]; i < start[bucket + 1]; ++i) {
      for (std::size_t j = i + 1; j < start[bucket + 1]; ++j) {
        equal += ordered[i] == ordered[j] ? 1U : 0U;
      }
    }
  }
  return equal;
}

}  // namespace squall
