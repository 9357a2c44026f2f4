#include "squall/study/watched_model.hpp"

#include <algorithm>
#include <utility>

namespace squall::study {

namespace {

/// Between two looks at the limits and two reports of progress: some milliseconds of work.
constexpr std::uint64_t events_between_looks = 100'000;

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

}  // namespace

WatchedModel::WatchedModel(const scenario::Scenario& scenario, const std::string& variant,
                           const Watch& watch)
    : variant_(variant), watch_(watch), model_(scenario) {}

WatchedModel::~WatchedModel() { (void)hold(0); }

/// What the run holds, as a part of what all hold together.
/// @return what all hold now.
std::uint64_t WatchedModel::hold(std::uint64_t bytes) {
  if (watch_.memory_in_use == nullptr) return bytes;
  // The difference wraps where less is held than before, and so does the sum.
  const std::uint64_t difference = bytes - held_bytes_;
  held_bytes_ = bytes;
  return watch_.memory_in_use->fetch_add(difference, std::memory_order_relaxed) + difference;
}

Result<WatchedModel::Pause> WatchedModel::run_until(Instant until) {
  for (;;) {
    const bool is_first_look = !has_looked_;
    if (is_first_look || model_.events() - events_at_look_ >= events_between_looks) {
      has_looked_ = true;
      events_at_look_ = model_.events();
      const std::uint64_t in_use = hold(model_.memory_bytes());
      if (!is_first_look && in_use > watch_.limits.memory_bytes_max)
        return over_memory(model_, variant_, in_use, watch_.limits.memory_bytes_max);
      if (watch_.on_progress != nullptr) watch_.on_progress(watch_.context, model_.progress());
      if (is_set(watch_.stop) || is_set(watch_.give_up)) return Pause::stopped;
    }
    const std::uint64_t to_look = events_at_look_ + events_between_looks - model_.events();
    // One more than is allowed, for a run that ends with its last one.
    const std::uint64_t left = watch_.limits.events_max - model_.events();
    const Result<model::Model::Status> status =
        model_.run_until(until, left < to_look ? left + 1 : to_look);
    if (!status) return fail(status.error());
    if (model_.events() > watch_.limits.events_max)
      return over_events(model_, variant_, watch_.limits.events_max);
    if (*status == model::Model::Status::done) return Pause::done;
    if (model_.now() >= until) return Pause::reached;
  }
}

}  // namespace squall::study
