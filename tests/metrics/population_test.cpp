#include "squall/metrics/population.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::metrics::population_test {
namespace {

Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

TEST(Population, HoldsLittlesIdentityAtAnyInstant) {
  Population inside;
  inside.enter(at(10));
  inside.enter(at(12));
  inside.leave(at(20), at(10));
  // One inside from 10 to 12, two to 20, one to 25.
  EXPECT_EQ(inside.integral_ns(at(25)), 2 + 16 + 5);
  EXPECT_EQ(inside.sojourns_ns(), 10);
  EXPECT_EQ(inside.inside(), 1);
}

/// Whatever comes and goes: to exchange is to leave and to enter, and to count many at once is to
/// count each.
RC_GTEST_PROP(Population, CountsAlikeHoweverItIsTold, ()) {
  Population plain;
  Population told;
  std::vector<std::int64_t> entered;
  std::uint64_t begun = 0;
  std::uint64_t finished = 0;
  std::int64_t now = 0;
  for (int step = *rc::gen::inRange(0, 200); step > 0; --step) {
    now += *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50U);
    const int what = entered.empty() ? 0 : *rc::gen::inRange(0, 3);
    if (what == 0) {
      plain.enter(at(now));
      told.enter_uncounted(at(now));
      ++begun;
      entered.push_back(now);
      continue;
    }
    const std::int64_t since = entered.back();
    entered.pop_back();
    plain.leave(at(now), at(since));
    if (what == 1) {
      told.leave_uncounted(at(now), at(since));
      ++finished;
      continue;
    }
    plain.enter(at(now));
    told.exchange(at(now), at(since));
    entered.push_back(now);
  }
  told.count(begun, finished);
  const Instant end = at(now + 5);
  RC_ASSERT(told.inside() == plain.inside());
  RC_ASSERT(told.inside() == static_cast<std::int64_t>(entered.size()));
  RC_ASSERT(told.sojourns_ns() == plain.sojourns_ns());
  RC_ASSERT(told.integral_ns(end) == plain.integral_ns(end));
  // Little: those that left, and the ages of those inside.
  Int128 ages = 0;
  for (const std::int64_t since : entered) ages += now + 5 - since;
  RC_ASSERT(told.integral_ns(end) == told.sojourns_ns() + ages);
}

}  // namespace
}  // namespace squall::metrics::population_test
