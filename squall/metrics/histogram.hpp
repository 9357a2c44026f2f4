#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/wide_sum.hpp"

namespace squall::metrics {

/// A log-linear histogram of durations, mergeable, with a stated relative error: exact below
/// 2^(precision_bits) ns, above that 2^precision_bits buckets to each power of two. With the
/// default 7 bits a bucket is at most 1/128 of its lower edge wide, and a value reported from its
/// middle is off by at most 0.4 %. (HdrHistogram's layout, G. Tene; the code is our own.)
/// Not thread-safe. Memory grows to the largest value seen: at most 58 KiB at the default.
class Histogram {
 public:
  static constexpr int precision_bits_default = 7;

  /// REQUIRES 3 <= precision_bits <= 14.
  explicit Histogram(int precision_bits = precision_bits_default);

  /// Counts `value` (negative: counted as 0) once.
  [[gnu::always_inline]] void add(Duration value) {
    std::int64_t ns = value.count();
    if (ns > max_ns_ || ns < min_ns_) [[unlikely]]
      ns = reach(ns);  // all that are negative come here
    const auto unsigned_ns = static_cast<std::uint64_t>(ns);
    ++buckets_[bucket_of(unsigned_ns)];
    ++count_;
    sum_ns_.add(unsigned_ns);
  }
  /// Counts `value` `times` times; none is no change.
  void add(Duration value, std::uint64_t times);
  /// Adds all of `other`. REQUIRES the same precision.
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] Duration min() const noexcept;  ///< exact; 0 when empty
  [[nodiscard]] Duration max() const noexcept;  ///< exact; 0 when empty
  /// Exact sum / count in nanoseconds (128-bit sum); 0 when empty.
  [[nodiscard]] double mean_ns() const noexcept;

  /// The value at rank ceil(q * count), at least 1 (the smallest value such that a share q is at
  /// or below it), from the middle of its bucket, within [min, max]; nothing when empty. `q` is
  /// taken to nine decimals, so that 0.07 of 100 is rank 7 and not, as in binary, 8.
  /// REQUIRES 0 <= q <= 1.
  [[nodiscard]] std::optional<Duration> quantile(double q) const noexcept;
  /// The rank that quantile() looks for among `total` values. REQUIRES 0 <= q <= 1, total > 0.
  [[nodiscard]] static std::uint64_t rank_of(double q, std::uint64_t total) noexcept;
  /// The same over `total` values, of which count() are here and the others are larger than any:
  /// nothing where the rank falls among those. REQUIRES total >= count().
  [[nodiscard]] std::optional<Duration> quantile_of(double q, std::uint64_t total) const noexcept;

  /// How many lie in the buckets wholly below `value`: exactly those below it where a bucket begins
  /// at `value`, as at every n * 2^k ns with n up to 2^precision_bits; else up to a bucket's
  /// content too few.
  [[nodiscard]] std::uint64_t count_below(Duration value) const noexcept;

  /// What lies in one bucket, at the default precision.
  struct Bucket {
    std::uint32_t index = 0;
    std::uint64_t count = 0;

    /// As quantile() reports what lies in it, but for the ends of the histogram.
    [[nodiscard]] Duration middle() const noexcept;
    /// The largest duration that falls into it.
    [[nodiscard]] Duration highest() const noexcept;

    [[nodiscard]] friend bool operator==(const Bucket&, const Bucket&) = default;
  };
  /// What was added since the histogram was as `earlier`: buckets that are not empty, ascending.
  /// REQUIRES the default precision, and that nothing of `earlier` is gone.
  [[nodiscard]] std::vector<Bucket> added_since(const Histogram& earlier) const;
  /// Becomes equal to `later`, which it is an earlier state of. Costs next to nothing where one
  /// value was added or none, and else a look at the buckets from the least value to the greatest
  /// that was added.
  /// @return as later.added_since(*this). REQUIRES what that requires.
  std::vector<Bucket> catch_up_with(const Histogram& later);

  [[nodiscard]] int precision_bits() const noexcept { return precision_bits_; }
  /// Largest relative half-width of a bucket: 2^-(precision_bits + 1).
  [[nodiscard]] double relative_error() const noexcept;

  [[nodiscard]] friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  [[nodiscard, gnu::always_inline]] std::size_t bucket_of(std::uint64_t ns) const noexcept {
    const int shift = 63 - std::countl_zero(ns | 1U) - precision_bits_;
    if (shift <= 0) [[unlikely]]
      return static_cast<std::size_t>(ns);
    return (static_cast<std::size_t>(shift) << precision_bits_) +
           static_cast<std::size_t>(ns >> shift);
  }
  [[nodiscard]] std::int64_t reach(std::int64_t ns);
  void check_is_later(const Histogram& later) const;

  int precision_bits_;
  std::uint64_t count_ = 0;
  std::int64_t min_ns_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ns_ = -1;  ///< its bucket, and so those of all below it, are there
  WideSum sum_ns_;
  std::vector<std::uint64_t> buckets_;
};

}  // namespace squall::metrics
