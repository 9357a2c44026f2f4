// A dependency that is slow, fails and hangs, called from plain threads through one guard:
// retries within a budget, a breaker, a bulkhead, a timeout for each attempt and a deadline for
// the call. The guard decides; this program reads the clock and sleeps.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <latch>
#include <thread>
#include <variant>
#include <vector>

#include "dependency.hpp"
#include "squall/guard/guard.hpp"
#include "squall/guard/steady_time.hpp"

namespace {

using namespace std::chrono_literals;
namespace guard = squall::guard;
namespace policy = squall::policy;
using example::Clock;
using example::now;
using example::Reply;

policy::PolicyOptions options() {
  policy::PolicyOptions options;
  options.deadline = 2s;
  options.timeout = 250ms;
  options.retry.emplace();
  options.retry->max_attempts = 3;
  options.retry->on.rejected = false;  // what breaker and bulkhead refuse stays refused
  options.retry->backoff = {.base = 2ms, .max = 50ms, .jitter = policy::Jitter::full};
  options.budget = policy::AwsBudgetOptions{};
  options.breaker = policy::WindowBreakerOptions{.window = 20, .failures = 10, .open_for = 500ms};
  options.bulkhead.emplace();
  options.bulkhead->max_concurrent = 4;
  example::put_bulkhead_outside_breaker(options);
  return options;
}

/// The sleep stands for a socket with a time limit on its reads.
policy::Outcome attempt(const guard::Attempt& limits, const Reply& reply) {
  const Clock::time_point answer = Clock::now() + reply.after;
  const Clock::time_point give_up = guard::steady_of(limits.give_up_at);
  std::this_thread::sleep_until(std::min(answer, give_up));
  if (answer > give_up) return limits.late();
  return example::outcome_of(reply);
}

/// The whole of what a caller does. `reply(n)` is the dependency's to the call's n-th attempt.
template <typename Replies>
policy::Outcome call(guard::Guard& dependency, Replies reply) {
  guard::Call call = dependency.begin(now());
  for (int attempts = 0; !call.has_ended();) {
    if (const auto* limits = std::get_if<guard::Attempt>(&call.step())) {
      const policy::Outcome outcome = attempt(*limits, reply(attempts++));
      call.on_attempt_end(outcome, now());
    } else {
      std::this_thread::sleep_for(std::get<policy::RetryAfter>(call.step()).delay);
      call.on_delay_over(now());
    }
  }
  return std::get<guard::End>(call.step()).outcome;
}

/// So many threads at once, each with so many calls.
template <typename Replies>
guard::Census phase(const char* name, guard::Guard& dependency, int threads, int calls,
                    Replies reply) {
  const guard::Census before = dependency.census(now());
  std::latch all_there(threads);
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        all_there.arrive_and_wait();
        for (int i = 0; i < calls; ++i)
          call(dependency, [&reply, i](int attempts) { return reply(i, attempts); });
      });
    }
  }
  guard::Census done = dependency.census(now());
  done.calls_begun -= before.calls_begun;
  done.calls_ok -= before.calls_ok;
  done.attempts_begun -= before.attempts_begun;
  done.retries_granted -= before.retries_granted;
  done.refused_by_breaker -= before.refused_by_breaker;
  done.refused_by_bulkhead -= before.refused_by_bulkhead;
  std::printf(
      "%-10s %3d calls: %3d ok, %3d attempts, %2d retries, refused by breaker %3d, "
      "by bulkhead %2d\n",
      name, static_cast<int>(done.calls_begun), static_cast<int>(done.calls_ok),
      static_cast<int>(done.attempts_begun), static_cast<int>(done.retries_granted),
      static_cast<int>(done.refused_by_breaker), static_cast<int>(done.refused_by_bulkhead));
  return done;
}

}  // namespace

int main() {
  const policy::PolicyOptions chosen = options();
  if (const auto valid = guard::validate(chosen); !valid) {
    std::printf("%s\n", valid.error().text().c_str());
    return 2;
  }
  guard::Guard dependency(chosen, 42);

  // Every fifth call fails at first; its retry does not.
  const auto flaky = [](int i, int attempts) {
    return Reply{.after = 1ms, .fails = i % 5 == 0 && attempts == 0};
  };
  const auto slow = [](int /*i*/, int /*attempts*/) { return Reply{.after = 50ms}; };
  const auto hangs = [](int /*i*/, int /*attempts*/) { return Reply{.after = 10s}; };

  phase("flaky", dependency, 4, 25, flaky);
  phase("burst", dependency, 16, 1, slow);
  phase("outage", dependency, 4, 25, hangs);
  std::this_thread::sleep_for(600ms);  // longer than the breaker stays open
  phase("recovered", dependency, 4, 25, flaky);

  const guard::Census all = dependency.census(now());
  const bool balanced = all.calls_begun == all.calls_ended &&
                        all.attempts_begun == all.attempts_ended && all.concurrent == 0;
  std::printf("at most %d at once, and every permit came back: %s\n",
              static_cast<int>(all.concurrent_max), balanced ? "yes" : "no");
  return balanced ? 0 : 1;
}
