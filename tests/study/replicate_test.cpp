#include "squall/study/threads/replicate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/metrics/replication_seed.hpp"
#include "squall/report/json.hpp"
#include "squall/report/metric.hpp"
#include "tests/study/support.hpp"

namespace squall::study::replicate_test {
namespace {

using test::bundle_of;
using test::json_of;
using test::Recorder;
using test::storm;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string json_of_runs(const scenario::Bundle& bundle,
                         const std::vector<metrics::RunRecord>& runs) {
  metrics::Comparison comparison = header_of(bundle.base);
  comparison.variants = runs;
  return report::to_json(comparison);
}

TEST(ReplicationSeed, IsTheSeedItselfAtFirstAndThenItsOwn) {
  EXPECT_EQ(metrics::replication_seed(7, 0), 7U);
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::uint64_t r = 0; r < 100; ++r) seeds.insert(metrics::replication_seed(seed, r));
  }
  EXPECT_EQ(seeds.size(), 10'000U);
  for (std::uint64_t r = 1; r < 1000; ++r) {
    EXPECT_LT(metrics::replication_seed(7, r), std::uint64_t{1} << 53) << "JSON keeps it";
  }
}

TEST(Replicate, GivesThePlainRunForOne) {
  const scenario::Bundle bundle = bundle_of(storm());
  std::vector<metrics::RunRecord> runs;
  for (const Subject& subject : subjects_of(bundle)) {
    runs.push_back(run(*subject.scenario, subject.name).value());
  }
  EXPECT_EQ(json_of(bundle, 1, 1), json_of_runs(bundle, runs));
  EXPECT_EQ(json_of(bundle, 1, 3), json_of_runs(bundle, runs));
}

TEST(Replicate, GivesTheSameBytesWhateverTheNumberOfThreads) {
  const scenario::Bundle bundle = bundle_of(storm());
  const std::string one = json_of(bundle, 23, 1);
  EXPECT_EQ(json_of(bundle, 23, 2), one);
  EXPECT_EQ(json_of(bundle, 23, 7), one);
  EXPECT_EQ(json_of(bundle, 23, 100), one) << "more threads than are of use";
}

TEST(Replicate, GivesEachReplicationItsOwnDrawsAndItsVariantsTheSame) {
  const scenario::Bundle bundle = bundle_of(storm());
  Recorder recorder(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 12, .jobs = 3}, recorder));
  ASSERT_EQ(recorder.replications.size(), 12U);
  std::set<std::uint64_t> offered;
  for (const auto& variants : recorder.replications) {
    ASSERT_EQ(variants.size(), 3U);
    EXPECT_EQ(variants[0].variant, "retrying");
    EXPECT_EQ(variants[2].variant, "single");
    for (const metrics::RunRecord& run : variants) {
      EXPECT_EQ(run.workloads[0].offered, variants[0].workloads[0].offered) << "the same arrivals";
    }
    offered.insert(variants[0].workloads[0].offered);
  }
  // Poisson with mean 600: twelve draws with fewer than eight different ones are very unlikely.
  EXPECT_GE(offered.size(), 8U);
}

TEST(Replicate, GivesReplicationsThatRunAloneWithTheirSeed) {
  const scenario::Bundle bundle = bundle_of(storm());
  Recorder recorder(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 6, .jobs = 2}, recorder));
  scenario::Scenario alone = bundle.variants[1].scenario;
  alone.seed = metrics::replication_seed(alone.seed, 5);
  const metrics::RunRecord record = run(alone, "patient").value();
  EXPECT_EQ(json_of_runs(bundle, {record}), json_of_runs(bundle, {recorder.replications[5][1]}));
}

TEST(Replicate, PoolsEveryFigure) {
  const scenario::Bundle bundle = bundle_of(storm());
  Recorder recorder(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 2}, recorder));
  const metrics::RunRecord a = recorder.replications[0][0];
  const metrics::RunRecord b = recorder.replications[1][0];
  const metrics::Comparison pooled = std::move(recorder.builder).finish();
  const auto figures_a = report::figures_of(a);
  const auto figures_b = report::figures_of(b);
  const auto figures = report::figures_of(pooled.variants[0]);
  ASSERT_EQ(figures.size(), figures_a.size());
  int sums = 0;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string& metric = figures[i].metric;
    if (!figures_a[i].value || !figures_b[i].value || !figures[i].value) continue;
    const double x = *figures_a[i].value;
    const double y = *figures_b[i].value;
    const double got = *figures[i].value;
    const bool is_max = metric.ends_with("max");
    const bool is_between = metric.ends_with("ratio") || metric.ends_with("per_s") ||
                            metric == "amplification" || metric == "utilization" ||
                            metric.starts_with("mean_in") || metric.ends_with(".mean") ||
                            metric == "recovered_after_ms" || metric == "objective_ms" ||
                            report::is_percentile(figures[i].path());
    if (is_max) {
      EXPECT_EQ(got, std::max(x, y)) << figures[i].path();
    } else if (is_between) {
      // A percentile of both is between theirs, up to a bucket's width.
      EXPECT_GE(got, std::min(x, y) * 0.992) << figures[i].path();
      EXPECT_LE(got, std::max(x, y) * 1.008) << figures[i].path();
    } else {
      EXPECT_DOUBLE_EQ(got, x + y) << figures[i].path();
      ++sums;
    }
  }
  EXPECT_GE(sums, 40);
}

// --- Looks ---

TEST(Looks, AreFixedAndGrow) {
  EXPECT_THAT(usual_looks(20), ElementsAre(20));
  EXPECT_THAT(usual_looks(100), ElementsAre(20, 30, 40, 60, 80, 100));
  EXPECT_THAT(usual_looks(160), ElementsAre(20, 30, 40, 60, 80, 120, 160));
  EXPECT_TRUE(std::ranges::is_sorted(usual_looks(10'000'000)));
  EXPECT_EQ(usual_looks(10'000'000).back(), 10'000'000U);
}

TEST(Looks, AreTheOnlyCountsAtWhichTheWorkEnds) {
  const scenario::Bundle bundle = bundle_of(storm());
  for (const std::size_t jobs : {1U, 2U, 7U}) {
    Recorder recorder(bundle, 33);
    const Result<Completion> completion = replicate(
        subjects_of(bundle), {.count = 200, .looks = usual_looks(200), .jobs = jobs}, recorder);
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->replications, 40U) << jobs;
    EXPECT_FALSE(completion->interrupted);
    EXPECT_THAT(recorder.looks, ElementsAre(20, 30, 40)) << jobs;
    EXPECT_EQ(recorder.replications.size(), 40U) << "and none too many";
  }
}

TEST(Looks, EndAtTheMostThatIsAllowed) {
  const scenario::Bundle bundle = bundle_of(storm());
  Recorder recorder(bundle, 1'000);
  const Result<Completion> completion =
      replicate(subjects_of(bundle), {.count = 25, .looks = usual_looks(25), .jobs = 2}, recorder);
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->replications, 25U);
}

// --- What is pooled ---

/// A single run in steady state has figures that several runs together have not.
TEST(ReplicatePool, GivesEachPercentileItsOwnPoint) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
duration: 22s
warmup: 2s
services: {bank: {workers: 1, latency: {exponential: 10ms}}}
workloads: {w: {to: bank, objective: 50ms, arrivals: {poisson: 50/s}}}
)");
  Recorder recorder(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 5}, recorder));
  const metrics::Comparison made = std::move(recorder.builder).finish();
  int percentiles = 0;
  for (const metrics::FigureEstimate& figure : made.study->variants[0].figures) {
    if (!figure.is_percentile) continue;
    ++percentiles;
    EXPECT_EQ(figure.point, report::metric_value(made.variants[0], figure.metric)) << figure.metric;
  }
  EXPECT_GT(percentiles, 10);
}

// --- Progress ---

struct Told {
  std::vector<double> shares;
  std::set<std::string> labels;
  std::set<std::thread::id> threads;
  Progress progress() {
    return {.report =
                [](void* context, double share, const std::string& label) {
                  auto& told = *static_cast<Told*>(context);
                  told.shares.push_back(share);
                  told.labels.insert(label);
                  told.threads.insert(std::this_thread::get_id());
                },
            .context = this};
  }
};

TEST(ReplicateProgress, NeverFallsAndComesFromOneThread) {
  const scenario::Bundle bundle = bundle_of(storm());
  for (const std::size_t jobs : {1U, 3U}) {
    Told told;
    Recorder recorder(bundle);
    ASSERT_TRUE(replicate(subjects_of(bundle),
                          {.count = 40, .jobs = jobs, .progress = told.progress()}, recorder));
    EXPECT_TRUE(std::ranges::is_sorted(told.shares));
    if (told.shares.empty()) continue;  // all done between two reports
    EXPECT_THAT(told.threads, ElementsAre(std::this_thread::get_id()));
    EXPECT_GE(told.shares.front(), 0.0);
    EXPECT_LE(told.shares.back(), 1.0);
  }
}

TEST(ReplicateProgress, CoversAllReplications) {
  const scenario::Bundle bundle = bundle_of(storm());
  Told told;
  Recorder recorder(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 5, .progress = told.progress()}, recorder));
  EXPECT_LT(told.shares.front(), 0.01);
  EXPECT_GT(told.shares.back(), 0.9);
  EXPECT_EQ(told.labels.size(), 5U);
  EXPECT_TRUE(told.labels.contains("replication 5 of 5"));
}

// --- Errors ---

/// Its second variant makes no sense as a run, and so does its third in another way.
const char* senseless() {
  return R"(
squall: 1
duration: 1s
services: {bank: {latency: 0ms}}
workloads: {users: {to: bank, arrivals: {closed: {users: 1, think: 1s}}}}
variants:
  fine: {}
  stuck: {workloads.users.arrivals: {closed: {users: 2}}}
  also: {workloads.users.arrivals: {closed: {users: 3}}}
)";
}

TEST(ReplicateErrors, AreThoseOfTheFirstRunThatFails) {
  const scenario::Bundle bundle = bundle_of(senseless());
  Recorder one(bundle);
  const Result<Completion> alone = replicate(subjects_of(bundle), {.count = 3}, one);
  ASSERT_FALSE(alone);
  EXPECT_THAT(alone.error().message, HasSubstr("time never passes"));
  for (const std::size_t jobs : {2U, 7U}) {
    Recorder recorder(bundle);
    const Result<Completion> completion =
        replicate(subjects_of(bundle), {.count = 3, .jobs = jobs}, recorder);
    ASSERT_FALSE(completion);
    EXPECT_EQ(completion.error().text(), alone.error().text());
    EXPECT_TRUE(recorder.replications.empty());
  }
}

TEST(ReplicateLimits, AllowExactlySoManyEvents) {
  const scenario::Bundle bundle = bundle_of(storm());
  const Subject subject = subjects_of(bundle).front();
  const std::uint64_t events = run(*subject.scenario, subject.name)->engine.events;
  for (const std::size_t jobs : {1U, 2U}) {
    const auto limited = [&](std::uint64_t events_max, Recorder& recorder) {
      return replicate({subject}, {.count = 1, .jobs = jobs, .limits = {.events_max = events_max}},
                       recorder);
    };
    scenario::Bundle one = bundle;
    one.variants.resize(1);
    Recorder fits(one);
    EXPECT_TRUE(limited(events, fits));
    Recorder less(one);
    const Result<Completion> completion = limited(events - 1, less);
    ASSERT_FALSE(completion);
    EXPECT_EQ(completion.error().kind, Error::Kind::environment);
    EXPECT_THAT(completion.error().message,
                AllOf(HasSubstr("variant 'retrying' took " + std::to_string(events) + " events"),
                      HasSubstr("more than --max-events " + std::to_string(events - 1)),
                      HasSubstr("raise it, or shorten 'duration'")));
  }
}

TEST(ReplicateLimits, CountTheLastEventOfADrainedRunToo) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
until: drained
services: {s: {latency: 5ms}}
workloads: {w: {to: s, requests: 10, arrivals: {constant: 100/s}}}
)");
  const Subject subject = subjects_of(bundle).front();
  const std::uint64_t events = run(*subject.scenario, subject.name)->engine.events;
  EXPECT_EQ(events, 40U);  // of each request: it arrives, is delivered, done and answered
  for (std::uint64_t events_max = 1; events_max <= events; ++events_max) {
    Recorder recorder(bundle);
    const Result<Completion> completion =
        replicate({subject}, {.count = 1, .limits = {.events_max = events_max}}, recorder);
    EXPECT_EQ(static_cast<bool>(completion), events_max == events) << events_max;
  }
}

/// Requests pile up without end.
const char* flood() {
  return R"(
squall: 1
duration: 1h
services: {bank: {workers: 1, latency: 1s}}
workloads: {w: {to: bank, arrivals: {constant: 1000000/s}}}
)";
}

TEST(ReplicateLimits, EndARunThatTakesTooMuchMemory) {
  const scenario::Bundle bundle = bundle_of(flood());
  for (const std::size_t jobs : {1U, 2U}) {
    Recorder recorder(bundle);
    const Result<Completion> completion = replicate(
        subjects_of(bundle),
        {.count = 2, .jobs = jobs, .limits = {.memory_bytes_max = 100'000'000}}, recorder);
    ASSERT_FALSE(completion);
    EXPECT_EQ(completion.error().kind, Error::Kind::environment);
    EXPECT_THAT(completion.error().message,
                AllOf(HasSubstr("variant 'base' holds "), HasSubstr("--max-memory 100 MB"),
                      HasSubstr("give the queues a 'capacity'")));
    if (jobs == 1) {
      EXPECT_FALSE(completion.error().message.ends_with("use fewer --jobs"));
    }
  }
}

// --- Interruption ---

TEST(Interruption, BeforeAnythingLeavesAPartOfTheFirstReplication) {
  const scenario::Bundle bundle = bundle_of(storm());
  const std::atomic<bool> stop{true};
  for (const std::size_t jobs : {1U, 3U}) {
    Recorder recorder(bundle);
    const Result<Completion> completion =
        replicate(subjects_of(bundle), {.count = 4, .jobs = jobs, .stop = &stop}, recorder);
    ASSERT_TRUE(completion);
    EXPECT_TRUE(completion->interrupted);
    EXPECT_EQ(completion->replications, 0U);
    EXPECT_TRUE(recorder.replications.empty());
    for (const metrics::RunRecord& record : completion->begun) {
      EXPECT_TRUE(record.cut);
      EXPECT_EQ(record.workloads.front().offered, 0U);
    }
  }
}

/// Raises the flag when it has been told of progress beyond a share.
struct Stopper {
  double at;
  std::atomic<bool> stop{false};
  Progress progress() {
    return {.report =
                [](void* context, double share, const std::string&) {
                  auto& self = *static_cast<Stopper*>(context);
                  if (share > self.at) self.stop.store(true);
                },
            .context = this};
  }
};

TEST(Interruption, KeepsTheReplicationsThatAreWhole) {
  const scenario::Bundle bundle = bundle_of(storm());
  Recorder whole(bundle);
  ASSERT_TRUE(replicate(subjects_of(bundle), {.count = 10}, whole));
  Stopper stopper{.at = 0.55};
  Recorder recorder(bundle);
  const Result<Completion> completion =
      replicate(subjects_of(bundle),
                {.count = 10, .stop = &stopper.stop, .progress = stopper.progress()}, recorder);
  ASSERT_TRUE(completion);
  EXPECT_TRUE(completion->interrupted);
  EXPECT_EQ(completion->replications, 5U);
  ASSERT_EQ(recorder.replications.size(), 5U);
  EXPECT_TRUE(completion->begun.empty());
  for (std::size_t r = 0; r < 5; ++r) {
    EXPECT_EQ(json_of_runs(bundle, recorder.replications[r]),
              json_of_runs(bundle, whole.replications[r]));
  }
}

TEST(Interruption, CutsALongRunWhereItIs) {
  const scenario::Bundle bundle = bundle_of(R"(
squall: 1
duration: 10h
services: {bank: {workers: 4, latency: 10ms}}
workloads: {w: {to: bank, objective: 1s, arrivals: {poisson: 300/s}}}
faults: {slow: {at: 1s, for: 1s, on: service.bank, latency: x2}}
)");
  for (const std::size_t jobs : {1U, 2U}) {
    Stopper stopper{.at = 0.0001};
    Recorder recorder(bundle);
    const Result<Completion> completion =
        replicate(subjects_of(bundle),
                  {.count = 2, .jobs = jobs, .stop = &stopper.stop, .progress = stopper.progress()},
                  recorder);
    ASSERT_TRUE(completion);
    EXPECT_TRUE(completion->interrupted);
    ASSERT_FALSE(completion->begun.empty());
    const metrics::RunRecord& record = completion->begun.front();
    EXPECT_TRUE(record.cut);
    EXPECT_GT(record.simulated, std::chrono::seconds{1});
    EXPECT_LT(record.simulated, std::chrono::hours{10});
    EXPECT_EQ(record.verdict.state, metrics::Verdict::State::not_judged);
    const metrics::WorkloadRecord& w = record.workloads.front();
    EXPECT_GT(w.ok, 0U);
    EXPECT_EQ(w.offered,
              w.ok + w.late + w.failed + w.rejected + w.dead_lettered + w.dropped + w.unfinished);
  }
}

}  // namespace
}  // namespace squall::study::replicate_test
