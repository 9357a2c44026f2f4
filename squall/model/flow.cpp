#include <algorithm>
#include <cstdint>
#include <utility>

#include "squall/model/express.hpp"

/// The express way in full flow. Most of the time what comes next is the next arrival of the same
/// workload, or the next answer to one: then neither needs to go through the event queue to be
/// found. Here the next arrival, and an end of a service that comes before all that the queue
/// holds, stand beside the queue, with the sequences that they would have had in it, and are taken
/// as long as nothing in it can come before. What of the same calls does stand in the queue, as all
/// that they need to be tried again, is taken out of it as it comes. What happens is what
/// express.hpp and express_retries.cpp say, at the same instants and in the same order.
namespace squall::model {

using sim::EventClass;

namespace {

/// Worth it from so many events on; where there were fewer, so many arrivals go by before it is
/// tried again.
constexpr std::uint64_t events_worth_it = 8;
constexpr std::uint32_t arrivals_between = 16;

constexpr auto done_type = static_cast<std::uint8_t>(EventType::work_done);
constexpr auto timeout_type = static_cast<std::uint8_t>(EventType::timeout_due);
constexpr auto backoff_type = static_cast<std::uint8_t>(EventType::backoff_ended);
constexpr std::int64_t ns_of(Instant at) noexcept { return at.time_since_epoch().count(); }
constexpr Instant instant_of(std::int64_t ns) noexcept { return Instant{Duration{ns}}; }
constexpr std::int64_t never_ns = ns_of(never);

}  // namespace

/// Goes on from an arrival of the workload for as long as nothing but its own comes next.
/// REQUIRES that it arrives one by one from a source, and that its way is open.
void Engine::flow(std::uint32_t workload) {
  // Two functions: where there are no layers much less has to be kept in registers. Not in one
  // another: the compiler of a browser gives registers to both together.
  const auto with_layers = [=, this]() __attribute__((noinline)) { flow_on(workload, true); };
  const auto without_layers = [=, this]() __attribute__((noinline)) { flow_on(workload, false); };
  if (express_[workload_states_[workload].edge].has_layers)
    with_layers();
  else
    without_layers();
}

void Engine::flow_on(std::uint32_t workload, bool has_layers) {
  WorkloadState& state = workload_states_[workload];
  Express& way = express_[state.edge];
  const sim::LaneId completions = way.service->completions;
  const std::uint32_t edge = state.edge;
  const bool measured = measured_now();
  // Where a timeout, or a fault, may look for those that wait, they have frames.
  const bool frameless = !has_layers && !way.service->knows_inside;
  const std::int64_t stop_ns = ns_of(stop_);

  // Times as numbers, here: that is one comparison instead of two.
  struct Beside {
    std::int64_t at_ns;
    std::uint64_t sequence;
    Slot slot;
  };
  const sim::Event source = queue_.take_source(state.source);
  Beside next{source.at_ns(), source.sequence(), no_slot};
  Beside done{never_ns, 0, no_slot};
  // Nothing in the queue is before it, nor does the run end. It may be later by now than is known
  // here.
  std::int64_t queue_from_ns = 0;
  // By value, as all this does: what somebody has the address of is not kept in registers.
  const auto put_back_done = [this](Beside event) __attribute__((noinline)) {
    if (event.at_ns == never_ns) return;
    queue_.put_back(instant_of(event.at_ns), EventClass::completion, event.sequence, done_type,
                    event.slot);
  };
  const auto put_back_next = [this, workload](Beside event) __attribute__((noinline)) {
    if (event.at_ns == never_ns) return;
    queue_.put_back_source(workload_states_[workload].source, instant_of(event.at_ns),
                           event.sequence, workload);
  };
  // Others may stand in the same line.
  const auto is_own = [&](const Frame& work) { return work.edge == edge && is_done(way, work); };
  // What stands beside the queue is a work of its own: so nobody asks again what it is when it
  // ends, only whether it has been stopped before.
  const auto start_own = [&](Slot slot, Frame& work, Instant end) __attribute__((always_inline)) {
    if (has_layers && is_stopped_first(way, work, end)) return;
    const std::int64_t end_ns = ns_of(end);
    if (end_ns >= queue_from_ns) return end_service_at(slot, work, end, completions);
    if (completions != sim::no_lane || end_ns >= done.at_ns) {
      queue_from_ns = end_ns;
      return end_service_at(slot, work, end, completions);
    }
    if (done.at_ns != never_ns) [[unlikely]] {
      queue_from_ns = std::min(queue_from_ns, done.at_ns);
      put_back_done(done);
    }
    done.at_ns = end_ns;
    done.sequence = queue_.take_sequence();
    done.slot = slot;
    work.event = static_cast<Ticket>(done.sequence);
  };
  const auto start_work = [&](Slot slot, Frame& work, Instant end) __attribute__((always_inline)) {
    if (has_layers && is_stopped_first(way, work, end)) return;
    const std::int64_t end_ns = ns_of(end);
    if (end_ns >= queue_from_ns) return end_service_at(slot, work, end, completions);
    if (is_own(work)) [[likely]]
      return start_own(slot, work, end);
    queue_from_ns = end_ns;
    end_service_at(slot, work, end, completions);
  };
  // Whether those without a frame are first in line. Once they are they stay so: while flow goes on
  // nobody with a frame gets in line.
  const auto are_first = [&way, frameless]() __attribute__((always_inline)) {
    return frameless && way.line->empty() && way.replica->busy <= way.replica->workers;
  };
  bool frameless_first = are_first();
  const auto finish = [&](Slot slot) __attribute__((always_inline)) {
    if (!has_layers && frameless_first && !frameless_.empty()) {
      hand_over_on(way, slot, measured, start_own);
      return;
    }
    if (finish_on(way, has_layers, slot, start_work)) queue_from_ns = 0;
    frameless_first = are_first();
  };
  // What the queue holds of calls on this way. Any other event is left to whoever called.
  enum class Own : std::uint8_t { finished, done_again, timed_out, backed_off };
  Own own = Own::finished;
  const auto is_of_way = [&](const sim::Event& event) __attribute__((always_inline)) {
    // Otherwise its slot may be of something else.
    if (event.type() == done_type) {
      const Frame& work = frames_[event.slot];
      if (work.event != event.stamp || work.edge != edge) return false;
      own = Own::finished;
      if (is_done(way, work)) return true;
      own = Own::done_again;
      return has_layers && is_done_again(way, work);
    }
    if (!has_layers) return false;
    if (event.type() == timeout_type) {
      const Frame& call = frames_[event.slot];
      own = Own::timed_out;
      return call.edge == edge && call.timeout == event.stamp;
    }
    if (event.type() == backoff_type) {
      const Frame& call = frames_[event.slot];
      own = Own::backed_off;
      return call.edge == edge && awaits_backoff(call, event.stamp);
    }
    return false;
  };
  // False where the call has to go the general way.
  const auto go_on_again = [&](Slot call) __attribute__((always_inline)) {
    prefetch_upcoming();
    ++dispatched_;
    if (own == Own::timed_out) return time_out_express(call);
    if (own == Own::backed_off) return try_again_express(call);
    ++dispatched_;  // the step over the network
    finish_express_again(way, call);
    return true;
  };
  const auto dispatch_apart = [this](EventType type, Slot slot, Ticket ticket)
                                  __attribute__((noinline)) { dispatch(type, slot, ticket); };

  // Nobody settles the books of the way while it is in flow.
  const std::uint64_t dispatched_before = dispatched_;
  const std::uint64_t finished_before = way.books.finished[0] + way.books.finished[1];
  const std::uint64_t first = state.coming.number();
  std::uint64_t refused = 0;
  // An arrival, or an end of service, and the step over the network behind it are two events.
  // Without layers nobody but the end of the run asks meanwhile how many there were.
  const std::uint64_t pairs_max = (dispatch_until_ - dispatched_) / 2;
  std::uint64_t left = pairs_max;
  const auto is_room_for_two = [&]() __attribute__((always_inline)) {
    return has_layers ? dispatch_until_ - dispatched_ >= 2 : left != 0;
  };
  const auto count_two = [&]() __attribute__((always_inline)) {
    if (has_layers)
      dispatched_ += 2;
    else
      --left;
  };
  const auto settle = [&]() __attribute__((always_inline)) {
    dispatched_ += 2 * (pairs_max - left);
    if (over_) dispatch_until_ = dispatched_;
    count_on(way, measured, state.coming.number() - first - refused,
             way.books.finished[0] + way.books.finished[1] - finished_before);
    give_frames(way, measured);
    put_back_done(done);
    put_back_next(next);
  };
  while (is_room_for_two()) {
    if (next.at_ns < done.at_ns && next.at_ns < queue_from_ns) {
      queue_.advance_to(instant_of(next.at_ns));
      const bool is_let_on = lets_on(way, has_layers);
      if (has_layers ? !is_let_on && !may_go_on(way) : !is_let_on || frameless_.full()) break;
      const ComingDraws::Request request = take_request(state);
      const Instant due = next_due(state, workload);
      next.at_ns = may_arrive(state) ? ns_of(due) : never_ns;
      if (next.at_ns != never_ns) next.sequence = queue_.take_sequence();
      if (has_layers && !is_let_on) {
        ++refused;
        ++dispatched_;
        start_express_again(
            way,
            {.edge = edge, .owner = 0, .lineage = request.lineage.value, .measured = measured});
        queue_from_ns = 0;
        continue;
      }
      count_two();
      const Duration latency = latency_of(way, request);
      if (frameless && !is_served_at_once(*way.replica))
        wait_without_frame(way, {request.lineage.value, now(), latency});
      else if (begin_on(way, has_layers,
                        {.edge = edge,
                         .owner = 0,
                         .lineage = request.lineage.value,
                         .measured = measured},
                        latency, start_own))
        queue_from_ns = std::min(queue_from_ns, ns_of(later(now(), way.timeout)));
    } else if (done.at_ns <= next.at_ns && done.at_ns < queue_from_ns) {
      const Slot slot = done.slot;
      const Instant at = instant_of(std::exchange(done.at_ns, never_ns));
      // Its timeout may have stopped it in the meantime; then this is no event.
      if (has_layers && frames_[slot].event != static_cast<Ticket>(done.sequence)) continue;
      queue_.advance_to(at);
      count_two();
      finish(slot);
    } else {
      const Instant at = instant_of(std::min(next.at_ns, done.at_ns));
      if (ns_of(at) >= stop_ns) break;
      sim::Event event;
      Instant until;
      sim::Next found = sim::Next::later;
      do {
        found = queue_.pop_known_before(at, is_of_way, event, until);
        if (found != sim::Next::taken || until == now() || !has_layers || own == Own::finished)
          break;
        if (!go_on_again(event.slot)) [[unlikely]] {
          settle();
          return own == Own::timed_out ? time_out(event.slot) : try_again(event.slot);
        }
        found = sim::Next::later;
      } while (is_room_for_two());
      if (found == sim::Next::unknown && !queue_.look_to(at)) break;
      queue_from_ns = found == sim::Next::unknown ? 0 : std::min(ns_of(until), stop_ns);
      if (found != sim::Next::taken) continue;
      if (until == now()) [[unlikely]] {
        settle();
        ++dispatched_;
        return dispatch_apart(static_cast<EventType>(event.type()), event.slot, event.stamp);
      }
      if (is_crowded()) frames_.prefetch(queue_.upcoming().second);
      count_two();
      finish(event.slot);
    }
  }
  settle();
  if (dispatched_ - dispatched_before < events_worth_it) state.flow_rests = arrivals_between;
}

/// Those that wait without a frame get one, in line behind all others.
void Engine::give_frames(const Express& way, bool measured) {
  while (!frameless_.empty()) {
    const FramelessLine::Request request = frameless_.pop();
    const Slot slot = frame_on(
        way, {.edge = way.edge_index, .owner = 0, .lineage = request.lineage, .measured = measured},
        request.arrived);
    wait_on(way, slot, begins(way, measured), request.service_time);
  }
}

}  // namespace squall::model
