#pragma once

#include <algorithm>
#include <cstddef>

#include "squall/model/engine.hpp"

/// What happens on the express way, whoever sees to it that the work is done in time. Only for
/// express.cpp, express_retries.cpp, flow.cpp and ledger.cpp.
namespace squall::model {

/// States as numbers, for what is set or asked at every call.
namespace state_word {

// Functions, since not every compiler takes the bits of a struct for a constant; all of them make
// one of it.

[[nodiscard]] inline std::uint64_t measured() noexcept {
  FrameState state;
  state.measured = true;
  return state.word();
}
[[nodiscard]] inline std::uint64_t is_drawn() noexcept {
  FrameState state;
  state.is_drawn = true;
  return state.word();
}
/// What a call keeps when it is tried again.
[[nodiscard]] inline std::uint64_t kept() noexcept {
  FrameState state;
  state.measured = true;
  state.retrying = true;
  state.breaker_at_start = true;
  state.breaker_on_arrival = true;
  return state.word();
}
/// Of a work in line, what is left to the general way.
[[nodiscard]] inline std::uint64_t unusual() noexcept {
  FrameState state;
  state.knows_gone = true;
  state.priced = true;
  return state.word();
}
/// What is another when the work of a queued frame is served.
[[nodiscard]] inline std::uint64_t served() noexcept {
  FrameState queued;
  queued.work_state = WorkState::queued;
  FrameState serving;
  serving.work_state = WorkState::serving;
  serving.holds_worker = true;
  serving.priced = true;
  return queued.word() ^ serving.word();
}

}  // namespace state_word

/// Whether every layer would let a call on, and the callee take it in.
inline bool Engine::lets_on(const Express& way, bool has_layers) const noexcept {
  const Replica& replica = *way.replica;
  if (replica.waiting >= way.queue_capacity) return false;
  if (!has_layers) return true;
  return (!way.has_bulkhead || way.keeper->bulkhead.has_room()) &&
         (!way.has_breaker || way.keeper->breaker.state(now()) == policy::BreakerState::closed);
}

/// Whether the work of a call, which is done, was all that is to be done for it.
inline bool Engine::is_done(const Express& way, const Frame& work) const noexcept {
  return ((work.word() ^ way.done) & way.asked) == 0 && !work.has_call_extra() &&
         work.work_extra == no_slot && work.arrived == work.started;
}

/// The same of a call that may have been tried before.
inline bool Engine::is_done_again(const Express& way, const Frame& work) const noexcept {
  return way.is_open_again && ((work.word() ^ way.done) & way.asked_again) == 0 &&
         work.work_extra == no_slot;
}

/// Whether a call may go on to its attempt and, at this instant, arrive: the callee has room, and
/// nothing else comes before.
inline bool Engine::may_go_on(const Express& way) const noexcept {
  return way.is_open_again && way.replica->waiting < way.queue_capacity &&
         dispatched_ != dispatch_until_ && queue_.is_now_clear();
}

/// Whether it is known that the timeout of the call stops the work, which has begun, before its
/// end: then nobody waits for that.
inline bool Engine::is_stopped_first(const Express& way, const Frame& work, Instant end) noexcept {
  return work.timeout != no_ticket && way.stops_in_time && work.edge == way.edge_index &&
         later(work.arrived, way.timeout) < end;
}

inline auto Engine::by_the_queue(const Express& way) noexcept {
  return [this, &way](Slot slot, Frame& work, Instant end) {
    if (!is_stopped_first(way, work, end))
      end_service_at(slot, work, end, way.service->completions);
  };
}

/// The service time of the work of this lineage.
inline Duration Engine::draw_latency(const Express& way, std::uint64_t lineage) noexcept {
  if (way.latency->is_constant()) return way.latency->constant();
  Rng rng = key_of(lineage, way.service->id, Purpose::service_time).rng();
  return (*way.latency)(rng);
}
/// The same of the first attempt of a request.
inline Duration Engine::latency_of(const Express& way,
                                   const ComingDraws::Request& request) noexcept {
  if (way.is_drawn_ahead) [[likely]]
    return request.service_time;
  return draw_latency_apart(way, request.lineage.value);
}

/// So many have begun, of one cohort, and so many have been finished: what has to be counted of
/// them and is the same for all.
inline void Engine::count_on(Express& way, bool measured, std::uint64_t begun,
                             std::uint64_t finished) noexcept {
  way.books.begun[measured ? 1 : 0] += begun;
  way.books.inside.count(begun, finished);
  way.replica->outstanding += static_cast<std::uint32_t>(begun - finished);
}

/// A request arrives, makes its call and comes to the callee: what the books of the way say of it.
inline void Engine::note_begun_on(Express& way) {
  const Instant now = this->now();
  way.books.inside.enter_uncounted(now);
  open_requests_max_ = std::max(open_requests_max_, ++open_requests_);
  std::int64_t* const counts = series_.row_at(now);
  ++counts[static_cast<std::size_t>(metrics::SeriesColumn::offered)];
  ++counts[static_cast<std::size_t>(metrics::SeriesColumn::attempts)];
}

/// The frame of a call that has come to the callee. Its state is up to the caller.
inline Slot Engine::frame_on(const Express& way, const CallStart& start, Instant arrived) {
  const Slot slot = frames_.acquire();
  Frame& frame = frames_[slot];
  frame.set_numbers(way.numbers);
  frame.lineage = start.lineage;
  frame.owner = start.owner;
  frame.started = arrived;
  frame.arrived = arrived;
  return slot;
}

/// The timeout of an attempt that is about to come to the callee, unless it is known already that
/// the attempt will be in time. REQUIRES that the way has one.
/// @param at_once  whether the attempt is served at once.
/// @return whether it is pending.
inline bool Engine::start_timeout_on(const Express& way, Slot slot, Duration latency,
                                     bool at_once) {
  const Instant due = later(now(), way.timeout);
  if (way.skips_timeouts && at_once && later(now(), latency) < due) return false;
  frames_[slot].timeout = schedule_in(way.timeouts, due, slot);
  return true;
}

/// A request arrives, makes its call and comes to the callee. REQUIRES lets_on(). It is up to the
/// caller to count it.
/// @param latency  the service time.
/// @return whether its timeout is pending.
template <typename StartWork>
bool Engine::begin_on(Express& way, bool has_layers, const CallStart& start, Duration latency,
                      StartWork&& start_work) {
  note_begun_on(way);
  const Slot slot = frame_on(way, start, now());
  const bool at_once = is_served_at_once(*way.replica);
  bool has_timeout = false;
  if (has_layers) {
    if (way.has_breaker) (void)way.keeper->breaker.try_acquire(now());
    if (way.has_bulkhead) way.keeper->bulkhead.enter_room();
    if (way.timeouts != sim::no_lane) has_timeout = start_timeout_on(way, slot, latency, at_once);
  }
  come_on(way, slot, begins(way, start.measured), latency, at_once, start_work);
  return has_timeout;
}

/// The state of a call that has come to the callee.
inline std::uint64_t Engine::begins(const Express& way, bool measured) noexcept {
  return way.begins | (measured ? state_word::measured() : 0);
}

/// An attempt that has come to the callee is served, or waits. REQUIRES that there is room.
/// @param state    of its frame, in line.
/// @param latency  the service time of the work.
/// @param at_once  whether it is served at once: is_served_at_once().
template <typename StartWork>
void Engine::come_on(Express& way, Slot slot, std::uint64_t state, Duration latency, bool at_once,
                     StartWork&& start_work) {
  if (at_once) {
    frames_[slot].set_word(state);
    ++way.books.unwaited[(state & state_word::measured()) != 0 ? 1 : 0];
    serve_on(way, slot, latency, start_work);
  } else {
    wait_on(way, slot, state, latency);
    note_waiting_on(*way.replica);
  }
}

inline bool Engine::is_served_at_once(const Replica& replica) noexcept {
  return replica.busy < replica.workers && replica.waiting == 0;
}
inline void Engine::note_waiting_on(Replica& replica) noexcept {
  ++replica.waiting;
  replica.waiting_max = std::max(replica.waiting_max, replica.waiting);
}

/// The work stands in line, where it is not counted yet.
inline void Engine::wait_on(const Express& way, Slot slot, std::uint64_t state, Duration latency) {
  Frame& frame = frames_[slot];
  if (way.latency->is_constant()) {
    frame.set_word(state);  // it is asked for when service begins, and may be another by then
  } else {
    frame.set_service_time(latency);
    frame.set_word(state | state_word::is_drawn());
  }
  way.line->push_back(frames_, slot);
}

/// A worker takes the work. REQUIRES that it is queued, and neither has a worker nor a price. It is
/// up to the caller to say how long it has waited.
template <typename StartWork>
void Engine::serve_on(const Express& way, Slot slot, Duration latency, StartWork&& start_work) {
  Frame& work = frames_[slot];
  Replica& replica = *way.replica;
  ServiceState& service = *way.service;
  const Instant now = this->now();
  ++replica.busy;
  ++replica.inside_count;
  work.set_word(work.word() ^ state_word::served());
  work.begun = now;
  service.busy.enter(now);
  const Instant end = later(now, latency);
  if (service.knows_inside) note_inside(replica, slot, end);
  start_work(slot, work, end);
}

/// A worker has become free and takes the first in line, unless it has been taken away. One, as
/// nobody stands in line while a worker is free. REQUIRES that somebody in line has a frame, if
/// anybody does: start_waiting() passes over those that are gone, and those without a frame are
/// counted as waiting too. So it is in flow(): it goes on to these only when the last of the
/// others, which is an arrival of its own and never passed over, is served.
/// @return whether events were scheduled otherwise than by start_work.
template <typename StartWork>
bool Engine::serve_next_on(const Express& way, StartWork&& start_work) {
  Replica& replica = *way.replica;
  if (replica.busy >= replica.workers) [[unlikely]] {
    note_worker_gone(replica);
    return false;
  }
  if (replica.waiting == 0) return false;
  const Slot slot = way.line->head;
  const Frame& work = frames_[slot];
  if ((work.word() & state_word::unusual()) != 0) [[unlikely]] {
    start_waiting(way.place);
    return true;
  }
  way.line->pop_front(frames_);
  --replica.waiting;
  if (!way.line->empty()) frames_.prefetch(way.line->head);
  const bool is_drawn = (work.word() & state_word::is_drawn()) != 0;
  way.service->totals[work.measured ? 1 : 0].wait.add(now() - work.arrived);
  serve_on(way, slot, is_drawn ? work.service_time() : draw_latency_apart(way, work_lineage(work)),
           start_work);
  return false;
}

/// The work is done and leaves its worker to the next.
/// @return as serve_next_on().
template <typename StartWork>
bool Engine::leave_worker_on(const Express& way, Slot slot, StartWork&& start_work) {
  const Frame& work = frames_[slot];
  ServiceState& service = *way.service;
  Replica& replica = *way.replica;
  const Instant now = this->now();
  service.service_ns[work.measured ? 1 : 0].add(
      static_cast<std::uint64_t>((now - work.begun).count()));
  --replica.busy;
  service.busy.leave(now, work.begun);
  --replica.inside_count;
  if (service.knows_inside) replica.inside.remove(frames_, slot);
  return serve_next_on(way, start_work);
}

/// The work of a call is done, the call has its answer, and the request ends. REQUIRES is_done().
/// It is up to the caller to count it.
/// @return whether events were scheduled otherwise than by start_work.
template <typename StartWork>
bool Engine::finish_on(Express& way, bool has_layers, Slot slot, StartWork&& start_work) {
  Frame& work = frames_[slot];
  const Instant now = this->now();
  const std::size_t cohort = work.measured ? 1 : 0;
  const Instant started = work.started;

  bool has_scheduled = leave_worker_on(way, slot, start_work);

  way.books.inside.leave_uncounted(now, started);
  ++way.books.finished[cohort];
  if (has_layers) {
    cancel_timeout(work, way.timeouts);
    if (way.has_bulkhead) {
      way.keeper->bulkhead.leave();
      if (way.keeper->bulkhead.waiting() > 0) [[unlikely]] {
        grant_places(way.keeper_index);
        has_scheduled = true;
      }
    }
    if (way.has_breaker) way.keeper->breaker.on_success(now - started, now);
  }

  const Ending request{.workload = way.workload_index,
                       .user = work.owner,
                       .arrived = started,
                       .lineage = work.lineage,
                       .measured = cohort != 0};
  frames_.release(slot);
  static constexpr policy::Outcome ok{};
  on_rpc_ended(*way.workload, request, ok);
  return has_scheduled || way.workload->is_closed;
}

// ---- without frames: only while flow() keeps to a way that has no layers

/// A request arrives, and waits. REQUIRES lets_on(), that it is not served at once, and room in
/// that line.
inline void Engine::wait_without_frame(Express& way, const FramelessLine::Request& request) {
  note_begun_on(way);
  frameless_.push(request);
  // What memory they take, which is a result, does not depend on when they get them.
  frames_.reserve(frames_.live() + frameless_.length());
  note_waiting_on(*way.replica);
}

/// finish_on(), where the worker goes on to the first of the line without frames, whose frame is
/// the same from here on: what is not set here holds for any call on this way, as frame_on() and
/// serve_on() left it and is_done() found it.
/// REQUIRES is_done(), nobody with a frame in line, and that the worker stays.
template <typename StartWork>
void Engine::hand_over_on(Express& way, Slot slot, bool measured, StartWork&& start_work) {
  const Instant now = this->now();
  ServiceState& service = *way.service;
  const FramelessLine::Request next = frameless_.pop();
  Frame& work = frames_[slot];
  const std::size_t cohort = work.measured ? 1 : 0;
  const Instant arrived = work.started;
  service.service_ns[cohort].add(static_cast<std::uint64_t>((now - work.begun).count()));
  service.busy.exchange(now, work.begun);
  service.totals[measured ? 1 : 0].wait.add(now - next.arrived);
  --way.replica->waiting;
  way.books.inside.leave_uncounted(now, arrived);
  ++way.books.finished[cohort];

  work.lineage = next.lineage;
  work.started = next.arrived;
  work.arrived = next.arrived;
  work.begun = now;
  work.timeout = no_ticket;
  work.measured = measured;
  start_work(slot, work, later(now, next.service_time));

  // Nobody waits for this end to go on: flow() is for workloads that nothing but time drives.
  static constexpr policy::Outcome ok{};
  note_end(*way.workload, arrived, cohort != 0, end_of_ok(*way.workload, arrived), ok);
}

}  // namespace squall::model
