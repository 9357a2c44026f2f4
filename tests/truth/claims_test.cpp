/// What the comments of the shipped scenarios promise to whoever follows "WHAT TO TRY NEXT": each
/// promise with the change it names, over a few seeds. The scenarios as they are have tests of
/// their own.

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::claims_test {
namespace {

/// The mean number of requests that ended ok, over 16 seeds.
double ok_of(const char* scenario, const char* variant, const Overrides& overrides) {
  const auto bundle = shipped(scenario, overrides);
  Sample ok;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    ok.add(static_cast<double>(run(bundle, seed, variant).workloads.front().ok));
  }
  return ok.mean();
}

TEST(ClaimsOfTutorial, SixteenPlacesMakeRpcAsGoodAsEvents) {
  EXPECT_GE(ok_of("tutorial", "rpc", {{"policies.client.bulkhead.max_concurrent", "16"}}), 1999);
}

TEST(ClaimsOfTutorial, FortyHandlersMakeEventsAsBadAsRpc) {
  EXPECT_NEAR(ok_of("tutorial", "event", {{"consumers.handler.concurrency", "40"}}), 1988, 5);
}

TEST(ClaimsOfTutorial, ABreakerInsideTheRetriesRefusesThem) {
  EXPECT_NEAR(
      ok_of("tutorial", "rpc", {{"policies.client.order", "[retry, breaker, bulkhead, timeout]"}}),
      1463, 40);
}

double bursts_ok(const char* variant, const char* path, const char* value) {
  return ok_of("tutorial-bursts", variant, {{path, value}});
}

TEST(ClaimsOfTutorialBursts, TwentyFivePlacesMakeTheSafeDesignSafe) {
  EXPECT_NEAR(bursts_ok("rpc-safe", "policies.safe.bulkhead.max_concurrent", "25"), 2393, 4);
}

TEST(ClaimsOfTutorialBursts, ABreakerOutsideTheRetryHardlyEverOpens) {
  EXPECT_NEAR(bursts_ok("rpc-safe", "policies.safe.order", "[breaker, retry, bulkhead, timeout]"),
              1710, 50);
}

TEST(ClaimsOfTutorialBursts, MoreHandlersServeFewerEventsUnlessThereIsABulkhead) {
  constexpr const char* path = "consumers.handler.concurrency";
  EXPECT_NEAR(bursts_ok("event-naive", path, "64"), 525, 20);
  EXPECT_GE(bursts_ok("event-safe", path, "64"), 2399);
}

TEST(ClaimsOfTutorialBursts, AShortLineRefusesRpcAsItDoesEvents) {
  EXPECT_NEAR(bursts_ok("rpc-queued", "policies.queued.bulkhead.max_waiting", "684"), 1357, 20);
}

TEST(ClaimsOfTutorialBursts, AQueueSellsTime) {
  constexpr const char* path = "workloads.shoppers.objective";
  EXPECT_NEAR(bursts_ok("event-safe", path, "1s"), 1935, 20);
  EXPECT_NEAR(bursts_ok("rpc-queued", path, "1s"), 1935, 20);
}

TEST(ClaimsOfTutorialBursts, CancellingHelpsNobodyInThisStorm) {
  EXPECT_LE(bursts_ok("rpc-naive", "services.payments.when_caller_gone", "cancel"), 60);
}

/// Whether it recovers, which must not hang on the seed.
bool recovers(const char* variant, const char* trigger, const Overrides& more = {}) {
  Overrides overrides = {{"faults.trigger.for", trigger}};
  overrides.insert(overrides.end(), more.begin(), more.end());
  const auto bundle = shipped("tipping-point", overrides);
  int recovered = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto record = run(bundle, seed, variant);
    using State = squall::metrics::Verdict::State;
    if (record.verdict.state == State::recovered) ++recovered;
  }
  EXPECT_TRUE(recovered == 0 || recovered == 4) << recovered << " of 4 recovered";
  return recovered == 4;
}

TEST(ClaimsOfTippingPoint, BothRecoverFrom600AndNeitherFrom900Milliseconds) {
  for (const char* variant : {"arrival", "start"}) {
    EXPECT_TRUE(recovers(variant, "600ms"));
    EXPECT_FALSE(recovers(variant, "900ms"));
  }
}

TEST(ClaimsOfTippingPoint, ThreeAttemptsRecoverButSlowly) {
  const Overrides three = {{"policies.impatient.retry.max_attempts", "3"}};
  EXPECT_TRUE(recovers("arrival", "700ms", three));
  EXPECT_FALSE(recovers("arrival", "2s", three));
  EXPECT_TRUE(recovers("arrival", "2s",
                       {{"policies.impatient.retry.max_attempts", "3"}, {"duration", "200s"}}));
}

TEST(ClaimsOfTippingPoint, BackoffMovesTheEdgeAndDoesNotAbolishIt) {
  const Overrides backoff = {{"policies.impatient.retry.backoff", "{fixed: 1s}"}};
  EXPECT_TRUE(recovers("arrival", "1s", backoff));
  EXPECT_FALSE(recovers("arrival", "2s", backoff));
  EXPECT_TRUE(recovers("start", "2s", backoff));
  EXPECT_FALSE(recovers("start", "3s", backoff));
}

TEST(ClaimsOfTippingPoint, ABudgetRecoversFromTenSeconds) {
  const Overrides budget = {
      {"policies.impatient.budget", "{envoy: {percent: 20%, min_concurrency: 3}}"}};
  EXPECT_TRUE(recovers("arrival", "10s", budget));
  EXPECT_TRUE(recovers("start", "10s", budget));
}

TEST(ClaimsOfTippingPoint, SkippingThoseWhoHaveGoneHelpsLittleWhenTheOldestComeFirst) {
  const Overrides skip = {{"services.server.when_caller_gone", "skip_queued"}};
  EXPECT_TRUE(recovers("arrival", "700ms", skip));
  EXPECT_FALSE(recovers("arrival", "2s", skip));
}

TEST(ClaimsOfTippingPoint, TheYoungestFirstOrAShortLineRecoversFromTenSeconds) {
  for (const char* queue : {"{order: lifo}", "{capacity: 20}"}) {
    EXPECT_TRUE(recovers("arrival", "10s", {{"services.server.queue", queue}}));
    EXPECT_TRUE(recovers("start", "10s", {{"services.server.queue", queue}}));
  }
}

/// Without a network, arrivals and timeouts fall on the same instants.
TEST(ClaimsOfTippingPoint, WithoutANetworkTheOrderOfTiesMovesTheEdges) {
  const Overrides none = {{"network.latency", "0ms"}};
  EXPECT_TRUE(recovers("arrival", "700ms", none));
  EXPECT_FALSE(recovers("arrival", "701ms", none));
  EXPECT_TRUE(recovers("start", "919ms", none));
  EXPECT_FALSE(recovers("start", "920ms", none));
}

double attempts_at_the_bottom(const char* variant, const char* path, const char* value) {
  const auto record = run(shipped("sre-amplification", {{path, value}}), 1, variant);
  return static_cast<double>(service(record, "database").arrived) / 1000.0;
}

TEST(ClaimsOfSreAmplification, RetriesAreCheapWhileFailuresAreRare) {
  EXPECT_NEAR(attempts_at_the_bottom("three-layers", "services.database.failure", "50%"), 2.1, 0.2);
}

TEST(ClaimsOfSreAmplification, PushbackTakesTheLowestLayerOut) {
  constexpr const char* path = "services.database.failure";
  constexpr const char* pushback = "[{p: 100%, pushback: never}]";
  EXPECT_DOUBLE_EQ(attempts_at_the_bottom("three-layers", path, pushback), 16.0);
  EXPECT_DOUBLE_EQ(attempts_at_the_bottom("five-layers", path, pushback), 81.0);
}

TEST(ClaimsOfSreAmplification, AThrottleEndsRetriesWhileEverythingFails) {
  EXPECT_NEAR(attempts_at_the_bottom("three-layers", "policies.layer.budget",
                                     "{grpc: {max_tokens: 10, token_ratio: 0.1}}"),
              1.0, 0.05);
}

double checkout_ok(const char* variant, const Overrides& overrides = {}) {
  return ok_of("checkout", variant, overrides);
}

TEST(ClaimsOfCheckout, CareDoesTenTimesWorseThanNone) {
  EXPECT_NEAR(checkout_ok("careful"), 700, 20);
  EXPECT_NEAR(checkout_ok("naive"), 8692, 100);
  EXPECT_GE(checkout_ok("events"), 11549);
}

TEST(ClaimsOfCheckout, ALongEnoughLineMendsIt) {
  EXPECT_NEAR(checkout_ok("careful", {{"policies.careful.bulkhead",
                                       "{max_concurrent: 40, max_waiting: 400, max_wait: 500ms}"}}),
              10262, 100);
}

TEST(ClaimsOfCheckout, OutsideTheBreakerTheBulkheadNoLongerOpensIt) {
  EXPECT_NEAR(checkout_ok("careful", {{"policies.careful.order",
                                       "[retry, bulkhead, breaker, rate_limit, timeout]"}}),
              1454, 30);
}

TEST(ClaimsOfCheckout, WorkersThatAreHeldWereTheBulkheadOfTheBank) {
  EXPECT_NEAR(checkout_ok("naive", {{"services.checkout.during_calls", "release"}}), 6784, 100);
}

/// Bounds by Little's law, which the scenario derives: with 10 proxies, 300/s to spare and 275 ms
/// for a retry a floor of 8 is the edge, and with one proxy 82.
TEST(ClaimsOfEnvoyMinRetry, TheEdgeOfAStormIsWhereLittlesLawPutsIt) {
  const auto stuck = [](const char* instances, const char* min) {
    const auto bundle =
        shipped("envoy-min-retry", {{"policies.proxy.state.instances", instances},
                                    {"policies.proxy.budget.envoy.min_concurrency", min}});
    return run(bundle, 1).verdict.state == squall::metrics::Verdict::State::not_recovered;
  };
  EXPECT_FALSE(stuck("10", "6"));
  EXPECT_TRUE(stuck("10", "10"));
  EXPECT_FALSE(stuck("1", "60"));
  EXPECT_TRUE(stuck("1", "100"));
}

TEST(ClaimsOfEnvoyMinRetry, TheRetriesOfAStormAreThoseOfLittlesLaw) {
  const auto record = run(shipped("envoy-min-retry"), 1, "proxies-10-min-12");
  // 120 under way for 250 ms and a backoff of 12 to 50 ms, from 7 s to 40 s, and some before.
  const double per_s = static_cast<double>(call(record, "shop->bank").retries) / 34.0;
  EXPECT_GT(per_s, 120 / 0.300);
  EXPECT_LT(per_s, 120 / 0.262);
}

TEST(ClaimsOfBreakerOpens, AtAThirdOfTheLoadALongerWindowDoesNotOpenEither) {
  const auto bundle = shipped("breaker-opens", {{"workloads.worker.arrivals.constant", "2/m"}});
  EXPECT_EQ(workload(run(bundle, 1, "window-60s"), "worker").rejected, 0U);
  EXPECT_GT(workload(run(bundle, 1, "last-20"), "worker").rejected, 0U);
}

}  // namespace
}  // namespace truth::claims_test
