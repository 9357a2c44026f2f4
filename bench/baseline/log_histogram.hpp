#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace squall::bench::baseline {

/// Counts of non-negative nanoseconds, 128 buckets to each power of two.
class LogHistogram {
 public:
  void add(std::int64_t ns) noexcept {
    const auto value = static_cast<std::uint64_t>(ns);
    const int shift = static_cast<int>(std::bit_width(value)) - 8;
    const auto power = static_cast<std::size_t>(shift < 0 ? 0 : shift);
    ++buckets_[128 * power + static_cast<std::size_t>(value >> power)];
  }

  /// Upper edge of the bucket in which the share `q` is reached; 0 when empty.
  [[nodiscard]] std::int64_t quantile(double q) const noexcept {
    std::uint64_t count = 0;
    for (const std::uint64_t n : buckets_) count += n;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (count > 0 && static_cast<double>(seen) >= q * static_cast<double>(count)) {
        const std::size_t power = i < 256 ? 0 : i / 128 - 1;
        return static_cast<std::int64_t>((i - 128 * power + 1) << power);
      }
    }
    return 0;
  }

 private:
  std::array<std::uint64_t, std::size_t{128} * 58> buckets_{};
};

}  // namespace squall::bench::baseline
