#include "squall/policy/hedge.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy {
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
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 5}).validate()), "ok");
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 1}).validate()),
            "hedge.max_attempts: must be from 2 to 5, is 1");
  EXPECT_EQ(said((HedgeOptions{.max_attempts = 6}).validate()),
            "hedge.max_attempts: must be from 2 to 5, is 6");
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
}  // namespace squall::policy
