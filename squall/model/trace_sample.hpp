#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/trace_record.hpp"

namespace squall::model {

/// A request that has ended, as the sample sees it.
struct TraceCandidate {
  std::uint32_t trace = 0;  ///< what the caller knows it by
  std::uint32_t workload = 0;
  std::uint64_t number = 0;
  std::uint64_t key = 0;  ///< random, and the request's own: the smallest are kept
  Duration sojourn{0};
  metrics::TraceClass kind = metrics::TraceClass::ok;  ///< not `slowest`
};

/// Which requests a traced run keeps: decided when they have ended, by what they were. Of each
/// workload and each way to end the same number at most: the slowest of those with an effect, and
/// of all others those with the smallest keys, which is a uniform sample without replacement that
/// does not depend on the order in which they end.
class TraceSample {
 public:
  /// @param each  of every kind and workload, at most; > 0
  TraceSample(std::size_t workloads, std::size_t each);

  /// @return the one that is out: another than `candidate`, it, or none.
  std::optional<TraceCandidate> offer(TraceCandidate candidate);

  struct Kept {
    TraceCandidate request;
    metrics::TraceClass as{};
  };
  /// All that are in, in no order that means anything.
  [[nodiscard]] std::vector<Kept> kept() const;

 private:
  /// A heap with the first to go on top.
  using Reservoir = std::vector<TraceCandidate>;

  [[nodiscard]] Reservoir& reservoir(std::uint32_t workload, metrics::TraceClass kind) {
    return reservoirs_[workload * metrics::trace_classes + static_cast<std::size_t>(kind)];
  }
  template <typename IsBetter>
  std::optional<TraceCandidate> put(Reservoir& into, TraceCandidate candidate, IsBetter is_better);

  std::size_t each_;
  std::vector<Reservoir> reservoirs_;
};

}  // namespace squall::model
