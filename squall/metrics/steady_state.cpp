#include "squall/metrics/steady_state.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace squall::metrics {
namespace {

/// The intervals of the series that lie wholly after the warm-up and before the end.
struct Rows {
  std::size_t from = 0;
  std::size_t to = 0;
};

Rows rows_of(const RunRecord& record) {
  const Duration interval = record.series.interval();
  const auto from =
      static_cast<std::size_t>((record.warmup.cut + interval - Duration{1}) / interval);
  const auto to = static_cast<std::size_t>(record.simulated / interval);
  return {from, std::max(from, std::min(to, record.series.rows()))};
}

}  // namespace

SteadyState steady_state_of(const RunRecord& record) {
  SteadyState made;
  made.latency_ns.resize(record.workloads.size());
  if (!record.is_steady) return made;

  const Rows rows = rows_of(record);
  const double interval_s = to_s(record.series.interval());
  std::vector<Batch> over_ended;
  std::vector<Batch> over_time;
  for (std::size_t row = rows.from; row < rows.to; ++row) {
    const std::int64_t good = cell(record.series, row, SeriesColumn::goodput);
    const std::int64_t ended = good + cell(record.series, row, SeriesColumn::late) +
                               cell(record.series, row, SeriesColumn::failed);
    const auto ok = static_cast<double>(good);
    over_ended.push_back({ok, static_cast<double>(ended)});
    over_time.push_back({ok, interval_s});
  }
  made.goodput_ratio = batch_interval(over_ended);
  made.goodput_ratio.low = std::clamp(made.goodput_ratio.low, 0.0, 1.0);
  made.goodput_ratio.high = std::clamp(made.goodput_ratio.high, 0.0, 1.0);
  made.goodput_per_s = batch_interval(over_time);
  made.goodput_per_s.low = std::max(made.goodput_per_s.low, 0.0);
  for (std::size_t w = 0; w < record.workloads.size(); ++w) {
    made.latency_ns[w] = record.workloads[w].sojourns.interval();
  }
  return made;
}

}  // namespace squall::metrics
