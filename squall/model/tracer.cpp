#include "squall/model/tracer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "squall/base/random.hpp"

namespace squall::model {

using metrics::SpanCause;
using metrics::SpanEnd;
using metrics::SpanKind;
using metrics::TraceClass;
using metrics::TraceRequest;
using metrics::TraceSpan;
using policy::Outcome;
using policy::OutcomeKind;
using policy::RejectedBy;

namespace {

/// Of a pool's records, what is known by their slots; grows with the pool.
template <typename Track>
Track& at(std::vector<Track>& tracks, Slot slot) {
  if (slot >= tracks.size()) tracks.resize(std::max<std::size_t>(slot + 1, 2 * tracks.size()));
  return tracks[slot];
}

SpanEnd rejected_by(RejectedBy by) {
  switch (by) {
    case RejectedBy::breaker:
      return SpanEnd::rejected_breaker;
    case RejectedBy::bulkhead:
      return SpanEnd::rejected_bulkhead;
    case RejectedBy::rate_limit:
      return SpanEnd::rejected_rate_limit;
    case RejectedBy::throttle:
      return SpanEnd::rejected_throttle;
    case RejectedBy::limiter:
      return SpanEnd::rejected_limiter;
    case RejectedBy::queue:
      return SpanEnd::rejected_queue;
    case RejectedBy::none:
    case RejectedBy::admission:
      break;
  }
  return SpanEnd::rejected_admission;
}

SpanEnd end_of(const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::ok:
      return SpanEnd::ok;
    case OutcomeKind::error:
      return SpanEnd::error;
    case OutcomeKind::timeout:
      return SpanEnd::timeout;
    case OutcomeKind::deadline:
      return SpanEnd::deadline;
    case OutcomeKind::rejected:
      return rejected_by(outcome.by);
    case OutcomeKind::abandoned:
      break;
  }
  return SpanEnd::abandoned;
}

/// How a request ended, as a class of the sample and as the end of its span.
struct RequestEnd {
  TraceClass kind;
  SpanEnd outcome;
};

RequestEnd end_of_request(End how, const Outcome& outcome) {
  switch (how) {
    case End::ok:
      return {TraceClass::ok, SpanEnd::ok};
    case End::late:
      return {TraceClass::late, SpanEnd::late};
    case End::dead_lettered:
      return {TraceClass::dead_lettered, SpanEnd::dead_lettered};
    case End::dropped:
      return {TraceClass::dropped, SpanEnd::dropped};
    case End::rejected:
      return {TraceClass::rejected, end_of(outcome)};
    case End::none:
    case End::failed:
      break;
  }
  if (outcome.kind == OutcomeKind::timeout) return {TraceClass::timeout, SpanEnd::timeout};
  if (outcome.kind == OutcomeKind::deadline) return {TraceClass::deadline, SpanEnd::deadline};
  return {TraceClass::error, SpanEnd::error};
}

SpanEnd end_of_message(End how) {
  switch (how) {
    case End::dead_lettered:
      return SpanEnd::dead_lettered;
    case End::dropped:
      return SpanEnd::dropped;
    default:
      return SpanEnd::acked;
  }
}

SpanEnd end_of_work(Tracer::WorkEnd how, const Frame& work) {
  switch (how) {
    case Tracer::WorkEnd::done:
      return work.outcome_kind == OutcomeKind::ok ? SpanEnd::ok : SpanEnd::error;
    case Tracer::WorkEnd::refused:
      return SpanEnd::refused;
    case Tracer::WorkEnd::skipped:
      return SpanEnd::skipped;
    case Tracer::WorkEnd::expired:
      return SpanEnd::expired;
    case Tracer::WorkEnd::cancelled:
      return SpanEnd::cancelled;
    case Tracer::WorkEnd::lost:
      break;
  }
  return SpanEnd::lost;
}

std::uint32_t count_of(std::size_t n) { return static_cast<std::uint32_t>(n); }

}  // namespace

Tracer::Tracer(const scenario::Scenario& scenario, const Topology& topology,
               const std::int64_t* now_ns, const TraceOptions& options)
    : scenario_(scenario),
      topology_(topology),
      now_ns_(now_ns),
      options_(options),
      first_service_(count_of(scenario.workloads.size())),
      first_queue_(first_service_ + count_of(scenario.services.size())),
      first_consumer_(first_queue_ + count_of(scenario.queues.size())),
      tallies_(metrics::trace_classes),
      sample_(scenario.workloads.size(), options.requests_each),
      counters_(scenario.duration, options.counter_points) {}

std::uint32_t Tracer::entity_of_caller(std::uint32_t edge) const noexcept {
  const Topology::Edge& of = topology_.edges[edge];
  switch (of.from) {
    case scenario::Edge::From::workload:
      return of.caller;
    case scenario::Edge::From::service:
      return first_service_ + of.caller;
    case scenario::Edge::From::consumer:
      break;
  }
  return first_consumer_ + of.caller;
}

// ---- Traces and spans

Tracer::Trace* Tracer::find(TraceRef ref) noexcept {
  if (ref.place == none || traces_[ref.place].generation != ref.generation) return nullptr;
  return &traces_[ref.place];
}

Tracer::TraceRef Tracer::begin(std::uint32_t workload, std::uint64_t number) {
  if (spans_held_ >= options_.spans_max / 2) {
    ++unwatched_;
    ++unwatched_inside_;
    return {};
  }
  if (free_traces_.empty()) {
    free_traces_.push_back(count_of(traces_.size()));
    traces_.emplace_back();
  }
  const std::uint32_t place = free_traces_.back();
  free_traces_.pop_back();
  Trace& trace = traces_[place];
  trace.state = Trace::State::open;
  trace.request.workload = workload;
  trace.request.number = number;
  put(trace, {.start = now(), .entity = entity_of_workload(workload)});
  return {place, trace.generation};
}

void Tracer::put(Trace& trace, TraceSpan span) {
  std::vector<TraceSpan>& spans = trace.request.spans;
  spans_room_ -= spans.capacity();
  spans.push_back(span);
  spans_room_ += spans.capacity();
  ++spans_held_;
}

void Tracer::drop(std::uint32_t place) {
  Trace& trace = traces_[place];
  spans_held_ -= trace.request.spans.size();
  trace.request.spans.clear();  // its memory is for the next one
  trace.request.spans_left_out = 0;
  trace.state = Trace::State::free;
  ++trace.generation;
  free_traces_.push_back(place);
}

std::uint32_t Tracer::open(TraceRef ref, TraceSpan span) {
  Trace* const trace = find(ref);
  if (trace == nullptr) return none;
  std::vector<TraceSpan>& spans = trace->request.spans;
  if (span.parent == none || spans.size() >= options_.spans_of_request_max ||
      spans_held_ >= options_.spans_max) {
    ++trace->request.spans_left_out;
    return none;
  }
  span.start = now();
  if (span.cause == none) span.cause_kind = SpanCause::none;
  put(*trace, span);
  return count_of(spans.size()) - 1;
}

TraceSpan* Tracer::span_of(TraceRef ref, std::uint32_t span) noexcept {
  Trace* const trace = span == none ? nullptr : find(ref);
  return trace == nullptr ? nullptr : &trace->request.spans[span];
}

void Tracer::close(TraceRef ref, std::uint32_t& span, SpanEnd outcome, std::uint8_t code) {
  TraceSpan* const closed = span_of(ref, std::exchange(span, none));
  if (closed == nullptr) return;
  closed->end = now();
  closed->outcome = outcome;
  closed->code = code;
}

void Tracer::add(TraceRef ref, TraceSpan span, Instant start, SpanEnd outcome) {
  std::uint32_t made = open(ref, span);
  if (TraceSpan* const added = span_of(ref, made)) added->start = start;
  close(ref, made, outcome);
}

// ---- Requests

void Tracer::event_arrives(Slot event, std::uint32_t workload, std::uint64_t number) {
  at(events_, event) = begin(workload, number);
}

void Tracer::event_ends(Slot event, End how, const Outcome& outcome) {
  end_request(events_[event], how, outcome);
}

void Tracer::rpc_ends(End how, const Outcome& outcome) {
  end_request(std::exchange(ending_, {}), how, outcome);
}

void Tracer::end_request(TraceRef ref, End how, const Outcome& outcome) {
  const auto [kind, end] = end_of_request(how, outcome);
  ++tallies_[static_cast<std::size_t>(kind)].seen;
  TraceSpan* const root = span_of(ref, 0);
  if (root == nullptr) {
    --unwatched_inside_;
    return;
  }
  root->degraded = outcome.degraded;
  std::uint32_t span = 0;
  close(ref, span, end, outcome.code);
  keep(ref.place, kind, root->end - root->start);
}

/// It has ended, or the run has: it is in the sample, unless others are more so.
void Tracer::keep(std::uint32_t place, TraceClass kind, Duration sojourn) {
  Trace& trace = traces_[place];
  trace.state = Trace::State::kept;
  const std::uint32_t workload = trace.request.workload;
  const RandomKey key = RandomKey{scenario_.seed}
                            .with(entity_id(scenario_.workloads[workload].name))
                            .with(trace.request.number)
                            .with(entity_id("trace"));
  const std::optional<TraceCandidate> out = sample_.offer({.trace = place,
                                                           .workload = workload,
                                                           .number = trace.request.number,
                                                           .key = key.value,
                                                           .sojourn = sojourn,
                                                           .kind = kind});
  if (out) drop(out->trace);
}

// ---- The caller's side

TraceSpan Tracer::at_caller(const CallTrack& track, SpanKind kind) const {
  TraceSpan span{.parent = track.span, .kind = kind};
  if (track.trace.place == none || track.span == none) return span;
  const TraceRequest& request = traces_[track.trace.place].request;
  if (track.span >= request.spans.size()) return span;  // of one that was dropped
  span.entity = request.spans[track.span].entity;
  span.subject = request.spans[track.span].subject;
  return span;
}

void Tracer::call_starts(Slot slot, const Frame& call, Slot owner, std::uint64_t number) {
  const auto edge = static_cast<std::uint32_t>(call.edge);
  TraceSpan span{
      .parent = 0, .entity = entity_of_caller(edge), .subject = edge, .kind = SpanKind::call};
  TraceRef trace;
  switch (call.owner_kind) {
    case OwnerKind::user:
      trace = begin(topology_.edges[call.edge].caller, number);
      break;
    case OwnerKind::event:
      trace = events_[owner];
      break;
    case OwnerKind::work:
      trace = works_[owner].trace;
      span.parent = works_[owner].span;
      break;
    case OwnerKind::hedged_call:
      break;  // hedge_starts()
  }
  CallTrack& track = at(calls_, slot);
  track = CallTrack{.trace = trace};
  track.span = open(trace, span);
}

void Tracer::hedge_starts(Slot parent, Slot slot, const Frame& call, std::uint32_t number) {
  (void)at(calls_, slot);
  CallTrack& whole = calls_[parent];
  end_wait(whole);
  const auto edge = static_cast<std::uint32_t>(call.edge);
  TraceSpan span{.parent = whole.span,
                 .entity = entity_of_caller(edge),
                 .subject = edge,
                 .number = number,
                 .kind = SpanKind::hedge};
  span.cause = number > 1 ? whole.last_hedge : whole.last_try;
  span.cause_kind = number > 1 ? SpanCause::hedge : SpanCause::retry;
  calls_[slot] = CallTrack{.trace = whole.trace};
  calls_[slot].span = whole.last_hedge = open(whole.trace, span);
}

void Tracer::call_moves(Slot from, Slot to) {
  (void)at(calls_, to);
  calls_[to] = std::exchange(calls_[from], CallTrack{});
}

void Tracer::call_ends(Slot slot, const Frame& call, Slot owner, const Outcome& outcome) {
  CallTrack& track = calls_[slot];
  end_wait(track);
  if (call.owner_kind == OwnerKind::user) ending_ = track.trace;
  if (call.owner_kind == OwnerKind::hedged_call && outcome.kind != OutcomeKind::abandoned)
    calls_[owner].last_try = track.span;
  if (TraceSpan* const span = span_of(track.trace, track.span)) span->degraded = outcome.degraded;
  close(track.trace, track.span, end_of(outcome), outcome.code);
}

void Tracer::attempt_starts(Slot slot, const Frame& call) {
  CallTrack& track = calls_[slot];
  end_wait(track);
  TraceSpan span = at_caller(track, SpanKind::attempt);
  span.number = call.attempts;
  span.cause = track.last_try;
  span.cause_kind = SpanCause::retry;
  track.attempt = open(track.trace, span);
  at(works_, slot) = WorkTrack{.trace = track.trace, .attempt = track.attempt};
}

void Tracer::attempt_ends(Slot slot, const Outcome& outcome) {
  CallTrack& track = calls_[slot];
  track.last_try = track.attempt;
  if (TraceSpan* const span = span_of(track.trace, track.attempt))
    span->degraded = outcome.degraded;
  close(track.trace, track.attempt, end_of(outcome), outcome.code);
}

void Tracer::wait_starts(Slot slot, SpanKind kind) {
  CallTrack& track = calls_[slot];
  end_wait(track);
  track.wait = open(track.trace, at_caller(track, kind));
}

void Tracer::end_wait(CallTrack& track) { close(track.trace, track.wait, SpanEnd::over); }

void Tracer::refuses(Slot slot, const Outcome& refusal) {
  CallTrack& track = calls_[slot];
  end_wait(track);
  add(track.trace, at_caller(track, SpanKind::refusal), now(), end_of(refusal));
}

void Tracer::denies_retry(Slot slot, SpanEnd why) {
  CallTrack& track = calls_[slot];
  end_wait(track);
  add(track.trace, at_caller(track, SpanKind::denied_retry), now(), why);
}

// ---- The network

void Tracer::loses_request(Slot slot) {
  const WorkTrack& track = works_[slot];
  if (TraceSpan* const span = span_of(track.trace, track.attempt)) span->request_lost = true;
}

void Tracer::loses_answer(Slot slot) {
  const WorkTrack& track = works_[slot];
  if (TraceSpan* const span = span_of(track.trace, track.attempt)) span->answer_lost = true;
}

// ---- The callee's side

void Tracer::work_arrives(Slot slot, std::uint32_t replica) {
  WorkTrack& track = works_[slot];
  const std::uint32_t service = topology_.replica_service[replica];
  track.span = open(track.trace, {.parent = track.attempt,
                                  .entity = entity_of_service(service),
                                  .subject = replica - topology_.services[service].first_replica,
                                  .kind = SpanKind::work});
}

void Tracer::service_starts(Slot slot, const Frame& work) {
  WorkTrack& track = works_[slot];
  track.has_started = true;
  const TraceSpan* const whole = span_of(track.trace, track.span);
  if (whole == nullptr) return;
  TraceSpan span{.parent = track.span, .entity = whole->entity, .subject = whole->subject};
  span.kind = SpanKind::line;
  if (work.arrived < now()) add(track.trace, span, work.arrived, SpanEnd::over);
  span.kind = SpanKind::service;
  track.service = open(track.trace, span);
}

void Tracer::service_ends(Slot slot) {
  WorkTrack& track = works_[slot];
  close(track.trace, track.service, SpanEnd::over);
}

void Tracer::was_paused(Slot slot, Instant since) {
  const WorkTrack& track = works_[slot];
  const TraceSpan* const service = span_of(track.trace, track.service);
  if (service == nullptr) return;
  add(track.trace,
      {.parent = track.service,
       .entity = service->entity,
       .subject = service->subject,
       .kind = SpanKind::pause},
      since, SpanEnd::over);
}

void Tracer::work_leaves(Slot slot, const Frame& work, WorkEnd how, Instant paused_since) {
  if (work.work_state == WorkState::suspended) was_paused(slot, paused_since);
  end_work(works_[slot], work, end_of_work(how, work),
           how == WorkEnd::done ? work.outcome_code : std::uint8_t{0});
}

void Tracer::is_unwanted(Slot slot) {
  const WorkTrack& track = works_[slot];
  TraceSpan* const work = span_of(track.trace, track.span);
  if (work != nullptr && work->outcome == SpanEnd::unfinished) work->wasted = true;
}

void Tracer::handler_ends(Slot slot, const Frame& work, bool succeeded) {
  end_work(works_[slot], work, succeeded ? SpanEnd::ok : SpanEnd::error, work.outcome_code);
}

void Tracer::end_work(WorkTrack& track, const Frame& work, SpanEnd outcome, std::uint8_t code) {
  TraceSpan* const whole = span_of(track.trace, track.span);
  if (whole == nullptr) return;
  whole->wasted = work.unwanted;
  whole->degraded = work.degraded && outcome == SpanEnd::ok;
  if (!track.has_started && work.arrived < now()) {
    add(track.trace,
        {.parent = track.span,
         .entity = whole->entity,
         .subject = whole->subject,
         .kind = SpanKind::line},
        work.arrived, outcome);
  }
  close(track.trace, track.service, outcome == SpanEnd::ok ? SpanEnd::over : outcome);
  close(track.trace, track.span, outcome, code);
}

// ---- Brokers

void Tracer::publish_accepted(Slot slot, const Frame& work, std::uint32_t queue) {
  const WorkTrack& track = works_[slot];
  if (work.arrived < now()) publish_withdrawn(slot, work, queue);
  origin_ = {.trace = track.trace, .span = track.attempt};
}

void Tracer::publish_withdrawn(Slot slot, const Frame& work, std::uint32_t queue) {
  const WorkTrack& track = works_[slot];
  add(track.trace,
      {.parent = track.attempt, .entity = entity_of_queue(queue), .kind = SpanKind::blocked},
      work.arrived, SpanEnd::over);
}

void Tracer::message_is_made_anew(Slot message) {
  const MessageTrack& track = messages_[message];
  origin_ = {.trace = track.trace, .span = track.span, .cause = track.span};
}

void Tracer::message_added(Slot message, std::uint32_t queue) {
  MessageTrack& track = at(messages_, message);
  track = MessageTrack{.trace = origin_.trace};
  track.span = open(origin_.trace, {.parent = origin_.span,
                                    .cause = origin_.cause,
                                    .entity = entity_of_queue(queue),
                                    .kind = SpanKind::message,
                                    .cause_kind = SpanCause::dead_letter});
}

void Tracer::message_ready(Slot message) {
  MessageTrack& track = messages_[message];
  close(track.trace, track.wait, SpanEnd::over);
  const TraceSpan* const whole = span_of(track.trace, track.span);
  if (whole == nullptr) return;
  track.wait =
      open(track.trace, {.parent = track.span, .entity = whole->entity, .kind = SpanKind::ready});
}

void Tracer::message_delayed(Slot message) {
  MessageTrack& track = messages_[message];
  const TraceSpan* const whole = span_of(track.trace, track.span);
  if (whole == nullptr) return;
  track.wait =
      open(track.trace,
           {.parent = track.span, .entity = whole->entity, .kind = SpanKind::redelivery_delay});
}

void Tracer::message_delivered(Slot message, Slot work, std::uint32_t consumer,
                               std::uint32_t delivery) {
  MessageTrack& track = messages_[message];
  close(track.trace, track.wait, SpanEnd::over);
  const bool is_first = track.delivery == none;
  track.delivery =
      open(track.trace, {.parent = track.span,
                         .cause = is_first ? track.span : track.delivery,
                         .entity = first_consumer_ + consumer,
                         .number = delivery,
                         .kind = SpanKind::delivery,
                         .cause_kind = is_first ? SpanCause::message : SpanCause::redelivery});
  at(works_, work) = WorkTrack{.trace = track.trace, .span = track.delivery};
}

void Tracer::lease_expires(Slot message) {
  const MessageTrack& track = messages_[message];
  if (TraceSpan* const span = span_of(track.trace, track.delivery)) span->lease_expired = true;
}

void Tracer::message_settled(Slot message, End how) {
  MessageTrack& track = messages_[message];
  close(track.trace, track.wait, SpanEnd::over);
  close(track.trace, track.span, end_of_message(how));
}

// ---- The record

std::uint64_t Tracer::memory_bytes() const noexcept {
  const auto bytes_of = [](const auto& of) { return of.capacity() * sizeof(of.front()); };
  // The sample names each request that is kept once.
  return spans_room_ * sizeof(TraceSpan) + bytes_of(traces_) + bytes_of(free_traces_) +
         traces_.size() * sizeof(TraceCandidate) + bytes_of(events_) + bytes_of(calls_) +
         bytes_of(works_) + bytes_of(messages_) + counters_.memory_bytes();
}

metrics::TraceRecord Tracer::take_record() {
  for (std::uint32_t place = 0; place < traces_.size(); ++place) {
    if (traces_[place].state != Trace::State::open) continue;
    ++tallies_[static_cast<std::size_t>(TraceClass::unfinished)].seen;
    keep(place, TraceClass::unfinished, now() - traces_[place].request.spans.front().start);
  }
  tallies_[static_cast<std::size_t>(TraceClass::unfinished)].seen += unwatched_inside_;
  metrics::TraceRecord record;
  record.seed = scenario_.seed;
  record.end = now();
  for (const scenario::Workload& workload : scenario_.workloads)
    record.entities.push_back({metrics::TraceEntity::Kind::workload, workload.name});
  for (const scenario::Service& service : scenario_.services) {
    record.entities.push_back(
        {metrics::TraceEntity::Kind::service, service.name, service.replicas});
  }
  for (const scenario::Queue& queue : scenario_.queues)
    record.entities.push_back({metrics::TraceEntity::Kind::queue, queue.name});
  for (const scenario::Consumer& consumer : scenario_.consumers)
    record.entities.push_back({metrics::TraceEntity::Kind::consumer, consumer.name});
  for (const Topology::Edge& edge : topology_.edges) {
    const bool is_publish = edge.to.kind == scenario::Target::Kind::queue;
    record.edges.push_back(
        {.name = edge.name,
         .callee = is_publish ? entity_of_queue(edge.to.index) : entity_of_service(edge.to.index)});
  }
  record.error_codes = scenario_.error_codes;

  for (const TraceSample::Kept& kept : sample_.kept()) {
    TraceRequest& request = traces_[kept.request.trace].request;
    request.kept_as = kept.as;
    ++tallies_[static_cast<std::size_t>(kept.as)].kept;
    for (TraceSpan& span : request.spans) {
      if (span.outcome == SpanEnd::unfinished) span.end = record.end;
    }
    record.requests.push_back(std::move(request));
  }
  std::ranges::sort(record.requests, [](const TraceRequest& a, const TraceRequest& b) {
    return std::tuple(a.spans.front().start, a.workload, a.number) <
           std::tuple(b.spans.front().start, b.workload, b.number);
  });
  const auto seen = [this](TraceClass kind) -> std::uint64_t& {
    return tallies_[static_cast<std::size_t>(kind)].seen;
  };
  seen(TraceClass::slowest) = seen(TraceClass::ok) + seen(TraceClass::late);
  record.tallies = tallies_;
  record.unwatched = unwatched_;
  counters_.move_to(record);
  record.counters_left_out = counters_left_out_;
  return record;
}

}  // namespace squall::model
