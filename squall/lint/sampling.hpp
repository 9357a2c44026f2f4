#pragma once

#include <optional>
#include <vector>

#include "squall/lint/call_graph.hpp"
#include "squall/lint/estimates.hpp"

namespace squall::lint {

/// Times of a request, drawn; what has no closed form is read off them.
class SampledTimes {
 public:
  /// REQUIRES at least one.
  explicit SampledTimes(std::vector<double> drawn);

  /// The smallest of them that a share `p` does not exceed, in nanoseconds.
  [[nodiscard]] double quantile(double p) const noexcept;
  /// The share above `ns`.
  [[nodiscard]] double share_above(double ns) const noexcept;
  [[nodiscard]] double mean() const noexcept;
  /// Whether all are the same: then nothing about them is an estimate.
  [[nodiscard]] bool is_exact() const noexcept { return sorted_.front() == sorted_.back(); }

 private:
  std::vector<double> sorted_;
};

/// Draws times from a fixed seed, so that the same scenario always gives the same findings.
/// Neither waiting in lines nor retries are in them; a timeout cuts them short.
class Sampling {
 public:
  static constexpr std::size_t draws = 4'096;

  Sampling(const CallGraph& graph, const Estimates& estimates)
      : graph_(graph), estimates_(estimates) {}

  /// Of one attempt, there and back. Nothing where that would take too many draws: there is a bound
  /// for each request, and one for all that are asked for.
  [[nodiscard]] std::optional<SampledTimes> attempt(EdgeIndex edge);
  /// Of one attempt at a service that does not fail by itself, there and back, as long as it takes
  /// where nobody gives it up. Otherwise as attempt().
  [[nodiscard]] std::optional<SampledTimes> good_attempt(EdgeIndex edge);
  /// Of one message in its handler.
  [[nodiscard]] std::optional<SampledTimes> handler(scenario::Index consumer);

 private:
  /// @param calls  those of one request.
  [[nodiscard]] bool afford(double calls);

  const CallGraph& graph_;
  const Estimates& estimates_;
  double spent_ = 0.0;
};

}  // namespace squall::lint
