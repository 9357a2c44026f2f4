#include "squall/lint/sampling.hpp"

#include <algorithm>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/base/random.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/policy_shape.hpp"

namespace squall::lint {
namespace {

using scenario::Index;
using scenario::Target;

constexpr RandomKey seed{0x5173'6c6c'6c69'6e74ULL};

/// Samplers are made once and not for each draw: an empirical one has a table.
class Drawing {
 public:
  Drawing(const CallGraph& graph, Rng& rng) : graph_(graph), rng_(rng) {}

  double attempt(EdgeIndex e) {
    const scenario::Call& call = *graph_.edges()[e].call;
    double time = draw(call.network.latency);
    if (call.to.kind == Target::Kind::service) time += service(call.to.index);
    time += draw(call.network.latency);
    if (const scenario::Policy* policy = graph_.policy(e)) {
      time = std::min(time, ns_of(attempt_limit(policy->options)));
    }
    return time;
  }

  /// REQUIRES that the target is a service.
  double good_attempt(EdgeIndex e) {
    const scenario::Call& call = *graph_.edges()[e].call;
    const scenario::Service& callee = graph_.scenario().services[call.to.index];
    double time = draw(call.network.latency);
    time += draw(callee.latency);
    time += steps(graph_.service_vertex(call.to.index), callee.steps);
    return time + draw(call.network.latency);
  }

  double handler(Index index) {
    const scenario::Consumer& consumer = graph_.scenario().consumers[index];
    const double own = draw(consumer.latency);
    return own + steps(graph_.consumer_vertex(index), consumer.steps);
  }

 private:
  double service(Index index) {
    const scenario::Service& s = graph_.scenario().services[index];
    const double drawn = draw(s.latency);
    double reached = 0.0;
    const double u = s.failure.empty() ? 1.0 : rng_.uniform();
    for (const scenario::FailureMode& mode : s.failure) {
      reached += mode.p;
      if (u < reached) return mode.after ? ns_of(*mode.after) : drawn;
    }
    return drawn + steps(graph_.service_vertex(index), s.steps);
  }

  double steps(Vertex vertex, const std::vector<scenario::Step>& made) {
    double time = 0.0;
    std::size_t next = 0;
    for (const scenario::Step& step : made) {
      double longest = 0.0;
      for (std::size_t c = 0; c < step.calls.size(); ++c) {
        const EdgeIndex e = graph_.calls(vertex)[next++];
        if (!graph_.closes_cycle(e)) longest = std::max(longest, attempt(e));
      }
      time += longest;
    }
    return time;
  }

  double draw(const DistributionSpec& spec) {
    const Sampler* found = nullptr;
    for (const auto& [known, sampler] : samplers_) {
      if (known == &spec) found = &sampler;
    }
    if (found == nullptr) {
      samplers_.emplace_back(&spec, Sampler(spec));
      found = &samplers_.back().second;
    }
    return ns_of((*found)(rng_));
  }

  const CallGraph& graph_;
  Rng& rng_;
  std::vector<std::pair<const DistributionSpec*, Sampler>> samplers_;
};

template <typename Draw>
SampledTimes sampled(const CallGraph& graph, std::uint64_t name, Draw draw) {
  Rng rng = seed.with(name).rng();
  Drawing drawing(graph, rng);
  std::vector<double> times(Sampling::draws);
  for (double& time : times) time = draw(drawing);
  return SampledTimes(std::move(times));
}

}  // namespace

SampledTimes::SampledTimes(std::vector<double> drawn) : sorted_(std::move(drawn)) {
  SQUALL_CHECK(!sorted_.empty(), "no times were drawn");
  std::sort(sorted_.begin(), sorted_.end());
}

double SampledTimes::quantile(double p) const noexcept {
  const double rank = p * static_cast<double>(sorted_.size());
  auto index = static_cast<std::size_t>(rank);
  if (static_cast<double>(index) == rank && index > 0) --index;
  return sorted_[std::min(index, sorted_.size() - 1)];
}

double SampledTimes::share_above(double ns) const noexcept {
  const auto above = sorted_.end() - std::upper_bound(sorted_.begin(), sorted_.end(), ns);
  return static_cast<double>(above) / static_cast<double>(sorted_.size());
}

double SampledTimes::mean() const noexcept {
  double sum = 0.0;
  for (const double time : sorted_) sum += time;
  return sum / static_cast<double>(sorted_.size());
}

bool Sampling::afford(double calls) {
  constexpr double calls_max = 64.0;  // of one request; also a bound on the depth of recursion
  constexpr double in_all_max = 4'000.0;
  if (calls > calls_max || spent_ + calls > in_all_max) return false;
  spent_ += calls + 1.0;
  return true;
}

std::optional<SampledTimes> Sampling::attempt(EdgeIndex edge) {
  if (!afford(1.0 + estimates_.work[graph_.target(edge)].calls_below)) return std::nullopt;
  return sampled(graph_, entity_id(graph_.edges()[edge].name),
                 [edge](Drawing& drawing) { return drawing.attempt(edge); });
}

std::optional<SampledTimes> Sampling::good_attempt(EdgeIndex edge) {
  if (!afford(1.0 + estimates_.work[graph_.target(edge)].calls_below)) return std::nullopt;
  return sampled(graph_, entity_id(graph_.edges()[edge].name),
                 [edge](Drawing& drawing) { return drawing.good_attempt(edge); });
}

std::optional<SampledTimes> Sampling::handler(Index consumer) {
  if (!afford(estimates_.work[graph_.consumer_vertex(consumer)].calls_below)) return std::nullopt;
  return sampled(graph_, entity_id(graph_.scenario().consumers[consumer].name),
                 [consumer](Drawing& drawing) { return drawing.handler(consumer); });
}

}  // namespace squall::lint
