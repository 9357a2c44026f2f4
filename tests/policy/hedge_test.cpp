#include "squall/policy/hedge.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::hedge_test {
namespace {

std::string text(const HedgeDecision& decision) {
  if (std::holds_alternative<HedgeNow>(decision)) return "now";
  if (std::holds_alternative<HedgeWait>(decision)) return "wait";
  if (std::holds_alternative<HedgeEnd>(decision)) return "end";
  return "after " + std::to_string(std::get<HedgeAfter>(decision).delay / 1ms) + " ms";
}

/// One hedged call.
struct Call {
  Hedge hedge;
  HedgeState state{};

  explicit Call(const HedgeOptions& options) : hedge(options) {}
  std::string start() { return text(hedge.on_attempt_start(state)); }
  std::string deny() { return text(Hedge::on_denied(state)); }
  std::string timer() { return text(hedge.on_timer(state)); }
  std::string end(const Outcome& outcome) { return text(hedge.on_attempt_end(state, outcome)); }
};

constexpr HedgeOptions four_attempts{.max_attempts = 4, .delay = 500ms};

// --- Conformance: gRPC proposal A6 ---------------------------------------------------------------

TEST(Hedge, GrpcSendsTheNextWhenTheDelayHasPassed) {
  Call call(four_attempts);
  EXPECT_EQ(call.start(), "after 500 ms");
  EXPECT_EQ(call.timer(), "now");
  EXPECT_EQ(call.start(), "after 500 ms");
  EXPECT_EQ(call.timer(), "now");
  EXPECT_EQ(call.start(), "after 500 ms");
  EXPECT_EQ(call.timer(), "now");
  EXPECT_EQ(call.start(), "wait");
  EXPECT_EQ(call.timer(), "wait");
}

TEST(Hedge, GrpcSendsAllAtOnceWithoutADelay) {
  Call call({.max_attempts = 3});
  EXPECT_EQ(call.start(), "now");
  EXPECT_EQ(call.start(), "now");
  EXPECT_EQ(call.start(), "wait");
}

TEST(Hedge, GrpcANonFatalFailureSendsTheNextAtOnce) {
  Call call(four_attempts);
  call.start();
  EXPECT_EQ(call.end(errored), "now");
  EXPECT_EQ(call.start(), "after 500 ms");
}

TEST(Hedge, GrpcAFatalFailureEndsAll) {
  Call call({.max_attempts = 4, .delay = 500ms, .on = {.error = false, .codes = 2}});
  call.start();
  call.start();
  EXPECT_EQ(call.end({.kind = OutcomeKind::error, .code = 1}), "now");
  EXPECT_EQ(call.end({.kind = OutcomeKind::error, .code = 0}), "end");
}

TEST(Hedge, GrpcTheFirstSuccessEndsAll) {
  Call call(four_attempts);
  call.start();
  call.start();
  EXPECT_EQ(call.end(succeeded), "end");
}

TEST(Hedge, GrpcWhenAllFailTheLastFailureIsTheCalls) {
  Call call({.max_attempts = 2, .delay = 500ms});
  call.start();
  call.start();
  EXPECT_EQ(call.end(timed_out), "wait");
  EXPECT_EQ(call.end(errored), "end");
}

TEST(Hedge, GrpcPushbackSetsWhenTheNextStarts) {
  Call call(four_attempts);
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::after, 70ms)), "after 70 ms");
  EXPECT_EQ(call.timer(), "now");
  EXPECT_EQ(call.start(), "after 500 ms");
}

TEST(Hedge, GrpcPushbackNeverStartsNoMoreAndAwaitsTheRest) {
  for (const Outcome& never_again :
       {error_with(Pushback::Kind::never), error_with(Pushback::Kind::after, -1ms)}) {
    Call call(four_attempts);
    call.start();
    call.start();
    EXPECT_EQ(call.end(never_again), "wait");
    EXPECT_EQ(call.timer(), "wait");
    EXPECT_EQ(call.end(errored), "end");
  }
}

TEST(Hedge, GrpcPushbackNeverToTheOnlyAttemptEnds) {
  Call call(four_attempts);
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::never)), "end");
}

TEST(Hedge, GrpcPushbackDoesNotAddAttempts) {
  Call call({.max_attempts = 2, .delay = 500ms});
  call.start();
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::after, 70ms)), "wait");
  EXPECT_EQ(call.end(error_with(Pushback::Kind::after, 70ms)), "end");
}

// --- Conformance: other products ----------------------------------------------------------------

TEST(Hedge, PollyDefaults) {
  // HedgingStrategyOptions, HedgingConstants of Polly 8: one hedge besides the first, 2 s.
  const HedgePresetRules polly = preset_hedge(HedgePreset::polly);
  EXPECT_EQ(polly.options.max_attempts, 2U);
  EXPECT_EQ(polly.options.delay, 2s);
  EXPECT_FALSE(polly.options.honour_pushback);
  EXPECT_EQ(polly.max_attempts, 11U) << "MaxHedgedAttempts is 10 at most";
  EXPECT_EQ(polly.attempts_act_as, 100U);
}

TEST(Hedge, PollyWithoutADelayStartsAllAtOnceAndWithAnInfiniteOneInTurn) {
  Call at_once({.max_attempts = 3, .delay = 0s});
  EXPECT_EQ(at_once.start(), "now");
  EXPECT_EQ(at_once.start(), "now");
  EXPECT_EQ(at_once.start(), "wait");
  Call in_turn({.max_attempts = 3, .delay = forever});
  EXPECT_EQ(in_turn.start(), "wait");
  EXPECT_EQ(in_turn.end(errored), "now");
  EXPECT_EQ(in_turn.start(), "wait");
  EXPECT_EQ(in_turn.end(timed_out), "now");
  EXPECT_EQ(in_turn.start(), "wait");
  EXPECT_EQ(in_turn.end(errored), "end");
}

TEST(Hedge, GrpcAndEnvoyAndBrpcDefaults) {
  const HedgePresetRules grpc = preset_hedge(HedgePreset::grpc);
  EXPECT_EQ(grpc.options.max_attempts, 4U);
  EXPECT_EQ(grpc.options.delay, 500ms);
  EXPECT_TRUE(grpc.options.honour_pushback);
  EXPECT_EQ(grpc.attempts_act_as, 5U);
  EXPECT_FALSE(grpc.needs_delay);
  const HedgePresetRules envoy = preset_hedge(HedgePreset::envoy);
  EXPECT_EQ(envoy.options.max_attempts, 2U) << "num_retries 1, and the first";
  EXPECT_TRUE(envoy.needs_delay);
  EXPECT_FALSE(envoy.options.honour_pushback);
  EXPECT_EQ(envoy.attempts_act_as, 100U);
  const HedgePresetRules brpc = preset_hedge(HedgePreset::brpc);
  EXPECT_EQ(brpc.options.max_attempts, 2U);
  EXPECT_EQ(brpc.max_attempts, 2U) << "one backup request";
  EXPECT_TRUE(brpc.needs_delay);
  EXPECT_FALSE(brpc.options.honour_pushback);
  const HedgePresetRules none = preset_hedge(HedgePreset::none);
  EXPECT_EQ(none.max_attempts, 100U);
  EXPECT_EQ(none.attempts_act_as, 100U);
  for (const HedgePreset preset : {HedgePreset::none, HedgePreset::brpc, HedgePreset::envoy,
                                   HedgePreset::grpc, HedgePreset::polly}) {
    EXPECT_EQ(preset_hedge(preset).options.preset, preset);
    EXPECT_EQ(said(preset_hedge(preset).options.validate()), "ok");
  }
}

TEST(Hedge, PushbackThatIsNotHonouredSaysNothing) {
  Call call({.max_attempts = 3, .delay = 500ms, .honour_pushback = false});
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::after, 70ms)), "now");
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::never)), "now");
}

// --- Edges --------------------------------------------------------------------------------------

TEST(Hedge, AStartAfterPushbackNeverArmsNoTimer) {
  Call call({.max_attempts = 4});
  call.start();
  call.start();
  EXPECT_EQ(call.end(error_with(Pushback::Kind::never)), "wait");
  EXPECT_EQ(call.start(), "wait");
}

TEST(Hedge, TheDeadlineAndAnAbandonedCallEnd) {
  for (const Outcome& outcome : {past_deadline, was_abandoned}) {
    Call call(four_attempts);
    call.start();
    call.start();
    EXPECT_EQ(call.end(outcome), "end");
  }
}

TEST(HedgeDeathTest, NothingEndsThatDidNotStart) {
  Call call(four_attempts);
  EXPECT_EXIT(call.end(errored), testing::ExitedWithCode(70), "");
}

TEST(HedgeOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(HedgeOptions{}.validate()), "ok");
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 100}).validate()), "ok");
  EXPECT_EQ(said((HedgeOptions{.delay = forever}).validate()), "ok");
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 1}).validate()),
            "hedge.max_attempts: must be from 2 to 100, is 1");
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 101}).validate()),
            "hedge.max_attempts: must be from 2 to 100, is 101");
  EXPECT_EQ(said((HedgeOptions{.delay = -1ms}).validate()),
            "hedge.delay: must be at least 0s, is -1ms");
}

TEST(Hedge, StartsNoMoreOnceABudgetDeniedOne) {
  Call call({.max_attempts = 4, .delay = 10ms});
  EXPECT_EQ(call.start(), "after 10 ms");
  EXPECT_EQ(call.timer(), "now");
  EXPECT_EQ(call.deny(), "wait") << "the first attempt is under way";
  EXPECT_EQ(call.timer(), "wait");
  EXPECT_EQ(call.end(errored), "end");
}

TEST(Hedge, EndsWhenABudgetDeniesAnotherAndNoneIsUnderWay) {
  Call call({.max_attempts = 4, .delay = 10ms});
  EXPECT_EQ(call.start(), "after 10 ms");
  EXPECT_EQ(call.end(errored), "now");
  EXPECT_EQ(call.deny(), "end");
}

RC_GTEST_PROP(HedgeProperty, StartsAtMostMaxAttemptsAndEndsWhenNoneIsLeft, ()) {
  const auto max_attempts = *rc::gen::inRange<std::uint32_t>(2, 6);
  Call call({.max_attempts = max_attempts, .delay = *rc::gen::element(Duration{0}, Duration{1s})});
  std::string decision = call.start();
  for (int i = 0; i < 50 && decision != "end"; ++i) {
    const bool under_way = call.state.ended < call.state.started;
    RC_ASSERT(under_way || decision != "wait");
    if (decision == "now") {
      decision = call.start();
    } else if (under_way && *rc::gen::arbitrary<bool>()) {
      decision =
          call.end(*rc::gen::element(errored, timed_out, error_with(Pushback::Kind::after, 1ms),
                                     error_with(Pushback::Kind::never)));
    } else {
      decision = call.timer();
    }
    RC_ASSERT(call.state.started <= max_attempts);
  }
}

}  // namespace
}  // namespace squall::policy::hedge_test
