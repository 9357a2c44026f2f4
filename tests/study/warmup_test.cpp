#include "squall/study/warmup.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/metrics/steady_state.hpp"
#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"

namespace squall::study::warmup_test {
namespace {

using namespace std::chrono_literals;
using metrics::BatchInterval;
using metrics::RunRecord;
using metrics::WarmupRecord;
using State = WarmupRecord::State;

scenario::Bundle bundle_of(const std::string& text) {
  const Result<scenario::Node> document = scenario::parse_yaml(text, "test.yaml");
  if (!document) ADD_FAILURE() << document.error().text();
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) ADD_FAILURE() << bundle.error().text();
  return std::move(*bundle);
}

/// Settles the warm-up of the subjects, and runs each of them once.
Result<metrics::Comparison> run_settled(std::vector<Subject> subjects) {
  std::vector<scenario::Scenario> storage;
  metrics::Comparison comparison = header_of(*subjects.front().scenario);
  if (const auto settled = settle_subjects(subjects, storage); !settled)
    return fail(settled.error());
  for (const Subject& subject : subjects) {
    Result<RunRecord> record = run(*subject.scenario, subject.name);
    if (!record) return fail(record.error());
    comparison.variants.push_back(std::move(*record));
  }
  return comparison;
}

Result<metrics::Comparison> compare(const scenario::Bundle& bundle) {
  return run_settled(subjects_of(bundle));
}

Result<metrics::Comparison> run_one(const scenario::Bundle& bundle, const std::string& name) {
  const Result<Subject> subject = find_subject(bundle, name);
  if (!subject) return fail(subject.error());
  return run_settled({*subject});
}

metrics::Comparison compared(const std::string& text) {
  Result<metrics::Comparison> comparison = compare(bundle_of(text));
  if (!comparison) ADD_FAILURE() << comparison.error().text();
  return std::move(*comparison);
}

/// One server of mean 10 ms with exponential arrivals and services.
std::string mm1(const std::string& per_s, const std::string& rest) {
  return "squall: 1\nduration: 200s\nservices: {s: {workers: 1, latency: {exponential: 10ms}}}\n"
         "workloads: {w: {to: s, arrivals: {poisson: " +
         per_s + "/s}}}\n" + rest;
}

TEST(Warmup, IsCutFromTheTotalsWhereItWasFound) {
  const RunRecord run = compared(mm1("90", "warmup: auto\n")).variants.front();
  EXPECT_EQ(run.warmup.state, State::found);
  EXPECT_EQ(run.warmup.own_cut, run.warmup.cut);
  EXPECT_LE(run.warmup.cut, 100s);
  EXPECT_EQ(run.measured, 200s - run.warmup.cut);
  EXPECT_TRUE(run.is_steady);
}

/// A filling system: one request every 20 ms, and each stays 20 s, so the number inside grows until
/// then and is the same from then on.
constexpr const char* filling = R"(
squall: 1
duration: 100s
warmup: auto
services: {s: {latency: 20s}}
workloads: {w: {to: s, arrivals: {constant: 50/s}}}
)";

TEST(Warmup, IsTheTimeInWhichASystemFills) {
  const RunRecord run = compared(filling).variants.front();
  EXPECT_EQ(run.warmup.state, State::found);
  // Up to a batch, five intervals of 50 ms.
  EXPECT_GE(run.warmup.cut, 20s - 250ms);
  EXPECT_LE(run.warmup.cut, 20s + 250ms);
}

TEST(Warmup, HasNoSteadyStateWhereTheLineGrowsForEver) {
  const RunRecord run = compared(mm1("120", "warmup: auto\n")).variants.front();
  EXPECT_EQ(run.warmup.state, State::no_steady_state);
  EXPECT_EQ(run.warmup.cut, Duration{0});
  EXPECT_FALSE(run.warmup.own_cut);
  EXPECT_EQ(run.measured, run.simulated);
  EXPECT_FALSE(run.is_steady);
}

TEST(Warmup, IsTheLongestOfTheVariantsForAllOfThem) {
  const metrics::Comparison found = compared(std::string(filling) +
                                             "variants:\n"
                                             "  slow: {}\n"
                                             "  quick: {services.s.latency: 5s}\n"
                                             "  full: {services.s: {workers: 1, latency: 30ms}}\n");
  const RunRecord& slow = found.variants[0];
  const RunRecord& quick = found.variants[1];
  const RunRecord& full = found.variants[2];
  EXPECT_EQ(slow.warmup.own_cut, slow.warmup.cut);
  EXPECT_EQ(quick.warmup.cut, slow.warmup.cut);
  ASSERT_TRUE(quick.warmup.own_cut);
  EXPECT_LT(*quick.warmup.own_cut, 8s);
  EXPECT_EQ(full.warmup.state, State::no_steady_state);
  EXPECT_EQ(full.warmup.cut, slow.warmup.cut);
  // So all of them count the same requests.
  EXPECT_EQ(quick.workloads[0].offered, slow.workloads[0].offered);
  EXPECT_EQ(full.workloads[0].offered, slow.workloads[0].offered);
  EXPECT_TRUE(slow.is_steady);
  EXPECT_FALSE(full.is_steady);
}

TEST(Warmup, OfOneVariantAloneIsItsOwn) {
  const scenario::Bundle bundle = bundle_of(std::string(filling) +
                                            "variants:\n"
                                            "  slow: {}\n"
                                            "  quick: {services.s.latency: 5s}\n");
  const Result<metrics::Comparison> quick = run_one(bundle, "quick");
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->variants.front().warmup.own_cut, quick->variants.front().warmup.cut);
  EXPECT_LT(quick->variants.front().warmup.cut, 8s);
}

/// The second run is the one that a fixed warm-up of that length gives.
TEST(Warmup, GivesTheFiguresOfTheSameWarmupByHand) {
  const RunRecord found = compared(filling).variants.front();
  ASSERT_GT(found.warmup.cut, Duration{0});
  std::string text = filling;
  text.replace(text.find("auto"), 4, std::to_string(found.warmup.cut.count()) + "ns");
  RunRecord by_hand = compared(text).variants.front();
  EXPECT_EQ(by_hand.warmup.state, State::fixed);
  EXPECT_EQ(by_hand.warmup.cut, found.warmup.cut);
  by_hand.warmup = found.warmup;
  const auto json = [](const RunRecord& record) {
    metrics::Comparison one;
    one.variants.push_back(record);
    return report::to_json(one);
  };
  EXPECT_EQ(json(found), json(by_hand));
}

TEST(Warmup, OfAScenarioWithoutAutoIsLeftAlone) {
  scenario::Bundle bundle = bundle_of(mm1("90", "warmup: 3s\n"));
  ASSERT_TRUE(settle_warmups({{&bundle.base, "base"}}));
  EXPECT_EQ(bundle.base.warmup, 3s);
  EXPECT_FALSE(wants_warmup(bundle.base));
}

TEST(Warmup, IsSoughtBeforeTheFirstFault) {
  const auto with_fault = [](const std::string& at) {
    std::string text = filling;
    text += "faults: {f: {at: " + at + ", for: 1s, on: service.s, latency: x100}}\n";
    return compared(text).variants.front();
  };
  const RunRecord late = with_fault("80s");
  EXPECT_EQ(late.warmup.state, State::found);
  EXPECT_GE(late.warmup.cut, 19s);
  EXPECT_LE(late.warmup.cut, 21s);
  EXPECT_FALSE(late.is_steady) << "a fault comes after it";
  EXPECT_EQ(with_fault("24s").warmup.state, State::no_steady_state);
  EXPECT_EQ(with_fault("1ns").warmup.state, State::too_short);
}

TEST(Warmup, PromisesASteadyStateOnlyWhereNothingChangesByPlan) {
  const auto is_steady = [](const std::string& rest) {
    return compared("squall: 1\nduration: 10s\nwarmup: 2s\nservices: {s: {latency: 1ms}}\n" + rest)
        .variants.front()
        .is_steady;
  };
  EXPECT_TRUE(is_steady("workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n"));
  EXPECT_TRUE(is_steady("workloads: {w: {to: s, arrivals: {bursts: {size: 5, every: 80ms}}}}\n"));
  EXPECT_FALSE(is_steady("workloads: {w: {to: s, requests: 100, arrivals: {poisson: 50/s}}}\n"));
  EXPECT_TRUE(
      is_steady("workloads: {w: {to: s, arrivals: {profile: [{for: 2s, rate: 5/s}, {for: 9s, rate: "
                "20/s}]}}}\n"));
  EXPECT_FALSE(
      is_steady("workloads: {w: {to: s, arrivals: {profile: [{for: 3s, rate: 5/s}, {for: 9s, rate: "
                "20/s}]}}}\n"));
  EXPECT_FALSE(
      is_steady("workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n"
                "faults: {f: {at: 1s, for: 5s, on: service.s, latency: x2}}\n"));
  EXPECT_TRUE(
      is_steady("workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n"
                "faults: {f: {at: 1s, for: 1s, on: service.s, latency: x2}}\n"));
  EXPECT_TRUE(
      is_steady("workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n"
                "faults: {f: {at: 0s, on: service.s, latency: x2}}\n"));
  // Without a warm-up nothing is asked for.
  EXPECT_FALSE(compared("squall: 1\nduration: 10s\nservices: {s: {latency: 1ms}}\n"
                        "workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n")
                   .variants.front()
                   .is_steady);
}

/// The mean sojourn of M/M/1 at 50/s of 100/s is 1 / (100 - 50) s = 20 ms, the goodput 50/s. 200
/// runs that start empty, 20,000 requests each. Intervals at 95 % that hold the truth in 94.5 % (as
/// docs/warmup.md has it for such a length) miss it in 11 +- 3.2 of 200; 3.1 standard errors above
/// are 21.
TEST(SteadyIntervals, HoldTheTruthOfAQueueThatStartedEmpty) {
  constexpr int runs = 200;
  constexpr int missed_most = 21;
  scenario::Bundle bundle = bundle_of(
      "squall: 1\nduration: 400s\nwarmup: auto\n"
      "services: {s: {workers: 1, latency: {exponential: 10ms}}}\n"
      "workloads: {w: {to: s, arrivals: {poisson: 50/s}}}\n");
  int latency_missed = 0;
  int goodput_missed = 0;
  for (int i = 0; i < runs; ++i) {
    bundle.base.seed = 1'000 + static_cast<std::uint64_t>(i);
    const Result<metrics::Comparison> comparison = compare(bundle);
    ASSERT_TRUE(comparison);
    const RunRecord& run = comparison->variants.front();
    ASSERT_TRUE(run.is_steady);
    const metrics::SteadyState steady = metrics::steady_state_of(run);
    ASSERT_EQ(steady.latency_ns[0].state, BatchInterval::State::given);
    ASSERT_EQ(steady.goodput_per_s.state, BatchInterval::State::given);
    const auto misses = [](const BatchInterval& interval, double truth) {
      return truth < interval.low || truth > interval.high ? 1 : 0;
    };
    latency_missed += misses(steady.latency_ns[0], 20e6);
    goodput_missed += misses(steady.goodput_per_s, 50.0);
    EXPECT_EQ(steady.goodput_ratio.low, 1.0);
  }
  EXPECT_LE(latency_missed, missed_most);
  EXPECT_LE(goodput_missed, missed_most);
}

/// M/M/1 at 80/s of 100/s that starts with a backlog of 500: they are worked off at 20/s net, in 25
/// s. Of a run of 200 s the whole has a mean latency of some 50 ms + 25 / 200 * 2.5 s = 360 ms;
/// left to itself the queue has 50 ms. A mean of 50 runs has a standard error of 1.1 % then. In one
/// run of 50 (22 of 1,200) the queue wanders so far that more than half would have to go, and
/// nothing is cut.
TEST(Warmup, TakesABacklogFromTheMean) {
  scenario::Bundle bundle = bundle_of(R"(
squall: 1
duration: 200s
warmup: auto
services: {s: {workers: 1, latency: {exponential: 10ms}}}
workloads:
  w: {to: s, arrivals: {poisson: 80/s}}
  backlog: {to: s, requests: 500, arrivals: {bursts: {size: 500, every: 1h}}}
)");
  constexpr int runs = 50;
  int found = 0;
  double rest_ms = 0.0;
  double whole_ms = 0.0;
  for (int i = 0; i < runs; ++i) {
    bundle.base.seed = 5'000 + static_cast<std::uint64_t>(i);
    scenario::Bundle uncut = bundle;
    uncut.base.warmup_auto = false;
    const Result<metrics::Comparison> rest = compare(bundle);
    const Result<metrics::Comparison> whole = compare(uncut);
    ASSERT_TRUE(rest);
    ASSERT_TRUE(whole);
    whole_ms += whole->variants.front().workloads[0].latency.mean_ns() / 1e6 / runs;
    const RunRecord& run = rest->variants.front();
    if (run.warmup.state == State::no_steady_state) continue;
    ASSERT_EQ(run.warmup.state, State::found);
    EXPECT_GE(run.warmup.cut, 10s);
    EXPECT_LE(run.warmup.cut, 100s);
    ++found;
    rest_ms += run.workloads[0].latency.mean_ns() / 1e6;
  }
  EXPECT_GE(found, runs - 5);  // fewer once in 3,000 times
  EXPECT_GT(whole_ms, 250.0);
  // The last of the backlog may be lost in the noise, and a run may be cut after a busy stretch.
  EXPECT_NEAR(rest_ms / found, 50.0, 5.0);
}

TEST(Warmup, IsGivenUpWhenTheSearchIsInterrupted) {
  const scenario::Bundle bundle = bundle_of(
      "squall: 1\n"
      "duration: 60s\n"
      "warmup: auto\n"
      "services: {bank: {workers: 1, latency: {exponential: 8ms}}}\n"
      "workloads: {w: {to: bank, arrivals: {poisson: 100/s}}}\n"
      "variants: {a: {}, b: {}}\n");
  std::vector<Subject> subjects = subjects_of(bundle);
  std::vector<scenario::Scenario> storage;
  const std::atomic<bool> stop{true};
  const Result<Settling> settling = settle_subjects(subjects, storage, {}, {}, &stop);
  ASSERT_TRUE(settling);
  EXPECT_TRUE(settling->interrupted);
  ASSERT_EQ(settling->begun.size(), 1U);
  EXPECT_EQ(settling->begun.front().variant, "a");
  EXPECT_TRUE(settling->begun.front().cut);
  EXPECT_TRUE(wants_warmup(*subjects.front().scenario)) << "nothing was set";
}

TEST(Warmup, LeavesNothingBegunWhenItIsFound) {
  const scenario::Bundle bundle = bundle_of(
      "squall: 1\n"
      "duration: 10s\n"
      "warmup: auto\n"
      "services: {bank: {}}\n"
      "workloads: {w: {to: bank, arrivals: {poisson: 100/s}}}\n");
  std::vector<Subject> subjects = subjects_of(bundle);
  std::vector<scenario::Scenario> storage;
  const std::atomic<bool> stop{false};
  const Result<Settling> settling = settle_subjects(subjects, storage, {}, {}, &stop);
  ASSERT_TRUE(settling);
  EXPECT_FALSE(settling->interrupted);
  EXPECT_TRUE(settling->begun.empty());
  EXPECT_FALSE(wants_warmup(*subjects.front().scenario));
}

}  // namespace
}  // namespace squall::study::warmup_test
