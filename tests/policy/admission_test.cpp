#include "squall/policy/admission.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::admission_test {
namespace {

TEST(Admission, AdmitsBelowTheLimit) {
  const AdmissionOptions options{.limit = 64};
  EXPECT_TRUE(options.admits(0));
  EXPECT_TRUE(options.admits(63));
  EXPECT_FALSE(options.admits(64));
  EXPECT_FALSE(options.admits(std::uint64_t{1} << 32U));
}

TEST(AdmissionOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(AdmissionOptions{}.validate()), "ok");
  EXPECT_EQ(said((AdmissionOptions{.limit = 1}).validate()), "ok");
  EXPECT_EQ(said((AdmissionOptions{.limit = 0}).validate()),
            "admission.limit: must be at least 1, is 0");
}

TEST(Admission, GivesAPriorityItsShareOfTheLimit) {
  const AdmissionOptions options{.limit = 10, .shares = {{0, 0.5}, {5, 0.8}}};
  EXPECT_EQ(options.limit_of(-7), 5U) << "that of the next one above that has a share";
  EXPECT_EQ(options.limit_of(0), 5U);
  EXPECT_EQ(options.limit_of(1), 8U);
  EXPECT_EQ(options.limit_of(5), 8U);
  EXPECT_EQ(options.limit_of(6), 10U) << "above all of them";
  EXPECT_EQ((AdmissionOptions{.limit = 10}).limit_of(0), 10U);
}

TEST(Admission, RoundsSharesDownToWholeRequests) {
  const auto limit_of = [](std::uint32_t limit, double share) {
    return AdmissionOptions{.limit = limit, .shares = {{0, share}}}.limit_of(0);
  };
  EXPECT_EQ(limit_of(3, 0.5), 1U);
  EXPECT_EQ(limit_of(1, 0.99), 0U);
  EXPECT_EQ(limit_of(7, 0.0), 0U);
  EXPECT_EQ(limit_of(7, 1.0), 7U);
  EXPECT_EQ(limit_of(0xfffffffeU, 1.0), 0xfffffffeU);
  // A whole percentage of a hundred, or of a million, is itself.
  for (std::uint32_t percent = 0; percent <= 100; ++percent) {
    EXPECT_EQ(limit_of(100, percent / 100.0), percent);
    EXPECT_EQ(limit_of(1'000'000, percent / 100.0), percent * 10'000);
  }
}

TEST(AdmissionOptions, SayWhatIsWrongWithShares) {
  const auto said_of = [](std::uint32_t limit, std::vector<PriorityShare> shares) {
    return said(AdmissionOptions{.limit = limit, .shares = std::move(shares)}.validate());
  };
  EXPECT_EQ(said_of(10, {{0, 0.5}, {1, 0.5}, {2, 1.0}}), "ok");
  EXPECT_EQ(said_of(10, {{-1, 0.0}}), "ok");
  EXPECT_EQ(said_of(10, {{3, 1.5}}), "admission.priority.3: must be from 0 to 1 (100%), is 1.5");
  EXPECT_EQ(said_of(10, {{3, -0.5}}), "admission.priority.3: must be from 0 to 1 (100%), is -0.5");
  EXPECT_EQ(said_of(10, {{0, 0.5}, {1, 0.4}}),
            "admission.priority.1: must be at least the share of priority 0, 0.5, is 0.4");
  EXPECT_EQ(said_of(10, {{1, 0.5}, {1, 0.5}}),
            "admission.priority.1: must be a priority above the one before, is 1 after 1");
  EXPECT_EQ(said_of(AdmissionOptions::unlimited, {{0, 0.5}}),
            "admission.limit: must be a number where priorities have shares of it, is unlimited");
  std::vector<PriorityShare> many;
  for (std::int32_t i = 0; i < 256; ++i) many.push_back({i, 0.5});
  EXPECT_EQ(said_of(10, many), "ok");
  many.push_back({256, 0.5});
  EXPECT_EQ(said_of(10, many), "admission.priority: must be at most 256 priorities, is 257");
}

TEST(AdmissionOptions, SayWhatIsWrongWithTheThrottle) {
  EXPECT_EQ(said((AdmissionOptions{.throttle = SreThrottleOptions{.k = 0.0}}).validate()),
            "admission.throttle.sre.k: must be from 1 to 1,000, is 0");
}

}  // namespace
}  // namespace squall::policy::admission_test
