#include "bench/support/scenario_run.hpp"

#include <bit>
#include <fstream>
#include <sstream>
#include <utility>

#include "squall/model/model.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::bench {
namespace {

using Status = model::Model::Status;

/// Between two looks at the clock, and between two reports of progress as the command makes them.
constexpr std::uint64_t events_at_once = 100'000;

/// Runs to the end. False when it gave up.
bool run_to_end(benchmark::State& state, model::Model& model) {
  for (;;) {
    const Result<Status> status = model.run(events_at_once);
    if (!status) give_up(state, status.error().text());
    if (!status) return false;
    if (*status == Status::done) return true;
  }
}

}  // namespace

std::string scenario_file(const std::string& name) {
  return std::string(SQUALL_SOURCE_DIR "/bench/scenarios/") + name + ".yaml";
}

Result<std::string> text_of_file(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(Error{.message = "cannot be read", .file = path});
  return text.str();
}

Result<scenario::Bundle> load(const std::string& text,
                              const std::vector<std::string>& assignments) {
  Result<scenario::Node> document = scenario::parse_yaml(text, "benchmark");
  if (!document) return fail(document.error());
  for (const std::string& assignment : assignments) {
    const auto parts = scenario::split_assignment(assignment);
    if (!parts) return fail(parts.error());
    Result<scenario::Node> value = scenario::parse_yaml(parts->second, assignment);
    if (!value) return fail(value.error());
    const Result<void> applied =
        scenario::apply_override(*document, parts->first, std::move(*value));
    if (!applied) return fail(applied.error());
  }
  return scenario::build(*document, {});
}

Result<scenario::Bundle> load_file(const std::string& name,
                                   const std::vector<std::string>& assignments) {
  const Result<std::string> text = text_of_file(scenario_file(name));
  if (!text) return fail(text.error());
  return load(*text, assignments);
}

std::unique_ptr<metrics::RunRecord> time_run(benchmark::State& state,
                                             const Result<scenario::Bundle>& bundle) {
  if (!bundle) {
    give_up(state, bundle.error().text());
    return nullptr;
  }
  std::unique_ptr<metrics::RunRecord> record;
  for (auto _ : state) {
    model::Model model(bundle->base);
    if (!run_to_end(state, model)) return nullptr;
    record = std::make_unique<metrics::RunRecord>(model.result());
  }
  return record;
}

std::unique_ptr<metrics::RunRecord> time_run_from(benchmark::State& state,
                                                  const Result<scenario::Bundle>& bundle,
                                                  Duration warm) {
  if (!bundle) {
    give_up(state, bundle.error().text());
    return nullptr;
  }
  model::Model model(bundle->base);
  while (model.now() < Instant{warm}) {
    // Few at a time, so as not to run past it.
    const Result<Status> status = model.run(100);
    if (!status || *status == Status::done) {
      give_up(state, status ? "over before it was warm" : status.error().text());
      return nullptr;
    }
  }
  for (auto _ : state) {
    if (!run_to_end(state, model)) return nullptr;
  }
  return std::make_unique<metrics::RunRecord>(model.result());
}

void show_memory(benchmark::State& state, const metrics::RunRecord& record) {
  state.counters["bytes_per_request"] = static_cast<double>(record.engine.memory_bytes_max) /
                                        static_cast<double>(record.engine.requests_inside_max);
  state.counters["inside"] = record.services[0].mean_in_system;
}

WorkHash hash_of(const metrics::RunRecord& record) {
  WorkHash hash;
  hash.add(record.simulated.count());
  for (const metrics::WorkloadRecord& workload : record.workloads) {
    hash.add(workload.offered).add(workload.ok).add(workload.late).add(workload.failed);
    hash.add(workload.rejected).add(workload.unfinished);
    hash.add(std::bit_cast<std::uint64_t>(workload.latency.mean_ns()));
  }
  for (const metrics::CallRecord& call : record.calls) {
    hash.add(call.requests).add(call.attempts).add(call.timeouts).add(call.retries);
  }
  return hash;
}

}  // namespace squall::bench
