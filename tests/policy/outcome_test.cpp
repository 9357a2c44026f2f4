#include "squall/policy/outcome.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::outcome_test {
namespace {

TEST(Outcome, IsOkOnlyWhenOk) {
  EXPECT_TRUE(succeeded.is_ok());
  for (const Outcome& outcome : {errored, timed_out, past_deadline, was_rejected, was_abandoned}) {
    EXPECT_FALSE(outcome.is_ok());
  }
}

TEST(Outcome, LocalRejectionsAreThoseOfTheCallersPolicies) {
  EXPECT_TRUE(is_local(RejectedBy::breaker));
  EXPECT_TRUE(is_local(RejectedBy::bulkhead));
  EXPECT_TRUE(is_local(RejectedBy::rate_limit));
  EXPECT_TRUE(is_local(RejectedBy::throttle));
  EXPECT_TRUE(is_local(RejectedBy::limiter));
  EXPECT_FALSE(is_local(RejectedBy::none));
  EXPECT_FALSE(is_local(RejectedBy::queue));
  EXPECT_FALSE(is_local(RejectedBy::admission));
}

// gRPC A6: a negative grpc-retry-pushback-ms asks not to retry.
TEST(Pushback, ForbidsWhenNeverOrNegative) {
  EXPECT_TRUE((Pushback{.kind = Pushback::Kind::never}).forbids());
  EXPECT_TRUE((Pushback{.kind = Pushback::Kind::after, .delay = -1ns}).forbids());
  EXPECT_FALSE((Pushback{.kind = Pushback::Kind::after, .delay = 0ns}).forbids());
  EXPECT_FALSE((Pushback{.kind = Pushback::Kind::none, .delay = -1ns}).forbids());
}

}  // namespace
}  // namespace squall::policy::outcome_test
