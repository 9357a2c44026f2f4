// What of an answer in place of a failure the products agree on: Polly 8 (FallbackStrategyOptions:
// ShouldHandle decides, the action's own failure surfaces), Hystrix 1.5 (getFallback for errors,
// timeouts, rejections and open breakers), resilience4j 2 (recover).
#include "squall/policy/fallback.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::fallback_test {
namespace {

FallbackDecision decide(const FallbackOptions& options, const Outcome& outcome,
                        Rng rng = drawing_lowest()) {
  return fall_back(options, outcome, rng);
}

TEST(Fallback, AnswersForEveryFailureByDefaultAndAtOnce) {
  for (const Outcome& outcome : {errored, timed_out, was_rejected, past_deadline}) {
    const FallbackDecision decision = decide({}, outcome);
    EXPECT_TRUE(decision.is_tried);
    EXPECT_TRUE(decision.answers);
    EXPECT_EQ(decision.delay, 0s);
  }
}

TEST(Fallback, NeverAnswersForASuccessOrWhereNobodyAsks) {
  EXPECT_FALSE(decide({}, succeeded).is_tried);
  EXPECT_FALSE(decide({}, was_abandoned).is_tried);
}

TEST(Fallback, AnswersOnlyForWhatItIsToldTo) {
  const FallbackOptions timeouts{
      .on = {.timeout = true, .error = false, .rejected = false, .codes = 2}, .on_deadline = false};
  EXPECT_TRUE(decide(timeouts, timed_out).is_tried);
  EXPECT_FALSE(decide(timeouts, errored).is_tried);
  EXPECT_TRUE(decide(timeouts, {.kind = OutcomeKind::error, .code = 1}).is_tried);
  EXPECT_FALSE(decide(timeouts, was_rejected).is_tried);
  EXPECT_FALSE(decide(timeouts, past_deadline).is_tried);
  const FallbackOptions deadline{.on = {.timeout = false, .error = false, .rejected = false}};
  EXPECT_TRUE(decide(deadline, past_deadline).is_tried);
  EXPECT_FALSE(decide(deadline, timed_out).is_tried);
}

TEST(Fallback, TakesItsTimeWhetherItAnswersOrNot) {
  for (const double failure : {0.0, 1.0}) {
    const FallbackDecision decision = decide({.latency = 3ms, .failure = failure}, errored);
    EXPECT_TRUE(decision.is_tried);
    EXPECT_EQ(decision.answers, failure == 0.0);
    EXPECT_EQ(decision.delay, 3ms);
  }
}

TEST(Fallback, FailsAsOftenAsItIsTold) {
  const FallbackOptions half{.failure = 0.5};
  EXPECT_FALSE(decide(half, errored, drawing_lowest()).answers);
  EXPECT_TRUE(decide(half, errored, drawing_highest()).answers);
  EXPECT_TRUE(decide(half, errored, drawing(std::uint64_t{1} << 63U)).answers)
      << "a draw of just one half";
  EXPECT_FALSE(decide(half, errored, drawing((std::uint64_t{1} << 63U) - 1)).answers);
}

TEST(Fallback, DrawsOnlyWhereItMatters) {
  Rng rng{7};
  for (const double failure : {0.0, 1.0}) (void)fall_back({.failure = failure}, errored, rng);
  (void)fall_back({.failure = 0.5}, succeeded, rng);
  EXPECT_EQ(rng.next(), Rng{7}.next());
}

TEST(FallbackOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(FallbackOptions{}.validate()), "ok");
  EXPECT_EQ(said((FallbackOptions{.failure = 1.0}).validate()), "ok");
  EXPECT_EQ(said((FallbackOptions{.latency = -1ns}).validate()),
            "fallback.latency: must be at least 0s, is -1ns");
  EXPECT_EQ(said((FallbackOptions{.failure = 1.5}).validate()),
            "fallback.failure: must be from 0 to 1, is 1.5");
  EXPECT_EQ(said((FallbackOptions{.failure = -0.5}).validate()),
            "fallback.failure: must be from 0 to 1, is -0.5");
  EXPECT_EQ(said((FallbackOptions{.failure = std::numeric_limits<double>::quiet_NaN()}).validate()),
            "fallback.failure: must be from 0 to 1, is nan");
}

}  // namespace
}  // namespace squall::policy::fallback_test
