#include "squall/model/model.hpp"

#include <algorithm>
#include <cstdio>

#include "squall/base/check.hpp"
#include "squall/model/engine.hpp"
#include "squall/model/tracer.hpp"

namespace squall::model {

Model::Model(const scenario::Scenario& scenario)
    : scenario_(scenario), engine_(std::make_unique<Engine>(scenario)) {}

Model::~Model() = default;

void Model::trace(const TraceOptions& options) {
  SQUALL_CHECK(tracer_ == nullptr, "a run is traced once");
  tracer_ =
      std::make_unique<Tracer>(scenario_, engine_->topology(), engine_->now_ns_address(), options);
  engine_->trace_to(*tracer_);
}

metrics::TraceRecord Model::take_trace() {
  SQUALL_CHECK(tracer_ != nullptr, "a run that is traced");
  engine_->finish_trace();
  return tracer_->take_record();
}

Result<Model::Status> Model::run(std::uint64_t events_max) {
  return run_until(engine_->end(), events_max);
}

Result<Model::Status> Model::run_until(Instant until, std::uint64_t events_max) {
  const CheckContext context(scenario_.seed, engine_->now_ns_address());
  if (engine_->run_until(until, events_max)) return Status::running;
  if (!engine_->is_stuck()) return Status::done;
  const std::string instant = std::to_string(to_s(engine_->now().time_since_epoch())) + " s";
  Error error;
  if (const std::optional<std::uint32_t> workload = engine_->stuck_workload()) {
    error.key = "workloads." + scenario_.workloads[*workload].name;
    error.message =
        "its users send request after request at " + instant +
        " and time never passes, because they are answered at once; give the users a think "
        "time, or what answers them a latency";
  } else {
    error.key = "queues." + scenario_.queues[engine_->stuck_queue()].name;
    error.message = "its messages are handed back and redelivered over and over at " + instant +
                    " and time never passes; give the queue a redelivery delay or max_deliveries";
  }
  return fail(std::move(error));
}

bool Model::step() { return engine_->run(1); }

std::optional<std::string> Model::find_violation() const { return engine_->find_violation(); }

metrics::RunRecord Model::result() {
  engine_->finish();
  return result_so_far();
}

metrics::RunRecord Model::result_so_far() const {
  const CheckContext context(scenario_.seed, engine_->now_ns_address());
  if (const std::optional<std::string> violation = engine_->find_violation()) {
    std::fprintf(stderr, "squall: bug: %s\n", violation->c_str());
    SQUALL_CHECK(!violation, "the books do not add up");
  }
  return engine_->record();
}

void Model::sample(const metrics::Focus& focus, metrics::Sample& into) const {
  const CheckContext context(scenario_.seed, engine_->now_ns_address());
  engine_->sample(focus, into);
}

Instant Model::now() const noexcept { return engine_->now(); }

std::uint64_t Model::events() const noexcept { return engine_->events(); }

std::uint64_t Model::memory_bytes() const noexcept { return engine_->memory_bytes(); }

std::uint64_t Model::trace_memory_bytes() const noexcept {
  return tracer_ ? tracer_->memory_bytes() : 0;
}

double Model::progress() const noexcept {
  if (!scenario_.until_drained()) {
    return std::min(1.0, to_s(engine_->now().time_since_epoch()) / to_s(scenario_.duration));
  }
  double wanted = 0.0;
  for (const scenario::Workload& workload : scenario_.workloads) {
    if (workload.requests != scenario::unlimited)
      wanted += static_cast<double>(workload.requests);
    else if (const auto* trace = std::get_if<scenario::TraceArrivals>(&workload.arrivals)) {
      wanted += static_cast<double>(trace->times->size());
    }
  }
  return wanted > 0.0 ? std::min(1.0, static_cast<double>(engine_->offered()) / wanted) : 0.0;
}

}  // namespace squall::model
