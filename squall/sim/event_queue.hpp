#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/check.hpp"
#include "squall/base/time.hpp"
#include "squall/sim/chunk_pool.hpp"
#include "squall/sim/event.hpp"
#include "squall/sim/ladder.hpp"
#include "squall/sim/lane.hpp"

namespace squall::sim {

/// Names a lane or a source of one queue; they count from 1.
using LaneId = std::uint32_t;
inline constexpr LaneId no_lane = 0;

/// What EventQueue::pop_known_before() says of the next event.
enum class Next : std::uint8_t {
  taken,    ///< it is out
  later,    ///< it is after the time in question
  unknown,  ///< it may be before, and is not one that can be taken so
};

/// The pending-event set: exact order by (time, class, sequence), wherever an event was put.
///
/// - Any event: `schedule`. A ladder queue; below some tens of pending events a sorted array.
/// - Events of one constant delay (timeouts, constant latencies): a **lane** for each delay, made
///   once with `add_lane`. They come in order already, so that they cost next to nothing.
/// - A completion at this very instant, which is most often the next event of all: `post`, a place
///   for one beside all others.
/// - The one next event of something that always has one (the next arrival of a workload): a
///   **source**, a lane of one place, made with `add_source`.
/// The heads of the first eight lanes and sources are compared directly, so make those first that
/// have the most events; of the others the heads stand in the ladder.
///
/// Nothing is ever cancelled by search: an event is stale if the record in its slot no longer
/// carries its ticket, and whoever gets it from pop() looks. So that stale events do not fill the
/// lanes (of timeouts of 1 s on answers of 10 ms 99 % are stale), see retire().
///
/// Not thread-safe. No allocation once it has grown to the largest number pending; none of the
/// memory is given back before the queue goes, but all of it is used again by any part of the
/// queue. 24 bytes for each event, 16 in a lane, and 128 KiB at most beside (5 KiB while few
/// events are pending).
class EventQueue {
 public:
  EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  /// REQUIRES at >= now(). Events at the current instant run before time advances.
  [[gnu::always_inline]] void schedule(Instant at, EventClass event_class, std::uint8_t type,
                                       std::uint32_t slot, std::uint32_t stamp) {
    check_time(at);
    ++size_;
    ladder_.insert({at, order_of(event_class, next_sequence(), type), slot, stamp},
                   static_cast<std::uint64_t>(now_ns_), pool_);
  }
  /// The same; the stamp is the ticket, which is returned.
  [[gnu::always_inline]] Ticket schedule(Instant at, EventClass event_class, std::uint8_t type,
                                         std::uint32_t slot) {
    check_time(at);
    ++size_;
    const std::uint64_t sequence = next_sequence();
    const auto ticket = static_cast<Ticket>(sequence);
    ladder_.insert({at, order_of(event_class, sequence, type), slot, ticket},
                   static_cast<std::uint64_t>(now_ns_), pool_);
    return ticket;
  }

  /// An event of class completion at now(); the stamp is the ticket, which is returned. The same as
  /// schedule(), for what most often is next: a step that takes no time.
  [[gnu::always_inline]] Ticket post(std::uint8_t type, std::uint32_t slot) {
    const std::uint64_t sequence = next_sequence();
    const auto ticket = static_cast<Ticket>(sequence);
    put_now(order_of(EventClass::completion, sequence, type), slot, ticket);
    return ticket;
  }
  /// The same with a stamp as given.
  [[gnu::always_inline]] void post(std::uint8_t type, std::uint32_t slot, std::uint32_t stamp) {
    put_now(order_of(EventClass::completion, next_sequence(), type), slot, stamp);
  }
  /// Whether what would be posted now is the next event of all; then it may as well be done at
  /// once. False, too, where that is not known without looking further.
  [[nodiscard, gnu::always_inline]] bool is_now_clear() const noexcept {
    return posted_.order == nothing_posted && is_rest_later();
  }
  /// Looks further, as far as `at`, where that is all that pop_known_before() lacks.
  /// @return whether it did; it does not a second time, unless an event is scheduled or taken.
  [[gnu::always_inline]] bool look_to(Instant at) {
    const Event& general = ladder_.sorted_front();
    const Instant limit = std::min(at, direct_->event.at);
    if (posted_.order != nothing_posted || ladder_.has_instant() || !Ladder::is_barrier(general) ||
        general.at > limit) {
      return false;
    }
    (void)ladder_.front(static_cast<std::uint64_t>(limit.time_since_epoch().count()), pool_);
    return true;
  }

  /// The slots of events that are likely to be among the next; they need not be of any. For whoever
  /// wants to ask the processor for their records in good time.
  struct Upcoming {
    std::uint32_t lane;    ///< at the head of a lane
    std::uint32_t first;   ///< of all others
    std::uint32_t second;  ///< behind the first
  };
  [[nodiscard]] Upcoming upcoming() const noexcept {
    return {direct_->event.slot, ladder_.sorted_front().slot, ladder_.slot_behind_front()};
  }

  /// The same of one lane: its head, and the one behind.
  struct InLane {
    std::uint32_t head;
    std::uint32_t second;
  };
  [[nodiscard]] InLane upcoming_in(LaneId lane) const noexcept {
    return {heads_[lane].event.slot, lanes_[lane].slot_behind_head()};
  }

  /// A lane for events of this class and type with one delay. Makes references from top() invalid.
  [[nodiscard]] LaneId add_lane(EventClass event_class, std::uint8_t type);
  /// An event of the lane's class and type; its stamp is the ticket, which is returned. Where `at`
  /// is before the last in the lane, since the delay has changed, the event goes the general way;
  /// its order is exact in any case. REQUIRES at >= now().
  Ticket schedule_in_lane(LaneId lane, Instant at, std::uint32_t slot);
  /// To be called once for each event of schedule_in_lane: when it has become stale, or when it was
  /// popped and was not. So the queue may forget events of the lane that are stale,
  /// for which is_alive(slot, ticket) does not hold; some may still be popped. It costs O(1) for
  /// each event, and the lane is never longer than twice its events that are not stale, and 512.
  /// Whoever leaves it out for a lane leaves it out for all events of the lane.
  template <typename IsAlive>
  [[gnu::always_inline]] void retire(LaneId lane, IsAlive&& is_alive) {
    Lane& queue = lanes_[lane];
    --queue.alive;
    // A stale head goes at once, and the stale behind it, so that they need not be popped. Where
    // the ladder holds a proxy of the head it would hold one of each.
    const Event& head = heads_[lane].event;
    if (lane <= direct_max && queue.length() != 0 && !is_alive(head.slot, head.stamp))
      pass_stale(lane, is_alive);
    if (queue.length() > 2 * queue.alive + sweep_min) [[unlikely]]
      sweep(lane, is_alive);
  }
  /// Events in the lane, stale ones included. Of a source: 0.
  [[nodiscard]] std::uint64_t length(LaneId lane) const noexcept { return lanes_[lane].length(); }

  /// A source of events of this class and type. Makes references from top() invalid.
  [[nodiscard]] LaneId add_source(EventClass event_class, std::uint8_t type);
  /// The next event of the source, instead of the one that it has, if any; its stamp is the ticket,
  /// which is returned. An event that was replaced is gone: pop() does not give it.
  /// REQUIRES now() <= at < never.
  [[gnu::always_inline]] Ticket set_source(LaneId source, Instant at, std::uint32_t slot);
  /// Takes the next event of the source away; no-op if it has none.
  void clear_source(LaneId source) noexcept;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Events in all parts of the queue, the stale included.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The earliest event; good until the next call of a member that is not const. Whoever schedules
  /// earlier events before he takes it pays for it. REQUIRES !empty().
  [[nodiscard]] const Event& top() { return *find_first().event; }
  /// Removes the earliest event and moves now() to it. REQUIRES !empty().
  Event pop() { return take(find_first()); }
  /// The same if there is an event before all of `event_class` at `at`, otherwise a no-op.
  /// @return whether there was one, in `event`. Of a source it is not gone yet: whoever gets it
  /// calls set_source() or clear_source() before he takes the next event.
  [[nodiscard, gnu::always_inline]] bool pop_before(Instant at, EventClass event_class,
                                                    Event& event) {
    // Nearly always it is one of two, or what was posted last, and no more is to be looked at.
    if (posted_.order != nothing_posted) {
      if (is_rest_later() && posted_.at < at) [[likely]] {
        event = posted_;
        posted_.order = nothing_posted;
        --size_;
        return true;
      }
    } else if (pop_known(at, event)) [[likely]] {
      return true;
    }
    Event found;
    if (!pop_any_before({at, order_of(event_class, 0, 0), 0, 0}, found)) return false;
    event = found;
    return true;
  }

  /// pop() where the next event is before `at`, is known without looking further, and is one for
  /// which is_wanted(event) holds; otherwise a no-op. Takes none of a source.
  /// @param event  taken: the event.
  /// @param until  known: what is next now is not before it; if something is at it, there may be
  ///               more.
  template <typename IsWanted>
  [[nodiscard, gnu::always_inline]] Next pop_known_before(Instant at, IsWanted&& is_wanted,
                                                          Event& event, Instant& until) {
    if (posted_.order != nothing_posted || ladder_.has_instant()) return Next::unknown;
    const Event& general = ladder_.sorted_front();
    until = std::min(general.at, direct_->event.at);
    if (until >= at) return until == at ? Next::unknown : Next::later;
    if (direct_->event.at <= general.at) {
      if (direct_->event.at == general.at || direct_->is_source || !is_wanted(direct_->event))
        return Next::unknown;
      event = direct_->event;
      now_ns_ = event.at_ns();
      take_head(direct_->lane);
    } else {
      if ((general.order & Event::proxy_bit) != 0 || !is_wanted(general)) return Next::unknown;
      event = general;
      now_ns_ = event.at_ns();
      --size_;
      ladder_.pop_sorted();
    }
    until = std::min(ladder_.sorted_front().at, direct_->event.at);
    return Next::taken;
  }

  // Whoever knows better than the queue what comes next may keep events of his own beside it for a
  // while: he gives each the sequence that it would have had, lets time pass himself, and puts back
  // what is left.

  /// The sequence that the next event would have had that is scheduled, in its place.
  [[nodiscard, gnu::always_inline]] std::uint64_t take_sequence() noexcept {
    return next_sequence();
  }
  /// An event with a sequence that was taken for it. REQUIRES at >= now().
  void put_back(Instant at, EventClass event_class, std::uint64_t sequence, std::uint8_t type,
                std::uint32_t slot) {
    check_time(at);
    ++size_;
    ladder_.insert_late(
        {at, order_of(event_class, sequence, type), slot, static_cast<Ticket>(sequence)},
        static_cast<std::uint64_t>(now_ns_), pool_);
  }
  /// The next event of the source, which has none then; if it had none, one at `never`.
  [[nodiscard]] Event take_source(LaneId source) noexcept {
    const Event event = heads_[source].event;
    clear_source(source);
    return event;
  }
  /// As set_source(), with a sequence that was taken for it. REQUIRES now() <= at < never.
  void put_back_source(LaneId source, Instant at, std::uint64_t sequence, std::uint32_t slot);
  /// Lets time pass without an event. REQUIRES at >= now(), and no event before `at`.
  [[gnu::always_inline]] void advance_to(Instant at) noexcept {
    const std::int64_t at_ns = at.time_since_epoch().count();
    SQUALL_CHECK(at_ns >= now_ns_, "time goes backwards");
    now_ns_ = at_ns;
  }
  /// Lets time be again what it was when something happened last. REQUIRES empty(), and at <=
  /// now().
  void go_back_to(Instant at) noexcept {
    SQUALL_CHECK(empty() && at <= now(), "back in time, past what is to come");
    now_ns_ = at.time_since_epoch().count();
  }
  [[nodiscard]] Instant now() const noexcept { return Instant{Duration{now_ns_}}; }
  /// Where now() is kept in nanoseconds, for messages about bugs.
  [[nodiscard]] const std::int64_t* now_ns_address() const noexcept { return &now_ns_; }
  /// How many events were scheduled in all.
  [[nodiscard]] std::uint64_t scheduled() const noexcept {
    return sequence_ - (sequence_ >> 32U);  // but for the sequences that would give no ticket
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  /// The earliest event and where it is.
  struct First {
    const Event* event;
    const Event* in_ladder;  ///< itself or its proxy; null if it is in neither form
    LaneId lane;             ///< no_lane if it is in none
  };
  static constexpr LaneId direct_max = 8;
  static constexpr std::uint64_t sweep_min = 512;
  static constexpr std::uint64_t nothing_posted = 0;  ///< as an order, which no event has

  [[nodiscard]] static std::uint64_t order_of(EventClass event_class, std::uint64_t sequence,
                                              std::uint8_t type) noexcept {
    return static_cast<std::uint64_t>(event_class) << 62U | sequence << Event::sequence_shift |
           type;
  }
  void check_time(Instant at) const noexcept { SQUALL_CHECK(at >= now(), "an event in the past"); }
  [[nodiscard]] std::uint64_t next_sequence() noexcept {
    ++sequence_;
    if (static_cast<Ticket>(sequence_) == no_ticket) [[unlikely]]
      ++sequence_;
    return sequence_;
  }

  /// Whether all but what is posted stands at a later instant. False, too, where that is not known
  /// without looking further.
  [[nodiscard, gnu::always_inline]] bool is_rest_later() const noexcept {
    return direct_->event.at_ns() > now_ns_ && ladder_.sorted_front().at_ns() > now_ns_ &&
           !ladder_.has_instant();
  }
  /// pop_before() where the next event is before `at` and known without looking further.
  /// REQUIRES that nothing is posted.
  [[nodiscard, gnu::always_inline]] bool pop_known(Instant at, Event& event) {
    if (ladder_.has_instant()) [[unlikely]]
      return false;
    const Event& general = ladder_.sorted_front();
    if (direct_->event.at < general.at) {
      if (direct_->event.at >= at) [[unlikely]]
        return false;
      event = direct_->event;
      now_ns_ = event.at_ns();
      if (!direct_->is_source) [[unlikely]]
        take_head(direct_->lane);
      return true;
    }
    if ((general.order & Event::proxy_bit) != 0 || direct_->event.at == general.at ||
        general.at >= at) [[unlikely]] {
      return false;
    }
    event = general;
    now_ns_ = event.at_ns();
    --size_;
    ladder_.pop_sorted();
    return true;
  }
  void put_now(std::uint64_t order, std::uint32_t slot, std::uint32_t stamp) {
    ++size_;
    if (posted_.order == nothing_posted) [[likely]] {
      posted_.at = now();
      posted_.order = order;
      posted_.slot = slot;
      posted_.stamp = stamp;
    } else {
      insert_rare(now(), order, slot, stamp);
    }
  }
  [[nodiscard, gnu::noinline]] bool pop_any_before(const Event& limit, Event& event);
  [[nodiscard]] First find_first() {
    const Event* direct = &direct_->event;
    LaneId lane = direct_->lane;
    if (posted_.order != nothing_posted && posted_.comes_before(*direct)) {
      direct = &posted_;
      lane = no_lane;
    }
    for (;;) {
      const Event& general = ladder_.front(static_cast<std::uint64_t>(direct->at_ns()), pool_);
      if (direct->comes_before(general)) return {direct, nullptr, lane};
      if ((general.order & Event::proxy_bit) == 0) [[likely]]
        return {&general, &general, no_lane};
      const Event& head = heads_[general.slot].event;
      if ((head.order | Event::proxy_bit) == general.order) return {&head, &general, general.slot};
      ladder_.pop(general, pool_);  // of a head that is no more
    }
  }
  [[nodiscard]] Event take(const First& first) {
    const Event event = *first.event;
    now_ns_ = event.at_ns();
    --size_;
    if (first.in_ladder != nullptr) ladder_.pop(*first.in_ladder, pool_);
    if (first.lane != no_lane) {
      advance_lane(first.lane);
    } else if (first.in_ladder == nullptr) {
      posted_.order = nothing_posted;
    }
    return event;
  }
  /// The event at the head of a lane that is compared directly has been taken.
  void take_head(LaneId lane) {
    --size_;
    advance_lane(lane);
  }
  void advance_lane(LaneId lane);
  /// Whoever calls it puts a proxy into the ladder where the head is not compared directly.
  [[gnu::always_inline]] void set_head(LaneId source, Instant at, std::uint64_t sequence,
                                       std::uint32_t slot);
  template <typename IsAlive>
  void pass_stale(LaneId lane, IsAlive& is_alive);
  template <typename IsAlive>
  [[gnu::noinline]] void sweep(LaneId lane, IsAlive& is_alive);
  void find_direct() noexcept;
  void head_changed(LaneId lane) noexcept;
  [[nodiscard]] Event proxy_of(LaneId lane) const noexcept;
  /// What goes to the ladder seldom, or where there are many lanes and sources: not inlined, as
  /// what always goes there is, in many places. By its parts, which come in registers.
  [[gnu::noinline]] void insert_rare(Instant at, std::uint64_t order, std::uint32_t slot,
                                     std::uint32_t stamp);
  void insert_proxy_of(LaneId lane) {
    const Event proxy = proxy_of(lane);
    insert_rare(proxy.at, proxy.order, proxy.slot, proxy.stamp);
  }

  // sequence_ and size_ stand apart. Side by side a compiler counts both up in one register, and to
  // load that waits for the store of the last pop(), which wrote one of them.
  std::uint64_t sequence_ = 0;
  std::int64_t now_ns_ = 0;
  std::size_t size_ = 0;
  ChunkPool pool_;
  Ladder ladder_;
  Event posted_;  ///< see post()
  /// The head of a lane or a source; `Ladder::nothing` where there is none.
  struct Head {
    Event event = Ladder::nothing;
    LaneId lane = no_lane;
    bool is_source = false;
  };
  static_assert(sizeof(Head) == 32);
  const Head* direct_ = nullptr;   ///< the earliest of the heads that are compared directly
  const Head* directs_ = nullptr;  ///< the last of them; the first is that of no_lane
  std::vector<Head> heads_;        ///< by LaneId
  std::vector<Lane> lanes_;        ///< by LaneId
};

inline Event EventQueue::proxy_of(LaneId lane) const noexcept {
  const Event& head = heads_[lane].event;
  return {head.at, head.order | Event::proxy_bit, lane, 0};
}

inline void EventQueue::find_direct() noexcept {
  const Head* const first = heads_.data() + (directs_ == heads_.data() ? 0 : 1);
  const Head* best = directs_;
  for (const Head* head = best; head != first;) {
    --head;
    if (head->event.before(best->event)) best = head;
  }
  direct_ = best;
}

/// The head of a lane that is compared directly is another one.
inline void EventQueue::head_changed(LaneId lane) noexcept {
  const Head* const changed = &heads_[lane];
  if (changed == direct_) {
    find_direct();
  } else if (changed->event.before(direct_->event)) {
    direct_ = changed;
  }
}

/// The head of the lane has been taken.
inline void EventQueue::advance_lane(LaneId lane) {
  Event& head = heads_[lane].event;
  const bool is_left = lanes_[lane].advance(head, pool_);  // never of a source
  if (!is_left) head = Ladder::nothing;
  if (lane <= direct_max) {
    head_changed(lane);
  } else if (is_left) {
    ladder_.insert_late(proxy_of(lane), static_cast<std::uint64_t>(now_ns_), pool_);
  }
}

[[gnu::always_inline]] inline Ticket EventQueue::schedule_in_lane(LaneId lane, Instant at,
                                                                  std::uint32_t slot) {
  check_time(at);
  const std::uint64_t sequence = next_sequence();
  const auto ticket = static_cast<Ticket>(sequence);
  Lane& queue = lanes_[lane];
  ++size_;
  ++queue.alive;
  if (queue.length() == 0) {
    queue.start(at, sequence);
    heads_[lane].event = {at, queue.order_of(sequence), slot, ticket};
    if (lane <= direct_max) [[likely]] {
      head_changed(lane);
    } else {
      insert_proxy_of(lane);
    }
  } else if (queue.takes(at, sequence)) [[likely]] {
    queue.push(at, sequence, slot, pool_);
  } else {
    insert_rare(at, queue.order_of(sequence), slot, ticket);
  }
  return ticket;
}

inline Ticket EventQueue::set_source(LaneId source, Instant at, std::uint32_t slot) {
  const std::uint64_t sequence = next_sequence();
  set_head(source, at, sequence, slot);
  if (source > direct_max) [[unlikely]]
    insert_proxy_of(source);
  return static_cast<Ticket>(sequence);
}

inline void EventQueue::put_back_source(LaneId source, Instant at, std::uint64_t sequence,
                                        std::uint32_t slot) {
  set_head(source, at, sequence, slot);
  if (source > direct_max) [[unlikely]]
    ladder_.insert_late(proxy_of(source), static_cast<std::uint64_t>(now_ns_), pool_);
}

inline void EventQueue::set_head(LaneId source, Instant at, std::uint64_t sequence,
                                 std::uint32_t slot) {
  SQUALL_CHECK(at >= now() && at != never, "the next event of a source is in the past, or never");
  Event& head = heads_[source].event;
  if (head.at == never) ++size_;
  head.at = at;
  head.order = lanes_[source].order_of(sequence);
  head.slot = slot;
  head.stamp = static_cast<Ticket>(sequence);
  if (source <= direct_max) [[likely]]
    head_changed(source);
}

template <typename IsAlive>
void EventQueue::pass_stale(LaneId lane, IsAlive& is_alive) {
  Lane& queue = lanes_[lane];
  Event& head = heads_[lane].event;
  size_ -= queue.length();
  if (!queue.advance(head, pool_, is_alive)) head = Ladder::nothing;
  size_ += queue.length();
  head_changed(lane);
}

template <typename IsAlive>
void EventQueue::sweep(LaneId lane, IsAlive& is_alive) {
  Lane& queue = lanes_[lane];
  size_ -= queue.length();
  queue.sweep(pool_, is_alive);
  size_ += queue.length();
  const Event& head = heads_[lane].event;
  if (queue.length() == 0 || is_alive(head.slot, head.stamp)) return;
  --size_;
  advance_lane(lane);
}

}  // namespace squall::sim
