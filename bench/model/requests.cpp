// The whole request (retries, backoff, breaker, bulkhead, timeout, servers with a queue,
// histogram), fused by hand and as a scenario, with the same parameters.
#include <string>

#include "bench/baseline/request_loop.hpp"
#include "bench/benchmarks.hpp"
#include "bench/support/request_case.hpp"
#include "bench/support/scenario_run.hpp"

namespace squall::bench {
namespace {

/// What a request went through, for each of them; so that it shows whether the two did the same.
struct Toll {
  std::uint64_t ok = 0;
  std::uint64_t attempts = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t refused = 0;
};

void show(benchmark::State& state, const Toll& toll, std::uint64_t requests) {
  const auto each = [requests](std::uint64_t n) {
    return static_cast<double>(n) / static_cast<double>(requests);
  };
  state.counters["ok"] = each(toll.ok);
  state.counters["attempts"] = each(toll.attempts);
  state.counters["timeouts"] = each(toll.timeouts);
  state.counters["refused"] = each(toll.refused);
}

void run_by_hand(benchmark::State& state, const RequestCase& request_case) {
  baseline::RequestResult result;
  for (auto _ : state) result = baseline::RequestLoop(request_case.options()).run();
  show(state,
       {result.ok, result.attempts, result.timeouts,
        result.refused_breaker + result.refused_bulkhead},
       request_case.requests);
  report_work(state, request_case.requests,
              WorkHash().add(result.ok).add(result.attempts).add(result.latency_ns));
}

void run_scenario(benchmark::State& state, const RequestCase& request_case) {
  const auto record = time_run(state, load_file("whole-request", request_case.assignments()));
  if (record == nullptr) return;
  const metrics::CallRecord& call = record->calls[0];
  show(state,
       {record->workloads[0].ok, call.attempts, call.timeouts,
        call.rejected_breaker + call.rejected_bulkhead},
       request_case.requests);
  report_work(state, request_case.requests, hash_of(*record));
}

}  // namespace

void register_requests(const Size& size) {
  for (const RequestCase::Load load : RequestCase::loads) {
    for (const std::uint32_t workers : {10U, 1'000U, 100'000U}) {
      if (!size.reaches(workers)) continue;
      const RequestCase request_case{
          // At 100,000 workers enough of them to fill the servers several times.
          .requests = size.of(workers > 1'000 ? 2'000'000 : 1'000'000),
          .workers = workers,
          .load = load};
      const std::string name = request_case.name();
      add_benchmark("request/hand_fused/" + name,
                    [request_case](benchmark::State& state) { run_by_hand(state, request_case); });
      add_benchmark("request/scenario/" + name,
                    [request_case](benchmark::State& state) { run_scenario(state, request_case); });
    }
  }
}

}  // namespace squall::bench
