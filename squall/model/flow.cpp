#include <algorithm>
#include <cstdint>

#include "squall/model/express.hpp"

/// The express way in full flow. Most of the time what comes next is the next arrival of the same
/// workload, or the next answer to one: then neither needs to go through the event queue to be
/// found. Here the next arrival, and the earliest end of a service that was started meanwhile,
/// stand beside the queue, with the sequences that they would have had in it, and are taken as long
/// as nothing in it can come before. What happens is what express.hpp says, at the same instants
/// and in the same order.
namespace squall::model {

using sim::EventClass;

namespace {

/// Worth it from so many pairs of events on; where there were fewer, so many arrivals go by before
/// it is tried again.
constexpr std::uint64_t pairs_worth_it = 4;
constexpr std::uint32_t arrivals_between = 16;

constexpr auto done_type = static_cast<std::uint8_t>(EventType::work_done);
constexpr std::int64_t ns_of(Instant at) noexcept { return at.time_since_epoch().count(); }
constexpr std::int64_t never_ns = ns_of(never);

}  // namespace

/// Goes on from an arrival of the workload for as long as nothing but its own comes next.
/// REQUIRES that it arrives one by one from a source, and that its way is open.
void Engine::flow(std::uint32_t workload) {
  WorkloadState& state = workload_states_[workload];
  Express& way = express_[state.edge];
  const sim::LaneId completions = way.service->completions;
  const CallStart start_of_all{.edge = state.edge, .owner = 0, .measured = measured_now()};
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
  const auto put_back_done = [&] {
    if (done.at_ns == never_ns) return;
    queue_.put_back(Instant{Duration{done.at_ns}}, EventClass::completion, done.sequence, done_type,
                    done.slot);
  };
  const auto put_back = [&] {
    put_back_done();
    if (next.at_ns == never_ns) return;
    queue_.put_back_source(state.source, Instant{Duration{next.at_ns}}, next.sequence, workload);
  };
  const auto start_work = [&](Slot slot, Frame& work) __attribute__((always_inline)) {
    const std::int64_t finish_ns = ns_of(work.finish);
    if (completions != sim::no_lane || finish_ns >= done.at_ns) {
      queue_from_ns = std::min(queue_from_ns, finish_ns);
      return have_done(slot, work, completions);
    }
    if (done.at_ns != never_ns) [[unlikely]] {
      queue_from_ns = std::min(queue_from_ns, done.at_ns);
      put_back_done();
    }
    done.at_ns = finish_ns;
    done.sequence = queue_.take_sequence();
    done.slot = slot;
    work.event = static_cast<Ticket>(done.sequence);
  };
  // Others may stand in the same line.
  const auto is_own = [&](const Frame& work) {
    return work.edge == start_of_all.edge && is_done(way, work);
  };
  const auto is_own_done = [&](const sim::Event& event) {
    if (event.type() != done_type) return false;  // its slot may be of something else
    const Frame& work = frames_[event.slot];
    return work.event == event.stamp && is_own(work);
  };

  // An arrival, or an end of service, and the step over the network behind it are two events.
  const std::uint64_t pairs_max = (dispatch_until_ - dispatched_) / 2;
  std::uint64_t pairs = 0;
  while (pairs != pairs_max) {
    const bool is_arrival = next.at_ns < done.at_ns;
    const std::int64_t at_ns = is_arrival ? next.at_ns : done.at_ns;
    if (at_ns >= queue_from_ns) {
      queue_from_ns = std::min(ns_of(queue_.known_until()), stop_ns);
      if (at_ns >= queue_from_ns) {
        sim::Event event;
        if (at_ns >= stop_ns || !queue_.pop_if(Instant{Duration{at_ns}}, is_own_done, event)) break;
        if (!queue_.is_now_clear()) [[unlikely]] {
          put_back();
          dispatched_ += 2 * pairs + 1;
          return on_work_done(event.slot, event.stamp);
        }
        ++pairs;
        if (finish_on(way, event.slot, start_work)) queue_from_ns = 0;
        continue;
      }
    }
    queue_.advance_to(Instant{Duration{at_ns}});
    if (is_arrival) {
      if (!lets_on(way)) break;
      ++pairs;
      CallStart start = start_of_all;
      const ComingDraws::Request request = take_request(state);
      start.lineage = request.lineage.value;
      if (!state.clock.may_stay_unsettled()) [[unlikely]]
        state.clock.advance(now());
      require_next(workload);
      next.at_ns = may_arrive(workload) ? ns_of(state.clock.due()) : never_ns;
      if (next.at_ns != never_ns) next.sequence = queue_.take_sequence();
      if (way.timeouts != sim::no_lane)
        queue_from_ns = std::min(queue_from_ns, ns_of(later(now(), way.timeout)));
      begin_on(way, start, latency_of(way, request), start_work);
    } else {
      const Slot slot = done.slot;
      if (!is_own(frames_[slot])) break;
      ++pairs;
      done.at_ns = never_ns;
      if (finish_on(way, slot, start_work)) queue_from_ns = 0;
    }
  }
  put_back();
  dispatched_ += 2 * pairs;
  if (over_) dispatch_until_ = dispatched_;
  if (pairs < pairs_worth_it) state.flow_rests = arrivals_between;
}

}  // namespace squall::model
