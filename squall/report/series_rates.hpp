#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/series.hpp"

/// A series of counts, seen as rates.
namespace squall::report {

/// `count` over `time`, each second. REQUIRES time > 0.
[[nodiscard]] constexpr double per_second(std::uint64_t count, Duration time) noexcept {
  return static_cast<double>(count) * 1e9 / static_cast<double>(time.count());
}

/// Refers to the table; does not outlive it. The last interval may reach beyond the end of the run;
/// it counts as a whole one. Of a table of several runs added up it gives the mean run.
class SeriesRates {
 public:
  struct Rate {
    const char* name;
    metrics::SeriesColumn column;
  };
  static constexpr std::array<Rate, 5> rates = {
      {{"offered_per_s", metrics::SeriesColumn::offered},
       {"goodput_per_s", metrics::SeriesColumn::goodput},
       {"attempts_per_s", metrics::SeriesColumn::attempts},
       {"retries_per_s", metrics::SeriesColumn::retries},
       {"failed_per_s", metrics::SeriesColumn::failed}}};

  /// @param runs  in the table; > 0
  explicit SeriesRates(const metrics::SeriesTable& table, std::uint64_t runs = 1)
      : table_(table), runs_(static_cast<double>(runs)) {}

  /// Start of the interval, from the start of the run.
  [[nodiscard]] Duration time_of(std::size_t row) const {
    return table_.interval() * static_cast<std::int64_t>(row);
  }
  [[nodiscard]] double per_s(std::size_t row, metrics::SeriesColumn column) const {
    const std::int64_t count = cell(table_, row, column);
    return static_cast<double>(count) * 1e9 / static_cast<double>(table_.interval().count()) /
           runs_;
  }
  /// Messages waiting at the end of each interval, over all queues; of several runs the sum.
  [[nodiscard]] std::vector<std::int64_t> queue_depth() const {
    std::vector<std::int64_t> depth(table_.rows());
    std::int64_t now = 0;
    for (std::size_t row = 0; row < depth.size(); ++row) {
      now += cell(table_, row, metrics::SeriesColumn::queue_depth_change);
      depth[row] = now;
    }
    return depth;
  }
  /// The same for the mean of several runs.
  [[nodiscard]] std::vector<double> mean_queue_depth() const {
    std::vector<double> means;
    for (const std::int64_t depth : queue_depth()) {
      means.push_back(static_cast<double>(depth) / runs_);
    }
    return means;
  }

 private:
  const metrics::SeriesTable& table_;
  double runs_;
};

}  // namespace squall::report
