// Systems of other shapes: long, wide, full.
#include <string>

#include "bench/benchmarks.hpp"
#include "bench/support/generated.hpp"
#include "bench/support/scenario_run.hpp"

namespace squall::bench {

void register_shapes(const Size& size) {
  const std::uint64_t chained = size.of(200'000);
  add_benchmark("shape/chain_of_10", [chained](benchmark::State& state) {
    const auto record = time_run(state, load(chains_yaml({.requests = chained})));
    if (record != nullptr) report_work(state, chained, hash_of(*record));
  });

  const std::uint64_t fanned = size.of(20'000);
  add_benchmark("shape/fan_out_of_100", [fanned](benchmark::State& state) {
    const auto record = time_run(state, load(fan_out_yaml(100, fanned)));
    if (record != nullptr) report_work(state, fanned, hash_of(*record));
  });

  if (!size.reaches(1'000'000)) return;
  add_benchmark("shape/in_flight_1000000", [](benchmark::State& state) {
    // Timed is the last half second of two and a half: by then the first timeouts have come, and as
    // many records come and go.
    constexpr std::uint64_t timed = 500'000;
    const auto record =
        time_run_from(state, load_file("in-flight"), std::chrono::milliseconds{2'000});
    if (record == nullptr) return;
    show_memory(state, *record);
    report_work(state, timed, hash_of(*record));
  });
}

}  // namespace squall::bench
