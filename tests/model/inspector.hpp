#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "squall/model/engine.hpp"

namespace squall::model {

/// Reads what is alive in a run.
struct Inspector {
  /// Service times by what they were drawn for: which work, at which service.
  using ServiceTimes = std::map<std::pair<std::uint64_t, std::uint32_t>, Duration>;
  /// Arrivals by workload and number.
  using Arrivals = std::map<std::pair<std::uint32_t, std::uint64_t>, Instant>;

  /// Collects the drawn service time of every work in service, and says which of them is of a
  /// second or later attempt.
  static void collect(const Engine& engine, ServiceTimes& times, ServiceTimes& retried) {
    engine.works_.for_each([&](Slot, const Work& work) {
      if (work.kind != Work::Kind::service || !work.priced) return;
      const std::uint32_t service = engine.topology_.replica_service[work.place];
      times[{work.lineage, service}] = work.service_time;
      if (work.caller != no_slot && engine.calls_[work.caller].attempts > 1) {
        retried[{work.lineage, service}] = work.service_time;
      }
    });
  }
  static void collect(const Engine& engine, Arrivals& arrivals) {
    engine.requests_.for_each([&](Slot, const Request& request) {
      arrivals[{request.workload, request.number}] = request.arrived;
    });
  }
};

}  // namespace squall::model
