#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/model/model.hpp"
#include "squall/model/trace_counters.hpp"
#include "tests/model/support.hpp"

/// Which requests a traced run keeps, and what is written down of them.
namespace squall::model::tracing_test {
namespace {

using metrics::SpanCause;
using metrics::SpanEnd;
using metrics::SpanKind;
using metrics::TraceClass;
using metrics::TraceRecord;
using metrics::TraceRequest;
using metrics::TraceSpan;
using ::testing::ElementsAre;

using Numbers = std::set<std::uint64_t>;

TraceRecord trace_of(const std::string& yaml, const TraceOptions& options) {
  const scenario::Bundle bundle = test::bundle_of(yaml);
  Model model(bundle.base);
  model.trace(options);
  const Result<Model::Status> status = model.run(std::numeric_limits<std::uint64_t>::max() / 2);
  EXPECT_TRUE(status && *status == Model::Status::done);
  (void)model.result();
  return model.take_trace();
}

Numbers kept_as(const TraceRecord& record, TraceClass kind) {
  Numbers numbers;
  for (const TraceRequest& request : record.requests) {
    if (request.kept_as == kind) numbers.insert(request.number);
  }
  return numbers;
}

Duration sojourn_of(const TraceRequest& request) {
  return request.spans.front().end - request.spans.front().start;
}

/// "attempt timeout": what befell the first request, in the order in which it began.
std::vector<std::string> story(const TraceRecord& record) {
  std::vector<std::string> lines;
  for (const TraceSpan& span : record.requests.front().spans) {
    std::string line = metrics::name_of(span.kind);
    line += ' ';
    line += metrics::name_of(span.outcome);
    if (span.cause_kind != SpanCause::none)
      line += std::string(" by ") + metrics::name_of(span.cause_kind) + " of " +
              std::to_string(span.cause);
    lines.push_back(line);
  }
  return lines;
}

/// Crowded: some are served in time, some late, many time out or find no room.
constexpr const char* crowded = R"(
squall: 1
name: crowded
seed: 3
until: drained
services: {bank: {workers: 2, queue: {capacity: 40}, latency: {exponential: 10ms}}}
policies: {p: {timeout: 150ms}}
workloads:
  w: {to: bank, policy: p, objective: 60ms, arrivals: {poisson: 260/s}, requests: 4000}
)";

TEST(TraceSample, KeepsEveryFailureBelowTheBound) {
  const TraceRecord record = trace_of(crowded, {.requests_each = 4'000});
  const auto tally = [&](TraceClass kind) {
    return record.tallies[static_cast<std::size_t>(kind)];
  };
  EXPECT_EQ(record.requests.size(), 4'000U);
  for (const TraceClass kind : {TraceClass::timeout, TraceClass::rejected}) {
    EXPECT_GT(tally(kind).seen, 100U);
    EXPECT_EQ(tally(kind).kept, tally(kind).seen);
  }
  EXPECT_GT(tally(TraceClass::late).seen, 100U);
}

TEST(TraceSample, KeepsTheSlowestAndAnEvenPartOfTheRest) {
  const TraceRecord all = trace_of(crowded, {.requests_each = 4'000});
  const TraceRecord some = trace_of(crowded, {.requests_each = 20});
  std::vector<std::pair<Duration, std::uint64_t>> with_effect;
  for (const TraceRequest& request : all.requests) {
    const SpanEnd end = request.spans.front().outcome;
    if (end == SpanEnd::ok || end == SpanEnd::late)
      with_effect.emplace_back(sojourn_of(request), request.number);
  }
  std::ranges::sort(with_effect, std::greater<>());
  Numbers slowest;
  for (std::size_t i = 0; i < 20; ++i) slowest.insert(with_effect[i].second);
  EXPECT_EQ(kept_as(some, TraceClass::slowest), slowest);

  EXPECT_EQ(kept_as(some, TraceClass::ok).size(), 20U);
  for (const TraceClass kind : {TraceClass::late, TraceClass::timeout, TraceClass::rejected}) {
    const Numbers kept = kept_as(some, kind);
    EXPECT_EQ(kept.size(), 20U) << metrics::name_of(kind);
    // Even: as many of the first half of their kind as of the last, and of the middle as of both
    // ends, so that each has 3 to 17 of 20 but in one sample of 2,500 (binomial).
    Numbers seen = kept_as(all, kind);
    if (kind == TraceClass::late) seen.merge(kept_as(all, TraceClass::slowest));
    const std::vector<std::uint64_t> in_order(seen.begin(), seen.end());
    const std::size_t quarter = in_order.size() / 4;
    const auto kept_from = [&](std::size_t begin, std::size_t end) {
      return std::ranges::count_if(kept, [&](const std::uint64_t number) {
        return number >= in_order[begin] && number < in_order[end];
      });
    };
    for (const auto some_half : {kept_from(0, 2 * quarter), kept_from(quarter, 3 * quarter)}) {
      EXPECT_GE(some_half, 3) << metrics::name_of(kind);
      EXPECT_LE(some_half, 17) << metrics::name_of(kind);
    }
  }
  const Numbers none_of_both;
  Numbers both;
  std::ranges::set_intersection(kept_as(some, TraceClass::slowest), kept_as(some, TraceClass::late),
                                std::inserter(both, both.end()));
  EXPECT_EQ(both, none_of_both);
}

TEST(TraceSample, KeepsInASmallerOneWhatIsAlsoInALargerOne) {
  const Numbers few = kept_as(trace_of(crowded, {.requests_each = 10}), TraceClass::timeout);
  const Numbers more = kept_as(trace_of(crowded, {.requests_each = 30}), TraceClass::timeout);
  EXPECT_EQ(few.size(), 10U);
  EXPECT_TRUE(std::ranges::includes(more, few));
}

TEST(TraceSample, WatchesNobodyWhileTooMuchIsHeld) {
  const TraceRecord record = trace_of(crowded, {.requests_each = 4'000, .spans_max = 1'000});
  EXPECT_GT(record.unwatched, 3'000U);
  std::uint64_t spans = 0;
  for (const TraceRequest& request : record.requests) spans += request.spans.size();
  EXPECT_LE(spans, 1'000U);
  std::uint64_t seen = 0;
  for (std::size_t c = 1; c < metrics::trace_classes; ++c) seen += record.tallies[c].seen;
  EXPECT_EQ(seen, 4'000U) << "they are counted all the same";
}

TEST(TraceSample, CountsThoseThatNeverEndThoughNobodyWatchesThem) {
  const TraceRecord record = trace_of(R"(
squall: 1
name: hanging
duration: 10s
services: {bank: {latency: 1h}}
workloads: {w: {to: bank, arrivals: {constant: 100/s}}}
)",
                                      {.requests_each = 10, .spans_max = 1'000});
  EXPECT_GT(record.unwatched, 500U);
  EXPECT_EQ(record.tallies[static_cast<std::size_t>(TraceClass::unfinished)].seen, 1'000U);
}

TEST(Tracing, TellsARetryAfterATimeout) {
  const TraceRecord record = trace_of(R"(
squall: 1
name: retry
until: drained
services: {bank: {latency: 30ms}}
policies: {p: {timeout: 20ms, retry: {max_attempts: 2, backoff: {fixed: 5ms}}}}
workloads: {w: {to: bank, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)",
                                      {});
  EXPECT_THAT(story(record),
              ElementsAre("request timeout", "call timeout", "attempt timeout", "work ok",
                          "service over", "backoff over", "attempt timeout by retry of 2",
                          "work unfinished", "service unfinished"));
  const std::vector<TraceSpan>& spans = record.requests.front().spans;
  EXPECT_TRUE(spans[3].wasted);
  EXPECT_EQ(spans[3].end - spans[3].start, std::chrono::milliseconds{30})
      << "it goes on when nobody waits";
}

TEST(Tracing, TellsMessagesTheirDeliveriesAndTheDeadLetter) {
  const TraceRecord record = trace_of(R"(
squall: 1
name: letters
until: drained
services: {bank: {latency: 1ms, failure: 100%}}
queues: {q: {max_deliveries: 2, redelivery: {fixed: 10ms}, dead_letter: dlq}, dlq: {}}
consumers: {c: {from: q, calls: [{to: bank}]}}
workloads: {w: {to: q, arrivals: {constant: 1/s}, requests: 1}}
)",
                                      {});
  EXPECT_THAT(
      story(record),
      ElementsAre("request dead_lettered", "call ok", "attempt ok", "message dead_lettered",
                  "ready over", "delivery error by message of 3", "service over", "call error",
                  "attempt error", "work error", "service over", "redelivery_delay over",
                  "ready over", "delivery error by redelivery of 5", "service over", "call error",
                  "attempt error", "work error", "service over",
                  "message unfinished by dead_letter of 3", "ready unfinished"));
}

TEST(Tracing, TellsHedges) {
  const TraceRecord record = trace_of(R"(
squall: 1
name: hedges
until: drained
services: {bank: {latency: 30ms}}
policies: {p: {hedge: {max_attempts: 2, delay: 10ms}}}
workloads: {w: {to: bank, policy: p, arrivals: {constant: 1/s}, requests: 1}}
)",
                                      {});
  EXPECT_THAT(story(record),
              ElementsAre("request ok", "call ok", "hedge ok", "attempt ok", "work ok",
                          "service over", "hedge abandoned by hedge of 2", "attempt abandoned",
                          "work unfinished", "service unfinished"));
}

TEST(TraceCounters, ShowABreakerAsItIsThenAndNotAsAtTheNextEvent) {
  // Its one timeout opens the breaker at 100 ms for 1 s, and nothing happens before 5 s.
  const TraceRecord record = trace_of(R"(
squall: 1
name: rare
duration: 10s
services: {bank: {latency: 1h}}
policies: {p: {timeout: 100ms, breaker: {window: {window: 1, failures: 1, open_for: 1s}}}}
workloads: {w: {to: bank, policy: p, arrivals: {constant: 0.2/s}}}
)",
                                      {.counter_points = 100});
  const auto open =
      std::ranges::find(record.counters, "w->bank open", &metrics::TraceCounter::name);
  ASSERT_NE(open, record.counters.end());
  std::vector<Duration> when_open;
  for (std::size_t i = 0; i < record.counter_times.size(); ++i) {
    if (open->values[i] > 0) when_open.push_back(record.counter_times[i].time_since_epoch());
  }
  using std::chrono::milliseconds;
  ASSERT_FALSE(when_open.empty());
  EXPECT_EQ(when_open.front() % std::chrono::seconds{5}, milliseconds{200});
  EXPECT_THAT(when_open, ::testing::Each(::testing::Truly([](Duration at) {
                const Duration since = at % std::chrono::seconds{5};
                return since > milliseconds{100} && since < milliseconds{1'100};
              })));
  EXPECT_THAT(when_open.size(), ::testing::AnyOf(9U, 18U));
}

TEST(Tracing, SaysHowMuchMemoryItTakes) {
  const scenario::Bundle bundle = test::bundle_of(crowded);
  Model model(bundle.base);
  EXPECT_EQ(model.trace_memory_bytes(), 0U);
  model.trace({.requests_each = 4'000});
  ASSERT_TRUE(bool(model.run(std::numeric_limits<std::uint64_t>::max() / 2)));
  const std::uint64_t held = model.trace_memory_bytes();
  std::uint64_t spans = 0;
  for (const TraceRequest& request : model.take_trace().requests) spans += request.spans.size();
  EXPECT_GE(held, spans * sizeof(TraceSpan));
  EXPECT_LE(held, 8 * spans * sizeof(TraceSpan));
}

TEST(TraceCounters, ReadWhatIsThereAndStayBounded) {
  TraceCounters counters(forever, 10);
  counters.add("a", "things", 0);
  counters.add("never", "things", 0);
  constexpr std::chrono::milliseconds ms{1};
  for (int i = 0; i < 1'000; ++i) {
    const Instant now{i * ms};
    if (counters.due() <= now) counters.note({i, 0});
  }
  TraceRecord record;
  counters.move_to(record);
  ASSERT_EQ(record.counters.size(), 1U) << "what is always 0 is left out";
  EXPECT_GE(record.counter_times.size(), 10U);
  EXPECT_LE(record.counter_times.size(), 20U);
  for (std::size_t i = 0; i < record.counter_times.size(); ++i)
    EXPECT_EQ(record.counters[0].values[i] * ms, record.counter_times[i].time_since_epoch());
}

}  // namespace
}  // namespace squall::model::tracing_test
