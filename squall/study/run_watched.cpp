#include "squall/study/run_watched.hpp"

#include "squall/study/watched_run.hpp"

namespace squall::study {

namespace {

void hand_over_trace(WatchedRun& watched, const metrics::RunRecord& record, const Watch& watch) {
  if (watch.traced == nullptr) return;
  *watch.traced = watched.run().take_trace();
  (*watch.traced)->variant = record.variant;
  (*watch.traced)->partial = record.cut;
}

}  // namespace

Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                       const std::string& variant, const Watch& watch) {
  WatchedRun watched(scenario, variant, watch);
  if (watch.traced != nullptr) watched.run().trace(*watch.trace);
  const Result<WatchedRun::Pause> pause = watched.run_until(never);
  if (!pause) return fail(pause.error());
  metrics::RunRecord record =
      *pause == WatchedRun::Pause::stopped ? watched.run().result_so_far() : watched.run().result();
  hand_over_trace(watched, record, watch);
  return record;
}

}  // namespace squall::study
