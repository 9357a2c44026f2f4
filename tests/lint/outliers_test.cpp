// outlier-never-ejects.
#include <string>

#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::outliers_test {
namespace {

std::string with(const std::string& replicas, const std::string& outlier) {
  return head + "services: {bank: {replicas: " + replicas +
         ", latency: 1ms}}\n"
         "policies:\n"
         "  careful: {outlier: {envoy: {" +
         outlier +
         "}}}\n"
         "workloads: {users: {to: bank, policy: careful, arrivals: {constant: 10/s}}}\n";
}

TEST(OutlierNeverEjects, OfFewerThanTenReplicasByDefault) {
  const auto findings = found(with("9", ""), Code::outlier_never_ejects);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].arithmetic, "1 of 9 replicas = 11.11% > 10%");
  EXPECT_EQ(findings[0].message,
            "users->bank never ejects a replica of bank: one is more than may be ejected");
  EXPECT_EQ(findings[0].key, "policies.careful.outlier.envoy.max_ejection_percent");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_TRUE(found(with("10", ""), Code::outlier_never_ejects).empty()) << "just ten percent";
}

TEST(OutlierNeverEjects, UnlessOneMayBeEjectedAllTheSame) {
  EXPECT_TRUE(found(with("9", "always_eject_one_host: true"), Code::outlier_never_ejects).empty());
  EXPECT_TRUE(found(with("5", "max_ejection_percent: 20%"), Code::outlier_never_ejects).empty());
  EXPECT_FALSE(found(with("5", "max_ejection_percent: 19%"), Code::outlier_never_ejects).empty());
}

TEST(OutlierNeverEjects, OfOneReplica) {
  const auto findings = found(with("1", "always_eject_one_host: true"), Code::outlier_never_ejects);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "of bank there is one replica: nobody is left to pass over to");
  EXPECT_EQ(findings[0].key, "policies.careful.outlier.envoy");
}

}  // namespace
}  // namespace squall::lint::outliers_test
