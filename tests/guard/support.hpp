#pragma once

#include <chrono>
#include <cstdint>
#include <variant>

#include "squall/guard/guard.hpp"

namespace squall::guard {

using namespace std::chrono_literals;
using policy::Outcome;
using policy::OutcomeKind;
using policy::PolicyOptions;
using policy::RejectedBy;
using policy::RetryAfter;

inline constexpr Outcome succeeded{};
inline constexpr Outcome errored{.kind = OutcomeKind::error};

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

inline bool is_attempt(const Call& call) { return std::holds_alternative<Attempt>(call.step()); }

/// REQUIRES that the call has ended.
inline End end_of(const Call& call) { return std::get<End>(call.step()); }

/// Three attempts, 10 ms after the first failure and 20 ms after the second.
inline policy::RetryOptions three_attempts() {
  policy::RetryOptions retry;
  retry.backoff.base = 10ms;
  return retry;
}

/// Opens after two failures in a row, for a second.
inline policy::WindowBreakerOptions quick_breaker() {
  return {.window = 2, .failures = 2, .open_for = 1s};
}

/// The books of a guard with nothing under way.
inline bool is_balanced(const Census& census) {
  return census.calls_begun == census.calls_ended &&
         census.attempts_begun == census.attempts_ended &&
         census.retries_granted == census.retries_ended && census.concurrent == 0;
}

}  // namespace squall::guard
