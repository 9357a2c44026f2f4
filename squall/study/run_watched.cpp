#include "squall/study/run_watched.hpp"

#include "squall/study/watched_run.hpp"

namespace squall::study {

Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                       const std::string& variant, const Watch& watch) {
  WatchedRun watched(scenario, variant, watch);
  const Result<WatchedRun::Pause> pause = watched.run_until(never);
  if (!pause) return fail(pause.error());
  return *pause == WatchedRun::Pause::stopped ? watched.run().result_so_far()
                                              : watched.run().result();
}

}  // namespace squall::study
