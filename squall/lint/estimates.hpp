#pragma once

#include <cstdint>
#include <vector>

#include "squall/lint/call_graph.hpp"

namespace squall::lint {

/// What the scenario states of times and failures, from the bottom up, in a system that is neither
/// overloaded nor hit by a fault. Waiting in lines is not counted, so times are lower bounds of the
/// mean. Times in nanoseconds; infinite where a distribution has no mean.
struct Estimates {
  struct Work {
    double time = 0.0;         ///< mean, from the beginning of service to the answer
    double held = 0.0;         ///< mean time that it holds a worker
    double failure = 0.0;      ///< share that ends with an error, that of failed calls included
    double own_failure = 0.0;  ///< the share that fails before it makes any call
    double calls_below = 0.0;  ///< calls of one request, all the way down
  };
  struct EdgeFigures {
    double attempt_time = 0.0;  ///< mean, network included; at most the timeout
    double retryable = 0.0;     ///< share of attempts that fail in a way that is retried
    double fatal = 0.0;         ///< share that fails in another way
    double call_failure = 0.0;  ///< share of calls that fail for good
    double attempts = 1.0;      ///< mean attempts of a call
    double reached = 1.0;       ///< share of the caller's requests that come to make the call
  };

  std::vector<Work> work;          ///< of each vertex; of a queue nothing
  std::vector<EdgeFigures> edges;  ///< of each edge
};

[[nodiscard]] Estimates estimate(const CallGraph& graph);

/// What comes of a call whose attempts fail so.
struct Trying {
  double attempts = 1.0;  ///< on average
  double failure = 0.0;   ///< share of calls that fail for good
};

/// @param retryable, fatal  shares of the attempts; together at most 1
/// @param most              attempts of one call
[[nodiscard]] Trying try_again(double retryable, double fatal, std::uint32_t most) noexcept;

/// Mean in nanoseconds; infinite where there is none.
[[nodiscard]] double mean_ns(const DistributionSpec& spec);

}  // namespace squall::lint
