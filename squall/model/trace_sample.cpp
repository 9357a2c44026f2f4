#include "squall/model/trace_sample.hpp"

#include <algorithm>
#include <tuple>

namespace squall::model {

using metrics::TraceClass;

namespace {

bool has_smaller_key(const TraceCandidate& a, const TraceCandidate& b) {
  return std::tie(a.key, a.number) < std::tie(b.key, b.number);
}

bool took_longer(const TraceCandidate& a, const TraceCandidate& b) {
  return a.sojourn != b.sojourn ? a.sojourn > b.sojourn : has_smaller_key(a, b);
}

}  // namespace

TraceSample::TraceSample(std::size_t workloads, std::size_t each)
    : each_(each), reservoirs_(workloads * metrics::trace_classes) {}

template <typename IsBetter>
std::optional<TraceCandidate> TraceSample::put(Reservoir& into, TraceCandidate candidate,
                                               IsBetter is_better) {
  if (into.size() == each_) {
    if (!is_better(candidate, into.front())) return candidate;
    std::pop_heap(into.begin(), into.end(), is_better);
    std::swap(into.back(), candidate);
    std::push_heap(into.begin(), into.end(), is_better);
    return candidate;
  }
  into.push_back(candidate);
  std::push_heap(into.begin(), into.end(), is_better);
  return std::nullopt;
}

std::optional<TraceCandidate> TraceSample::offer(TraceCandidate candidate) {
  if (candidate.kind == TraceClass::ok || candidate.kind == TraceClass::late) {
    const std::optional<TraceCandidate> other =
        put(reservoir(candidate.workload, TraceClass::slowest), candidate, took_longer);
    if (!other) return std::nullopt;
    candidate = *other;
  }
  return put(reservoir(candidate.workload, candidate.kind), candidate, has_smaller_key);
}

std::vector<TraceSample::Kept> TraceSample::kept() const {
  std::vector<Kept> all;
  for (std::size_t r = 0; r < reservoirs_.size(); ++r) {
    const auto as = static_cast<TraceClass>(r % metrics::trace_classes);
    for (const TraceCandidate& request : reservoirs_[r]) all.push_back({request, as});
  }
  return all;
}

}  // namespace squall::model
