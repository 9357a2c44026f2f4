#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "squall/model/engine.hpp"

namespace squall::model {

/// Reads what is alive in a run.
struct Inspector {
  /// Service times by what they were drawn for: which work, at which service.
  using ServiceTimes = std::map<std::pair<std::uint64_t, std::uint32_t>, Duration>;
  /// Arrivals by workload and by what names the draws of the request.
  using Arrivals = std::map<std::pair<std::uint32_t, std::uint64_t>, Instant>;

  /// Collects the drawn service time of every work in service, and says which of them is of a
  /// second or later attempt. REQUIRES services that faults may look into: of others it is not
  /// kept.
  static void collect(const Engine& engine, ServiceTimes& times, ServiceTimes& retried) {
    engine.frames_.for_each([&](Slot slot, const Frame& work) {
      if (!work.has_work() || work.work_kind != WorkKind::service || !work.priced) return;
      const std::uint32_t service = engine.topology_.replica_service[engine.place_of(work)];
      ASSERT_TRUE(engine.service_states_[service].knows_inside);
      const std::pair key{engine.work_lineage(work), service};
      const bool waits = work.work_state == WorkState::queued;
      const Duration time = waits ? work.service_time() : engine.ends_[slot] - work.begun;
      times[key] = time;
      if (work.has_call() && work.attempts > 1) retried[key] = time;
    });
  }
  static void collect(const Engine& engine, Arrivals& arrivals) {
    engine.events_.for_each([&](Slot, const Event& event) {
      arrivals[{event.workload, event.lineage}] = event.arrived;
    });
    engine.frames_.for_each([&](Slot, const Frame& call) {
      if (!call.has_call() || call.owner_kind != OwnerKind::user) return;
      arrivals[{engine.topology_.edges[call.edge].caller, call.lineage}] = call.started;
    });
  }
};

}  // namespace squall::model
