#pragma once

#include <cstddef>
#include <cstdint>

namespace squall::model {

/// How much of a traced run is kept, and what may be held while it goes on.
struct TraceOptions {
  /// Of each workload so many requests of every way to end, so many of the slowest, and so many of
  /// an even sample of the rest, at most. At least 1.
  std::size_t requests_each = 100;
  /// Of each request, at most; what comes after is counted and left out. At least 1.
  std::uint32_t spans_of_request_max = 1'000;
  /// Held at one time, of requests under way and of those kept, 48 bytes each. Above half of it
  /// requests that arrive are not watched; at all of it no span is added.
  std::uint64_t spans_max = 4'000'000;
  /// Of each counter; between so many and twice as many where the run is long enough.
  std::size_t counter_points = 1'000;
  /// Taken, in the order of services, queues, calls.
  std::size_t counters_max = 1'000;
};

}  // namespace squall::model
