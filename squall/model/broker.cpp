#include <algorithm>
#include <utility>

#include "squall/model/engine.hpp"

/// Queues: publishing, leases, redelivery and dead letters.
namespace squall::model {

using metrics::SeriesColumn;
using policy::Outcome;
using policy::OutcomeKind;
using scenario::Overflow;
using sim::EventClass;

bool Engine::has_room(std::uint32_t queue) const noexcept {
  return waiting_in(queue) < settings_.queues[queue].options->capacity;
}

void Engine::arrive_at_broker(Slot slot) {
  Frame& work = frames_[slot];
  const std::uint32_t queue = place_of(work);
  work.arrived = now();
  ++tally_queue(queue, work.measured).published;
  if (!has_room(queue)) {
    switch (settings_.queues[queue].options->overflow) {
      case Overflow::reject: {
        ++tally_queue(queue, work.measured).rejected;
        Outcome refusal{};
        refusal.kind = OutcomeKind::rejected;
        refusal.by = policy::RejectedBy::queue;
        respond(slot, refusal);
        return;
      }
      case Overflow::block:
        if (!work.has_call()) {
          // Its publisher had given up before it could be told to wait.
          ++tally_queue(queue, work.measured).rejected;
          free_work(slot);
          return;
        }
        work.work_state = WorkState::blocked;
        queue_states_[queue].blocked.push_back(frames_, slot);
        return;
      case Overflow::drop_oldest:
        break;
    }
  }
  accept_publish(slot);
}

void Engine::accept_publish(Slot slot) {
  Frame& work = frames_[slot];
  const std::uint32_t queue = place_of(work);
  if (tracer_ != nullptr) tracer_->publish_accepted(slot, work, queue);
  Message made{};
  made.lineage = work_lineage(work);
  made.rank = work.rank;
  made.measured = work.measured;
  if (work.work_extra != no_slot) {
    WorkExtra& extra = work_extras_[work.work_extra];
    made.depth = extra.depth;
    made.event = std::exchange(extra.event, no_slot);  // the message carries it from here on
  }
  if (settings_.edges[work.edge].call->await == scenario::Await::effect && work.has_call()) {
    made.waiter = slot;
    work.work_state = WorkState::awaiting;
  } else {
    respond(slot, Outcome{});
  }
  add_message(queue, made);
}

void Engine::add_message(std::uint32_t queue, const Message& made) {
  const Slot slot = messages_.acquire();
  Message& message = messages_[slot];
  message = made;
  message.queue = queue;
  message.accepted = now();
  QueueState& state = queue_states_[queue];
  message.number = state.next_number++;
  if (tracer_ != nullptr) tracer_->message_added(slot, queue);
  if (state.partitions.size() > 1) {
    Rng rng = key_of(message.lineage, queue_id(queue), Purpose::partition).rng();
    message.partition = static_cast<std::uint32_t>(rng.below(state.partitions.size()));
  }
  state.inside.enter(now());
  make_ready(slot, false);
  if (settings_.queues[queue].options->overflow == Overflow::drop_oldest) {
    const std::uint64_t capacity = settings_.queues[queue].options->capacity;
    while (waiting_in(queue) > capacity) drop_message(oldest_waiting(state));
  }
  note_depth(queue, made.measured);
  deliver_waiting(queue);
}

std::uint64_t Engine::waiting_in(std::uint32_t queue) const noexcept {
  return std::uint64_t{queue_states_[queue].ready} + queue_states_[queue].delayed.size;
}

void Engine::note_depth(std::uint32_t queue, bool measured) noexcept {
  metrics::QueueRecord& totals = tally_queue(queue, measured);
  totals.depth_max = std::max(totals.depth_max, waiting_in(queue));
}

/// The one that was accepted first, be it ready or waiting to be redelivered; no_slot where there
/// is none. Costs a look at each partition and at each message that has come back or waits to be
/// redelivered; after `looks_max` looks the oldest of those has to do.
Slot Engine::oldest_waiting(const QueueState& state, std::size_t looks_max) const noexcept {
  Slot oldest = no_slot;
  std::size_t looks = 0;
  const auto consider = [&](Slot slot) {
    ++looks;
    if (oldest == no_slot || messages_[slot].number < messages_[oldest].number) oldest = slot;
  };
  for (const Partition& partition : state.partitions) {
    // In order by themselves but for those that came back, which stand anywhere.
    std::uint32_t returned = partition.returned;
    for (Slot slot = partition.ready.head; slot != no_slot && looks < looks_max;
         slot = messages_.link(slot).next) {
      consider(slot);
      if (messages_[slot].deliveries > 0)
        --returned;
      else if (returned == 0)
        break;
    }
  }
  for (Slot slot = state.delayed.head; slot != no_slot && looks < looks_max;
       slot = messages_.link(slot).next) {
    consider(slot);
  }
  return oldest;
}

void Engine::make_ready(Slot slot, bool at_head) {
  Message& message = messages_[slot];
  QueueState& state = queue_states_[message.queue];
  Partition& partition = state.partitions[message.partition];
  if (tracer_ != nullptr) tracer_->message_ready(slot);
  message.state = Message::State::ready;
  if (at_head) {
    partition.ready.push_front(messages_, slot);
    partition.taken = false;
  } else {
    partition.ready.push_back(messages_, slot);
  }
  ++state.ready;
  if (message.deliveries > 0) ++partition.returned;
  count(SeriesColumn::queue_depth_change, +1);
}

void Engine::admit_blocked(std::uint32_t queue) {
  QueueState& state = queue_states_[queue];
  while (!state.blocked.empty() && has_room(queue)) {
    const Slot slot = state.blocked.head;
    state.blocked.remove(frames_, slot);
    accept_publish(slot);
  }
}

/// The publisher gave up before there was room: nothing was sent.
void Engine::withdraw_blocked(Slot slot) {
  const Frame& work = frames_[slot];
  const std::uint32_t queue = place_of(work);
  ++tally_queue(queue, work.measured).rejected;
  if (tracer_ != nullptr) tracer_->publish_withdrawn(slot, work, queue);
  queue_states_[queue].blocked.remove(frames_, slot);
  free_work(slot);
}

/// Hands out ready messages while a consumer has room in hand, consumers by turns.
void Engine::deliver_waiting(std::uint32_t queue) {
  QueueState& state = queue_states_[queue];
  if (state.delivering) return;  // the loop below, further down the stack, goes on
  state.delivering = true;
  const std::vector<std::uint32_t>& consumers = topology_.queue_consumers[queue];
  std::size_t without_room = 0;
  while (state.ready > 0 && without_room < consumers.size()) {
    const std::uint32_t consumer = consumers[state.next_consumer];
    state.next_consumer = (state.next_consumer + 1) % static_cast<std::uint32_t>(consumers.size());
    const scenario::Consumer& options = *settings_.consumers[consumer].options;
    if (consumer_states_[consumer].outstanding >=
        std::uint64_t{options.concurrency} * options.prefetch) {
      ++without_room;
      continue;
    }
    without_room = 0;
    const Slot message = take_ready(queue);
    if (message == no_slot) break;
    lease(message, consumer);
    start_handlers(consumer);
    admit_blocked(queue);
  }
  state.delivering = false;
}

/// The next message that may be delivered, out of its line; none when every partition that has one
/// is held up by a message under way.
Slot Engine::take_ready(std::uint32_t queue) {
  QueueState& state = queue_states_[queue];
  const bool ordered = settings_.queues[queue].options->partitions > 0;
  const auto partitions = static_cast<std::uint32_t>(state.partitions.size());
  for (std::uint32_t tried = 0; tried < partitions; ++tried) {
    Partition& partition = state.partitions[state.next_partition];
    state.next_partition = (state.next_partition + 1) % partitions;
    if (partition.ready.empty() || partition.taken) continue;
    const Slot slot = partition.ready.head;
    partition.ready.remove(messages_, slot);
    if (messages_[slot].deliveries > 0) --partition.returned;
    partition.taken = ordered;
    --state.ready;
    count(SeriesColumn::queue_depth_change, -1);
    return slot;
  }
  return no_slot;
}

void Engine::lease(Slot slot, std::uint32_t consumer) {
  const Slot made = frames_.acquire();
  Message& message = messages_[slot];
  Frame& work = frames_[made];
  ++message.deliveries;
  ++message.handlers;
  message.state = Message::State::leased;
  message.delivered = now();
  metrics::QueueRecord& totals = tally_queue(message.queue, message.measured);
  ++totals.delivered;
  if (message.deliveries > 1) ++totals.redelivered;

  work.work_kind = WorkKind::handler;
  work.work_state = WorkState::queued;
  work.arrived = now();
  work.lineage = lineage_of_try(message.lineage, Try::attempt, message.depth, message.deliveries);
  work.owner = consumer;
  work.rank = message.rank;
  work.measured = message.measured;
  WorkExtra& extra = extra_of_work(made);
  extra.message = slot;
  extra.delivery = message.deliveries;
  extra.depth = message.depth;
  if (tracer_ != nullptr) tracer_->message_delivered(slot, made, consumer, message.deliveries);
  consumer_states_[consumer].line.push_back(frames_, made);
  ++consumer_states_[consumer].outstanding;

  const Duration visibility = settings_.queues[message.queue].options->visibility_timeout;
  if (visibility != forever) {
    message.lease =
        schedule_in(queue_states_[message.queue].leases, later(now(), visibility), slot);
  }
}

void Engine::cancel_lease(Message& message) {
  if (message.lease == no_ticket) return;
  message.lease = no_ticket;
  queue_.retire(queue_states_[message.queue].leases,
                [this](Slot slot, Ticket ticket) { return messages_[slot].lease == ticket; });
}

void Engine::on_lease_expired(Slot slot, Ticket ticket) {
  const Message& message = messages_[slot];
  if (ticket != message.lease || message.state != Message::State::leased) return pass_over();
  const std::uint32_t queue = message.queue;
  ++tally_queue(queue, message.measured).expired;
  if (tracer_ != nullptr) tracer_->lease_expires(slot);
  hand_back(slot);
  deliver_waiting(queue);  // the partition may be free now
}

/// The delivery failed or its lease ran out: the message waits for its next delivery, or there is
/// none.
void Engine::hand_back(Slot slot) {
  Message& message = messages_[slot];
  const std::uint32_t queue = message.queue;
  const scenario::Queue& options = *settings_.queues[queue].options;
  cancel_lease(message);
  if (options.max_deliveries > 0 && message.deliveries >= options.max_deliveries) {
    dead_letter(slot);
    return;
  }
  Rng rng = key_of(message.lineage, queue_id(queue), Purpose::redelivery, message.deliveries).rng();
  const Duration delay =
      policy::backoff_delay(options.redelivery, message.deliveries, message.backoff_carried, rng);
  if (delay == Duration{0}) {
    if (turns_for_ever(queue)) return;
    make_ready(slot, options.partitions > 0);
    note_depth(queue, message.measured);
    deliver_waiting(queue);
    return;
  }
  message.state = Message::State::delayed;
  if (tracer_ != nullptr) tracer_->message_delayed(slot);
  queue_states_[queue].delayed.push_back(messages_, slot);
  count(SeriesColumn::queue_depth_change, +1);
  note_depth(queue, message.measured);
  message.delay = schedule(later(now(), delay), EventClass::timer, EventType::redelivery_due, slot);
}

/// Redelivery at once and without a limit never lets time pass when the handlers fail at once.
/// True when that has gone on so long at this instant that the run is taken to stand still.
bool Engine::turns_for_ever(std::uint32_t queue) {
  QueueState& state = queue_states_[queue];
  if (settings_.queues[queue].options->max_deliveries > 0) return false;
  if (state.instant != now()) {
    state.instant = now();
    state.returned_at_instant = 0;
  }
  constexpr std::uint64_t returns_max = 100'000;
  constexpr std::uint64_t returns_for_each_message_max = 100;
  const auto messages = static_cast<std::uint64_t>(state.inside.inside());
  if (++state.returned_at_instant <= returns_max + returns_for_each_message_max * messages)
    return false;
  stuck_ = true;
  end_run();
  stuck_queue_ = queue;
  return true;
}

void Engine::on_redelivery_due(Slot slot, Ticket ticket) {
  Message& message = messages_[slot];
  if (ticket != message.delay || message.state != Message::State::delayed) return pass_over();
  const std::uint32_t queue = message.queue;
  message.delay = no_ticket;
  queue_states_[queue].delayed.remove(messages_, slot);
  count(SeriesColumn::queue_depth_change, -1);
  // A redelivery is never refused by a full queue: it has its place already.
  make_ready(slot, settings_.queues[queue].options->partitions > 0);
  deliver_waiting(queue);
}

void Engine::dead_letter(Slot slot) {
  const scenario::Queue& options = *settings_.queues[messages_[slot].queue].options;
  if (!options.dead_letter) {
    drop_message(slot);
    return;
  }
  const std::uint32_t target = *options.dead_letter;
  Message letter{};
  // Whoever handles the dead letter does not draw what the handlers before him drew.
  letter.lineage = RandomKey{messages_[slot].lineage}.with(queue_id(target)).value;
  letter.depth = messages_[slot].depth;
  letter.rank = messages_[slot].rank;
  letter.measured = messages_[slot].measured;
  if (tracer_ != nullptr) tracer_->message_is_made_anew(slot);
  ++tally_queue(messages_[slot].queue, letter.measured).dead_lettered;
  settle(slot, End::dead_lettered);

  metrics::QueueRecord& totals = tally_queue(target, letter.measured);
  ++totals.published;
  if (!has_room(target) && settings_.queues[target].options->overflow == Overflow::reject) {
    ++totals.rejected;
    return;
  }
  add_message(target, letter);
}

void Engine::drop_message(Slot slot) {
  const Message& message = messages_[slot];
  ++tally_queue(message.queue, message.measured).dropped;
  settle(slot, End::dropped);
}

void Engine::acknowledge(Slot slot, End how) {
  const Message& message = messages_[slot];
  metrics::QueueRecord& totals = tally_queue(message.queue, message.measured);
  ++totals.acked;
  totals.age.add(now() - message.accepted);
  totals.from_delivery.add(now() - message.delivered);
  settle(slot, how);
}

/// The message has taken effect; the first time counts.
/// @param outcome  of the handler that brought it about: ok, degraded or not.
void Engine::effect(Slot slot, const Outcome& outcome) {
  Message& message = messages_[slot];
  const bool first = !message.effected;
  message.effected = true;
  if (message.event != no_slot) on_event_effect(message.event, outcome);
  if (first) tell_waiter(slot, outcome);
}

/// The message is over for its broker: acked, dropped or dead-lettered.
void Engine::settle(Slot slot, End how) {
  Message& message = messages_[slot];
  QueueState& state = queue_states_[message.queue];
  if (message.state == Message::State::ready) {
    Partition& partition = state.partitions[message.partition];
    partition.ready.remove(messages_, slot);
    if (message.deliveries > 0) --partition.returned;
    --state.ready;
    count(SeriesColumn::queue_depth_change, -1);
  } else if (message.state == Message::State::delayed) {
    state.delayed.remove(messages_, slot);
    count(SeriesColumn::queue_depth_change, -1);
    if (settings_.queues[message.queue].options->partitions > 0)
      state.partitions[message.partition].taken = false;
  } else if (settings_.queues[message.queue].options->partitions > 0) {
    state.partitions[message.partition].taken = false;
  }
  message.state = Message::State::settled;
  if (tracer_ != nullptr) tracer_->message_settled(slot, how);
  cancel_lease(message);
  message.delay = no_ticket;
  state.inside.leave(now(), message.accepted);
  Outcome gone{};
  gone.kind = OutcomeKind::error;
  gone.code = how == End::dead_lettered ? scenario::code_dead_lettered
              : how == End::dropped     ? scenario::code_dropped
                                        : scenario::code_error;
  tell_waiter(slot, gone);
  const Slot event = messages_[slot].event;
  if (event != no_slot) on_event_message_settled(event, how);
  release_message_if_done(slot);
}

void Engine::tell_waiter(Slot slot, const Outcome& outcome) {
  const Slot waiter = messages_[slot].waiter;
  if (waiter == no_slot) return;
  messages_[slot].waiter = no_slot;
  frames_[waiter].degraded = outcome.degraded;
  respond(waiter, outcome);
}

/// A settled message stays until the last handler that has it in hand is done.
void Engine::release_message_if_done(Slot slot) {
  const Message& message = messages_[slot];
  if (message.state != Message::State::settled || message.handlers > 0) return;
  const Slot event = message.event;
  messages_.release(slot);
  if (event == no_slot) return;
  --events_[event].carriers;
  release_event_if_done(event);
}

}  // namespace squall::model
