#include "squall/study/run_watched.hpp"

#include "squall/study/run_in_steps.hpp"

namespace squall::study {

namespace {

/// Between two looks at the limits and two reports of progress: some milliseconds of work.
constexpr std::uint64_t events_between_looks = 100'000;

/// What a run holds, as a part of what all hold together.
class MemoryShare {
 public:
  explicit MemoryShare(std::atomic<std::uint64_t>* all) : all_(all) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { (void)hold(0); }

  /// @return what all hold now.
  std::uint64_t hold(std::uint64_t bytes) {
    if (all_ == nullptr) return bytes;
    // The difference wraps where less is held than before, and so does the sum.
    const std::uint64_t difference = bytes - mine_;
    mine_ = bytes;
    return all_->fetch_add(difference, std::memory_order_relaxed) + difference;
  }

 private:
  std::atomic<std::uint64_t>* all_;
  std::uint64_t mine_ = 0;
};

bool is_set(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace

Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                       const std::string& variant, const Watch& watch) {
  MemoryShare memory(watch.memory_in_use);
  RunInSteps run(scenario, variant, watch.limits);
  for (;;) {
    if (watch.on_progress != nullptr) watch.on_progress(watch.context, run.progress());
    if (is_set(watch.stop) || is_set(watch.give_up)) return run.result_so_far();
    const Result<RunInSteps::Status> status = run.step(events_between_looks);
    if (!status) return fail(status.error());
    if (*status == RunInSteps::Status::done) return run.result();
    const Result<void> fits = run.check_memory(memory.hold(run.memory_bytes()));
    if (!fits) return fail(fits.error());
  }
}

}  // namespace squall::study
