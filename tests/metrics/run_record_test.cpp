#include "squall/metrics/run_record.hpp"

#include <gtest/gtest.h>

namespace squall::metrics::run_record_test {
namespace {

TEST(RunRecord, RatiosAreOfWhatWasOffered) {
  WorkloadRecord workload;
  workload.offered = 400;
  workload.ok = 100;
  EXPECT_EQ(workload.goodput_ratio(), 0.25);

  CallRecord call;
  call.requests = 100;
  call.attempts = 390;
  EXPECT_EQ(call.amplification(), 3.9);

  ServiceRecord service;
  service.service_time_s = 8.0;
  service.wasted_time_s = 6.0;
  EXPECT_EQ(service.wasted_ratio(), 0.75);
}

TEST(RunRecord, RatiosOfNothingAreZero) {
  EXPECT_EQ(WorkloadRecord{}.goodput_ratio(), 0.0);
  EXPECT_EQ(CallRecord{}.amplification(), 0.0);
  EXPECT_EQ(ServiceRecord{}.wasted_ratio(), 0.0);
}

TEST(RunRecord, StartsWithoutAFault) {
  const RunRecord record;
  EXPECT_EQ(record.verdict.state, Verdict::State::no_fault);
  EXPECT_EQ(record.series.columns(), 7U);
}

}  // namespace
}  // namespace squall::metrics::run_record_test
