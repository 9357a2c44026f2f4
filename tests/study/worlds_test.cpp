// Collapse is bimodal: the same design with the same trigger, and some runs live.
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/report/sentences.hpp"
#include "tests/study/support.hpp"

namespace squall::study::worlds_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Retries without backoff against a server that is slow for a while; arrivals at random.
std::string after_trigger(const std::string& length) {
  return R"(
squall: 1
duration: 30s
services: {server: {workers: 4, latency: 25ms, demand_at: arrival}}
policies: {impatient: {timeout: 200ms, retry: {max_attempts: 4, on: [timeout], backoff: none}}}
workloads: {clients: {to: server, policy: impatient, arrivals: {poisson: 50/s}}}
faults: {trigger: {at: 10s, for: )" +
         length + R"(, on: service.server, latency: x4}}
)";
}

metrics::Comparison study_of(const std::string& yaml, std::uint64_t replications) {
  const scenario::Bundle bundle = test::bundle_of(yaml);
  test::Recorder recorder(bundle);
  EXPECT_TRUE(replicate(subjects_of(bundle), {.count = replications, .jobs = 2}, recorder));
  return std::move(recorder.builder).finish();
}

std::string said_of(const metrics::Comparison& comparison) {
  std::string text;
  for (const std::string& sentence : report::findings(comparison)) text += sentence + "\n";
  return text;
}

TEST(TwoWorlds, AreReportedWhereTheTriggerIsMarginal) {
  const metrics::Comparison made = study_of(after_trigger("500ms"), 40);
  const metrics::VariantStudy& study = made.study->variants.front();
  EXPECT_GT(study.recovered, 0U);
  EXPECT_GT(study.not_recovered, 0U);
  EXPECT_EQ(study.recovered + study.not_recovered, 40U);
  ASSERT_EQ(study.worlds.size(), 2U);
  EXPECT_GT(study.worlds[0].goodput.min(), study.worlds[1].goodput.max());
  EXPECT_THAT(said_of(made), HasSubstr("a mean over both describes no run"));

  // The seed that it names runs one of those that stay down.
  scenario::Bundle alone = test::bundle_of(after_trigger("500ms"));
  alone.base.seed = study.worlds[1].example_seed;
  EXPECT_EQ(run(alone.base, "base").value().verdict.state, metrics::Verdict::State::not_recovered);
}

TEST(TwoWorlds, AreNotReportedWhereAllRecover) {
  const metrics::Comparison made = study_of(after_trigger("100ms"), 40);
  EXPECT_EQ(made.study->variants.front().recovered, 40U);
  EXPECT_TRUE(made.study->variants.front().worlds.empty());
  EXPECT_THAT(said_of(made), Not(HasSubstr("describes no run")));
}

TEST(TwoWorlds, AreNotReportedWhereAllCollapse) {
  const metrics::Comparison made = study_of(after_trigger("4s"), 40);
  EXPECT_EQ(made.study->variants.front().not_recovered, 40U);
  EXPECT_TRUE(made.study->variants.front().worlds.empty());
  EXPECT_THAT(said_of(made), HasSubstr("in all 40 replications goodput was still below"));
}

}  // namespace
}  // namespace squall::study::worlds_test
