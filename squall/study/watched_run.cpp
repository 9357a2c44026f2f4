#include "squall/study/watched_run.hpp"

#include <utility>

namespace squall::study {

namespace {

bool is_set(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace

WatchedRun::WatchedRun(const scenario::Scenario& scenario, const std::string& variant,
                       const Watch& watch)
    : watch_(watch), run_(scenario, variant, watch.limits) {}

WatchedRun::~WatchedRun() { (void)hold(0); }

/// What the run holds, as a part of what all hold together.
/// @return what all hold now.
std::uint64_t WatchedRun::hold(std::uint64_t bytes) {
  if (watch_.memory_in_use == nullptr) return bytes;
  // The difference wraps where less is held than before, and so does the sum.
  const std::uint64_t difference = bytes - held_bytes_;
  held_bytes_ = bytes;
  return watch_.memory_in_use->fetch_add(difference, std::memory_order_relaxed) + difference;
}

Result<WatchedRun::Pause> WatchedRun::run_until(Instant until) {
  const model::Model& model = run_.model();
  for (;;) {
    const bool is_first_look = !has_looked_;
    if (is_first_look || model.events() - events_at_look_ >= events_between_looks) {
      has_looked_ = true;
      events_at_look_ = model.events();
      const std::uint64_t in_use = hold(run_.memory_bytes());
      if (!is_first_look) {
        const Result<void> fits = run_.check_memory(in_use);
        if (!fits) return fail(fits.error());
      }
      if (watch_.on_progress != nullptr) watch_.on_progress(watch_.context, model.progress());
      if (is_set(watch_.stop) || is_set(watch_.give_up)) return Pause::stopped;
    }
    const std::uint64_t to_look = events_at_look_ + events_between_looks - model.events();
    const Result<RunInSteps::Status> status = run_.step_until(until, to_look);
    if (!status) return fail(status.error());
    if (*status == RunInSteps::Status::done) return Pause::done;
    if (model.now() >= until) return Pause::reached;
  }
}

}  // namespace squall::study
