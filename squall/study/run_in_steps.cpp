#include "squall/study/run_in_steps.hpp"

#include <utility>

#include "squall/study/warmup.hpp"

namespace squall::study {

namespace {

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

}  // namespace

metrics::RunRecord as_part(metrics::RunRecord record) {
  record.is_steady = false;  // its end came when somebody stopped it
  record.cut = true;
  if (record.verdict.state != metrics::Verdict::State::no_fault) {
    record.verdict = {.state = metrics::Verdict::State::not_judged};
  }
  return record;
}

RunInSteps::RunInSteps(const scenario::Scenario& scenario, std::string variant,
                       const Limits& limits)
    : scenario_(scenario), variant_(std::move(variant)), limits_(limits), model_(scenario) {}

Result<RunInSteps::Status> RunInSteps::step(std::uint64_t events) {
  return step_until(never, events);
}

Result<RunInSteps::Status> RunInSteps::step_until(Instant until, std::uint64_t events) {
  // One more than is allowed, for a run that ends with its last one.
  const std::uint64_t left = limits_.events_max - model_.events();
  const Result<model::Model::Status> status =
      model_.run_until(until, left < events ? left + 1 : events);
  if (!status) return fail(status.error());
  if (model_.events() > limits_.events_max) {
    return over_events(model_, variant_, limits_.events_max);
  }
  return *status == model::Model::Status::done ? Status::done : Status::under_way;
}

Result<void> RunInSteps::check_memory(std::uint64_t in_use) const {
  if (in_use <= limits_.memory_bytes_max) return {};
  const std::uint64_t mine = memory_bytes();
  std::string message =
      "variant '" + variant_ + "' holds " + megabytes(mine) + " at " + so_far(model_);
  const bool mostly_looks = mine - model_.memory_bytes() > mine / 2;
  if (mostly_looks)
    message += ", most of it what is written down of the run for the page or the trace";
  if (in_use > mine) message += " and all runs under way " + megabytes(in_use);
  message += ", more than --max-memory " + megabytes(limits_.memory_bytes_max) + " allows: ";
  message +=
      mostly_looks
          ? "do without --html, ask for fewer --trace-requests, shorten 'duration', or raise "
            "the limit"
          : "requests come faster than they leave; give the queues a 'capacity' and the "
            "calls a 'timeout', shorten 'duration', or raise the limit";
  if (in_use > mine) message += "; or use fewer --jobs";
  return fail(Error{.message = std::move(message), .kind = Error::Kind::environment});
}

metrics::RunRecord RunInSteps::result() {
  metrics::RunRecord record = model_.result();
  record.variant = variant_;
  note_warmup(scenario_, record);
  return record;
}

metrics::RunRecord RunInSteps::result_so_far() const {
  metrics::RunRecord record = model_.result_so_far();
  record.variant = variant_;
  note_warmup(scenario_, record);
  return as_part(std::move(record));
}

}  // namespace squall::study
