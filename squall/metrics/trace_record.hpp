#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "squall/base/time.hpp"

/// What a traced run gives back beside its RunRecord: single requests, span by span, and what stood
/// where over time. Plain data; report writes it as a file for a trace viewer.
namespace squall::metrics {

/// What a span is the time of. In brackets whose it is.
enum class SpanKind : std::uint8_t {
  request,           ///< [workload] from arrival until it has ended; the first of its request
  call,              ///< [caller] with all its attempts
  hedge,             ///< [caller] one of the attempts that run at once, with its own retries
  attempt,           ///< [caller] from leaving the caller until the answer, or giving it up
  refusal,           ///< [caller] an instant: a policy of the caller let no attempt out
  denied_retry,      ///< [caller] an instant: the retry policy would have, but may not
  rate_limit_wait,   ///< [caller] until its rate limit lets it on
  bulkhead_wait,     ///< [caller] in the line of its bulkhead
  backoff,           ///< [caller]
  fallback,          ///< [caller] until the answer is there in place of one that has not come
  work,              ///< [service] an attempt there, from arrival to leaving
  line,              ///< [service, consumer] waiting for a worker; or for a free handler
  service,           ///< [service, consumer] own time, pauses included
  pause,             ///< [service] of it, the replica being paused
  blocked,           ///< [queue] a publish that waits for room
  message,           ///< [queue] from acceptance until it is settled
  ready,             ///< [queue] waiting to be delivered
  redelivery_delay,  ///< [queue] handed back, and not yet ready again
  delivery,          ///< [consumer] one delivery, from leaving the broker until its handler is done
};

/// How a span ended.
enum class SpanEnd : std::uint8_t {
  unfinished,  ///< the run ended before it
  over,        ///< of spans that can end in one way only
  ok,
  late,  ///< [request] effect after the objective
  error,
  timeout,
  deadline,
  abandoned,  ///< the caller itself lost interest
  rejected_breaker,
  rejected_bulkhead,
  rejected_rate_limit,
  rejected_throttle,
  rejected_limiter,
  rejected_queue,
  rejected_admission,
  denied_budget,
  denied_deadline,
  denied_pushback,
  refused,        ///< [work] turned away by the callee
  skipped,        ///< [work] never begun: the caller had gone
  expired,        ///< [work] never begun: its deadline had passed
  cancelled,      ///< [work] stopped: the caller had gone
  lost,           ///< [work] ended by a fault
  acked,          ///< [message]
  dead_lettered,  ///< [message, request]
  dropped,        ///< [message, request]
};

/// Why one span follows on another that is not its parent.
enum class SpanCause : std::uint8_t {
  none,
  retry,        ///< what it follows on had failed
  hedge,        ///< what it follows on had not answered yet
  message,      ///< a delivery: of this message
  redelivery,   ///< a delivery: after this one
  dead_letter,  ///< a message: made of this one
};

struct TraceSpan {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  Instant start{};
  Instant end{};                ///< of one that is unfinished: that of the run
  std::uint32_t parent = none;  ///< index in its request; of all but the first
  std::uint32_t cause = none;   ///< index in its request
  std::uint32_t entity = 0;     ///< whose it is: into TraceRecord::entities
  /// Of a caller's spans its edge, of a callee's the replica there; none of others.
  std::uint32_t subject = none;
  std::uint32_t number = 0;  ///< of an attempt, hedge or delivery, from 1; else 0
  SpanKind kind = SpanKind::request;
  SpanEnd outcome = SpanEnd::unfinished;
  SpanCause cause_kind = SpanCause::none;
  std::uint8_t code = 0;      ///< with `error`: into TraceRecord::error_codes
  bool wasted : 1 = false;    ///< work: nobody waited for it any more when it, or the run, ended
  bool degraded : 1 = false;  ///< ok, but by way of a fallback
  bool request_lost : 1 = false;   ///< attempt: the network lost it on the way out
  bool answer_lost : 1 = false;    ///< attempt: the network lost its answer
  bool lease_expired : 1 = false;  ///< delivery: its ack would have come too late
};

/// Which part of the sample a request belongs to.
enum class TraceClass : std::uint8_t {
  slowest,  ///< with an effect, be it ok or late, and among those that took longest
  ok,       ///< an even sample of the others
  late,     ///< likewise
  timeout,
  deadline,
  error,
  rejected,
  dead_lettered,
  dropped,
  unfinished,  ///< inside when the run ended
  count
};
inline constexpr std::size_t trace_classes = static_cast<std::size_t>(TraceClass::count);

struct TraceRequest {
  std::uint32_t workload = 0;  ///< into TraceRecord::entities
  std::uint64_t number = 0;    ///< in the order of arrival in its workload, from 0
  TraceClass kept_as = TraceClass::unfinished;
  std::uint32_t spans_left_out = 0;  ///< beyond what one request may have
  std::vector<TraceSpan> spans;      ///< the first is the request; each after its parent
};

struct TraceEntity {
  enum class Kind : std::uint8_t { workload, service, queue, consumer };
  Kind kind = Kind::workload;
  std::string name;
  std::uint32_t replicas = 1;
};

/// Who calls whom.
struct TraceEdge {
  std::string name;          ///< "caller->callee"
  std::uint32_t callee = 0;  ///< into TraceRecord::entities
};

/// A number over time: `values[i]` at `TraceRecord::counter_times[i]`, before what happens then.
struct TraceCounter {
  std::string name;
  std::string unit;  ///< what is counted
  std::uint32_t entity = 0;
  std::vector<std::int64_t> values;
};

/// Of the requests that ended in one way, how many there were and how many are in the sample. Of
/// `slowest` there were as many as of ok and late together; those in it are not counted there
/// again.
struct TraceTally {
  std::uint64_t seen = 0;
  std::uint64_t kept = 0;
};

struct TraceRecord {
  std::string variant;
  std::uint64_t seed = 0;
  Instant end{};         ///< of the run
  bool partial = false;  ///< stopped before its end
  std::vector<TraceEntity> entities;
  std::vector<TraceEdge> edges;
  std::vector<std::string> error_codes;  ///< their names
  std::vector<TraceRequest> requests;    ///< by arrival, workload and number
  std::vector<TraceTally> tallies;       ///< by TraceClass; of all requests, the warm-up included
  std::uint64_t unwatched = 0;  ///< requests that came while too many spans were held already
  std::vector<Instant> counter_times;
  std::vector<TraceCounter> counters;
  std::uint64_t counters_left_out = 0;  ///< beyond the most that are taken
};

/// As in a file: "bulkhead_wait", "rejected_queue". Of all enumerators but `count`.
[[nodiscard]] const char* name_of(SpanKind kind) noexcept;
[[nodiscard]] const char* name_of(SpanEnd end) noexcept;
[[nodiscard]] const char* name_of(SpanCause cause) noexcept;
[[nodiscard]] const char* name_of(TraceClass kept_as) noexcept;
/// Whether it is what a user would call a failure.
[[nodiscard]] bool is_failure(SpanEnd end) noexcept;

}  // namespace squall::metrics
