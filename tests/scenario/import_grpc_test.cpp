// What becomes of the fields of gRPC's configurations: their meaning, defaults and clamps.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/import_support.hpp"

namespace squall::scenario::import_grpc_test {
namespace {

using enum ImportFormat;
using policy::Jitter;
using policy::PolicyOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImportGrpc, ClampsAttemptsAtFive) {
  const PolicyOptions options =
      policy_of(grpc,
                "methodConfig: [{name: [{}], retryPolicy: {maxAttempts: 9, initialBackoff: 0.1s, "
                "maxBackoff: 1s, backoffMultiplier: 2, retryableStatusCodes: [UNAVAILABLE]}}]\n"
                "retryThrottling: {maxTokens: 10, tokenRatio: 0.1}\n");
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 5U);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::proportional);
  EXPECT_EQ(options.retry->backoff.spread, 0.2);
  EXPECT_TRUE(options.retry->honour_pushback);
  const auto& budget = std::get<policy::GrpcThrottleOptions>(options.budget);
  EXPECT_EQ(budget.max_tokens, 10U);
  EXPECT_EQ(budget.token_ratio, 0.1);
}

TEST(ImportGrpc, SkipsAnEntryWithoutNames) {
  const std::string yaml =
      "methodConfig:\n"
      "- {name: [], timeout: 1s, retryPolicy: {maxAttempts: 3}}\n"
      "- {timeout: 2s}\n"
      "- {name: [{}], timeout: 3s}\n";
  const Imported all = imported(grpc, yaml);
  ASSERT_EQ(all.policies.size(), 1U);
  EXPECT_EQ(all.policies.front().name(), "default");
  EXPECT_EQ(all.policies.front().node().find("deadline")->text, "3s");
  EXPECT_EQ(left_out_of(grpc, yaml),
            "2 methodConfig.0: gRPC skips an entry without a name\n"
            "3 methodConfig.1: gRPC skips an entry without a name\n");
  EXPECT_EQ(import_error(grpc, "methodConfig: [{timeout: 2s}]\n"),
            "in.yaml: holds no methodConfig with a name; is it a service config of gRPC?");
}

TEST(ImportGrpc, GivesAMethodOfTwoServiceConfigsAPolicyForEach) {
  const std::string one = "methodConfig: [{name: [{service: old}], timeout: ";
  const Imported all = imported(grpc, one + "1s}]\n---\n" + one + "2s}]\n");
  ASSERT_EQ(all.policies.size(), 2U);
  EXPECT_EQ(all.policies[0].name(), "old");
  EXPECT_EQ(all.policies[0].node().find("deadline")->text, "1s");
  EXPECT_EQ(all.policies[1].name(), "old-2");
  EXPECT_EQ(all.policies[1].node().find("deadline")->text, "2s");
}

TEST(ImportGrpc, ThrottlesOnlyWhatRepeats) {
  const std::string yaml =
      "methodConfig: [{name: [{service: a}], timeout: 1s}]\n"
      "retryThrottling: {maxTokens: 10, tokenRatio: 0.1}\n";
  EXPECT_EQ(policy_of(grpc, yaml).budget.index(), 0U);
  EXPECT_EQ(left_out_of(grpc, yaml), "2 retryThrottling: no method retries or hedges\n");
}

TEST(ImportGrpc, NamesErrorsThatAServiceHasToFailWith) {
  const Imported all =
      imported(grpc,
               "methodConfig: [{name: [{service: a}], hedgingPolicy: {maxAttempts: 3, "
               "nonFatalStatusCodes: [INTERNAL, 15, unavailable]}}]\n");
  EXPECT_THAT(all.error_names, ElementsAre("data_loss", "internal"));
  EXPECT_THAT(imported_scenario(all, {}), HasSubstr("{p: 0%, as: internal}"));
}

}  // namespace
}  // namespace squall::scenario::import_grpc_test
