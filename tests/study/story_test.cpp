#include "squall/report/story.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/study/compare.hpp"
#include "squall/study/timeline.hpp"
#include "tests/study/support.hpp"

/// Stories of runs whose course is known.
namespace squall::report::story_test {
namespace {

using Kind = StoryStep::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

struct Told {
  Story story;
  Duration interval{0};
};

Told tell(const scenario::Scenario& scenario) {
  const Result<metrics::RunRecord> record = study::run(scenario, "base");
  if (!record) throw std::runtime_error(record.error().text());
  const Result<study::SampledRun> run = study::sample_run(
      scenario, "base", {.seed = scenario.seed, .focus = study::focus_of(scenario, *record)}, {});
  if (!run) throw std::runtime_error(run.error().text());
  return {tell_story(run->timeline, run->record), run->timeline.interval};
}

Told tell(const std::string& yaml) { return tell(test::bundle_of(yaml).base); }

Told tell_shipped(const std::string& name, const std::string& variant) {
  std::ifstream file(std::string(SQUALL_SOURCE_DIR) + "/scenarios/" + name + ".yaml");
  std::stringstream text;
  text << file.rdbuf();
  const scenario::Bundle bundle = test::bundle_of(text.str());
  const Result<study::Subject> subject = study::find_subject(bundle, variant);
  if (!subject) throw std::runtime_error(subject.error().text());
  return tell(*subject->scenario);
}

std::optional<Instant> time_of(const Story& story, Kind kind, const std::string& subject) {
  for (const StoryStep& step : story.steps) {
    if (step.kind == kind && step.subject == subject) return step.at;
  }
  return std::nullopt;
}

bool has(const Story& story, Kind kind) {
  return std::ranges::any_of(story.steps, [kind](const auto& step) { return step.kind == kind; });
}

std::string text_of_all(const Story& story) {
  std::string text = story.headline + "\n";
  for (const StoryStep& step : story.steps)
    text += std::to_string(to_ms(step.at.time_since_epoch())) + " " + step.text + "\n";
  return text + story.fed_by + "\n" + story.stopped_by;
}

/// a calls b calls c, 100 a second. Each holds its worker while it waits. At 10 s c takes 2 s for a
/// request, and can serve 5 a second: its two spare workers are taken after 100 ms or so; b's
/// twenty workers wait for it, then a's forty.
const std::string& chain() {
  static const std::string yaml = R"(
squall: 1
name: chain
duration: 30s
services:
  a: {workers: 40, latency: 1ms, calls: [{to: b}]}
  b: {workers: 20, latency: 1ms, calls: [{to: c}]}
  c: {workers: 10, latency: 10ms}
workloads:
  users: {to: a, objective: 500ms, arrivals: {constant: 100/s}}
faults:
  slow: {at: 10s, for: 3s, on: service.c, latency: x200}
)";
  return yaml;
}

TEST(Story, TellsInWhichOrderTroubleSpreadUpTheChain) {
  const auto [story, interval] = tell(chain());
  EXPECT_EQ(story.origin, "service.c") << text_of_all(story);
  EXPECT_EQ(time_of(story, Kind::fault_begins, "fault.slow"), Instant{seconds{10}});
  const auto c = time_of(story, Kind::line_grows, "service.c");
  const auto b = time_of(story, Kind::line_grows, "service.b");
  const auto a = time_of(story, Kind::line_grows, "service.a");
  ASSERT_TRUE(a && b && c) << text_of_all(story);
  // Ten are in service at c after 100 ms. It has ten in its line after another 100 ms, as 20 have
  // come; then b has no worker left, and ten wait there after 100 ms more; twenty workers of a have
  // come to b, and the other twenty after another 100 ms; then its own line has to be as long as it
  // has workers, 400 ms later.
  const auto about = [&](Instant at, milliseconds expected) {
    const Duration off = at - (Instant{seconds{10}} + expected);
    return off >= -milliseconds{20} && off <= milliseconds{20} + interval;
  };
  EXPECT_TRUE(about(*c, milliseconds{200})) << text_of_all(story);
  EXPECT_TRUE(about(*b, milliseconds{400})) << text_of_all(story);
  EXPECT_TRUE(about(*a, milliseconds{800})) << text_of_all(story);
  EXPECT_TRUE(has(story, Kind::goodput_falls));
  EXPECT_TRUE(has(story, Kind::goodput_recovers));
  EXPECT_FALSE(has(story, Kind::never_recovers));
  EXPECT_THAT(story.headline, HasSubstr("It recovers"));
  EXPECT_EQ(story.fed_by, "");
}

TEST(Story, FindsNothingWhereNothingHappens) {
  const auto [story, interval] = tell(R"(
squall: 1
name: calm
duration: 60s
services: {bank: {workers: 10, latency: {exponential: 10ms}, failure: 2%}}
policies: {p: {timeout: 200ms, retry: {max_attempts: 3, on: [timeout, error], backoff: {fixed: 10ms}}}}
workloads: {users: {to: bank, policy: p, objective: 500ms, arrivals: {poisson: 600/s}}}
)");
  EXPECT_TRUE(story.steps.empty()) << text_of_all(story);
  EXPECT_EQ(story.origin, std::nullopt);
  EXPECT_EQ(story.fed_by, "");
  EXPECT_EQ(story.stopped_by, "");
  EXPECT_THAT(story.headline, HasSubstr("stayed below its limits the whole time"));
}

TEST(Story, TellsOfAFaultThatHarmsNobody) {
  const auto [story, interval] = tell(R"(
squall: 1
name: harmless
duration: 60s
services: {bank: {workers: 50, latency: {exponential: 10ms}}}
workloads: {users: {to: bank, objective: 500ms, arrivals: {poisson: 300/s}}}
faults: {slow: {at: 20s, for: 5s, on: service.bank, latency: x1.5}}
)");
  ASSERT_EQ(story.steps.size(), 2U) << text_of_all(story);
  EXPECT_EQ(story.steps[0].kind, Kind::fault_begins);
  EXPECT_EQ(story.steps[1].kind, Kind::fault_ends);
  EXPECT_THAT(story.headline, HasSubstr("It withstands slow"));
}

TEST(Story, TellsThatRetriesKeepACollapseAlive) {
  const auto [story, interval] = tell_shipped("hotos21", "load-280");
  EXPECT_EQ(story.origin, "service.database");
  EXPECT_THAT(story.headline, HasSubstr("It never recovers"));
  EXPECT_THAT(story.fed_by, HasSubstr("Retries of users->database fed it: 2.0 attempts"));
  EXPECT_EQ(story.stopped_by, "");
  ASSERT_FALSE(story.steps.empty());
  EXPECT_EQ(story.steps.front().kind, Kind::fault_begins);
  EXPECT_EQ(story.steps.back().kind, Kind::never_recovers);
  // The outage begins at 20 s, and an attempt may take 1 s. Half a second into it as many wait as
  // were answered in the second before, at the latest: 0.5 x 280 of either.
  const auto line = time_of(story, Kind::line_grows, "service.database");
  const auto timeouts = time_of(story, Kind::timeouts_begin, "call.users->database");
  ASSERT_TRUE(line && timeouts) << text_of_all(story);
  EXPECT_LE(*line, Instant{milliseconds{20'500}} + interval);
  EXPECT_LE(*timeouts, Instant{seconds{21}} + interval);
  EXPECT_TRUE(has(story, Kind::retries_feed));
}

TEST(Story, TellsOfARecoveryAndWhatStoppedIt) {
  const auto [story, interval] = tell_shipped("hotos21", "cut-to-140");
  EXPECT_THAT(story.headline, HasSubstr("It recovers"));
  EXPECT_THAT(story.stopped_by, HasSubstr("Fewer requests came"));
  EXPECT_FALSE(has(story, Kind::never_recovers));
  EXPECT_TRUE(has(story, Kind::goodput_recovers));
}

TEST(Story, TellsOfAStormWithoutAFault) {
  const auto [story, interval] = tell_shipped("tutorial-bursts", "rpc-naive");
  EXPECT_THAT(story.headline,
              HasSubstr("It does not keep up, from the start to the end: 49 of 2,400"));
  EXPECT_EQ(story.origin, "service.payments");
  ASSERT_FALSE(story.steps.empty());
  EXPECT_EQ(story.steps.front().kind, Kind::crosses_load);
  EXPECT_LE(story.steps.front().at, Instant{interval});
  const auto timeouts = time_of(story, Kind::timeouts_begin, "call.shoppers->payments");
  ASSERT_TRUE(timeouts);
  EXPECT_GE(*timeouts, Instant{milliseconds{120}});
  EXPECT_LE(*timeouts, Instant{milliseconds{120}} + interval);
  EXPECT_THAT(story.fed_by, HasSubstr("3.9 attempts for each request"));
  // As the table says: of its service time, not of the few that it completed.
  EXPECT_THAT(story.fed_by, HasSubstr("In all 99.9 % of the work of payments was for callers"));
}

TEST(Story, TellsTheSameOfErrorsHoweverLongTheTimeout) {
  for (const char* const timeout : {"1s", "1h", "9223372036s"}) {
    const std::string text = std::string(R"(
squall: 1
name: broken
duration: 10s
services: {bank: {latency: 5ms, failure: 100%}}
policies:
  patient: {retry: {max_attempts: 3, on: [error], backoff: {fixed: 10ms}}, timeout: )") +
                             timeout + R"(}
workloads: {users: {to: bank, policy: patient, arrivals: {constant: 50/s}}}
)";
    const Story story = tell(text).story;
    EXPECT_TRUE(has(story, Kind::errors_begin)) << timeout;
    EXPECT_TRUE(has(story, Kind::retries_feed)) << timeout;
  }
}

TEST(Story, TellsWhichBreakerRefused) {
  const auto [story, interval] = tell_shipped("tutorial-bursts", "rpc-safe");
  EXPECT_TRUE(time_of(story, Kind::breaker_opens, "call.shoppers->payments")) << text_of_all(story);
}

TEST(Story, TellsThatAQueueIsFullAndThatTheOtherBearsIt) {
  const Told naive = tell_shipped("tutorial-bursts", "event-naive");
  EXPECT_EQ(time_of(naive.story, Kind::queue_full, "queue.orders"),
            Instant{milliseconds{160}} + naive.interval)
      << text_of_all(naive.story);
  EXPECT_EQ(naive.story.origin, "queue.orders");
  const Told safe = tell_shipped("tutorial-bursts", "event-safe");
  EXPECT_TRUE(safe.story.steps.empty()) << text_of_all(safe.story);
}

TEST(Story, TellsOfDeadLettersAndASpentBudget) {
  const auto [story, interval] = tell(R"(
squall: 1
name: spent
duration: 20s
services:
  bank: {workers: 20, latency: 5ms}
  shop: {latency: 1ms, calls: [{to: bank, policy: p}]}
policies:
  p: {retry: {max_attempts: 4, on: [error], backoff: {fixed: 5ms}}, budget: {bucket: {capacity: 5}}}
queues:
  orders: {max_deliveries: 2, dead_letter: dead}
  dead: {}
consumers:
  worker: {from: orders, concurrency: 20, calls: [{to: bank}]}
workloads:
  users: {to: shop, objective: 500ms, arrivals: {constant: 100/s}}
  jobs: {to: orders, arrivals: {constant: 50/s}}
faults:
  broken: {at: 5s, for: 5s, on: service.bank, failure: 100%}
)");
  const auto budget = time_of(story, Kind::budget_empty, "call.shop->bank");
  const auto dead = time_of(story, Kind::dead_letters, "queue.orders");
  ASSERT_TRUE(budget && dead) << text_of_all(story);
  EXPECT_GT(*budget, Instant{seconds{5}});
  EXPECT_LT(*budget, Instant{milliseconds{5'200}});
  EXPECT_GT(*dead, Instant{seconds{5}});
  EXPECT_LT(*dead, Instant{milliseconds{5'200}});
  EXPECT_THAT(story.headline, HasSubstr("It recovers"));
}

// --- Requests that hang ---

/// Two of three requests get no answer from the start on, and nobody waits with a timeout.
std::string hanging(const std::string& objective, const std::string& more = "") {
  return R"(
squall: 1
name: hanging
duration: 30s
services: {bank: {latency: 10ms}}
workloads: {users: {to: bank, )" +
         objective + R"(arrivals: {constant: 100/s}}}
)" + more;
}

const StoryStep* step_of(const Story& story, Kind kind) {
  const auto found = std::ranges::find(story.steps, kind, &StoryStep::kind);
  return found == story.steps.end() ? nullptr : &*found;
}

constexpr const char* loss_at_10s =
    "faults: {lossy: {at: 10s, for: 15s, on: call.users->bank, loss: 50%}}\n";

TEST(Story, HoldsRequestsThatHangAgainstThoseThatCame) {
  // Each way loses half: a quarter of the requests come through, and the others never end.
  for (const char* const objective : {"objective: 500ms, ", ""}) {
    const auto [story, interval] = tell(hanging(objective, loss_at_10s));
    const StoryStep* fall = step_of(story, Kind::goodput_falls);
    ASSERT_NE(fall, nullptr) << text_of_all(story);
    EXPECT_GE(fall->at, Instant{seconds{10}});
    // Where there is no objective, that they take too long is seen after a twentieth of the run.
    EXPECT_LE(fall->at, Instant{milliseconds{*objective == 0 ? 11'700 : 10'600}});
    EXPECT_THAT(fall->value, testing::DoubleNear(0.25, 0.05)) << text_of_all(story);
    const auto back = time_of(story, Kind::goodput_recovers, "workload.users");
    ASSERT_TRUE(back) << text_of_all(story);
    EXPECT_LE(*back, Instant{milliseconds{*objective == 0 ? 26'700 : 25'700}});

    const StoryStep* hang = step_of(story, Kind::requests_hang);
    ASSERT_NE(hang, nullptr) << text_of_all(story);
    EXPECT_THAT(hang->value, testing::DoubleNear(1'125.0, 60.0));
    EXPECT_GE(hang->at, Instant{seconds{10}});
    EXPECT_LE(hang->at, Instant{milliseconds{12'500}});
    EXPECT_THAT(hang->text, HasSubstr("equests of users hang in users->bank: "));
    EXPECT_THAT(hang->text, HasSubstr(", and never end"));
    EXPECT_EQ(story.origin, "service.bank");
    EXPECT_THAT(story.headline, HasSubstr("It recovers as soon as lossy is over"))
        << text_of_all(story);
  }
}

TEST(Story, TellsOfRequestsThatHangFromTheStartOn) {
  for (const char* const objective : {"objective: 500ms, ", ""}) {
    const auto [story, interval] = tell(hanging(objective, "network: {loss: 42%}\n"));
    EXPECT_THAT(story.headline, HasSubstr("It does not keep up, from the start to the end"))
        << text_of_all(story);
    const StoryStep* hang = step_of(story, Kind::requests_hang);
    ASSERT_NE(hang, nullptr) << text_of_all(story);
    EXPECT_THAT(hang->text, HasSubstr("More and more requests of users hang"));
    // Of 3,000 two thirds, but for those that came just now.
    EXPECT_THAT(hang->value, testing::DoubleNear(1'980.0, 90.0));
    EXPECT_TRUE(has(story, Kind::goodput_low)) << text_of_all(story);
  }
}

TEST(Story, TellsOfHangingRequestsHoweverLongTheirTimeout) {
  for (const char* const timeout : {"29s", "1h", "9223372036s"}) {
    const Story story = tell(hanging("policy: p, objective: 500ms, ",
                                     std::string("network: {loss: 42%}\npolicies: {p: {timeout: ") +
                                         timeout + "}}\n"))
                            .story;
    EXPECT_TRUE(has(story, Kind::requests_hang)) << timeout << text_of_all(story);
    EXPECT_THAT(story.headline, HasSubstr("It does not keep up")) << timeout;
  }
}

TEST(Story, TakesNoRequestForHangingThatOnlyTakesLong) {
  // Each is inside for 3 s, a tenth of the run; and the last ones have not ended when it ends.
  for (const char* const objective : {"objective: 4s, ", ""}) {
    const auto [story, interval] = tell(R"(
squall: 1
name: slow
duration: 30s
services: {bank: {latency: 3s}}
workloads: {users: {to: bank, )" + std::string(objective) +
                                        "arrivals: {bursts: {size: 100, every: 1s}}}}\n");
    EXPECT_TRUE(story.steps.empty()) << text_of_all(story);
  }
}

TEST(Story, TakesNoRequestForHangingThatEndsByItsTimeout) {
  // Who gets no answer is inside for 2 s, four times the objective; then the call fails.
  const auto [story, interval] = tell(hanging(
      "policy: p, objective: 500ms, ", "network: {loss: 42%}\npolicies: {p: {timeout: 2s}}\n"));
  EXPECT_FALSE(has(story, Kind::requests_hang)) << text_of_all(story);
  EXPECT_THAT(story.headline, HasSubstr("It does not keep up, from the start to the end"));
}

TEST(Story, SeesABacklogThatOnlyGrowsAsALoss) {
  // Twice as many come as can be served, and all of them wait for as long as it takes.
  const auto [story, interval] = tell(R"(
squall: 1
name: backlog
duration: 60s
services: {bank: {workers: 1, latency: 10ms}}
workloads: {users: {to: bank, arrivals: {constant: 200/s}}}
)");
  EXPECT_THAT(story.headline, HasSubstr("It loses requests from the start to the end: 6,000 of"))
      << text_of_all(story);
  const StoryStep* hang = step_of(story, Kind::requests_hang);
  ASSERT_NE(hang, nullptr) << text_of_all(story);
  EXPECT_THAT(hang->text, HasSubstr("More and more requests of users stay inside"));
  EXPECT_THAT(hang->text, testing::Not(HasSubstr("never"))) << "they are served later";
}

// --- Losses from the start on ---

/// @param failure  of the service, always
std::string failing(const std::string& failure, const std::string& more = "") {
  return R"(
squall: 1
name: failing
duration: 30s
services: {bank: {latency: 10ms, failure: )" +
         failure + R"(}}
workloads: {users: {to: bank, objective: 500ms, arrivals: {poisson: 100/s}}}
)" + more;
}

TEST(Story, TellsAConstantLossAsWhatItIs) {
  for (const char* const failure : {"20%", "40%"}) {
    const Story story = tell(failing(failure)).story;
    EXPECT_THAT(story.headline, HasSubstr("It loses requests from the start to the end"));
    EXPECT_TRUE(has(story, Kind::goodput_low)) << text_of_all(story);
    EXPECT_FALSE(has(story, Kind::goodput_falls)) << text_of_all(story);
  }
  EXPECT_THAT(tell(failing("90%")).story.headline,
              HasSubstr("It does not keep up, from the start"));
}

TEST(Story, TellsAConstantLossApartFromAFault) {
  const std::string slow = "faults: {slow: {at: 10s, for: 5s, on: service.bank, latency: x1.5}}\n";
  const std::string broken = "faults: {down: {at: 10s, for: 5s, on: service.bank, down: refuse}}\n";
  {
    const Story story = tell(failing("20%", slow)).story;
    EXPECT_THAT(story.headline, HasSubstr("It withstands slow: "));
    // Of some 1,000 requests a share of 20 % has a standard error of 1.3 points: four of them.
    EXPECT_THAT(story.headline, testing::ContainsRegex(
                                    "Before slow it loses (1[5-9]|2[0-5]) %, from the start on"));
    EXPECT_FALSE(has(story, Kind::goodput_falls)) << text_of_all(story);
  }
  {
    const Story story = tell(failing("20%", broken)).story;
    EXPECT_THAT(story.headline, HasSubstr("It recovers as soon as down is over: "));
    EXPECT_THAT(story.headline, HasSubstr("Before down it loses"));
    const StoryStep* fall = step_of(story, Kind::goodput_falls);
    ASSERT_NE(fall, nullptr) << text_of_all(story);
    EXPECT_GE(fall->at, Instant{seconds{10}});
  }
  EXPECT_THAT(tell(failing("80%", slow)).story.headline,
              HasSubstr("It does not keep up, with slow or without: before slow "));
}

TEST(Story, TellsOfAServiceThatIsOverloadedFromTheStart) {
  // Of 2,000 a second it serves 1,000 and refuses the others once its line is full, after 200 ms.
  const auto [story, interval] = tell(R"(
squall: 1
name: overloaded
duration: 30s
services: {bank: {workers: 10, latency: 10ms, queue: {capacity: 200}}}
workloads: {users: {to: bank, objective: 1s, arrivals: {poisson: 2000/s}}}
)");
  EXPECT_THAT(story.headline, HasSubstr("from the start to the end")) << text_of_all(story);
  EXPECT_TRUE(has(story, Kind::goodput_low));
}

TEST(Story, StillTellsACollapseThatComesBeforeTheFault) {
  // From 5 s on twice as many come as are served; half a second of work stands in line at 6 s.
  const auto [story, interval] = tell(R"(
squall: 1
name: earlier
duration: 40s
services: {bank: {workers: 1, latency: 10ms}}
workloads:
  users:
    to: bank
    objective: 500ms
    arrivals: {profile: {process: constant, steps: [{for: 5s, rate: 50/s}, {for: 35s, rate: 200/s}]}}
faults: {late: {at: 30s, for: 2s, on: service.bank, latency: x2}}
)");
  EXPECT_THAT(story.headline, HasSubstr("It falters before late begins, at 6"))
      << text_of_all(story);
}

TEST(Story, TellsFromWhenOnItKeepsUp) {
  const auto [story, interval] = tell(R"(
squall: 1
name: cold
duration: 60s
services: {bank: {latency: 10ms}}
workloads: {users: {to: bank, objective: 500ms, arrivals: {constant: 100/s}}}
faults: {cold: {at: 0s, for: 10s, on: service.bank, down: refuse}}
)");
  EXPECT_THAT(story.headline, HasSubstr("It keeps up from 10 s on only: 5,000 of 6,000"));
}

// --- Faults that last to the end ---

/// @param faults  of a bank that serves 1,000 a second, of which 300 come
std::string with_faults(const std::string& faults) {
  return R"(
squall: 1
name: lasting
duration: 60s
services: {bank: {workers: 10, latency: 10ms}}
workloads: {users: {to: bank, objective: 500ms, arrivals: {constant: 300/s}}}
faults:
)" + faults;
}

TEST(Story, NamesAFaultThatLastsToTheEndInItsHeadline) {
  // Of 300 a second it serves 100 from 20 s on: half a second of work stands in line after 250 ms.
  const auto [story, interval] =
      tell(with_faults("  slow: {at: 20s, on: service.bank, latency: x10}\n"));
  EXPECT_THAT(story.headline, testing::ContainsRegex(
                                  "^It collapses at 20\\.[0-9]+ s under slow, which lasts to the "
                                  "end, and does not come back: 6,[0-9]+ of 18,000 requests"))
      << text_of_all(story);
}

TEST(Story, NamesAFaultThatLastsToTheEndAndHarmsNobody) {
  const auto [story, interval] =
      tell(with_faults("  slow: {at: 20s, on: service.bank, latency: x1.5}\n"));
  EXPECT_THAT(story.headline, testing::StartsWith("It stayed below its limits the whole time: "));
  EXPECT_THAT(story.headline,
              testing::EndsWith(" end well. slow, from 20 s on, lasts to the end."));
}

TEST(Story, NamesAFaultThatLastsBesideOneThatIsOver) {
  const auto [story, interval] =
      tell(with_faults("  blip: {at: 20s, for: 2s, on: service.bank, down: refuse}\n"
                       "  slow: {at: 40s, on: service.bank, latency: x1.5}\n"));
  EXPECT_THAT(story.headline, testing::StartsWith("It falters at 20"));
  EXPECT_THAT(story.headline,
              testing::EndsWith(" end well. slow, from 40 s on, lasts to the end."));
}

TEST(Story, BlamesTheFaultThatLastsOnlyForWhatComesAfterIt) {
  const std::string slow = "  slow: {at: 40s, on: service.bank, latency: x1.5}\n";
  const std::string headline =
      tell(with_faults("  down: {at: 20s, on: service.bank, down: refuse}\n" + slow))
          .story.headline;
  EXPECT_THAT(headline,
              testing::ContainsRegex(
                  "^It collapses at 20( s|\\.[0-9]+ s) under down, which lasts to the end, and "
                  "does not come back: .* end well\\. slow, from 40 s on, lasts to the end\\.$"));
  // Twice as many come from 20 s on as can be served.
  std::string crowded = with_faults(slow);
  const std::string rate = "constant: 300/s";
  crowded.replace(crowded.find(rate), rate.size(),
                  "profile: {process: constant, steps: [{for: 20s, rate: 300/s}, {for: 40s, rate: "
                  "2000/s}]}");
  EXPECT_THAT(tell(crowded).story.headline,
              testing::ContainsRegex("^It (collapses|falters) at 2[0-9.]+ s and does not come "
                                     "back: .*\\. slow, from 40 s on, lasts to the end\\.$"));
}

TEST(Story, CountsTheFaultsThatLastWhereThereAreMany) {
  const auto [story, interval] =
      tell(with_faults("  a: {at: 0s, on: service.bank, latency: x1.1}\n"
                       "  b: {at: 20s, on: service.bank, latency: x1.1}\n"
                       "  c: {at: 40s, on: service.bank, latency: x1.1}\n"
                       "  d: {at: 70s, on: service.bank, latency: x1.1}\n"));
  EXPECT_THAT(story.headline,
              testing::EndsWith(" a, from the start on, and 2 more faults last to the end."));
}

// --- Queues that nobody reads ---

/// @param queues  where messages go that fail from 5 s to 10 s
Story dead_letters_in(const std::string& queues) {
  return tell(R"(
squall: 1
name: kept
duration: 20s
services: {bank: {workers: 20, latency: 5ms}}
queues:
  orders: {max_deliveries: 2, dead_letter: dead}
)" + queues + R"(
workloads: {jobs: {to: orders, arrivals: {constant: 50/s}}}
faults: {broken: {at: 5s, for: 5s, on: service.bank, failure: 100%}}
)")
      .story;
}

TEST(Story, TellsADeadLetterQueueThatNobodyReadsAsWhereTheyAreKept) {
  const Story story = dead_letters_in(
      "  dead: {}\n"
      "consumers: {worker: {from: orders, concurrency: 20, calls: [{to: bank}]}}");
  EXPECT_FALSE(time_of(story, Kind::line_grows, "queue.dead")) << text_of_all(story);
  const auto step = std::ranges::find_if(story.steps, [](const StoryStep& one) {
    return one.kind == Kind::dead_letters && one.subject == "queue.dead";
  });
  ASSERT_NE(step, story.steps.end()) << text_of_all(story);
  EXPECT_GT(step->at, Instant{seconds{5}});
  EXPECT_LT(step->at, Instant{milliseconds{5'200}});
  EXPECT_THAT(step->value, testing::DoubleNear(250.0, 2.0));
  EXPECT_THAT(step->text, testing::ContainsRegex(
                              "^Dead letters collect in dead, where nobody reads them: "
                              "2(4[89]|5[0-2]) messages, until (9\\.9[0-9]*|10[.0-9]*) s\\.$"));
  EXPECT_NE(story.origin, "queue.dead");
  // They are no load, and so no reason for trouble after the fault.
  EXPECT_FALSE(has(story, Kind::never_recovers));
}

TEST(Story, StillTellsOfADeadLetterQueueThatIsReadTooSlowly) {
  const Story story = dead_letters_in(
      "  dead: {}\n"
      "consumers:\n"
      "  worker: {from: orders, concurrency: 20, calls: [{to: bank}]}\n"
      "  redrive: {from: dead, concurrency: 1, latency: 1s}");
  EXPECT_TRUE(time_of(story, Kind::line_grows, "queue.dead")) << text_of_all(story);
  EXPECT_FALSE(time_of(story, Kind::dead_letters, "queue.dead")) << text_of_all(story);
}

TEST(Story, StillTellsOfAQueueThatNobodyReadsAndOthersPublishTo) {
  // Where somebody publishes to it, its messages wait for a reader.
  const auto [story, interval] = tell(R"(
squall: 1
name: unread
duration: 20s
services: {bank: {workers: 20, latency: 5ms, failure: 100%}}
queues: {orders: {max_deliveries: 1, dead_letter: dead}, dead: {}, unread: {}}
consumers: {worker: {from: orders, concurrency: 20, calls: [{to: bank}]}}
workloads:
  jobs: {to: orders, arrivals: {constant: 50/s}}
  others: {to: dead, arrivals: {constant: 50/s}}
  more: {to: unread, arrivals: {constant: 50/s}}
)");
  EXPECT_TRUE(time_of(story, Kind::line_grows, "queue.dead")) << text_of_all(story);
  EXPECT_TRUE(time_of(story, Kind::line_grows, "queue.unread")) << text_of_all(story);
  EXPECT_FALSE(time_of(story, Kind::dead_letters, "queue.dead")) << text_of_all(story);
}

// --- What stopped it ---

TEST(Story, CreditsTheEndOfAFaultAndNoPolicyThatWasThere) {
  const auto [story, interval] = tell_shipped("limits", "bulkhead");
  EXPECT_THAT(story.stopped_by, HasSubstr("slow ended at 40 s, and goodput was back "));
  EXPECT_THAT(story.stopped_by, HasSubstr("nothing kept it going"));
}

TEST(Story, SaysThatItWasBackWhenABreakerClosed) {
  const auto [story, interval] = tell_shipped("breakers", "sentinel");
  EXPECT_THAT(story.stopped_by,
              HasSubstr("goodput came back when the breaker of shop->bank closed, at 20.3 s"));
}

TEST(Story, CreditsThePolicyThatKeptMostFromGoingOn) {
  const auto [story, interval] = tell_shipped("envoy-min-retry", "proxies-10-min-0");
  EXPECT_THAT(story.stopped_by, HasSubstr("The retry budget of shop->bank denied"));
}

TEST(Story, SaysNothingOfWhatStoppedItWhereGoodputNeverFell) {
  EXPECT_EQ(tell_shipped("checkout", "events").story.stopped_by, "");
}

// --- The headline ---

TEST(Story, HasTheTotalsOfTheTableInItsHeadline) {
  std::string text = failing("20%");
  text += "warmup: 10s\n";
  const scenario::Bundle bundle = test::bundle_of(text);
  const Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  ASSERT_TRUE(bool(record));
  const metrics::WorkloadRecord& users = record->workloads[0];
  ASSERT_LT(users.offered, 2'200U);
  EXPECT_THAT(tell(bundle.base).story.headline,
              HasSubstr(std::to_string(users.ok / 1'000) + "," + std::to_string(users.ok % 1'000) +
                        " of "));
}

TEST(Story, HasNotMoreStepsThanAnybodyReads) {
  std::string services;
  std::string faults;
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    faults += "  f" + n + ": {at: " + std::to_string(i + 1) +
              "s, for: 500ms, on: service.bank, latency: x90}\n";
  }
  const auto [story, interval] = tell(
      "squall: 1\nname: many\nduration: 40s\n"
      "services: {bank: {workers: 2, latency: 10ms}}\n"
      "policies: {p: {timeout: 100ms, retry: {max_attempts: 3, on: [timeout], backoff: {fixed: "
      "1ms}}}}\n"
      "workloads: {users: {to: bank, policy: p, objective: 1s, arrivals: {constant: 100/s}}}\n"
      "faults:\n" +
      faults);
  EXPECT_LE(story.steps.size(), story_steps_max);
  EXPECT_GE(story.steps.size(), 5U);
}

}  // namespace
}  // namespace squall::report::story_test
