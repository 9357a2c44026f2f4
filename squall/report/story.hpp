#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/timeline.hpp"

/// What happened in a run, in words: where it began, what crossed its limit when, what fed it and
/// what stopped it. Computed from the run's timeline; the thresholds and their reasons stand in
/// story_signals.hpp, and in docs/report.md.
namespace squall::report {

struct StoryStep {
  enum class Kind : std::uint8_t {
    fault_begins,
    fault_ends,
    crosses_load,    ///< a service has more in service than it bears
    line_grows,      ///< requests wait for a service, or messages in a queue, far more than before
    crowd_grows,     ///< many more than before are in a service that takes in all
    queue_full,      ///< what comes is refused, or dropped, for want of room
    refuses,         ///< a service refuses what comes, though not for want of room in its line
    timeouts_begin,  ///< of a call
    errors_begin,    ///< of a call
    retries_feed,    ///< a call makes many more attempts than it has requests
    redeliveries_feed,  ///< the same of a queue's deliveries
    breaker_opens,
    breaker_closes,
    budget_empty,  ///< retries are denied for want of budget
    dead_letters,
    requests_hang,  ///< requests of a workload stay inside to the end of the run
    goodput_low,    ///< from the start on
    goodput_falls,
    goodput_recovers,
    never_recovers,
  };
  Instant at{};
  Kind kind = Kind::fault_begins;
  std::string subject;  ///< "service.bank", "call.a->b", "queue.orders", "workload.w", "fault.f"
  std::string text;     ///< a sentence with the figures
  double value = 0.0;
  std::string unit;  ///< of the value: "load", "requests", "share", "attempts per request", ...
};

/// "crosses_load" and so on.
[[nodiscard]] const char* text_of(StoryStep::Kind kind);

struct Story {
  std::string headline;               ///< the conclusion in a sentence
  std::optional<std::string> origin;  ///< where it began: "service.bank"
  std::vector<StoryStep> steps;       ///< by time; at most story_steps_max
  std::string fed_by;                 ///< which policy fed it, and how much; empty if none did
  std::string stopped_by;             ///< what stopped it; empty if nothing did, or nothing began
};

inline constexpr std::size_t story_steps_max = 20;

/// The story of one run. The finer the timeline, the closer the times.
/// @param record  of the same run; the headline has its totals
[[nodiscard]] Story tell_story(const metrics::Timeline& timeline, const metrics::RunRecord& record);

}  // namespace squall::report
