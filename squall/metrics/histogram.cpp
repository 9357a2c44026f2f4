#include "squall/metrics/histogram.hpp"

#include <algorithm>

#include "squall/base/check.hpp"

namespace squall::metrics {
namespace {

__extension__ using Wide = unsigned __int128;

/// Powers of two above those that are exact.
std::size_t shift_of(std::size_t bucket, int precision_bits) noexcept {
  const std::size_t group = bucket >> precision_bits;
  return group <= 1 ? 0 : group - 1;
}

/// The lower edge of a bucket.
std::uint64_t lowest_of(std::size_t bucket, int precision_bits) noexcept {
  const std::size_t shift = shift_of(bucket, precision_bits);
  return std::uint64_t{bucket - (shift << precision_bits)} << shift;
}

std::uint64_t middle_of(std::size_t bucket, int precision_bits) noexcept {
  const std::size_t shift = shift_of(bucket, precision_bits);
  const std::uint64_t lowest = lowest_of(bucket, precision_bits);
  return shift == 0 ? lowest : lowest + (std::uint64_t{1} << (shift - 1));
}

}  // namespace

std::uint64_t Histogram::rank_of(double q, std::uint64_t total) noexcept {
  constexpr std::uint64_t whole = 1'000'000'000;
  const auto share = static_cast<std::uint64_t>(q * static_cast<double>(whole) + 0.5);
  const Wide rank = (static_cast<Wide>(share) * total + (whole - 1)) / whole;
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(rank), 1);
}

Histogram::Histogram(int precision_bits) : precision_bits_(precision_bits) {
  SQUALL_CHECK(precision_bits >= 3 && precision_bits <= 14, "precision of a histogram");
}

/// Has room for a value beyond the least or the greatest so far. The size follows from the largest
/// value alone, in whole powers of two: equal contents are equal objects, whatever the order they
/// came in.
/// @return what it is counted as.
std::int64_t Histogram::reach(std::int64_t ns) {
  if (ns < 0) ns = 0;
  min_ns_ = std::min(min_ns_, ns);
  if (ns <= max_ns_) return ns;
  max_ns_ = ns;
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(ns));
  const std::size_t size = ((bucket >> precision_bits_) + 1) << precision_bits_;
  if (size > buckets_.size()) buckets_.resize(size);
  return ns;
}

void Histogram::add(Duration value, std::uint64_t times) {
  if (times == 0) return;
  add(value);
  const std::uint64_t more = times - 1;
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
  buckets_[bucket_of(ns)] += more;
  count_ += more;
  sum_ns_ += static_cast<Int128>(static_cast<Wide>(ns) * more);
}

void Histogram::merge(const Histogram& other) {
  SQUALL_CHECK(precision_bits_ == other.precision_bits_, "histograms of different precision");
  if (other.count_ == 0) return;
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  // Durations of one kind lie close together: most buckets are below all of them.
  const std::size_t end = other.bucket_of(static_cast<std::uint64_t>(other.max_ns_)) + 1;
  for (std::size_t i = other.bucket_of(static_cast<std::uint64_t>(other.min_ns_)); i < end; ++i)
    buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  min_ns_ = std::min(min_ns_, other.min_ns_);
  max_ns_ = std::max(max_ns_, other.max_ns_);
  sum_ns_ += other.sum_ns_.value();
}

Duration Histogram::min() const noexcept { return Duration{count_ == 0 ? 0 : min_ns_}; }

Duration Histogram::max() const noexcept { return Duration{count_ == 0 ? 0 : max_ns_}; }

double Histogram::mean_ns() const noexcept {
  if (count_ == 0) return 0.0;
  const auto sum = static_cast<Wide>(sum_ns_.value());
  const auto whole = static_cast<std::uint64_t>(sum / count_);
  const auto rest = static_cast<std::uint64_t>(sum % count_);
  return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(count_);
}

std::optional<Duration> Histogram::quantile(double q) const noexcept {
  return quantile_of(q, count_);
}

std::optional<Duration> Histogram::quantile_of(double q, std::uint64_t total) const noexcept {
  SQUALL_CHECK(q >= 0.0 && q <= 1.0, "a quantile is from 0 to 1");
  SQUALL_CHECK(total >= count_, "a histogram holds at most all values");
  if (total == 0) return std::nullopt;
  std::uint64_t left = rank_of(q, total);
  if (left > count_) return std::nullopt;
  std::size_t bucket = 0;
  while (left > buckets_[bucket]) {
    left -= buckets_[bucket];
    ++bucket;
  }
  const auto middle = static_cast<std::int64_t>(middle_of(bucket, precision_bits_));
  return Duration{std::clamp(middle, min_ns_, max_ns_)};
}

std::uint64_t Histogram::count_below(Duration value) const noexcept {
  if (value.count() <= 0) return 0;
  const std::size_t end =
      std::min(bucket_of(static_cast<std::uint64_t>(value.count())), buckets_.size());
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < end; ++bucket) below += buckets_[bucket];
  return below;
}

double Histogram::relative_error() const noexcept {
  return 1.0 / static_cast<double>(std::uint64_t{2} << precision_bits_);
}

void Histogram::check_is_later(const Histogram& later) const {
  SQUALL_CHECK(
      precision_bits_ == precision_bits_default && later.precision_bits_ == precision_bits_,
      "buckets are of the default precision");
  SQUALL_CHECK(buckets_.size() <= later.buckets_.size(), "the earlier histogram is the larger one");
  SQUALL_CHECK(count_ <= later.count_, "something is gone from a histogram");
}

std::vector<Histogram::Bucket> Histogram::added_since(const Histogram& earlier) const {
  earlier.check_is_later(*this);
  std::vector<Bucket> added;
  std::uint64_t left = count_ - earlier.count_;
  if (left == 0) return added;
  for (std::size_t i = bucket_of(static_cast<std::uint64_t>(min_ns_)); left > 0; ++i) {
    SQUALL_CHECK(i < buckets_.size(), "something is gone from a histogram");
    const std::uint64_t before = i < earlier.buckets_.size() ? earlier.buckets_[i] : 0;
    if (buckets_[i] == before) continue;
    SQUALL_CHECK(buckets_[i] > before && buckets_[i] - before <= left,
                 "something is gone from a histogram");
    added.push_back({static_cast<std::uint32_t>(i), buckets_[i] - before});
    left -= buckets_[i] - before;
  }
  return added;
}

std::vector<Histogram::Bucket> Histogram::catch_up_with(const Histogram& later) {
  check_is_later(later);
  std::vector<Bucket> added;
  std::uint64_t left = later.count_ - count_;
  if (left == 0) return added;
  if (buckets_.size() < later.buckets_.size()) buckets_.resize(later.buckets_.size());
  const auto take = [&](std::size_t i) {
    const std::uint64_t more = later.buckets_[i] - buckets_[i];
    SQUALL_CHECK(later.buckets_[i] >= buckets_[i] && more <= left,
                 "something is gone from a histogram");
    added.push_back({static_cast<std::uint32_t>(i), more});
    buckets_[i] = later.buckets_[i];
    left -= more;
  };
  if (left == 1) {
    // The sums are exact, so they know which value it was.
    const Int128 value = later.sum_ns_.value() - sum_ns_.value();
    const std::size_t i = bucket_of(static_cast<std::uint64_t>(value));
    SQUALL_CHECK(i < buckets_.size(), "something is gone from a histogram");
    take(i);
    SQUALL_CHECK(left == 0, "something is gone from a histogram");
  }
  // Most buckets are as before: a few at a time are told to be so faster than one by one. Their
  // number is a multiple of that, as the precision has three bits or more.
  constexpr std::size_t at_a_time = 8;
  std::size_t i =
      later.bucket_of(static_cast<std::uint64_t>(later.min_ns_)) / at_a_time * at_a_time;
  while (left > 0) {
    SQUALL_CHECK(i < buckets_.size(), "something is gone from a histogram");
    const std::size_t end = i + at_a_time;
    std::uint64_t differences = 0;
    for (std::size_t k = i; k < end; ++k) differences |= later.buckets_[k] ^ buckets_[k];
    for (std::size_t k = differences == 0 ? end : i; k < end; ++k) {
      if (later.buckets_[k] != buckets_[k]) take(k);
    }
    i = end;
  }
  count_ = later.count_;
  min_ns_ = later.min_ns_;
  max_ns_ = later.max_ns_;
  sum_ns_ = later.sum_ns_;
  return added;
}

Duration Histogram::Bucket::middle() const noexcept {
  return Duration{static_cast<std::int64_t>(middle_of(index, precision_bits_default))};
}

Duration Histogram::Bucket::highest() const noexcept {
  return Duration{static_cast<std::int64_t>(lowest_of(index + 1U, precision_bits_default) - 1)};
}

}  // namespace squall::metrics
