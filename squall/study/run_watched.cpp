#include "squall/study/run_watched.hpp"

#include "squall/study/warmup.hpp"
#include "squall/study/watched_model.hpp"

namespace squall::study {

Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                       const std::string& variant, const Watch& watch) {
  WatchedModel watched(scenario, variant, watch);
  const Result<WatchedModel::Pause> pause = watched.run_until(never);
  if (!pause) return fail(pause.error());
  const bool is_cut = *pause == WatchedModel::Pause::stopped;
  metrics::RunRecord record =
      is_cut ? watched.model().result_so_far() : watched.model().result();
  record.variant = variant;
  note_warmup(scenario, record);
  if (is_cut) {
    record.is_steady = false;  // its end came when somebody stopped it
    record.cut = true;
    if (record.verdict.state != metrics::Verdict::State::no_fault)
      record.verdict = {.state = metrics::Verdict::State::not_judged};
  }
  return record;
}

}  // namespace squall::study
