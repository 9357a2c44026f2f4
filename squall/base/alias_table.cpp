#include "squall/base/alias_table.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "squall/base/check.hpp"

namespace squall {

namespace {

/// The sum of weights that are at most 1, to the last bit or so (A. Neumaier, 1974).
double sum_of(std::span<const double> weights, double unit) noexcept {
  double sum = 0.0;
  double lost = 0.0;
  for (const double weight : weights) {
    const double share = weight / unit;
    const double next = sum + share;
    lost += sum >= share ? (sum - next) + share : (share - next) + sum;
    sum = next;
  }
  return sum + lost;
}

/// Whole numbers in proportion to the weights that add up to `total`. What rounding down left over
/// goes to the first of the heaviest, where it weighs least.
std::vector<std::uint64_t> masses_of(std::span<const double> weights, std::uint64_t total) {
  for (const double weight : weights) {
    SQUALL_CHECK(weight >= 0.0 && weight <= std::numeric_limits<double>::max(),
                 "a weight of an alias table is below 0 or not finite");
  }
  const auto heaviest = std::max_element(weights.begin(), weights.end());
  const double unit = *heaviest;  // so that nothing overflows
  SQUALL_CHECK(unit > 0.0, "an alias table needs a weight above 0");
  const double scale = static_cast<double>(total) / sum_of(weights, unit);

  std::vector<std::uint64_t> masses;
  masses.reserve(weights.size());
  std::uint64_t assigned = 0;
  for (const double weight : weights) {
    masses.push_back(static_cast<std::uint64_t>(weight / unit * scale));
    assigned += masses.back();
  }
  // Unsigned, so that a sum a little above the total is put right as well.
  masses[static_cast<std::size_t>(heaviest - weights.begin())] += total - assigned;
  return masses;
}

}  // namespace

AliasTable::AliasTable(std::span<const double> weights) : columns_(weights.size()) {
  const std::size_t size = weights.size();
  SQUALL_CHECK(size >= 1 && size <= size_max, "an alias table has 1 to 1,000,000 weights");

  // Each column holds 2^bits, all of them less than 2^62.
  const int bits = 62 - static_cast<int>(std::bit_width(size));
  const std::uint64_t capacity = 1ULL << bits;
  std::vector<std::uint64_t> masses = masses_of(weights, size * capacity);

  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::size_t i = 0; i < size; ++i) {
    (masses[i] < capacity ? small : large).push_back(static_cast<std::uint32_t>(i));
  }
  // Whole numbers add up, so while a column is short of its capacity, another exceeds it.
  while (!small.empty()) {
    const std::uint32_t low = small.back();
    const std::uint32_t high = large.back();
    small.pop_back();
    columns_[low] = {masses[low] << (64 - bits), high};
    masses[high] -= capacity - masses[low];
    if (masses[high] < capacity) {
      large.pop_back();
      small.push_back(high);
    }
  }
  for (const std::uint32_t full : large) columns_[full] = {0, full};
}

std::size_t AliasTable::operator()(Rng& rng) const noexcept {
  __extension__ using Wide = unsigned __int128;
  // The high half is the column, the low half the place in it.
  const Wide product = static_cast<Wide>(rng.next()) * columns_.size();
  const auto index = static_cast<std::size_t>(product >> 64U);
  const Column& column = columns_[index];
  return static_cast<std::uint64_t>(product) < column.threshold ? index : column.other;
}

}  // namespace squall
