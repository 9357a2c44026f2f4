// Counting a latency.
#include "squall/metrics/histogram.hpp"

#include <vector>

#include "bench/baseline/log_histogram.hpp"
#include "bench/baseline/random.hpp"
#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"

namespace squall::bench {
namespace {

/// Latencies drawn beforehand, so that nothing but the counting is timed.
std::vector<std::int64_t> latencies() {
  const baseline::Ziggurat ziggurat;
  baseline::Xoshiro random(1);
  std::vector<std::int64_t> all(4096);
  for (std::int64_t& ns : all) ns = baseline::exponential_ns(ziggurat, random, 1e7);
  return all;
}

}  // namespace

void register_histogram(const Size& size) {
  const std::uint64_t adds = size.of(20'000'000);
  add_benchmark("histogram/add", [adds](benchmark::State& state) {
    const std::vector<std::int64_t> values = latencies();
    metrics::Histogram histogram;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < adds; ++i) {
        histogram.add(Duration{values[i % values.size()]});
      }
    }
    report_work(state, adds,
                WorkHash().add(histogram.count()).add(histogram.quantile(0.5)->count()));
  });
  add_benchmark("histogram/add_by_hand", [adds](benchmark::State& state) {
    const std::vector<std::int64_t> values = latencies();
    baseline::LogHistogram histogram;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < adds; ++i) histogram.add(values[i % values.size()]);
    }
    report_work(state, adds, WorkHash().add(adds).add(histogram.quantile(0.5)));
  });
}

}  // namespace squall::bench
