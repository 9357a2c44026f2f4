#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "squall/base/distribution.hpp"
#include "squall/policy/hedge.hpp"
#include "squall/policy/policy.hpp"
#include "squall/policy/retry.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::model {

/// The numbers a run goes by, made ready for the hot path. They may be exchanged in mid-run for
/// others of the same shape.
struct Settings {
  struct Edge {
    /// Those present, outermost first. The budget may stand around retries and around hedges.
    std::array<policy::Layer, policy::layer_names.size() + 2> layers{};
    std::uint8_t layer_count = 0;
    bool network_is_plain = false;  ///< constant and without loss: nothing is drawn
    Duration network_constant{0};   ///< where the network's latency is constant
    Duration deadline = forever;
    Duration timeout = forever;
    std::optional<policy::Retry> retry;
    std::optional<policy::Hedge> hedge;
    const policy::PolicyOptions* options = nullptr;  ///< null without a policy
    Sampler network_latency;
    double network_loss = 0.0;
    const scenario::Call* call = nullptr;
  };
  struct Service {
    std::uint64_t queue_capacity = scenario::unlimited;
    policy::AdmissionOptions admission;
    scenario::WhenCallerGone when_caller_gone = scenario::WhenCallerGone::finish;
    bool is_lifo = false;
    bool sheds = false;  ///< an arrival may be refused for more than want of room
    bool watches_line =
        false;  ///< who is next depends on how long the line has stood or one waited
    bool has_throttle = false;
    bool times_line = false;     ///< who waits in line too long is refused
    bool drops_waiting = false;  ///< who has waited too long may be refused in his turn
    bool prices_at_arrival = false;
    bool has_limiter = false;      ///< among its admission
    bool has_latency_only = true;  ///< but for faults: it never fails and does not get overloaded
    Sampler latency;
    double failure_sum = 0.0;
    const scenario::Service* options = nullptr;
  };
  struct Queue {
    const scenario::Queue* options = nullptr;
  };
  struct Consumer {
    Sampler latency;
    const scenario::Consumer* options = nullptr;
  };

  std::vector<Edge> edges;
  std::vector<Service> services;
  std::vector<Queue> queues;
  std::vector<Consumer> consumers;
};

/// The scenario must outlive the result.
[[nodiscard]] Settings settings_of(const scenario::Scenario& scenario);

}  // namespace squall::model
