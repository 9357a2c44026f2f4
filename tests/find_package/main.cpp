#include <chrono>
#include <cstdio>
#include <variant>

#include "squall/base/result.hpp"
#include "squall/policy/policy.hpp"

namespace {

using namespace std::chrono_literals;
namespace policy = squall::policy;

squall::Result<int> halved(int n) {
  if (n % 2 != 0) return squall::fail("odd");
  return n / 2;
}

bool result_works() {
  const squall::Result<int> good = halved(84);
  const squall::Result<int> bad = halved(7);
  return good && *good == 42 && !bad && bad.error().message == "odd";
}

bool policies_work() {
  policy::PolicyOptions options;
  options.retry.emplace();
  options.retry->backoff.base = 10ms;
  options.breaker = policy::WindowBreakerOptions{.window = 1, .failures = 1, .open_for = 1s};
  if (!options.validate()) return false;

  constexpr squall::Instant now{};
  constexpr policy::Outcome failed{.kind = policy::OutcomeKind::error};
  squall::Rng rng{1};
  policy::RetryState state;
  const policy::RetryDecision decision =
      policy::Retry(*options.retry).on_attempt_end(state, failed, now, squall::never, rng);
  const auto* after = std::get_if<policy::RetryAfter>(&decision);
  policy::Breaker breaker(options.breaker);
  const bool was_closed = breaker.try_acquire(now);
  breaker.on_result(failed, 1ms, now, rng);
  return after != nullptr && after->delay == 10ms && was_closed && !breaker.try_acquire(now);
}

}  // namespace

int main() {
  if (!result_works() || !policies_work()) {
    std::puts("squall is installed, but does not work");
    return 1;
  }
  std::puts("squall is installed and works: 42");
  return 0;
}
