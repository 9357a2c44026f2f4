#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "squall/base/time.hpp"
#include "squall/policy/budget_call.hpp"
#include "squall/policy/hedge.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"
#include "squall/sim/event.hpp"
#include "squall/sim/pool.hpp"

/// The records of everything that is alive in a run. Plain data in pools, linked by slots.
///
/// What every request needs stands in one Frame; what only some need (a deadline, hedges, calls of
/// its own, a message) stands in a record beside it that is made when it is first needed.
namespace squall::model {

using sim::List;
using sim::no_slot;
using sim::Slot;

/// A record keeps the ticket of each event that it still waits for; an event whose ticket its
/// record does not keep is stale and does nothing.
using sim::no_ticket;
using sim::Ticket;

/// What an event is about. The event's slot names a record of the kind in brackets.
enum class EventType : std::uint8_t {
  request_arrives,     ///< [workload]
  user_arrives,        ///< [workload; stamp: user]
  call_ended,          ///< [frame] its call ended within its own start; its owner is told now
  permit_due,          ///< [frame] the wait for its call's rate limit is over
  place_granted,       ///< [frame] the bulkhead let its call in from the line
  backoff_ended,       ///< [frame]
  wait_ended,          ///< [frame] its call's time in a bulkhead's line is over
  hedge_due,           ///< [frame]
  fallback_ended,      ///< [frame]
  timeout_due,         ///< [frame]
  queue_timeout_due,   ///< [frame] its work has waited in line for as long as it may
  deadline_due,        ///< [call extra]
  work_delivered,      ///< [frame] the network brought its work to the callee
  work_done,           ///< [frame] its work's own service time is over
  response_delivered,  ///< [frame] the network brought the answer to the caller
  caller_gone,         ///< [frame; stamp: the work's life] the callee learns that nobody waits
  lease_expired,       ///< [message]
  redelivery_due,      ///< [message]
  edge,                ///< a fault or a change of settings begins or ends
  profile_step,        ///< [workload]
  warmup_over,
};

/// How a request ended.
enum class End : std::uint8_t { none, ok, late, failed, rejected, dead_lettered, dropped };

/// What a call belongs to, and so what Frame::owner names.
enum class OwnerKind : std::uint8_t {
  user,         ///< a request that is an RPC: its user, of a closed workload
  event,        ///< a request that is an event: its Event
  work,         ///< work that calls others: its frame
  hedged_call,  ///< a call that hedges: its frame
};

/// Where a call stands at its caller.
enum class CallState : std::uint8_t {
  none,        ///< the frame holds no call
  entering,    ///< on its way through the layers
  held,        ///< waits for its rate limit
  in_line,     ///< waits for a place in a bulkhead
  attempting,  ///< an attempt is under way, or lost
  backing_off,
  hedging,       ///< its hedges decide
  falling_back,  ///< it has failed, and waits for the answer in its place
  ended,         ///< outcome known, owner not told yet
};

/// What a work is.
enum class WorkKind : std::uint8_t {
  service,  ///< a request at a service
  publish,  ///< a publish at a broker
  handler,  ///< one delivery of a message at a consumer
};

/// Where a work stands.
enum class WorkState : std::uint8_t {
  none,       ///< the frame holds no work
  outbound,   ///< on the network, towards the callee
  queued,     ///< waits for a worker; a handler: for a free handler
  serving,    ///< its own service time runs
  suspended,  ///< the replica is paused
  calling,    ///< waits for calls of its own
  blocked,    ///< a publish that waits for room
  awaiting,   ///< a publish that waits for the effect of its message
  returning,  ///< the answer is on the network
};

/// Where a call, and the work with it, stand: eight bytes, so that what is usual can be told by one
/// comparison.
struct FrameState {
  CallState call_state = CallState::none;
  WorkState work_state = WorkState::none;
  OwnerKind owner_kind : 2 = OwnerKind::user;
  bool measured : 1 = false;
  bool retrying : 1 = false;          ///< a retry that the budget counts is active
  bool pending : 1 = false;           ///< counted by the budget as waiting for a place
  bool breaker_at_start : 1 = false;  ///< it entered the breaker when it started; or else
  WorkKind work_kind : 2 = WorkKind::service;
  bool priced : 1 = false;
  bool holds_worker : 1 = false;
  bool unwanted : 1 = false;    ///< nobody waits for it, all the way up to the request or message
  bool knows_gone : 1 = false;  ///< the callee has learned that nobody waits
  bool goes_on_later : 1 = false;    ///< its calls ended while the replica was paused
  bool pushes_back : 1 = false;      ///< its outcome's pushback is in the work extra
  bool is_drawn : 1 = false;         ///< queued: its service time has been drawn
  bool degraded : 1 = false;         ///< its answer is made of a fallback's
  std::uint8_t layer : 4 = 0;        ///< the deepest layer entered, plus one
  std::uint8_t first_layer : 4 = 0;  ///< hedges start below the hedge layer
  std::uint8_t rank = 0;             ///< priority class; 0 is served first
  policy::OutcomeKind outcome_kind : 3 = policy::OutcomeKind::ok;  ///< of the work
  policy::RejectedBy outcome_by : 4 = policy::RejectedBy::none;
  bool breaker_on_arrival : 1 = false;  ///< when its attempt arrived; or else the extra says when
  std::uint8_t outcome_code = 0;

  /// All of it as a number; 0 where the frame is free.
  [[nodiscard]] std::uint64_t word() const noexcept { return std::bit_cast<std::uint64_t>(*this); }
};
static_assert(sizeof(FrameState) == 8);

/// What is counted of a call, in eight bytes.
struct FrameNumbers {
  std::uint64_t edge : 22 = 0;      ///< the call's, and that of the work; a handler has none
  std::uint64_t attempts : 20 = 0;  ///< that left the caller
  std::uint64_t choice : 14 = 0;    ///< of the callee's replicas, the one that has the work
  std::uint64_t tries : 8 = 0;      ///< RetryState::attempts, until there is an extra that has it

  // One addition each, where the compiler would take the number out and put it back.
  void count_attempt() noexcept { add({.attempts = 1}); }
  void count_try() noexcept { add({.tries = 1}); }

  /// All of them at once: of a part that is stored by itself the next load of all would wait.
  void set_numbers(FrameNumbers numbers) noexcept { *this = numbers; }

  static constexpr std::size_t edges_max = 1U << 22U;
  static constexpr std::uint32_t replicas_max = 1U << 14U;  ///< of a service

 private:
  [[gnu::always_inline]] void add(FrameNumbers one) noexcept {
    *this = std::bit_cast<FrameNumbers>(std::bit_cast<std::uint64_t>(*this) +
                                        std::bit_cast<std::uint64_t>(one));
  }
};
static_assert(sizeof(FrameNumbers) == 8);

/// One call at its caller, or one attempt at a callee (a work), or both: a call and the attempt it
/// has under way share a frame. When the caller turns away from an attempt, the work keeps the
/// frame to itself, since events and lines name it, and the call, if it goes on, moves to another.
///
/// One line of the cache. What can be had otherwise is not in it: the state of a policy, the place
/// of the work (Engine::keeper_of(), place_of()), the end of its service (Engine::ends_); links are
/// with the pool.
struct Frame : FrameState, FrameNumbers {
  std::uint64_t lineage = 0;  ///< names the random draws of the call; alone, those of the work
  /// Of the call; of a handler, its consumer. Where the call has an extra record, its slot stands
  /// here, marked as one, and the owner there: see Engine::owner_of().
  Slot owner = 0;
  Slot work_extra = no_slot;
  Ticket timeout = no_ticket;  ///< of the call
  Ticket event = no_ticket;  ///< that moves the work on; of a call that backs off, the end of that
  Instant started{};         ///< the call
  Instant arrived{};         ///< the work, at the callee
  /// Of service; moved on by the time that it was suspended. Until then, see service_time().
  Instant begun{};

  /// Of a work that waits: what its service will take, once that is drawn.
  [[nodiscard]] Duration service_time() const noexcept { return begun.time_since_epoch(); }
  void set_service_time(Duration time) noexcept { begun = Instant{time}; }

  [[nodiscard, gnu::always_inline]] bool has_call_extra() const noexcept {
    return (owner & call_extra_mark) != 0;
  }
  /// REQUIRES has_call_extra().
  [[nodiscard]] Slot call_extra() const noexcept { return owner ^ call_extra_mark; }
  void set_call_extra(Slot extra) noexcept { owner = extra | call_extra_mark; }

  [[nodiscard, gnu::always_inline]] bool has_call() const noexcept {
    return call_state != CallState::none;
  }
  [[nodiscard, gnu::always_inline]] bool has_work() const noexcept {
    return work_state != WorkState::none;
  }
  [[nodiscard, gnu::always_inline]] bool is_live() const noexcept {
    return has_call() || has_work();
  }
  [[nodiscard]] Slot& free_link() noexcept { return work_extra; }
  /// All of its state at once, as word() gives it.
  [[gnu::always_inline]] void set_word(std::uint64_t word) noexcept {
    static_cast<FrameState&>(*this) = std::bit_cast<FrameState>(word);
  }

 private:
  static constexpr Slot call_extra_mark = sim::slots_max;
};
static_assert(sizeof(Frame) == 64);

/// What only some calls need. What a retry on the express way may ask for stands on its first line
/// of the cache, and is all that is looked at there until the call ends.
struct alignas(64) CallExtra {
  Slot frame = no_slot;  ///< where the call is
  /// The end of the line, the hedge delay, the fallback, or of the call.
  Ticket wait = no_ticket;
  policy::RetryState retry{};
  Instant breaker_entered{};
  Ticket deadline_event = no_ticket;
  std::uint32_t depth = 1;
  Slot previous_sibling = no_slot, next_sibling = no_slot;  ///< extras of calls of one owner
  Slot owner = 0;                                           ///< of the call
  std::uint32_t keeper = 0;                                 ///< which policy state it uses
  Instant deadline = never;

  // The second line.
  Instant limiter_entered{};
  std::uint32_t limiter_in_flight = 0;  ///< when it entered the limiter, itself included
  Slot first_hedge = no_slot;           ///< extra
  policy::HedgeState hedge{};
  bool is_budgeted_hedge = false;  ///< a hedge that the budget counts
  bool refused_when_due = false;   ///< by its rate limit, for which it waits
  policy::BudgetCall budget{};
  /// With `ended`, and while it falls back: how the call ends. Where a budget may yet end it, while
  /// it backs off or hedges: that of its last attempt.
  policy::Outcome outcome{};

  [[nodiscard]] bool is_live() const noexcept { return frame != no_slot; }
  [[nodiscard]] Slot& free_link() noexcept { return next_sibling; }
};
static_assert(sizeof(CallExtra) == 128 && offsetof(CallExtra, limiter_entered) == 64);

/// What only some works need: those that call others, publish, handle a message, or write a row.
struct WorkExtra {
  Slot frame = no_slot;
  Slot first_child = no_slot;  ///< call extra
  std::uint32_t children = 0;  ///< calls under way
  std::uint32_t step = 0;      ///< of its calls, the next one
  std::uint32_t depth = 1;
  Slot message = no_slot;      ///< of a handler
  Slot event = no_slot;        ///< of a publish: the event it carries, until its message does
  std::uint32_t delivery = 0;  ///< of a handler: which delivery of the message
  std::uint32_t limiter_in_flight = 0;  ///< where the callee's limiter let it in, itself included
  policy::Pushback pushback{};
  Instant deadline = never;  ///< handed down with the call: from then on it is not begun
  Instant service_over{};    ///< when its own service time was over, and its calls began
  // At a service with rows.
  std::uint64_t version = 0;  ///< of the row, when service began
  std::uint32_t row = 0;

  [[nodiscard]] bool is_live() const noexcept { return frame != no_slot; }
  [[nodiscard]] Slot& free_link() noexcept { return first_child; }
};

/// A request that is an event, from arrival until it has ended and its last message is settled.
struct Event {
  Instant arrived{};
  std::uint64_t lineage = 0;
  std::uint32_t workload = 0;
  std::uint32_t user = 0;             ///< of a closed workload
  std::uint32_t carriers = 0;         ///< publishes and messages that carry it, not yet forgotten
  std::uint32_t carriers_inside = 0;  ///< of them those that may still take effect
  bool live = false;
  bool call_under_way = false;
  bool ended = false;
  bool effected = false;
  bool measured = false;        ///< arrived after the warm-up
  bool publish_over = false;    ///< the publish itself has ended
  End message_end = End::none;  ///< how a message without effect ended
  policy::Outcome publish_outcome{};
  Slot free = no_slot;

  [[nodiscard]] bool is_live() const noexcept { return live; }
  [[nodiscard]] Slot& free_link() noexcept { return free; }
};

/// A message at a broker, from acceptance until it is settled and no handler has it in hand.
struct Message {
  enum class State : std::uint8_t { none, ready, delayed, leased, settled };

  Instant accepted{};
  Instant delivered{};
  Duration backoff_carried{0};
  std::uint64_t lineage = 0;
  std::uint64_t number = 0;  ///< in the order of acceptance at its queue
  std::uint32_t queue = 0;
  std::uint32_t partition = 0;
  std::uint32_t deliveries = 0;
  std::uint32_t handlers = 0;  ///< deliveries in a consumer's hands, stale ones included
  Ticket lease = no_ticket;
  Ticket delay = no_ticket;
  Slot event = no_slot;   ///< the event it carries; none for a nested publish or a dead letter
  Slot waiter = no_slot;  ///< publish work that awaits the effect
  std::uint32_t depth = 1;
  State state = State::none;
  std::uint8_t rank = 0;
  bool measured = false;
  bool effected = false;

  [[nodiscard]] bool is_live() const noexcept { return state != State::none; }
  [[nodiscard]] Slot& free_link() noexcept { return waiter; }
};

}  // namespace squall::model
