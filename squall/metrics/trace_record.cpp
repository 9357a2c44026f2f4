#include "squall/metrics/trace_record.hpp"

#include <array>
#include <cstddef>

namespace squall::metrics {

namespace {

constexpr std::array span_kinds = {
    "request",         "call",          "hedge",   "attempt",  "refusal", "denied_retry",
    "rate_limit_wait", "bulkhead_wait", "backoff", "fallback", "work",    "line",
    "service",         "pause",         "blocked", "message",  "ready",   "redelivery_delay",
    "delivery",
};
static_assert(span_kinds.size() == static_cast<std::size_t>(SpanKind::delivery) + 1);

constexpr std::array span_ends = {
    "unfinished",
    "over",
    "ok",
    "late",
    "error",
    "timeout",
    "deadline",
    "abandoned",
    "rejected_breaker",
    "rejected_bulkhead",
    "rejected_rate_limit",
    "rejected_throttle",
    "rejected_limiter",
    "rejected_queue",
    "rejected_admission",
    "denied_budget",
    "denied_deadline",
    "denied_pushback",
    "refused",
    "skipped",
    "expired",
    "cancelled",
    "lost",
    "acked",
    "dead_lettered",
    "dropped",
};
static_assert(span_ends.size() == static_cast<std::size_t>(SpanEnd::dropped) + 1);

constexpr std::array span_causes = {"none",    "retry",      "hedge",
                                    "message", "redelivery", "dead_letter"};
static_assert(span_causes.size() == static_cast<std::size_t>(SpanCause::dead_letter) + 1);

constexpr std::array classes = {"slowest", "ok",       "late",          "timeout", "deadline",
                                "error",   "rejected", "dead_lettered", "dropped", "unfinished"};
static_assert(classes.size() == trace_classes);

}  // namespace

const char* name_of(SpanKind kind) noexcept { return span_kinds[static_cast<std::size_t>(kind)]; }

const char* name_of(SpanEnd end) noexcept { return span_ends[static_cast<std::size_t>(end)]; }

const char* name_of(SpanCause cause) noexcept {
  return span_causes[static_cast<std::size_t>(cause)];
}

const char* name_of(TraceClass kept_as) noexcept {
  return classes[static_cast<std::size_t>(kept_as)];
}

bool is_failure(SpanEnd end) noexcept {
  switch (end) {
    case SpanEnd::unfinished:
    case SpanEnd::over:
    case SpanEnd::ok:
    case SpanEnd::late:
    case SpanEnd::acked:
    case SpanEnd::abandoned:
    case SpanEnd::cancelled:
      return false;
    default:
      return true;
  }
}

}  // namespace squall::metrics
