#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/metrics/trace_record.hpp"
#include "squall/model/model.hpp"
#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"
#include "tests/property/random_scenario.hpp"

/// A traced run of a random scenario gives the same results as one that is not traced, and its
/// spans add up to them, to the nanosecond.
namespace squall::trace_property_test {
namespace {

using metrics::SpanCause;
using metrics::SpanEnd;
using metrics::SpanKind;
using metrics::TraceRecord;
using metrics::TraceRequest;
using metrics::TraceSpan;

constexpr int scenarios_wanted = 500;
constexpr model::TraceOptions everything{
    .requests_each = 1'000'000, .spans_of_request_max = 10'000'000, .spans_max = 200'000'000};

std::string json_of(const scenario::Scenario& scenario, metrics::RunRecord record) {
  record.variant = "base";
  // Of the memory docs/trace.md promises nothing: the general way has events pending that the
  // express way knows to be needless.
  record.engine.memory_bytes_max = 0;
  metrics::Comparison comparison;
  comparison.scenario = scenario.name;
  comparison.seed = scenario.seed;
  comparison.variants.push_back(std::move(record));
  return report::to_json(comparison);
}

/// What the spans of one kind in one place came to.
struct Tally {
  std::uint64_t all = 0;
  std::map<SpanEnd, std::uint64_t> ends;
  std::uint64_t further = 0;  ///< of a number above 1
  std::uint64_t wasted = 0;   ///< of those that ended ok
  std::uint64_t lost = 0;
  std::uint64_t lease_expired = 0;

  [[nodiscard]] std::uint64_t of(SpanEnd end) const {
    const auto found = ends.find(end);
    return found == ends.end() ? 0 : found->second;
  }
};

/// All spans of a trace, added up.
struct Sums {
  std::map<std::pair<SpanKind, std::uint32_t>, Tally> of_calls;     ///< by edge
  std::map<std::pair<SpanKind, std::uint32_t>, Tally> of_entities;  ///< by entity
  std::map<std::uint32_t, std::int64_t> served_ns;                  ///< by entity
  std::map<std::uint32_t, std::int64_t> wasted_ns;

  explicit Sums(const TraceRecord& record) {
    for (const TraceRequest& request : record.requests) {
      for (const TraceSpan& span : request.spans) add(request, span);
    }
  }

 private:
  void add(const TraceRequest& request, const TraceSpan& span) {
    const bool is_of_callee = span.kind == SpanKind::work || span.kind == SpanKind::line ||
                              span.kind == SpanKind::service || span.kind == SpanKind::pause;
    Tally& tally = span.subject != TraceSpan::none && !is_of_callee
                       ? of_calls[{span.kind, span.subject}]
                       : of_entities[{span.kind, span.entity}];
    ++tally.all;
    ++tally.ends[span.outcome];
    tally.further += span.number > 1 ? 1 : 0;
    tally.wasted += span.wasted && span.outcome == SpanEnd::ok ? 1 : 0;
    tally.lost += span.request_lost || span.answer_lost ? 1 : 0;
    tally.lease_expired += span.lease_expired ? 1 : 0;
    if (span.kind != SpanKind::service && span.kind != SpanKind::pause) return;
    const std::int64_t length = (span.end - span.start).count();
    const TraceSpan* work = &span;
    while (work->kind == SpanKind::service || work->kind == SpanKind::pause)
      work = &request.spans[work->parent];
    const std::int64_t served = span.kind == SpanKind::service ? length : -length;
    served_ns[span.entity] += served;
    if (work->wasted) wasted_ns[span.entity] += served;
  }
};

void check_calls(const TraceRecord& record, const metrics::RunRecord& run, Sums& sums) {
  for (std::uint32_t e = 0; e < run.calls.size(); ++e) {
    const metrics::CallRecord& call = run.calls[e];
    RC_ASSERT(record.edges[e].name == call.name);
    const Tally& calls = sums.of_calls[{SpanKind::call, e}];
    RC_ASSERT(calls.all == call.requests);
    RC_ASSERT(calls.of(SpanEnd::ok) == call.ok);
    RC_ASSERT(calls.of(SpanEnd::abandoned) == call.abandoned);
    RC_ASSERT(calls.of(SpanEnd::deadline) == call.deadlines);
    RC_ASSERT(calls.of(SpanEnd::unfinished) == call.unfinished);
    const Tally& attempts = sums.of_calls[{SpanKind::attempt, e}];
    RC_ASSERT(attempts.all == call.attempts);
    RC_ASSERT(attempts.of(SpanEnd::ok) == call.attempts_ok);
    RC_ASSERT(attempts.of(SpanEnd::error) == call.errors);
    RC_ASSERT(attempts.of(SpanEnd::timeout) == call.timeouts);
    RC_ASSERT(attempts.of(SpanEnd::rejected_queue) == call.rejected_queue);
    RC_ASSERT(attempts.of(SpanEnd::rejected_admission) == call.rejected_admission);
    RC_ASSERT(attempts.of(SpanEnd::deadline) + attempts.of(SpanEnd::abandoned) ==
              call.attempts_abandoned);
    RC_ASSERT(attempts.of(SpanEnd::unfinished) == call.attempts_unfinished);
    RC_ASSERT(attempts.lost == call.lost);
    RC_ASSERT((sums.of_calls[{SpanKind::hedge, e}].further == call.hedges));
    const Tally& refusals = sums.of_calls[{SpanKind::refusal, e}];
    RC_ASSERT(refusals.of(SpanEnd::rejected_breaker) == call.rejected_breaker);
    RC_ASSERT(refusals.of(SpanEnd::rejected_bulkhead) == call.rejected_bulkhead);
    RC_ASSERT(refusals.of(SpanEnd::rejected_rate_limit) == call.rejected_rate_limit);
    RC_ASSERT(refusals.of(SpanEnd::rejected_throttle) == call.rejected_throttle);
    RC_ASSERT(refusals.of(SpanEnd::rejected_limiter) == call.rejected_limiter);
    const Tally& denied = sums.of_calls[{SpanKind::denied_retry, e}];
    RC_ASSERT(denied.of(SpanEnd::denied_budget) <= call.denied_budget);  // hedges are denied too
    RC_ASSERT(denied.of(SpanEnd::denied_deadline) == call.denied_deadline);
    RC_ASSERT(denied.of(SpanEnd::denied_pushback) == call.denied_pushback);
  }
}

void check_services(const scenario::Scenario& scenario, const metrics::RunRecord& run, Sums& sums) {
  const auto first = static_cast<std::uint32_t>(scenario.workloads.size());
  for (std::uint32_t s = 0; s < run.services.size(); ++s) {
    const metrics::ServiceRecord& service = run.services[s];
    const Tally& works = sums.of_entities[{SpanKind::work, first + s}];
    RC_ASSERT(works.all == service.arrived);
    RC_ASSERT(works.of(SpanEnd::ok) == service.completed);
    RC_ASSERT(works.of(SpanEnd::error) == service.failed);
    RC_ASSERT(works.of(SpanEnd::refused) == service.refused);
    RC_ASSERT(works.of(SpanEnd::skipped) + works.of(SpanEnd::expired) == service.skipped);
    RC_ASSERT(works.of(SpanEnd::expired) == service.expired);
    RC_ASSERT(works.of(SpanEnd::cancelled) == service.cancelled);
    RC_ASSERT(works.of(SpanEnd::lost) == service.lost);
    RC_ASSERT(works.of(SpanEnd::unfinished) == service.unfinished);
    RC_ASSERT(works.wasted == service.wasted);
    RC_ASSERT(static_cast<double>(sums.served_ns[first + s]) / 1e9 == service.service_time_s);
    RC_ASSERT(static_cast<double>(sums.wasted_ns[first + s]) / 1e9 == service.wasted_time_s);
  }
}

void check_queues(const scenario::Scenario& scenario, const metrics::RunRecord& run, Sums& sums) {
  const auto first =
      static_cast<std::uint32_t>(scenario.workloads.size() + scenario.services.size());
  for (std::uint32_t q = 0; q < run.queues.size(); ++q) {
    const metrics::QueueRecord& queue = run.queues[q];
    const Tally& messages = sums.of_entities[{SpanKind::message, first + q}];
    RC_ASSERT(messages.of(SpanEnd::acked) == queue.acked);
    RC_ASSERT(messages.of(SpanEnd::dead_lettered) == queue.dead_lettered);
    RC_ASSERT(messages.of(SpanEnd::dropped) == queue.dropped);
    RC_ASSERT(messages.of(SpanEnd::unfinished) <= queue.unfinished);  // some are still blocked
  }
  Tally deliveries;
  std::uint64_t delivered = 0, redelivered = 0, expired = 0;
  for (const metrics::QueueRecord& queue : run.queues) {
    delivered += queue.delivered;
    redelivered += queue.redelivered;
    expired += queue.expired;
  }
  for (const auto& [where, tally] : sums.of_entities) {
    if (where.first != SpanKind::delivery) continue;
    deliveries.all += tally.all;
    deliveries.further += tally.further;
    deliveries.lease_expired += tally.lease_expired;
  }
  RC_ASSERT(deliveries.all == delivered);
  RC_ASSERT(deliveries.further == redelivered);
  RC_ASSERT(deliveries.lease_expired == expired);
}

void check_requests(const metrics::RunRecord& run, const TraceRecord& record, Sums& sums) {
  std::uint64_t offered = 0;
  for (std::uint32_t w = 0; w < run.workloads.size(); ++w) {
    const metrics::WorkloadRecord& workload = run.workloads[w];
    const Tally& requests = sums.of_entities[{SpanKind::request, w}];
    RC_ASSERT(requests.all == workload.offered);
    RC_ASSERT(requests.of(SpanEnd::ok) == workload.ok);
    RC_ASSERT(requests.of(SpanEnd::late) == workload.late);
    RC_ASSERT(requests.of(SpanEnd::timeout) == workload.failed_timeout);
    RC_ASSERT(requests.of(SpanEnd::deadline) == workload.failed_deadline);
    RC_ASSERT(requests.of(SpanEnd::error) == workload.failed_error);
    RC_ASSERT(requests.of(SpanEnd::dead_lettered) == workload.dead_lettered);
    RC_ASSERT(requests.of(SpanEnd::dropped) == workload.dropped);
    RC_ASSERT(requests.of(SpanEnd::unfinished) == workload.unfinished);
    offered += workload.offered;
  }
  RC_ASSERT(record.requests.size() == offered);
  std::uint64_t seen = 0, kept = 0;
  for (std::size_t c = 0; c < metrics::trace_classes; ++c) {
    seen += c == 0 ? 0 : record.tallies[c].seen;  // the slowest are among the others
    kept += record.tallies[c].kept;
  }
  RC_ASSERT(seen == offered);
  RC_ASSERT(kept == offered);
}

/// What may go on after the span that it is a part of has ended: what the other side does.
bool may_outlast_parent(SpanKind kind, bool is_of_event) {
  return kind == SpanKind::work || kind == SpanKind::message || kind == SpanKind::delivery ||
         (is_of_event && kind == SpanKind::call);
}

void check_nesting(const scenario::Scenario& scenario, const TraceRecord& record) {
  for (const TraceRequest& request : record.requests) {
    RC_ASSERT(request.spans_left_out == 0U);
    const bool is_event =
        scenario.workloads[request.workload].call.to.kind == scenario::Target::Kind::queue;
    RC_ASSERT((request.spans.front().kind == SpanKind::request));
    for (std::uint32_t i = 0; i < request.spans.size(); ++i) {
      const TraceSpan& span = request.spans[i];
      RC_ASSERT(span.start <= span.end);
      RC_ASSERT(span.end <= record.end);
      RC_ASSERT(((i == 0) == (span.parent == TraceSpan::none)));
      if (i == 0) continue;
      RC_ASSERT(span.parent < i);
      const TraceSpan& parent = request.spans[span.parent];
      RC_ASSERT(parent.start <= span.start);
      const bool is_publish_of_event = is_event && span.parent == 0;
      if (!may_outlast_parent(span.kind, is_publish_of_event)) RC_ASSERT(span.end <= parent.end);
      RC_ASSERT(((span.cause == TraceSpan::none) == (span.cause_kind == SpanCause::none)));
      if (span.cause == TraceSpan::none) continue;
      RC_ASSERT(span.cause < i);
      const TraceSpan& cause = request.spans[span.cause];
      RC_ASSERT(cause.start <= span.start);
      if (span.cause_kind != SpanCause::retry) continue;
      RC_ASSERT(cause.end <= span.start);
      RC_ASSERT((metrics::is_failure(cause.outcome)));
    }
  }
}

metrics::RunRecord run_plain(const scenario::Scenario& scenario) {
  model::Model model(scenario);
  const Result<model::Model::Status> status =
      model.run(std::numeric_limits<std::uint64_t>::max() / 2);
  RC_ASSERT(status && *status == model::Model::Status::done);
  return model.result();
}

struct Traced {
  metrics::RunRecord run;
  TraceRecord trace;
};

Traced run_traced(const scenario::Scenario& scenario, const model::TraceOptions& options,
                  std::uint64_t piece) {
  model::Model model(scenario);
  model.trace(options);
  for (;;) {
    const Result<model::Model::Status> status = model.run(piece);
    RC_ASSERT(bool(status));
    if (*status == model::Model::Status::done) break;
  }
  Traced traced{model.result(), {}};
  traced.trace = model.take_trace();
  return traced;
}

/// With an option small enough to bite.
void check_bounds(const scenario::Scenario& scenario, const std::string& expected) {
  const model::TraceOptions few{
      .requests_each = 2, .spans_of_request_max = 12, .spans_max = 400, .counter_points = 5};
  const Traced traced = run_traced(scenario, few, 1'000);
  RC_ASSERT(json_of(scenario, traced.run) == expected);
  std::uint64_t spans = 0;
  std::map<std::pair<std::uint32_t, metrics::TraceClass>, int> kept;
  for (const TraceRequest& request : traced.trace.requests) {
    RC_ASSERT(request.spans.size() <= 12U);
    spans += request.spans.size();
    RC_ASSERT((++kept[{request.workload, request.kept_as}] <= 2));
  }
  RC_ASSERT(spans <= 400U);
  RC_ASSERT(traced.trace.counter_times.size() <= 10U);
}

void hold_trace_against_results() {
  const std::string text = test::random_scenario();
  const Result<scenario::Node> document = scenario::parse_json(text, "random.json");
  if (!document) RC_FAIL(document.error().text() + "\n" + text);
  const Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) RC_FAIL(bundle.error().text() + "\n" + text);
  scenario::Scenario scenario = bundle->base;
  scenario.warmup = Duration{0};  // traces know none, and totals then either
  scenario.warmup_auto = false;

  const std::string expected = json_of(scenario, run_plain(scenario));
  const Traced traced = run_traced(scenario, everything, 777);
  RC_ASSERT(json_of(scenario, traced.run) == expected);
  Sums sums(traced.trace);
  check_requests(traced.run, traced.trace, sums);
  check_calls(traced.trace, traced.run, sums);
  check_services(scenario, traced.run, sums);
  check_queues(scenario, traced.run, sums);
  check_nesting(scenario, traced.trace);
  check_bounds(scenario, expected);
}

TEST(TraceProperty, SpansAddUpToTheResultsAndChangeNone) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = scenarios_wanted;
  const rc::detail::TestResult result =
      rc::detail::checkTestable(hold_trace_against_results, rc::detail::TestMetadata{}, params);
  rc::detail::printResultMessage(result, std::cerr);
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>());
}

}  // namespace
}  // namespace squall::trace_property_test
