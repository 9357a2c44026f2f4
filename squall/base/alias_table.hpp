#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "squall/base/random.hpp"

namespace squall {

/// Draws an index with probability proportional to its weight, in constant time (A. J. Walker,
/// 1977; built as by M. D. Vose, 1991). The weights are first turned into whole numbers, so that
/// the table does not depend on rounding. Immutable after construction; safe to share between
/// threads.
class AliasTable {
 public:
  static constexpr std::size_t size_max = 1'000'000;

  /// A draw that falls into a column gives its own index below the threshold, the other from there.
  struct Column {
    std::uint64_t threshold = 0;  ///< of 2^64
    std::uint32_t other = 0;
  };

  /// REQUIRES 1 to size_max weights, each finite and >= 0, and one at least > 0.
  explicit AliasTable(std::span<const double> weights);

  /// One draw; takes one value of `rng`. Each index comes with its probability to within 1e-12; one
  /// of weight 0 never comes, nor one of less than 2^-61 of the sum.
  [[nodiscard]] std::size_t operator()(Rng& rng) const noexcept;

  [[nodiscard]] std::span<const Column> columns() const noexcept { return columns_; }

 private:
  std::vector<Column> columns_;
};

}  // namespace squall
