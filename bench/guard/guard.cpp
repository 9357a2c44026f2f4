// What a call through a shared guard costs: beginning and end, two passages of its lock, by one
// thread alone and by two that do nothing else, which is the worst that contention can be.
#include "squall/guard/guard.hpp"

#include <string>
#include <thread>
#include <vector>

#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"
#include "squall/base/time.hpp"

namespace squall::bench {
namespace {

policy::PolicyOptions plain() { return {}; }

policy::PolicyOptions whole() {
  policy::PolicyOptions options;
  options.deadline = std::chrono::seconds{1};
  options.timeout = std::chrono::milliseconds{100};
  options.retry.emplace();
  options.budget = policy::AwsBudgetOptions{};
  options.breaker = policy::Resilience4jBreakerOptions{};
  options.bulkhead.emplace();
  return options;
}

/// So many calls, each of which succeeds at its first attempt.
void make_calls(guard::Guard& guard, std::uint64_t calls) {
  Instant now{};
  for (std::uint64_t i = 0; i < calls; ++i) {
    now += std::chrono::microseconds{1};
    guard::Call call = guard.begin(now);
    if (!call.has_ended()) call.on_attempt_end(policy::Outcome{}, now);
  }
}

/// An operation is a call, whichever thread's, and the time is the wall's: with two threads what an
/// operation takes is the reciprocal of what the guard does in all, and a thread sees twice that.
void add(const Size& size, const std::string& name, const policy::PolicyOptions& options,
         std::uint64_t threads) {
  const std::uint64_t calls = size.of(4'000'000) / threads;
  add_benchmark("guard/" + name, [=](benchmark::State& state) {
    guard::Guard guard(options, 1);
    for (auto _ : state) {
      std::vector<std::jthread> others;
      for (std::uint64_t i = 1; i < threads; ++i)
        others.emplace_back([&guard, calls] { make_calls(guard, calls); });
      make_calls(guard, calls);
    }
    const guard::Census census = guard.census(Instant{});
    report_work(state, calls * threads, WorkHash().add(census.calls_begun).add(census.calls_ok));
  })->UseRealTime();
}

}  // namespace

void register_guard(const Size& size) {
  add(size, "empty/threads:1", plain(), 1);
  add(size, "empty/threads:2", plain(), 2);
  add(size, "whole/threads:1", whole(), 1);
  add(size, "whole/threads:2", whole(), 2);
}

}  // namespace squall::bench
