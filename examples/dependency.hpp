#pragma once

#include <chrono>

#include "squall/guard/guard.hpp"
#include "squall/guard/steady_time.hpp"

/// What the examples share: a dependency that answers as it is told, and the time.
namespace example {

using Clock = std::chrono::steady_clock;

inline squall::Instant now() { return squall::guard::instant_of(Clock::now()); }

/// What the dependency does with an attempt.
struct Reply {
  std::chrono::milliseconds after{5};
  bool fails = false;
};

/// How an attempt ends that was not given up.
inline squall::policy::Outcome outcome_of(const Reply& reply) {
  squall::policy::Outcome outcome;
  if (reply.fails) outcome.kind = squall::policy::OutcomeKind::error;
  return outcome;
}

/// The bulkhead outside the breaker: what it refuses says nothing about the dependency. The other
/// way round, as by default, a burst that fills it would open the breaker.
inline void put_bulkhead_outside_breaker(squall::policy::PolicyOptions& options) {
  using squall::policy::Layer;
  options.order = {Layer::retry, Layer::bulkhead, Layer::breaker, Layer::timeout};
}

}  // namespace example
