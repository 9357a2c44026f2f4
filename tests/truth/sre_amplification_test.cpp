/// "Site Reliability Engineering" (Google, 2016), chapter 22: 4^3 = 64 attempts at the bottom for
/// one request. Amazon Builders' Library, "Timeouts, retries, and backoff with jitter": 3^5 = 243.

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"

namespace truth::sre_amplification_test {
namespace {

constexpr std::uint64_t requests = 1000;

TEST(SreAmplification, ThreeLayersOfFourAttemptsMakeExactly64) {
  const auto record = run(shipped("sre-amplification"), 1, "three-layers");
  EXPECT_EQ(workload(record, "browser").offered, requests);
  EXPECT_EQ(workload(record, "browser").failed, requests);
  EXPECT_EQ(call(record, "browser->frontend").attempts, 4 * requests);
  EXPECT_EQ(call(record, "frontend->backend").attempts, 16 * requests);
  EXPECT_EQ(call(record, "backend->database").attempts, 64 * requests);
  EXPECT_EQ(service(record, "database").arrived, 64 * requests);
  EXPECT_EQ(service(record, "database").failed, 64 * requests);
}

TEST(SreAmplification, FiveLayersOfThreeAttemptsMakeExactly243) {
  const auto record = run(shipped("sre-amplification"), 1, "five-layers");
  EXPECT_EQ(workload(record, "browser").failed, requests);
  EXPECT_EQ(call(record, "shard->database").attempts, 243 * requests);
  EXPECT_EQ(service(record, "database").arrived, 243 * requests);
  EXPECT_DOUBLE_EQ(call(record, "shard->database").amplification(), 3.0);
}

TEST(SreAmplification, RetryingInOneLayerOnlyMakesFour) {
  const auto record = run(shipped("sre-amplification"), 1, "top-only");
  EXPECT_EQ(service(record, "database").arrived, 4 * requests);
}

/// The book's "about 1.1" is of one layer with a 10 % budget; three of them multiply.
TEST(SreAmplification, BudgetsOfTenPercentKeepEachLayerNearOnePointOne) {
  const auto record = run(shipped("sre-amplification"), 1, "budgets");
  for (const char* edge : {"browser->frontend", "frontend->backend", "backend->database"}) {
    EXPECT_NEAR(call(record, edge).amplification(), 1.1, 0.03) << edge;
  }
  const double all = static_cast<double>(service(record, "database").arrived) / requests;
  EXPECT_NEAR(all, 1.1 * 1.1 * 1.1, 0.1);
}

}  // namespace
}  // namespace truth::sre_amplification_test
