// One queue, one server: written by hand for this and nothing else, and as a scenario.
#include <string>

#include "bench/baseline/mm1_loop.hpp"
#include "bench/benchmarks.hpp"
#include "bench/support/scenario_run.hpp"

namespace squall::bench {

void register_mm1(const Size& size) {
  const std::uint64_t customers = size.of(4'000'000);
  add_benchmark("mm1/hand_written", [customers](benchmark::State& state) {
    baseline::Mm1Result result;
    for (auto _ : state) result = baseline::mm1_loop(customers, 1e9 / 900.0, 1e6, 1);
    state.counters["mean_ms"] =
        static_cast<double>(result.sojourn_ns) / 1e6 / static_cast<double>(result.customers);
    report_work(state, customers,
                WorkHash().add(result.customers).add(result.sojourn_ns).add(result.end_ns));
  });
  add_benchmark("mm1/scenario", [customers](benchmark::State& state) {
    const auto bundle =
        load_file("mm1", {"workloads.customers.requests=" + std::to_string(customers)});
    const auto record = time_run(state, bundle);
    if (record == nullptr) return;
    state.counters["mean_ms"] = record->workloads[0].latency.mean_ns() / 1e6;
    report_work(state, customers, hash_of(*record));
  });
}

}  // namespace squall::bench
