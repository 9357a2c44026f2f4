// How the cost of a request grows: with the number of requests inside, and with that of services.
#include <string>

#include "bench/benchmarks.hpp"
#include "bench/support/generated.hpp"
#include "bench/support/scenario_run.hpp"

namespace squall::bench {
namespace {

/// So many requests are timed with `inside` of them in flight, after a tenth as many.
void in_flight(benchmark::State& state, std::uint64_t inside, std::uint64_t timed) {
  const auto lasting = [inside](std::uint64_t requests) {
    return static_cast<std::int64_t>(1'000'000'000 * requests / inside);
  };
  const std::string count = std::to_string(inside);
  const std::int64_t warm = lasting(timed / 10);
  const auto record = time_run_from(
      state,
      load_file("in-flight", {"workloads.before.arrivals.bursts.size=" + count,
                              "workloads.before.requests=" + count,
                              "workloads.steady.arrivals={poisson: " + count + "/s}",
                              "duration=" + std::to_string(warm + lasting(timed)) + "ns"}),
      Duration{warm});
  if (record == nullptr) return;
  show_memory(state, *record);
  report_work(state, timed, hash_of(*record));
}

constexpr std::uint64_t chain_length = 10;

/// The number of requests inside is the same, about 1,000, whatever the number of services.
void services(benchmark::State& state, std::uint64_t chains, std::uint64_t requests) {
  constexpr std::uint64_t requests_per_s = 100'000;
  const std::string text = chains == 0 ? recursion_yaml(chain_length, requests_per_s, requests)
                                       : chains_yaml({.chains = chains,
                                                      .length = chain_length,
                                                      .requests_per_s = requests_per_s,
                                                      .requests = requests});
  // Timed are all but the first twentieth: the making of so many services is not a request's cost.
  const std::uint64_t warm = requests / 20;
  const auto record =
      time_run_from(state, load(text),
                    Duration{static_cast<std::int64_t>(1'000'000'000 * warm / requests_per_s)});
  if (record == nullptr) return;
  std::uint64_t offered = 0;
  for (const metrics::WorkloadRecord& workload : record->workloads) offered += workload.offered;
  report_work(state, offered - warm, hash_of(*record));
}

}  // namespace

void register_scaling(const Size& size) {
  const std::uint64_t timed = size.of(1'000'000);
  for (const std::uint64_t inside : {100U, 1'000U, 10'000U, 100'000U, 1'000'000U, 10'000'000U}) {
    if (!size.reaches(inside)) continue;
    add_benchmark("scaling/in_flight/" + std::to_string(inside),
                  [=](benchmark::State& state) { in_flight(state, inside, timed); });
  }

  const std::uint64_t requests = size.of(200'000);
  add_benchmark("scaling/services/1",
                [=](benchmark::State& state) { services(state, 0, requests); });
  // A scenario holds 100,000 services and workloads together: the last has 90,900 and 9,090.
  for (const std::uint64_t chains : {1U, 10U, 100U, 1'000U, 9'090U}) {
    const std::uint64_t count = chains * chain_length;
    if (!size.reaches(count)) continue;
    add_benchmark("scaling/services/" + std::to_string(count),
                  [=](benchmark::State& state) { services(state, chains, requests); });
  }
}

}  // namespace squall::bench
