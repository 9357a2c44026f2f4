#include "squall/metrics/recovery.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "squall/base/check.hpp"
#include "squall/metrics/wide_sum.hpp"

namespace squall::metrics {
namespace {

/// With fewer on average, chance alone would now and then take a tenth of them away.
constexpr std::int64_t served_in_window = 100;

/// Sums over rows [from, to) by subtraction.
class PrefixSums {
 public:
  PrefixSums(const SeriesTable& series, SeriesColumn column) : sums_(series.rows() + 1) {
    for (std::size_t row = 0; row < series.rows(); ++row) {
      sums_[row + 1] = sums_[row] + cell(series, row, column);
    }
  }
  [[nodiscard]] std::int64_t over(std::size_t from, std::size_t to) const {
    return sums_[to] - sums_[from];
  }

 private:
  std::vector<std::int64_t> sums_;
};

/// Goodput over offered, as a fraction.
struct Fraction {
  std::int64_t served = 1;
  std::int64_t offered = 1;
};

std::size_t rows_before(Instant at, Duration interval) {
  return static_cast<std::size_t>(at.time_since_epoch() / interval);
}

std::size_t rows_begun(Instant at, Duration interval) {
  return rows_before(at, interval) + (at.time_since_epoch() % interval == Duration{0} ? 0 : 1);
}

/// Nothing where nothing was served: then there is no level to come back to.
std::optional<Fraction> baseline_of(const SeriesTable& series, const PrefixSums& offered,
                                    const PrefixSums& served, const FaultSpan& faults,
                                    Instant from) {
  const std::size_t first = rows_begun(from, series.interval());
  const std::size_t end =
      std::min(rows_before(faults.first_start, series.interval()), series.rows());
  if (first >= end) return std::nullopt;
  const Fraction found{served.over(first, end), offered.over(first, end)};
  if (found.served <= 0) return std::nullopt;
  return found.served >= found.offered ? Fraction{} : found;
}

/// The longest way from one row with an arrival to the next, in rows; 0 with fewer than two.
std::size_t longest_silence(const PrefixSums& offered, std::size_t first, std::size_t end) {
  std::size_t longest = 0;
  std::size_t last = end;
  for (std::size_t row = first; row < end; ++row) {
    if (offered.over(row, row + 1) == 0) continue;
    if (last != end) longest = std::max(longest, row - last);
    last = row;
  }
  return longest;
}

/// Rows in a window.
std::size_t width_of(const PrefixSums& offered, Fraction baseline, std::size_t first,
                     std::size_t end, Duration window, Duration interval) {
  const std::size_t rows = end - first;
  const auto wanted = static_cast<std::size_t>((window - Duration{1}) / interval) + 1;
  // rows * served_in_window / (arrivals * baseline), up.
  const Int128 expected = Int128{offered.over(first, end)} * baseline.served;
  const Int128 wanted_of_them = Int128{served_in_window} * rows * baseline.offered;
  const auto for_served = static_cast<std::size_t>(
      std::min<Int128>((wanted_of_them + expected - 1) / expected, static_cast<Int128>(rows)));
  const std::size_t for_silence = 4 * longest_silence(offered, first, end);
  return std::clamp<std::size_t>(std::max({wanted, for_served, for_silence}), 1,
                                 std::max<std::size_t>(rows / 2, 1));
}

/// Whether `reached` is enough for `asked`: share_percent of asked x baseline, less two standard
/// deviations of what chance does to both sides when each request is served with the probability
/// of the baseline. None where the baseline is everything.
bool suffices(std::int64_t reached, std::int64_t asked, Fraction baseline, int share_percent) {
  const Int128 shortfall =
      Int128{share_percent} * asked * baseline.served -
      Int128{100} * reached * baseline.offered;  // in 1 / (100 baseline.offered)
  if (shortfall <= 0) return true;
  if (reached == 0) return false;
  const auto served = static_cast<double>(baseline.served);
  const auto offered = static_cast<double>(baseline.offered);
  const auto now = static_cast<double>(asked);
  const double share = served / offered;
  const double variance = now * share * (1.0 - share) * (1.0 + now / offered);
  const double short_by = static_cast<double>(shortfall) / (100.0 * offered);
  return short_by * short_by <= 9.0 * variance;
}

}  // namespace

Verdict judge_recovery(const SeriesTable& series, Duration simulated, const FaultSpan& faults,
                       const RecoveryOptions& options) {
  SQUALL_CHECK(options.window > Duration{0}, "the window of a recovery");
  SQUALL_CHECK(options.share_percent >= 1 && options.share_percent <= 100,
               "the share of a recovery");
  Verdict verdict;
  if (faults.last_end == never || faults.last_end.time_since_epoch() >= simulated) return verdict;

  const PrefixSums offered(series, SeriesColumn::offered);
  const PrefixSums served(series, SeriesColumn::goodput);
  const Duration interval = series.interval();
  const std::size_t first = rows_begun(faults.last_end, interval);
  std::size_t end = series.rows();
  while (end > first && offered.over(end - 1, end) == 0) --end;
  verdict.state = Verdict::State::not_judged;
  if (end <= first) return verdict;

  const std::optional<Fraction> known =
      baseline_of(series, offered, served, faults, options.baseline_from);
  if (!known) {
    verdict.without_baseline = true;
    return verdict;
  }
  const Fraction baseline = *known;
  const std::size_t width = width_of(offered, baseline, first, end, options.window, interval);

  const auto is_good = [&](std::size_t from) {
    const std::int64_t reached = served.over(from, from + width);
    for (std::size_t lag = 0; lag <= std::min(width, from - first); ++lag) {
      const std::int64_t asked = offered.over(from - lag, from - lag + width);
      if (asked > 0 && suffices(reached, asked, baseline, options.share_percent)) return true;
    }
    return false;
  };

  // From the end backwards, as long as it is good.
  std::size_t since = end;
  for (std::size_t from = end - width + 1; from-- > first;) {
    if (offered.over(from, from + width) == 0) continue;
    if (!is_good(from)) {
      if (since == end) verdict.state = Verdict::State::not_recovered;
      break;
    }
    since = from;
  }
  if (since == end) return verdict;
  if (since > first && end - since < 3 * width) {
    verdict.state = Verdict::State::not_recovered;
    return verdict;
  }

  verdict.state = Verdict::State::recovered;
  verdict.recovered_after = Duration{0};
  if (since > first) {
    while (served.over(since, since + 1) == 0) ++since;
    verdict.recovered_after =
        interval * static_cast<std::int64_t>(since) - faults.last_end.time_since_epoch();
  }
  return verdict;
}

}  // namespace squall::metrics
