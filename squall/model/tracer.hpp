#pragma once

#include <cstdint>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/trace_record.hpp"
#include "squall/model/frames.hpp"
#include "squall/model/topology.hpp"
#include "squall/model/trace_counters.hpp"
#include "squall/model/trace_options.hpp"
#include "squall/model/trace_sample.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::model {

/// Writes down what becomes of single requests. The engine, where it has a tracer, tells it what
/// happens, at the instant at which it does; a record of the engine is known here by its slot, and
/// what is written down of it lasts until the slot is given to another. It changes nothing.
///
/// Every request is watched from its arrival; whether it is kept is decided when it has ended
/// (trace_sample.hpp). What goes on after that for one that is kept, such as work that nobody waits
/// for, is written down too; for one that is not, it is ignored.
class Tracer {
 public:
  /// Everything outlives the tracer. `now_ns` is the engine's clock.
  Tracer(const scenario::Scenario& scenario, const Topology& topology, const std::int64_t* now_ns,
         const TraceOptions& options);

  /// How a work leaves its callee.
  enum class WorkEnd : std::uint8_t { done, refused, skipped, expired, cancelled, lost };

  // ---- Requests. One that is an RPC begins and ends with its call.
  void event_arrives(Slot event, std::uint32_t workload, std::uint64_t number);
  void event_ends(Slot event, End how, const policy::Outcome& outcome);
  /// The one whose call_ends() was told last.
  void rpc_ends(End how, const policy::Outcome& outcome);

  // ---- The caller's side
  /// @param number  of the request, where the call is one
  void call_starts(Slot slot, const Frame& call, Slot owner, std::uint64_t number);
  void hedge_starts(Slot parent, Slot slot, const Frame& call, std::uint32_t number);
  void call_moves(Slot from, Slot to);
  void call_ends(Slot slot, const Frame& call, Slot owner, const policy::Outcome& outcome);
  void attempt_starts(Slot slot, const Frame& call);
  void attempt_ends(Slot slot, const policy::Outcome& outcome);
  /// A wait ends with whatever comes next for the call.
  void wait_starts(Slot slot, metrics::SpanKind kind);
  /// No attempt leaves the caller, or no retry follows.
  void refuses(Slot slot, const policy::Outcome& refusal);
  void denies_retry(Slot slot, metrics::SpanEnd why);

  // ---- The network
  void loses_request(Slot slot);
  void loses_answer(Slot slot);

  // ---- The callee's side; services and, of a delivery, consumers
  void work_arrives(Slot slot, std::uint32_t replica);
  void service_starts(Slot slot, const Frame& work);
  void service_ends(Slot slot);
  void was_paused(Slot slot, Instant since);
  /// @param paused_since  of its replica; means something only where the work is suspended
  void work_leaves(Slot slot, const Frame& work, WorkEnd how, Instant paused_since);
  /// Nobody waits for the work any more, which is under way still; asked at the end of the run.
  void is_unwanted(Slot slot);
  void handler_ends(Slot slot, const Frame& work, bool succeeded);

  // ---- Brokers
  /// The next message that is added is made of this publish.
  void publish_accepted(Slot slot, const Frame& work, std::uint32_t queue);
  void publish_withdrawn(Slot slot, const Frame& work, std::uint32_t queue);
  /// The next message that is added is made of this one.
  void message_is_made_anew(Slot message);
  void message_added(Slot message, std::uint32_t queue);
  void message_ready(Slot message);
  void message_delayed(Slot message);
  void message_delivered(Slot message, Slot work, std::uint32_t consumer, std::uint32_t delivery);
  void lease_expires(Slot message);
  void message_settled(Slot message, End how);

  // ---- Numbers over time
  [[nodiscard]] TraceCounters& counters() noexcept { return counters_; }
  /// Of the record's entities.
  [[nodiscard]] std::uint32_t entity_of_workload(std::uint32_t w) const noexcept { return w; }
  [[nodiscard]] std::uint32_t entity_of_service(std::uint32_t s) const noexcept {
    return first_service_ + s;
  }
  [[nodiscard]] std::uint32_t entity_of_queue(std::uint32_t q) const noexcept {
    return first_queue_ + q;
  }
  [[nodiscard]] std::uint32_t entity_of_caller(std::uint32_t edge) const noexcept;
  [[nodiscard]] const TraceOptions& options() const noexcept { return options_; }
  void leave_counters_out(std::uint64_t count) noexcept { counters_left_out_ += count; }

  /// What it holds.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

  /// What came of it, up to now. The tracer is not used afterwards.
  [[nodiscard]] metrics::TraceRecord take_record();

 private:
  static constexpr std::uint32_t none = metrics::TraceSpan::none;

  /// A request that is watched. Its place is given to others when it is dropped.
  struct Trace {
    enum class State : std::uint8_t { free, open, kept };
    metrics::TraceRequest request;
    std::uint32_t generation = 0;
    State state = State::free;
  };
  /// Names a trace for as long as it is in its place.
  struct TraceRef {
    std::uint32_t place = none;
    std::uint32_t generation = 0;
  };
  /// What is known of a call, by the slot of its frame. Spans are indices in the trace.
  struct CallTrack {
    TraceRef trace;
    std::uint32_t span = none;
    std::uint32_t wait = none;        ///< open
    std::uint32_t attempt = none;     ///< open
    std::uint32_t last_try = none;    ///< attempt or hedge that has ended
    std::uint32_t last_hedge = none;  ///< started
  };
  /// The same of a work.
  struct WorkTrack {
    TraceRef trace;
    std::uint32_t attempt = none;
    std::uint32_t span = none;     ///< work or delivery
    std::uint32_t service = none;  ///< open
    bool has_started = false;
  };
  struct MessageTrack {
    TraceRef trace;
    std::uint32_t span = none;
    std::uint32_t wait = none;      ///< open
    std::uint32_t delivery = none;  ///< the last one
  };
  /// What the next message is made of.
  struct Origin {
    TraceRef trace;
    std::uint32_t span = none;
    std::uint32_t cause = none;
  };

  [[nodiscard]] Instant now() const noexcept { return Instant{Duration{*now_ns_}}; }
  [[nodiscard]] Trace* find(TraceRef ref) noexcept;
  [[nodiscard]] TraceRef begin(std::uint32_t workload, std::uint64_t number);
  void end_request(TraceRef ref, End how, const policy::Outcome& outcome);
  void put(Trace& trace, metrics::TraceSpan span);
  void drop(std::uint32_t place);
  void keep(std::uint32_t place, metrics::TraceClass kind, Duration sojourn);

  /// A span that starts now. `none` where its request is not watched, or has no room, or has none
  /// for its parent.
  std::uint32_t open(TraceRef ref, metrics::TraceSpan span);
  /// Ends it now; a no-op for `none`.
  void close(TraceRef ref, std::uint32_t& span, metrics::SpanEnd outcome, std::uint8_t code = 0);
  /// One that began then and ends now.
  void add(TraceRef ref, metrics::TraceSpan span, Instant start, metrics::SpanEnd outcome);
  /// The span, or nullptr.
  [[nodiscard]] metrics::TraceSpan* span_of(TraceRef ref, std::uint32_t span) noexcept;
  void end_wait(CallTrack& track);
  void end_work(WorkTrack& track, const Frame& work, metrics::SpanEnd outcome, std::uint8_t code);
  [[nodiscard]] metrics::TraceSpan at_caller(const CallTrack& track, metrics::SpanKind kind) const;

  const scenario::Scenario& scenario_;
  const Topology& topology_;
  const std::int64_t* now_ns_;
  TraceOptions options_;
  std::uint32_t first_service_;
  std::uint32_t first_queue_;
  std::uint32_t first_consumer_;

  std::vector<Trace> traces_;
  std::vector<std::uint32_t> free_traces_;
  std::uint64_t spans_held_ = 0;
  std::uint64_t spans_room_ = 0;  ///< as many have memory
  std::uint64_t unwatched_ = 0;
  std::uint64_t unwatched_inside_ = 0;  ///< of them, that have not ended
  std::uint64_t counters_left_out_ = 0;
  std::vector<metrics::TraceTally> tallies_;
  TraceSample sample_;
  TraceCounters counters_;

  // By slot of the engine's pools.
  std::vector<TraceRef> events_;
  std::vector<CallTrack> calls_;
  std::vector<WorkTrack> works_;
  std::vector<MessageTrack> messages_;

  TraceRef ending_;  ///< of the RPC whose call has just ended
  Origin origin_;
};

}  // namespace squall::model
