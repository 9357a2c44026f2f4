#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "squall/scenario/import/outcomes.hpp"
#include "squall/scenario/import/reading.hpp"

/// What Envoy and Istio, which is Envoy underneath, have in common.
namespace squall::scenario {

/// Routes that one import reads, each with each of its targets.
inline constexpr std::size_t routes_max = 10'000;

/// The limits of a cluster, or of a destination.
struct MeshLimits {
  static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();
  Sourced<std::uint32_t> connections;
  Sourced<std::uint32_t> pending;
  Sourced<std::uint32_t> requests;
  Sourced<std::uint32_t> retries;
  /// In place of `retries` where one of the two is there.
  std::optional<Sourced<double>> budget_percent;
  std::optional<Sourced<std::uint32_t>> budget_min;
  bool http2 = false;  ///< requests share connections
};

/// Who retries, as far as that is said in one place.
struct MeshRetry {
  std::uint32_t retries = 0;  ///< in addition to the first; 0: never
  Origin retries_origin;
  Outcomes on;
  Origin on_origin;
  Duration base = std::chrono::milliseconds{25};
  Origin base_origin;
  Duration max{0};  ///< 0: ten times the base
  Origin max_origin;
  bool pushback = false;  ///< what the callee says about waiting counts
  Origin pushback_origin = by_default("Envoy does so only with rate_limited_retry_back_off");
};

/// The value of a field or the default.
[[nodiscard]] Sourced<std::uint32_t> limit_of(Reading& reading, const std::optional<Field>& field,
                                              std::uint32_t otherwise, std::string_view origin);

/// `retry`, or `hedge` in its place.
/// @param hedge_after  Envoy's hedge_on_per_try_timeout: the per-try timeout; 0: no hedging
void write_mesh_retry(PolicyDraft& draft, const MeshRetry& retry, Duration hedge_after,
                      const Origin& hedge_origin);
/// `outlier`, of a cluster with outlier_detection; nothing of others.
void write_envoy_outlier(Reading& reading, PolicyDraft& draft, const Field& cluster);
/// The same of a DestinationRule's outlierDetection.
void write_istio_outlier(Reading& reading, PolicyDraft& draft, const Field& detection);
/// A share as a scenario writes it.
[[nodiscard]] std::string percent_text(double percent);
/// `budget` where there are retries, `bulkhead` where there is a limit, `order`.
void write_mesh_limits(Reading& reading, PolicyDraft& draft, const MeshLimits& limits,
                       std::string_view product);

}  // namespace squall::scenario
