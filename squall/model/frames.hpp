#pragma once

#include <cstdint>

#include "squall/base/time.hpp"
#include "squall/policy/hedge.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"
#include "squall/sim/pool.hpp"

/// The records of everything that is alive in a run: requests, calls, works and messages. Plain
/// data in pools, linked by slots.
namespace squall::model {

using sim::List;
using sim::no_slot;
using sim::Slot;

/// What an event is about. The event's slot names a record of the kind in brackets.
enum class EventType : std::uint8_t {
  request_arrives,     ///< [workload]
  user_arrives,        ///< [workload; stamp: user]
  call_ended,          ///< [call] ended within its own start; its owner is told now
  place_granted,       ///< [call] the bulkhead let it in from the line
  backoff_ended,       ///< [call]
  wait_ended,          ///< [call] its time in a bulkhead's line is over
  hedge_due,           ///< [call]
  timeout_due,         ///< [call]
  deadline_due,        ///< [call]
  work_delivered,      ///< [work] the network brought it to the callee
  work_done,           ///< [work] its own service time is over
  response_delivered,  ///< [work] the network brought the answer to the caller
  caller_gone,         ///< [work] the callee learns that nobody waits
  lease_expired,       ///< [message]
  redelivery_due,      ///< [message]
  edge,                ///< [index of a fault edge]
  profile_step,        ///< [workload]
  warmup_over,
};

/// A request of a workload, from arrival until it has ended and its last message is settled.
struct Request {
  enum class End : std::uint8_t { none, ok, late, failed, rejected, dead_lettered, dropped };

  Instant arrived{};
  std::uint64_t number = 0;   ///< within its workload, from 0
  std::uint64_t lineage = 0;  ///< names its random draws
  std::uint32_t workload = 0;
  std::uint32_t user = 0;      ///< of a closed workload
  std::uint32_t messages = 0;  ///< publishes and messages that carry it and are not yet forgotten
  std::uint32_t messages_inside = 0;  ///< of them those that may still take effect
  Slot call = no_slot;                ///< its own call while that goes on
  bool ended = false;
  bool effected = false;        ///< of an event: it has taken effect
  bool measured = false;        ///< arrived after the warm-up
  bool publish_over = false;    ///< of an event: the publish itself has ended
  End message_end = End::none;  ///< of an event: how a message without effect ended
  policy::Outcome publish_outcome{};

  Slot next_free = no_slot;
  bool live = false;
  void recycle() noexcept { *this = Request{}; }
};

enum class OwnerKind : std::uint8_t { request, work, hedged_call };

/// One logical call at its caller: all its attempts, one at a time. (A hedged call has one such
/// record for each attempt and one for the whole.)
struct Call {
  enum class State : std::uint8_t {
    entering,    ///< on its way through the layers
    in_line,     ///< waits for a place in a bulkhead
    attempting,  ///< an attempt is under way, or lost
    backing_off,
    hedging,  ///< its hedges decide
    ended,    ///< outcome known, owner not told yet
  };

  Instant started{};
  Instant breaker_entered{};
  Instant attempt_started{};
  Instant deadline = never;
  std::uint64_t lineage = 0;
  policy::RetryState retry{};
  policy::HedgeState hedge{};
  policy::Outcome outcome{};  ///< with `ended`
  std::uint32_t edge = 0;
  std::uint32_t keeper = 0;  ///< which policy state it uses
  Slot owner = no_slot;
  Slot request = no_slot;       ///< the event it carries; none for an RPC or a nested publish
  Slot work = no_slot;          ///< the attempt under way; none when the network lost it
  std::uint32_t attempts = 0;   ///< that left the caller
  std::uint32_t stamp_now = 0;  ///< the last stamp given out; kept when the slot is used again
  std::uint32_t life_stamp = 0;
  std::uint32_t deadline_stamp = 0;
  std::uint32_t timeout_stamp = 0;
  std::uint32_t wait_stamp = 0;             ///< of the line, the backoff or the hedge
  Slot previous = no_slot, next = no_slot;  ///< in a bulkhead's line
  Slot previous_sibling = no_slot, next_sibling = no_slot;  ///< among the calls of one owner
  Slot first_child = no_slot;                               ///< the hedges
  std::uint32_t workload = 0;
  std::uint32_t depth = 1;
  OwnerKind owner_kind = OwnerKind::request;
  State state = State::entering;
  std::uint8_t first_layer = 0;  ///< hedges start below the hedge layer
  std::uint8_t layer = 0;        ///< the deepest layer entered, plus one
  std::uint8_t rank = 0;         ///< priority class; 0 is served first
  bool measured = false;
  bool retrying = false;  ///< a retry that the budget counts is active
  bool pending = false;   ///< counted by the budget as waiting for a place

  Slot next_free = no_slot;
  bool live = false;
  void recycle() noexcept {
    const std::uint32_t stamp = stamp_now;
    *this = Call{};
    stamp_now = stamp;
  }
};

/// One attempt at a callee: a request at a service, a publish at a broker, or one delivery of a
/// message at a consumer.
struct Work {
  enum class Kind : std::uint8_t { service, publish, handler };
  enum class State : std::uint8_t {
    outbound,   ///< on the network, towards the callee
    queued,     ///< waits for a worker; a handler: for a free handler
    serving,    ///< its own service time runs
    suspended,  ///< the replica is paused
    calling,    ///< waits for calls of its own
    blocked,    ///< a publish that waits for room
    awaiting,   ///< a publish that waits for the effect of its message
    returning,  ///< the answer is on the network
  };

  Instant arrived{};         ///< at the callee
  Instant started{};         ///< of service
  Instant finish{};          ///< of its own service time
  Duration service_time{0};  ///< drawn
  Duration remaining{0};     ///< while suspended
  std::uint64_t lineage = 0;
  policy::Outcome outcome{};   ///< priced, then final
  std::uint32_t place = 0;     ///< replica (of all services), queue or consumer
  std::uint32_t edge = 0;      ///< the call that made it; a handler has none
  Slot caller = no_slot;       ///< call; none when nobody waits
  Slot message = no_slot;      ///< of a handler, or of a publish that awaits the effect
  Slot request = no_slot;      ///< of a publish that carries an event
  std::uint32_t delivery = 0;  ///< of a handler: which delivery of the message
  std::uint32_t stamp_now = 0;
  std::uint32_t event_stamp = 0;  ///< of the one event that moves it on
  std::uint32_t life_stamp = 0;
  Slot previous = no_slot, next = no_slot;  ///< in a line, or among those inside a replica
  Slot first_child = no_slot;
  std::uint32_t children = 0;  ///< calls under way
  std::uint32_t step = 0;      ///< of its calls, the next one
  std::uint32_t workload = 0;
  std::uint32_t depth = 1;
  Kind kind = Kind::service;
  State state = State::outbound;
  std::uint8_t rank = 0;
  bool measured = false;
  bool priced = false;
  bool holds_worker = false;
  bool unwanted = false;        ///< nobody waits for it, all the way up to the request or message
  bool knows_gone = false;      ///< the callee has learned that nobody waits
  bool wants_to_go_on = false;  ///< its calls ended while the replica was paused

  Slot next_free = no_slot;
  bool live = false;
  void recycle() noexcept {
    const std::uint32_t stamp = stamp_now;
    *this = Work{};
    stamp_now = stamp;
  }
};

/// A message at a broker, from acceptance until it is settled and no handler has it in hand.
struct Message {
  enum class State : std::uint8_t { ready, delayed, leased, settled };

  Instant accepted{};
  Instant delivered{};
  Duration previous_delay{0};
  std::uint64_t lineage = 0;
  std::uint64_t number = 0;  ///< in the order of acceptance at its queue
  std::uint32_t queue = 0;
  std::uint32_t partition = 0;
  std::uint32_t deliveries = 0;
  std::uint32_t handlers = 0;  ///< deliveries in a consumer's hands, stale ones included
  std::uint32_t stamp_now = 0;
  std::uint32_t lease_stamp = 0;
  std::uint32_t delay_stamp = 0;
  Slot request = no_slot;  ///< the event it carries; none for a nested publish or a dead letter
  Slot waiter = no_slot;   ///< publish work that awaits the effect
  Slot previous = no_slot, next = no_slot;  ///< among the ready of its partition
  std::uint32_t workload = 0;
  std::uint32_t depth = 1;
  State state = State::ready;
  std::uint8_t rank = 0;
  bool measured = false;
  bool effected = false;

  Slot next_free = no_slot;
  bool live = false;
  void recycle() noexcept {
    const std::uint32_t stamp = stamp_now;
    *this = Message{};
    stamp_now = stamp;
  }
};

}  // namespace squall::model
