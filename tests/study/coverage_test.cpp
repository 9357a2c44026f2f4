// Whether the intervals of whole studies hold what is known to be true.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "squall/base/math.hpp"
#include "squall/metrics/study_record.hpp"
#include "tests/study/support.hpp"

namespace squall::study::coverage_test {
namespace {

using metrics::FigureEstimate;

/// So many studies of so many replications each, of seeds of their own; how many of their intervals
/// hold the truth.
int holding(const std::string& yaml, const std::string& metric, double truth, int studies,
            std::uint64_t replications) {
  scenario::Bundle bundle = test::bundle_of(yaml);
  int held = 0;
  for (int i = 0; i < studies; ++i) {
    bundle.base.seed = 1'000 + static_cast<std::uint64_t>(i);
    test::Recorder recorder(bundle);
    EXPECT_TRUE(replicate(subjects_of(bundle), {.count = replications, .jobs = 2}, recorder));
    const metrics::Comparison made = std::move(recorder.builder).finish();
    const FigureEstimate* figure = metrics::find_figure(made.study->variants.front(), metric);
    if (figure == nullptr || !figure->low) continue;
    if (*figure->low <= truth && truth <= *figure->high) ++held;
  }
  return held;
}

TEST(Coverage, OfAPoissonCountIs95Of100) {
  // Exactly 100 arrive on average. 600 intervals: standard error of the share 0.0089, the band is
  // 3.4 of them.
  const int held = holding(R"(
squall: 1
duration: 1s
services: {bank: {latency: 0ms}}
workloads: {w: {to: bank, arrivals: {poisson: 100/s}}}
)",
                           "offered", 100.0, 600, 10);
  EXPECT_NEAR(held / 600.0, 0.95, 0.03);
}

TEST(Coverage, OfAPooledPercentileIs95Of100) {
  // Every request has a worker: latency is exponential with mean 10 ms, its 95th percentile is
  // 10 ln 20. 200 intervals of 20 replications of 1,000 requests: standard error of the share
  // 0.0154, the band is 3.2 of them; above it the bucket may make them safer.
  const int held = holding(R"(
squall: 1
until: drained
services: {bank: {latency: {exponential: 10ms}}}
workloads: {w: {to: bank, requests: 1000, arrivals: {poisson: 1000/s}}}
)",
                           "latency_p95_ms", 10.0 * log_of(20.0), 200, 20);
  EXPECT_GE(held / 200.0, 0.90);
}

TEST(Coverage, OfASingleServerQueueIs95Of100) {
  // M/M/1 at 50 %: the mean time inside is 1 / (mu - lambda) = 20 ms once it is warm. 150 intervals
  // of 10 replications: standard error of the share 0.018, the band is 3.4 of them.
  const int held = holding(R"(
squall: 1
duration: 22s
warmup: 2s
services: {bank: {workers: 1, latency: {exponential: 10ms}}}
workloads: {w: {to: bank, arrivals: {poisson: 50/s}}}
)",
                           "workloads.w.latency_ms.mean", 20.0, 150, 10);
  EXPECT_NEAR(held / 150.0, 0.95, 0.06);
}

}  // namespace
}  // namespace squall::study::coverage_test
