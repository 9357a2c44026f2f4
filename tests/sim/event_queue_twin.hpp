#pragma once

#include <map>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "squall/sim/event_queue.hpp"

namespace squall::sim {

/// A queue and beside it an ordered map of what must be in it. Each event has a slot of its own, so
/// that none can be taken for another. `failed()` once they have disagreed.
class QueueTwin {
 public:
  EventQueue queue;

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool empty() const { return alive_.empty() && stale_.empty(); }
  [[nodiscard]] std::size_t alive() const { return alive_.size(); }
  [[nodiscard]] Instant now() const { return queue.now(); }

  void schedule(Instant at, EventClass event_class) {
    const auto type = static_cast<std::uint8_t>(next_slot_ * 7);
    const std::uint32_t stamp = next_slot_ * 3;
    // Either way of scheduling.
    if (next_slot_ % 2 == 0) {
      queue.schedule(at, event_class, type, next_slot_, stamp);
      note(at, event_class, {type, stamp, no_lane});
    } else {
      const Ticket ticket = queue.schedule(at, event_class, type, next_slot_);
      note(at, event_class, {type, ticket, no_lane});
    }
  }
  /// Either way of posting.
  void post() {
    const auto type = static_cast<std::uint8_t>(next_slot_ * 5);
    if (next_slot_ % 2 == 0) {
      const std::uint32_t stamp = next_slot_ * 11;
      queue.post(type, next_slot_, stamp);
      note(now(), EventClass::completion, {type, stamp, no_lane});
    } else {
      const Ticket ticket = queue.post(type, next_slot_);
      note(now(), EventClass::completion, {type, ticket, no_lane});
    }
  }
  void check_now() {
    if (!queue.is_now_clear()) return;
    expect(alive_.empty() || std::get<0>(alive_.begin()->first) > now(), "now is not clear");
  }
  void add_lane(EventClass event_class) { lanes_.push_back(made(event_class, false)); }
  void add_source(EventClass event_class) { sources_.push_back(made(event_class, true)); }
  [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }
  [[nodiscard]] std::size_t sources() const { return sources_.size(); }
  [[nodiscard]] bool is_set(std::size_t source) const { return sources_[source].is_set; }

  void schedule_in_lane(std::size_t index, Instant at) {
    const Line& lane = lanes_[index];
    const Ticket ticket = queue.schedule_in_lane(lane.id, at, next_slot_);
    note(at, lane.event_class, {lane.type, ticket, lane.id});
  }
  void set_source(std::size_t index, Instant at) {
    Line& source = sources_[index];
    if (source.is_set) alive_.erase(source.key);
    const Ticket ticket = queue.set_source(source.id, at, next_slot_);
    note(at, source.event_class, {source.type, ticket, no_lane});
    source.key = {at, source.event_class, sequence_};
    source.is_set = true;
  }
  void clear_source(std::size_t index) {
    Line& source = sources_[index];
    queue.clear_source(source.id);
    if (source.is_set) alive_.erase(source.key);
    source.is_set = false;
  }
  /// An event that is kept beside the queue while another is scheduled.
  void schedule_late(Instant at, EventClass event_class) {
    const auto type = static_cast<std::uint8_t>(next_slot_ * 13);
    const std::uint64_t sequence = queue.take_sequence();
    const std::uint32_t slot = next_slot_;
    note(at, event_class, {type, static_cast<Ticket>(sequence), no_lane});
    schedule(at, event_class);
    queue.put_back(at, event_class, sequence, type, slot);
  }
  /// The event of a source is kept beside the queue while another is scheduled at its time.
  void keep_source(std::size_t index) {
    const Line& source = sources_[index];
    const Event event = queue.take_source(source.id);
    expect(source.is_set == (event.at != never), "whether the source had an event");
    if (!source.is_set) return;
    expect(Key{event.at, event.event_class(), event.sequence()} == source.key, "of the source");
    schedule(event.at, event.event_class());
    queue.put_back_source(source.id, event.at, event.sequence(), event.slot);
  }
  /// What came of asking for the next known event.
  struct Known {
    std::uint64_t taken = 0, later = 0, looked = 0;
  };
  [[nodiscard]] const Known& known() const { return known_; }

  /// Pops the next event if it is of an even slot, where the queue says so; or looks further.
  void pop_known_before(Instant at) {
    const auto is_even = [](const Event& event) { return event.slot % 2 == 0; };
    Event event;
    Instant until;
    switch (queue.pop_known_before(at, is_even, event, until)) {
      case Next::unknown:
        if (!queue.look_to(at)) return;
        ++known_.looked;
        return expect(!queue.look_to(at), "to look further made no difference");
      case Next::later:
        ++known_.later;
        return expect(until > at && until == known_until(), "later");
      case Next::taken:
        ++known_.taken;
        expect(event.at < at && is_even(event), "an event that was not wanted");
        expect(source_of(event) >= sources_.size(), "an event of a source");
        expect(until == known_until(), "until when nothing else comes");
        return check_popped(event);
    }
  }
  void check_known() {
    if (alive_.empty()) return;
    expect(std::get<0>(alive_.begin()->first) >= known_until(), "an event before it");
  }

  /// The n-th event from the front becomes stale if it is of a lane, and the lane is swept if due.
  void cancel(std::size_t n) {
    auto found = alive_.begin();
    std::advance(found, n);
    const LaneId lane = found->second.lane;
    if (lane == no_lane) return;
    cancelled_[found->second.slot] = found->second.stamp;
    stale_.insert(alive_.extract(found));
    retire(lane);
  }

  /// Pops one event, which must be the earliest of those that are not stale, or stale and due.
  void pop() { check_popped(queue.pop()); }
  void pop_before(Instant at, EventClass event_class) {
    Event event;
    if (queue.pop_before(at, event_class, event)) {
      expect(std::tuple(event.at, event.event_class()) < std::tuple(at, event_class), "limit");
      const std::size_t source = source_of(event);
      check_popped(event);
      if (source < sources_.size()) move_on(source);
    } else if (!alive_.empty()) {
      const auto& [first_at, first_class, number] = alive_.begin()->first;
      expect(!(std::tuple(first_at, first_class) < std::tuple(at, event_class)), "left one out");
    }
  }
  void look() {
    const Event& event = queue.top();
    if (stale_.empty()) expect(event.sequence() == std::get<2>(alive_.begin()->first), "top");
  }
  void check_size() {
    if (stale_.empty()) expect(queue.size() == alive_.size(), "size");
    expect(queue.size() >= alive_.size() && queue.size() <= alive_.size() + stale_.size(), "size");
    expect(queue.empty() == (queue.size() == 0), "empty");
    expect(queue.scheduled() == sequence_, "scheduled");
  }
  void pop_all() {
    while (!queue.empty() && !failed_) pop();
    expect(alive_.empty(), "lost some");
  }

 private:
  /// The queue says that no event is before it.
  [[nodiscard]] Instant known_until() {
    const auto none = [](const Event&) { return false; };
    Event event;
    Instant until;
    const Next found = queue.pop_known_before(now(), none, event, until);
    expect(found != Next::taken, "an event of the past");
    return found == Next::later ? until : now();
  }

  using Key = std::tuple<Instant, EventClass, std::uint64_t>;
  struct Value {
    std::uint8_t type;
    std::uint32_t stamp;
    LaneId lane;
    std::uint32_t slot = 0;
  };
  struct Line {
    LaneId id;
    EventClass event_class;
    std::uint8_t type;
    bool is_set = false;
    Key key{};
  };

  /// The source whose event it is, or as many as there are.
  [[nodiscard]] std::size_t source_of(const Event& event) const {
    const Key key{event.at, event.event_class(), event.sequence()};
    std::size_t index = 0;
    while (index < sources_.size() && !(sources_[index].is_set && sources_[index].key == key))
      ++index;
    return index;
  }
  /// What pop_before() asks for when the event of a source was taken.
  void move_on(std::size_t source) {
    if (next_slot_ % 3 == 0)
      clear_source(source);
    else
      set_source(source, now() + Duration{next_slot_ % 5});
  }

  Line made(EventClass event_class, bool is_source) {
    const auto type = static_cast<std::uint8_t>(200 + lanes_.size());
    const LaneId id =
        is_source ? queue.add_source(event_class, type) : queue.add_lane(event_class, type);
    return {id, event_class, type};
  }
  void note(Instant at, EventClass event_class, Value value) {
    ++sequence_;
    value.slot = next_slot_++;
    alive_[{at, event_class, sequence_}] = value;
  }
  void retire(LaneId lane) {
    queue.retire(lane, [this](std::uint32_t slot, Ticket ticket) {
      const auto found = cancelled_.find(slot);
      return found == cancelled_.end() || found->second != ticket;
    });
  }
  void check_popped(const Event& event) {
    const Key key{event.at, event.event_class(), event.sequence()};
    expect(queue.now() == event.at, "now");
    expect(last_ < key || std::get<0>(last_) == event.at, "went back");
    last_ = key;
    const auto stale = stale_.find(key);
    if (stale != stale_.end()) {
      check_same(event, stale->second);
      if (!alive_.empty()) expect(key < alive_.begin()->first, "stale one out of order");
      stale_.erase(stale);
      return;
    }
    if (alive_.empty() || alive_.begin()->first != key) return expect(false, "not the earliest");
    const Value value = alive_.begin()->second;
    check_same(event, value);
    alive_.erase(alive_.begin());
    for (Line& source : sources_) {
      if (source.is_set && source.key == key) source.is_set = false;
    }
    if (value.lane != no_lane) retire(value.lane);
  }
  void check_same(const Event& event, const Value& value) {
    expect(event.type() == value.type && event.slot == value.slot && event.stamp == value.stamp,
           "another event");
  }
  void expect(bool holds, const char* what) {
    if (holds || failed_) return;
    failed_ = true;
    ADD_FAILURE() << what << " at " << queue.now().time_since_epoch().count() << " ns, event "
                  << sequence_;
  }

  std::map<Key, Value> alive_;
  std::map<Key, Value> stale_;  ///< may have been swept
  std::map<std::uint32_t, Ticket> cancelled_;
  std::vector<Line> lanes_;
  std::vector<Line> sources_;
  Key last_{Instant{}, EventClass::completion, 0};
  std::uint64_t sequence_ = 0;
  std::uint32_t next_slot_ = 0;
  Known known_;
  bool failed_ = false;
};

}  // namespace squall::sim
