#include "squall/study/run_watched.hpp"

#include "squall/model/model.hpp"
#include "squall/study/warmup.hpp"

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

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes / 1'000'000) + " MB"; }

std::string so_far(const model::Model& model) {
  return std::to_string(to_s(model.now().time_since_epoch())) + " s of virtual time";
}

Unexpected over_events(const model::Model& model, const std::string& variant,
                       std::uint64_t events_max) {
  return fail(
      Error{.message = "variant '" + variant + "' took " + std::to_string(model.events()) +
                       " events until " + so_far(model) + ", more than --max-events " +
                       std::to_string(events_max) +
                       " allows; raise it, or shorten 'duration', lower the rates or bound retries",
            .kind = Error::Kind::environment});
}

Unexpected over_memory(const model::Model& model, const std::string& variant, std::uint64_t in_use,
                       std::uint64_t bytes_max) {
  std::string message =
      "variant '" + variant + "' holds " + megabytes(model.memory_bytes()) + " at " + so_far(model);
  if (in_use > model.memory_bytes()) message += " and all runs under way " + megabytes(in_use);
  message += ", more than --max-memory " + megabytes(bytes_max) +
             " allows: requests come faster than they leave; give the queues a 'capacity' and the "
             "calls a 'timeout', shorten 'duration', or raise the limit";
  if (in_use > model.memory_bytes()) message += "; or use fewer --jobs";
  return fail(Error{.message = std::move(message), .kind = Error::Kind::environment});
}

bool is_set(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

void hand_over_trace(model::Model& model, const metrics::RunRecord& record, const Watch& watch) {
  if (watch.traced == nullptr) return;
  *watch.traced = model.take_trace();
  (*watch.traced)->variant = record.variant;
  (*watch.traced)->partial = record.cut;
}

}  // namespace

Result<metrics::RunRecord> run_watched(const scenario::Scenario& scenario,
                                       const std::string& variant, const Watch& watch) {
  MemoryShare memory(watch.memory_in_use);
  model::Model model(scenario);
  if (watch.traced != nullptr) model.trace(*watch.trace);
  for (;;) {
    if (watch.on_progress != nullptr) watch.on_progress(watch.context, model.progress());
    if (is_set(watch.stop) || is_set(watch.give_up)) {
      metrics::RunRecord record = model.result_so_far();
      record.variant = variant;
      note_warmup(scenario, record);
      record.is_steady = false;  // its end came when somebody stopped it
      record.cut = true;
      if (record.verdict.state != metrics::Verdict::State::no_fault) {
        record.verdict = {.state = metrics::Verdict::State::not_judged};
      }
      hand_over_trace(model, record, watch);
      return record;
    }
    // One more than is allowed, for a run that ends with its last one.
    const std::uint64_t left = watch.limits.events_max - model.events();
    const Result<model::Model::Status> status =
        model.run(left < events_between_looks ? left + 1 : events_between_looks);
    if (!status) return fail(status.error());
    if (model.events() > watch.limits.events_max) {
      return over_events(model, variant, watch.limits.events_max);
    }
    if (*status == model::Model::Status::done) break;
    const std::uint64_t in_use = memory.hold(model.memory_bytes());
    if (in_use > watch.limits.memory_bytes_max) {
      return over_memory(model, variant, in_use, watch.limits.memory_bytes_max);
    }
  }
  metrics::RunRecord record = model.result();
  record.variant = variant;
  note_warmup(scenario, record);
  hand_over_trace(model, record, watch);
  return record;
}

}  // namespace squall::study
