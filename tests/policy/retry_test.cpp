#include "squall/policy/retry.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::retry_test {
namespace {

std::string text(const RetryDecision& decision) {
  if (const auto* after = std::get_if<RetryAfter>(&decision)) {
    return "retry after " + std::to_string(after->delay.count()) + " ns";
  }
  switch (std::get<Stop>(decision).reason) {
    case Stop::Reason::succeeded:
      return "succeeded";
    case Stop::Reason::not_retryable:
      return "not retryable";
    case Stop::Reason::exhausted:
      return "exhausted";
    case Stop::Reason::pushback:
      return "pushback";
    case Stop::Reason::deadline:
      return "deadline";
  }
  return "";
}

std::string after(Duration delay) { return text(RetryAfter{delay}); }

/// One call under a policy.
struct Call {
  Retry retry;
  RetryState state{};
  Rng rng{1};

  std::string end(const Outcome& outcome, Instant now = Instant{}, Instant deadline = never) {
    return text(retry.on_attempt_end(state, outcome, now, deadline, rng));
  }
};

Call call(RetryOptions options) { return {Retry{options}}; }

BackoffOptions doubling_from(Duration base) { return {.base = base}; }

TEST(Retry, MaxAttemptsCountsTheFirst) {
  Call three = call({.max_attempts = 3, .backoff = doubling_from(10ms)});
  EXPECT_EQ(three.end(errored), after(10ms));
  EXPECT_EQ(three.end(errored), after(20ms));
  EXPECT_EQ(three.end(errored), "exhausted");
}

TEST(Retry, OneAttemptNeverRetries) {
  EXPECT_EQ(call({.max_attempts = 1}).end(errored), "exhausted");
}

TEST(Retry, SuccessStops) {
  Call c = call({});
  EXPECT_EQ(c.end(timed_out), after(0ns));
  EXPECT_EQ(c.end(succeeded), "succeeded");
  EXPECT_EQ(c.state.attempts, 2U);
}

TEST(Retry, RetriesWhatOnNames) {
  for (const bool named : {true, false}) {
    const std::string expected = named ? after(0ns) : "not retryable";
    EXPECT_EQ(call({.on = {.timeout = named}}).end(timed_out), expected);
    EXPECT_EQ(call({.on = {.error = named}}).end(errored), expected);
    EXPECT_EQ(call({.on = {.rejected = named}}).end(was_rejected), expected);
  }
}

TEST(Retry, RetriesALocalRejectionLikeAnyOther) {
  const Outcome outcome{.kind = OutcomeKind::rejected, .by = RejectedBy::bulkhead};
  EXPECT_EQ(call({}).end(outcome), after(0ns));
}

TEST(Retry, RetriesTheNamedCodesAlone) {
  const RetryOn on{.error = false, .codes = (std::uint64_t{1} << 63U) | 3U};
  const auto matches = [&on](std::uint8_t code) {
    return on.matches({.kind = OutcomeKind::error, .code = code});
  };
  EXPECT_TRUE(matches(0));
  EXPECT_TRUE(matches(1));
  EXPECT_FALSE(matches(2));
  EXPECT_FALSE(matches(62));
  EXPECT_TRUE(matches(63));
  EXPECT_FALSE(matches(64));
  EXPECT_FALSE(matches(65));
}

TEST(Retry, NeverRetriesTheDeadlineOrAnAbandonedCall) {
  const RetryOptions all{.on = {.timeout = true, .error = true, .rejected = true, .codes = ~0ULL}};
  EXPECT_EQ(call(all).end(past_deadline), "not retryable");
  EXPECT_EQ(call(all).end(was_abandoned), "not retryable");
  EXPECT_FALSE(all.on.matches(succeeded));
}

// --- gRPC proposal A6: pushback -----------------------------------------------------------------

TEST(Retry, GrpcPushbackIsUsedExactlyAndBackoffStartsAnew) {
  Call c = call({.max_attempts = 9, .backoff = doubling_from(100ms)});
  EXPECT_EQ(c.end(errored), after(100ms));
  EXPECT_EQ(c.end(errored), after(200ms));
  EXPECT_EQ(c.end(error_with(Pushback::Kind::after, 7ms)), after(7ms));
  EXPECT_EQ(c.end(errored), after(100ms));
  EXPECT_EQ(c.end(errored), after(200ms));
}

TEST(Retry, GrpcPushbackNeverOrNegativeStops) {
  EXPECT_EQ(call({}).end(error_with(Pushback::Kind::never)), "pushback");
  EXPECT_EQ(call({}).end(error_with(Pushback::Kind::after, -1ms)), "pushback");
  EXPECT_EQ(call({}).end(error_with(Pushback::Kind::after, 0ms)), after(0ms));
}

TEST(Retry, GrpcPushbackDoesNotAddAttempts) {
  Call c = call({.max_attempts = 2});
  EXPECT_EQ(c.end(error_with(Pushback::Kind::after, 7ms)), after(7ms));
  EXPECT_EQ(c.end(error_with(Pushback::Kind::after, 7ms)), "exhausted");
}

TEST(Retry, PushbackCanBeIgnored) {
  const RetryOptions deaf{.backoff = doubling_from(100ms), .honour_pushback = false};
  EXPECT_EQ(call(deaf).end(error_with(Pushback::Kind::never)), after(100ms));
  Call c = call(deaf);
  EXPECT_EQ(c.end(error_with(Pushback::Kind::after, 7ms)), after(100ms));
  EXPECT_EQ(c.end(error_with(Pushback::Kind::after, 7ms)), after(200ms));
}

TEST(Retry, DecorrelatedJitterRemembersTheDelayBefore) {
  Call c = call({.max_attempts = 9, .backoff = {.base = 10ms, .jitter = Jitter::decorrelated}});
  c.rng = drawing_highest();
  EXPECT_EQ(c.end(errored), after(30ms - 1ns));
  c.rng = drawing_highest();
  EXPECT_EQ(c.end(errored), after(90ms - 4ns));
}

// --- Deadline ----------------------------------------------------------------------------------

TEST(Retry, StopsIfTheDelayEndsAtTheDeadlineOrAfter) {
  const RetryOptions options{.backoff = doubling_from(10ms)};
  EXPECT_EQ(call(options).end(errored, at(5ms), at(15ms + 1ns)), after(10ms));
  EXPECT_EQ(call(options).end(errored, at(5ms), at(15ms)), "deadline");
  EXPECT_EQ(call(options).end(errored, at(5ms), at(14ms)), "deadline");
}

TEST(Retry, ARetryAtOnceStillNeedsTimeBeforeTheDeadline) {
  EXPECT_EQ(call({}).end(errored, at(5ms), at(5ms)), "deadline");
  EXPECT_EQ(call({}).end(errored, at(5ms), at(5ms + 1ns)), after(0ns));
}

TEST(Retry, WithoutADeadlineAnyDelayGoes) {
  const RetryOptions options{.backoff = {.shape = BackoffShape::fixed, .base = forever}};
  EXPECT_EQ(call(options).end(errored, at(5ms), never), after(forever));
  EXPECT_EQ(call(options).end(errored, at(5ms), never - 1ns), "deadline");
}

TEST(Retry, PushbackPastTheDeadlineStops) {
  EXPECT_EQ(call({}).end(error_with(Pushback::Kind::after, 10ms), at(0ms), at(10ms)), "deadline");
}

// --- Order of the checks -------------------------------------------------------------------------

TEST(Retry, GivesTheFirstReasonInTheDocumentedOrder) {
  const RetryOptions one{.max_attempts = 1, .on = {.error = false}};
  const Outcome fatal = error_with(Pushback::Kind::never);
  const Outcome ok_but_never{.kind = OutcomeKind::ok, .pushback = fatal.pushback};
  Outcome slow = timed_out;
  slow.pushback = fatal.pushback;
  EXPECT_EQ(call(one).end(ok_but_never, at(1s), at(0s)), "succeeded");
  EXPECT_EQ(call(one).end(fatal, at(1s), at(0s)), "not retryable");
  EXPECT_EQ(call(one).end(slow, at(1s), at(0s)), "pushback");
  EXPECT_EQ(call(one).end(timed_out, at(1s), at(0s)), "exhausted");
  EXPECT_EQ(call({}).end(timed_out, at(1s), at(0s)), "deadline");
}

TEST(Retry, CountsAttemptsItDoesNotRetryToo) {
  Call c = call({.on = {.error = false}});
  c.end(errored);
  c.end(past_deadline);
  EXPECT_EQ(c.state.attempts, 2U);
}

TEST(Retry, GivesItsOptions) {
  EXPECT_EQ(Retry{RetryOptions{.max_attempts = 7}}.options().max_attempts, 7U);
}

TEST(RetryOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(RetryOptions{}.validate()), "ok");
  EXPECT_EQ(said((RetryOptions{.max_attempts = 1}).validate()), "ok");
  EXPECT_EQ(said((RetryOptions{.max_attempts = 1'000'000}).validate()), "ok");
  EXPECT_EQ(said((RetryOptions{.max_attempts = 0}).validate()),
            "retry.max_attempts: must be from 1 to 1,000,000, is 0");
  EXPECT_EQ(said((RetryOptions{.max_attempts = 1'000'001}).validate()),
            "retry.max_attempts: must be from 1 to 1,000,000, is 1000001");
  EXPECT_EQ(said((RetryOptions{.backoff = {.base = -1ms}}).validate()),
            "retry.backoff.base: must be at least 0s, is -1ms");
}

RC_GTEST_PROP(RetryProperty, MakesAtMostMaxAttemptsAndNeverPassesTheDeadline, ()) {
  const auto max_attempts = *rc::gen::inRange<std::uint32_t>(1, 20);
  const auto base = *rc::gen::inRange<std::int64_t>(0, 1'000);
  const auto deadline = at(Duration{*rc::gen::inRange<std::int64_t>(1, 100'000)});
  Call c = call(
      {.max_attempts = max_attempts, .backoff = {.base = Duration{base}, .jitter = Jitter::full}});
  c.rng = Rng{*rc::gen::arbitrary<std::uint64_t>()};
  Instant now{};
  std::uint32_t made = 0;
  while (true) {
    ++made;
    RC_ASSERT(made <= max_attempts);
    RC_ASSERT(now < deadline);
    const auto decision = c.retry.on_attempt_end(c.state, errored, now, deadline, c.rng);
    if (!std::holds_alternative<RetryAfter>(decision)) break;
    now += std::get<RetryAfter>(decision).delay;
  }
}

}  // namespace
}  // namespace squall::policy::retry_test
