#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/baseline/quad_heap.hpp"
#include "bench/baseline/random.hpp"

namespace squall::bench::baseline {

struct Mm1Result {
  std::uint64_t customers = 0;
  std::int64_t sojourn_ns = 0;  ///< of all of them, added up
  std::int64_t end_ns = 0;
};

/// One queue, one server, both exponential: what somebody writes who needs this model, today, and
/// nothing else. The limit that a general simulator is measured against.
[[nodiscard]] inline Mm1Result mm1_loop(std::uint64_t customers, double arrival_mean_ns,
                                        double service_mean_ns, std::uint64_t seed) {
  enum : std::uint64_t { arrival, completion };
  const Ziggurat ziggurat;
  Xoshiro random(seed);
  QuadHeap pending;
  std::vector<std::int64_t> line(1024);  // a ring of arrival times; the first is in service
  std::size_t first = 0;
  std::size_t length = 0;
  std::uint64_t arrived = 0;
  Mm1Result result;

  const auto after = [&](double mean_ns) { return exponential_ns(ziggurat, random, mean_ns); };
  pending.push({after(arrival_mean_ns), arrival});
  while (result.customers < customers) {
    const Entry event = pending.top();
    const std::int64_t now = event.time;
    switch (event.tag) {
      case arrival:
        if (length == line.size()) {
          std::vector<std::int64_t> longer(2 * length);
          for (std::size_t i = 0; i < length; ++i) longer[i] = line[(first + i) & (length - 1)];
          line.swap(longer);
          first = 0;
        }
        line[(first + length++) & (line.size() - 1)] = now;
        if (++arrived < customers) {
          pending.replace_top({now + after(arrival_mean_ns), arrival});
        } else {
          pending.pop();
        }
        if (length == 1) pending.push({now + after(service_mean_ns), completion});
        break;
      default:
        result.sojourn_ns += now - line[first];
        first = (first + 1) & (line.size() - 1);
        ++result.customers;
        if (--length > 0) {
          pending.replace_top({now + after(service_mean_ns), completion});
        } else {
          pending.pop();
        }
        result.end_ns = now;
    }
  }
  return result;
}

}  // namespace squall::bench::baseline
