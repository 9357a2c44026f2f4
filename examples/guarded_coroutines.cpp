// The same with Boost.Asio: many calls at once as coroutines on two threads, all through one guard.
// The guard decides; the coroutines wait on Asio's timers.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>  // which awaitable.hpp of Boost 1.74 uses without saying so
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dependency.hpp"
#include "squall/guard/guard.hpp"
#include "squall/guard/steady_time.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace guard = squall::guard;
namespace policy = squall::policy;
using example::now;
using example::Reply;

policy::PolicyOptions options() {
  policy::PolicyOptions options;
  options.deadline = 5s;
  options.timeout = 200ms;
  options.retry.emplace();
  options.retry->max_attempts = 100;  // a full bulkhead counts: what is refused comes again
  options.retry->backoff = {
      .shape = policy::BackoffShape::fixed, .base = 20ms, .jitter = policy::Jitter::equal};
  options.budget = policy::EnvoyBudgetOptions{.percent = 100.0, .min_concurrency = 100};
  options.breaker = policy::Resilience4jBreakerOptions{
      .window = 20, .minimum = 20, .failure_rate = 60.0, .open_for = 200ms, .half_open_calls = 4};
  options.bulkhead.emplace();
  options.bulkhead->max_concurrent = 8;
  example::put_bulkhead_outside_breaker(options);
  return options;
}

/// The answer is a timer here, where a program has a socket. A second one takes it back when the
/// attempt is to be given up; both on the coroutine's strand, so neither runs beside the other.
asio::awaitable<policy::Outcome> attempt(guard::Attempt limits, Reply reply) {
  const auto executor = co_await asio::this_coro::executor;
  const auto answer = std::make_shared<asio::steady_timer>(executor, reply.after);
  asio::steady_timer watchdog(executor, guard::steady_of(limits.give_up_at));
  watchdog.async_wait([answer](const boost::system::error_code& cancelled) {
    if (!cancelled) answer->cancel();
  });
  boost::system::error_code given_up;
  co_await answer->async_wait(asio::redirect_error(asio::use_awaitable, given_up));
  watchdog.cancel();
  if (given_up) co_return limits.late();
  co_return example::outcome_of(reply);
}

/// The whole of what a caller does.
template <typename Replies>
asio::awaitable<void> call(guard::Guard& dependency, Replies reply) {
  asio::steady_timer backoff(co_await asio::this_coro::executor);
  guard::Call call = dependency.begin(now());
  for (int attempts = 0; !call.has_ended();) {
    if (const auto* limits = std::get_if<guard::Attempt>(&call.step())) {
      const policy::Outcome outcome = co_await attempt(*limits, reply(attempts++));
      call.on_attempt_end(outcome, now());
    } else {
      backoff.expires_after(std::get<policy::RetryAfter>(call.step()).delay);
      co_await backoff.async_wait(asio::use_awaitable);
      call.on_delay_over(now());
    }
  }
}

/// So many calls at once; returns when all have ended.
template <typename Replies>
void phase(const char* name, guard::Guard& dependency, int calls, Replies reply) {
  const guard::Census before = dependency.census(now());
  asio::io_context context(2);
  for (int i = 0; i < calls; ++i) {
    const auto to_call = [reply, i](int attempts) { return reply(i, attempts); };
    asio::co_spawn(asio::make_strand(context), call(dependency, to_call), asio::detached);
  }
  std::jthread second([&context] { context.run(); });
  context.run();
  second.join();
  const guard::Census after = dependency.census(now());
  std::printf("%-10s %3d calls: %3d ok\n", name,
              static_cast<int>(after.calls_begun - before.calls_begun),
              static_cast<int>(after.calls_ok - before.calls_ok));
}

}  // namespace

int main() {
  const policy::PolicyOptions chosen = options();
  if (const auto valid = guard::validate(chosen); !valid) {
    std::printf("%s\n", valid.error().text().c_str());
    return 2;
  }
  guard::Guard dependency(chosen, 42);

  // Every fifth call fails at first, and every fifth hangs at first; their retries do neither.
  phase("flaky", dependency, 100, [](int i, int attempts) {
    return Reply{.after = i % 5 == 1 && attempts == 0 ? 10'000ms : 5ms,
                 .fails = i % 5 == 0 && attempts == 0};
  });
  phase("outage", dependency, 50, [](int /*i*/, int /*attempts*/) { return Reply{.fails = true}; });
  std::this_thread::sleep_for(300ms);  // longer than the breaker stays open
  phase("recovered", dependency, 50, [](int /*i*/, int /*attempts*/) { return Reply{}; });

  const guard::Census all = dependency.census(now());
  const bool balanced = all.calls_begun == all.calls_ended &&
                        all.attempts_begun == all.attempts_ended && all.concurrent == 0;
  std::printf("refused by bulkhead: %s, by breaker: %s\n",
              all.refused_by_bulkhead > 0 ? "yes" : "no",
              all.refused_by_breaker > 0 ? "yes" : "no");
  std::printf("at most %d at once, and every permit came back: %s\n",
              static_cast<int>(all.concurrent_max), balanced ? "yes" : "no");
  return balanced ? 0 : 1;
}
