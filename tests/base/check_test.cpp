#include "squall/base/check.hpp"

#include <cstdint>
#include <thread>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "squall/base/version.hpp"

namespace squall::check_test {
namespace {

using testing::ExitedWithCode;

TEST(CheckDeathTest, EndsWithStatus70AndSaysWhatFailedAndWhere) {
  EXPECT_EXIT(SQUALL_CHECK(1 + 1 == 3, "sums are off"), ExitedWithCode(70),
              "squall: bug: CHECK\\(1 \\+ 1 == 3\\) failed at (squall/)?tests/base/"
              "check_test.cpp:[0-9]+: sums are off; no run under way, version [0-9.]+\n");
}

TEST(CheckDeathTest, PrintsSeedAndVirtualTimeOfTheRunAsTheyAreWhenItFails) {
  std::int64_t now_ns = 0;
  const CheckContext context(18446744073709551615ULL, &now_ns);
  now_ns = 1'500'000'000;
  EXPECT_EXIT(SQUALL_CHECK(false, "lost a request"), ExitedWithCode(70),
              "lost a request; seed 18446744073709551615, virtual time 1500000000 ns, version ");
}

TEST(CheckDeathTest, PrintsTheRunOfItsOwnThreadAndTheOuterOneAfterAnInnerOne) {
  const std::int64_t outer_ns = 1;
  const std::int64_t inner_ns = 2;
  const CheckContext outer(11, &outer_ns);
  {
    const CheckContext inner(22, &inner_ns);
    EXPECT_EXIT(SQUALL_CHECK(false, "inner"), ExitedWithCode(70), "seed 22, virtual time 2 ns");
  }
  EXPECT_EXIT(SQUALL_CHECK(false, "outer"), ExitedWithCode(70), "seed 11, virtual time 1 ns");
  EXPECT_EXIT(std::thread([] { SQUALL_CHECK(false, "elsewhere"); }).join(), ExitedWithCode(70),
              "no run under way");
}

TEST(CheckDeathTest, NamesFilesAsTheRepositoryDoes) {
  const auto fail_in = [](const char* file) { check_failed("x", file, 7, "m"); };
  EXPECT_EXIT(fail_in("/home/me/squall/squall/base/time.hpp"), ExitedWithCode(70),
              "failed at squall/base/time.hpp:7: m");
  EXPECT_EXIT(fail_in("squall/base/time.hpp"), ExitedWithCode(70), "at squall/base/time.hpp:7: m");
  EXPECT_EXIT(fail_in("/src/checkout/cli/main.cpp"), ExitedWithCode(70), "at cli/main.cpp:7: m");
  EXPECT_EXIT(fail_in("/src/my_squall/main.cpp"), ExitedWithCode(70),
              "at /src/my_squall/main.cpp:7: m");
}

TEST(CheckDeathTest, RefusesARandomNumberBelowZero) {
  Rng rng(1);
  EXPECT_EXIT(static_cast<void>(rng.below(0)), ExitedWithCode(70), "bound > 0");
}

TEST(Check, EvaluatesItsConditionOnceAndPasses) {
  int evaluated = 0;
  SQUALL_CHECK(++evaluated == 1, "counts");
  EXPECT_EQ(evaluated, 1);
}

TEST(Version, IsThatOfTheProject) { EXPECT_STREQ(version(), SQUALL_VERSION); }

}  // namespace
}  // namespace squall::check_test
