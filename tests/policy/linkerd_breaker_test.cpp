// The cases named Linkerd are those of linkerd2-proxy, consecutive_failures.rs (`transitions`),
// unified.rs and exp-backoff, and of the defaults in Linkerd's policy controller, 2.13 to 2.18.
#include "squall/policy/linkerd_breaker.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::linkerd_breaker_test {
namespace {

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

/// A breaker, a clock that stands still unless told, and draws.
using Bench = BreakerBench<LinkerdBreaker, LinkerdBreakerOptions>;

/// Of the product's tests: two failures, 1 s to 100 s, no jitter.
LinkerdBreakerOptions of_their_tests() {
  return {.max_failures = 2, .max_penalty = 100s, .jitter = 0.0};
}

/// Half-open for the first time, 1 s after it tripped.
Bench half_opened() {
  Bench bench(of_their_tests());
  bench.results(0, 2);
  bench.now = at(1s);
  EXPECT_EQ(bench.state(), half_open);
  return bench;
}

Duration lowest_penalty(const LinkerdBreakerOptions& options, std::uint32_t doublings) {
  Rng rng = drawing_lowest();
  return linkerd_penalty(options, doublings, rng);
}
Duration highest_penalty(const LinkerdBreakerOptions& options, std::uint32_t doublings) {
  Rng rng = drawing_highest();
  return linkerd_penalty(options, doublings, rng);
}

// --- Conformance: Linkerd 2 ---------------------------------------------------------------------

TEST(LinkerdBreaker, LinkerdDefaults) {
  const LinkerdBreakerOptions options;
  EXPECT_EQ(options.max_failures, 7U);
  EXPECT_EQ(options.min_penalty, 1s);
  EXPECT_EQ(options.max_penalty, 1min);
  EXPECT_EQ(options.jitter, 0.5);
}

TEST(LinkerdBreaker, LinkerdShutsAfterSevenFailuresInARow) {
  Bench bench({});
  bench.results(0, 6);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
  EXPECT_FALSE(bench.acquire());
}

TEST(LinkerdBreaker, LinkerdASuccessStartsTheCountAgain) {
  Bench bench({.max_failures = 3});
  bench.results(0, 2);
  bench.result(succeeded);
  bench.results(0, 2);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(LinkerdBreaker, LinkerdGoesThroughItsTransitions) {
  Bench bench(of_their_tests());
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(500ms);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(1s);
  EXPECT_EQ(bench.state(), half_open) << "by itself";
  EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(2s);
  EXPECT_EQ(bench.state(), open);
  bench.result(succeeded);  // a straggler
  EXPECT_EQ(bench.state(), open);
  bench.now = at(3s - 1ns);
  EXPECT_FALSE(bench.acquire());
  bench.now = at(3s);  // twice as long
  EXPECT_TRUE(bench.acquire());
  EXPECT_FALSE(bench.acquire());
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
}

TEST(LinkerdBreaker, LinkerdDoublesThePenaltyUpToTheLongest) {
  LinkerdBreakerOptions options;
  options.jitter = 0.0;
  std::uint32_t doublings = 0;
  for (const Duration penalty : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    EXPECT_EQ(lowest_penalty(options, doublings), penalty);
    EXPECT_EQ(highest_penalty(options, doublings), penalty);
    ++doublings;
  }
  EXPECT_EQ(lowest_penalty(options, std::numeric_limits<std::uint32_t>::max()), 60s);
}

TEST(LinkerdBreaker, APenaltyOfJustOverHalfTheLongestDoublesToTheLongest) {
  Rng rng{1};
  const LinkerdBreakerOptions options{.min_penalty = 6ns, .max_penalty = 11ns, .jitter = 0.0};
  EXPECT_EQ(linkerd_penalty(options, 1, rng), 11ns);
}

TEST(LinkerdBreaker, LinkerdAddsJitterInWholeSecondsToWholeSeconds) {
  const LinkerdBreakerOptions options;
  const Duration highest[] = {1s, 2s, 4s + 1s, 8s + 3s, 16s + 7s, 32s + 15s, 60s, 60s};
  std::uint32_t doublings = 0;
  for (const Duration penalty : highest) {
    EXPECT_EQ(lowest_penalty(options, doublings),
              std::min(Duration{60s}, Duration{1s} * (1 << doublings)));
    EXPECT_EQ(highest_penalty(options, doublings), penalty);
    ++doublings;
  }
}

TEST(LinkerdBreaker, LinkerdAddsJitterToPartsOfASecond) {
  LinkerdBreakerOptions options{.min_penalty = 100ms, .max_penalty = 10s};
  EXPECT_EQ(lowest_penalty(options, 0), 100ms);
  EXPECT_EQ(highest_penalty(options, 0), 150ms - 1ns);
  EXPECT_EQ(highest_penalty(options, 3), 1200ms - 1ns);
  options.min_penalty = 1500ms;  // 1 s and 500 ms apart
  EXPECT_EQ(highest_penalty(options, 0), 1500ms + 250ms - 1ns);
  options.jitter = 2.0;
  EXPECT_EQ(highest_penalty(options, 0), 1500ms + 1s + 1s - 1ns);
}

TEST(LinkerdBreaker, LinkerdAddsNoJitterPastTheLongest) {
  LinkerdBreakerOptions options{.min_penalty = 7s, .max_penalty = 9500ms, .jitter = 100.0};
  EXPECT_EQ(highest_penalty(options, 0), 9500ms);
  options = {.min_penalty = 900ms, .max_penalty = 1s, .jitter = 100.0};
  EXPECT_EQ(highest_penalty(options, 0), 1s);
  options = {.min_penalty = forever / 2, .max_penalty = forever, .jitter = 100.0};
  EXPECT_EQ(highest_penalty(options, 0), forever);
  EXPECT_EQ(lowest_penalty(options, 1), forever - 1ns);
  EXPECT_EQ(highest_penalty(options, 1), forever);
}

TEST(LinkerdBreaker, LinkerdTheNextTripStartsWithTheFirstPenalty) {
  Bench bench = half_opened();
  EXPECT_TRUE(bench.acquire());
  bench.results(0, 1);  // 2 s
  bench.now = at(3s);
  EXPECT_TRUE(bench.acquire());
  bench.result(succeeded);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), closed) << "and the count from the start";
  bench.results(0, 1);
  bench.now = at(4s - 1ns);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(4s);
  EXPECT_EQ(bench.state(), half_open);
}

// --- What the product's tests leave open ---------------------------------------------------------

TEST(LinkerdBreaker, AStragglerCanBeTheVerdictBeforeThereIsAProbe) {
  Bench bench = half_opened();
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
  Bench other = half_opened();
  other.results(0, 1);
  EXPECT_EQ(other.state(), open);
  other.now = at(3s);
  EXPECT_EQ(other.state(), half_open);
}

TEST(LinkerdBreaker, AResultAtTheEndOfThePenaltyIsAVerdictAndOneBeforeIsNot) {
  Bench bench(of_their_tests());
  bench.results(0, 2);
  bench.now = at(1s - 1ns);
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(1s);
  bench.result(succeeded);
  EXPECT_EQ(bench.state(), closed);
}

TEST(LinkerdBreaker, AProbeThatIsGivenUpLeavesItHalfOpenUntilAResultArrives) {
  Bench bench = half_opened();
  EXPECT_TRUE(bench.acquire());
  bench.breaker.release(bench.now);
  bench.result(was_abandoned);
  bench.now = at(1h);
  EXPECT_EQ(bench.state(), half_open);
  EXPECT_FALSE(bench.acquire());
  bench.result(succeeded);
  EXPECT_TRUE(bench.acquire());
}

TEST(LinkerdBreaker, AbandonedCallsAreNeitherFailuresNorSuccesses) {
  Bench bench(of_their_tests());
  bench.results(0, 1);
  bench.result(was_abandoned);
  bench.breaker.release(bench.now);
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(LinkerdBreaker, EveryOutcomeButOkAndAbandonedIsAFailure) {
  const Outcome bulkhead_full{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, bulkhead_full}) {
    Bench bench({.max_failures = 1});
    bench.result(outcome);
    EXPECT_EQ(bench.state(), open);
  }
}

TEST(LinkerdBreaker, TakesOneDrawForEachPenaltyWithJitter) {
  Bench bench({.max_failures = 1, .min_penalty = 100ms, .max_penalty = 1h});
  Rng expected{1};
  Instant end = bench.now;
  for (std::uint32_t doublings = 0; doublings < 8; ++doublings) {
    bench.results(0, 1);
    end += linkerd_penalty({.max_failures = 1, .min_penalty = 100ms, .max_penalty = 1h}, doublings,
                           expected);
    bench.now = end - 1ns;
    EXPECT_EQ(bench.state(), open);
    bench.now = end;
    EXPECT_EQ(bench.state(), half_open);
  }
  EXPECT_EQ(bench.rng.next(), expected.next());
}

TEST(LinkerdBreaker, PenaltiesThatNeverEndDoNotOverflow) {
  Bench bench({.max_failures = 1, .min_penalty = forever, .max_penalty = forever});
  bench.now = at(1s);
  bench.results(0, 1);
  EXPECT_EQ(bench.breaker.state(never), open);
  EXPECT_FALSE(bench.breaker.try_acquire(never));
}

TEST(LinkerdBreaker, ReconfiguringKeepsTheCountForTheNextFailureToJudge) {
  Bench bench({.max_failures = 10});
  bench.results(0, 5);
  bench.breaker.reconfigure({.max_failures = 3});
  EXPECT_EQ(bench.state(), closed);
  bench.results(0, 1);
  EXPECT_EQ(bench.state(), open);
}

TEST(LinkerdBreaker, ReconfiguringLeavesThePenaltyUnderWayAndTheDoublings) {
  Bench bench(of_their_tests());
  bench.results(0, 2);
  auto options = of_their_tests();
  options.min_penalty = 10s;
  bench.breaker.reconfigure(options);
  bench.now = at(1s);
  EXPECT_TRUE(bench.acquire());
  bench.results(0, 1);
  bench.now = at(21s - 1ns);
  EXPECT_EQ(bench.state(), open);
  bench.now = at(21s);
  EXPECT_EQ(bench.state(), half_open);
}

TEST(LinkerdBreakerOptions, SayWhatIsOutOfRange) {
  using Options = LinkerdBreakerOptions;
  const auto about = [](const Options& options) { return said(options.validate()); };
  EXPECT_EQ(about({}), "ok");
  EXPECT_EQ(about({.max_failures = 1}), "ok");
  EXPECT_EQ(about({.max_failures = 0}), "breaker.linkerd.max_failures: must be at least 1, is 0");
  EXPECT_EQ(about({.min_penalty = 1ns}), "ok");
  EXPECT_EQ(about({.min_penalty = 0s}), "breaker.linkerd.min_penalty: must be above 0s, is 0s");
  EXPECT_EQ(about({.min_penalty = 1min}), "ok");
  EXPECT_EQ(about({.min_penalty = 61s}),
            "breaker.linkerd.max_penalty: must be at least the min_penalty, 61s, is 1m");
  EXPECT_EQ(about({.jitter = 0.0}), "ok");
  EXPECT_EQ(about({.jitter = 100.0}), "ok");
  EXPECT_EQ(about({.jitter = -0.5}), "breaker.linkerd.jitter: must be from 0 to 100, is -0.5");
  EXPECT_EQ(about({.jitter = 100.5}), "breaker.linkerd.jitter: must be from 0 to 100, is 100.5");
  EXPECT_EQ(about({.jitter = std::numeric_limits<double>::quiet_NaN()}),
            "breaker.linkerd.jitter: must be from 0 to 100, is nan");
}

RC_GTEST_PROP(LinkerdBreakerProperty, PenaltiesStayWithinTheirBounds, ()) {
  const Duration min{*rc::gen::inRange<std::int64_t>(1, 5'000'000'000)};
  const Duration max = min + Duration{*rc::gen::inRange<std::int64_t>(0, 500'000'000'000)};
  const double jitter = *rc::gen::element(0.0, 0.5, 1.0, 3.7, 100.0);
  const auto doublings = *rc::gen::inRange<std::uint32_t>(0, 70);
  const LinkerdBreakerOptions options{.min_penalty = min, .max_penalty = max, .jitter = jitter};
  LinkerdBreakerOptions plain = options;
  plain.jitter = 0.0;
  Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
  Rng none{0};
  const Duration penalty = linkerd_penalty(options, doublings, rng);
  const Duration base = linkerd_penalty(plain, doublings, none);
  RC_ASSERT(penalty >= base);
  RC_ASSERT(penalty <= max);
  RC_ASSERT(to_s(penalty) <= to_s(base) * (1.0 + jitter) + 1e-9);
}

RC_GTEST_PROP(LinkerdBreakerProperty, HalfOpenHasOneCallUnderWay, ()) {
  Bench bench({.max_failures = *rc::gen::inRange<std::uint32_t>(1, 4),
               .min_penalty = 1500ms,
               .max_penalty = 5s,
               .jitter = *rc::gen::element(0.0, 1.0)});
  int probes = 0;
  for (int i = 0; i < 200; ++i) {
    const BreakerState before = bench.state();
    const auto step = *rc::gen::inRange(0, 6);
    if (step == 0) bench.now += 1s;
    if (step == 1 || step == 2) {
      const bool allowed = bench.acquire();
      RC_ASSERT(allowed || before != closed);
      RC_ASSERT(!allowed || before != open);
      if (bench.state() == half_open && allowed) ++probes;
      RC_ASSERT(probes <= 1);
    }
    if (step == 3) bench.result(succeeded);
    if (step >= 4) bench.result(errored);
    if (bench.state() != half_open) probes = 0;
  }
}

}  // namespace
}  // namespace squall::policy::linkerd_breaker_test
