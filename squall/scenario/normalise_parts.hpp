#pragma once

#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

/// The pieces that normalised() is made of; each is the inverse of its read_...() in
/// build_parts.hpp.
namespace squall::scenario {

[[nodiscard]] Node write_duration(Duration value);
[[nodiscard]] Node write_share(double value);
[[nodiscard]] Node write_distribution(const DistributionSpec& spec);
[[nodiscard]] Node write_network(const Network& network);
[[nodiscard]] Node write_steps(const std::vector<Step>& steps, const Scenario& scenario);
/// `policy`, and what of `network` the call itself says.
void write_call_options(const Call& call, const Scenario& scenario, Node& map);
[[nodiscard]] Node write_service(const Service& service, const Scenario& scenario);
/// @param whole  also `cap` and `unit` where they are as always; what a preset says of them must
/// not
///               hold when this is read again.
[[nodiscard]] Node write_backoff(const policy::BackoffOptions& options, bool whole = false);
/// REQUIRES that there is one. @param scenario  as of read_throttle().
[[nodiscard]] Node write_throttle(const policy::ThrottleOptions& options,
                                  const Scenario* scenario = nullptr);
[[nodiscard]] Node write_percent(double percent);
[[nodiscard]] Node write_retry_on(const policy::RetryOn& on, const Scenario& scenario);
[[nodiscard]] Node write_rate_limit(const policy::RateLimitOptions& options,
                                    const Scenario& scenario);
[[nodiscard]] Node write_limiter(const policy::LimiterOptions& options, const Scenario& scenario);
[[nodiscard]] Node write_policy(const policy::PolicyOptions& options, const Scenario& scenario);
[[nodiscard]] Node write_queue(const Queue& queue, const Scenario& scenario);
[[nodiscard]] Node write_consumer(const Consumer& consumer, const Scenario& scenario);
[[nodiscard]] Node write_arrivals(const Arrivals& arrivals);
[[nodiscard]] Node write_workload(const Workload& workload, const Scenario& scenario);
/// @param edges  edges_of(scenario), or empty where no fault falls on a call.
[[nodiscard]] Node write_fault(const Fault& fault, const Scenario& scenario,
                               const std::vector<Edge>& edges);

}  // namespace squall::scenario
