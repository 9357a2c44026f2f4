#pragma once

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/work.hpp"
#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/scenario.hpp"

/// Scenarios as a user has them: text, through the ordinary loader, into an ordinary run.
namespace squall::bench {

/// The path of bench/scenarios/NAME.yaml.
[[nodiscard]] std::string scenario_file(const std::string& name);

/// The whole text of a file.
[[nodiscard]] Result<std::string> text_of_file(const std::string& path);

/// YAML text, with PATH=VALUE assignments as of --set, into a scenario.
[[nodiscard]] Result<scenario::Bundle> load(const std::string& text,
                                            const std::vector<std::string>& assignments = {});
/// The same from bench/scenarios/NAME.yaml.
[[nodiscard]] Result<scenario::Bundle> load_file(const std::string& name,
                                                 const std::vector<std::string>& assignments = {});

/// Times the run, from the making of the model to its record; loading comes before.
/// @return the record of the run; nothing when it gave up.
[[nodiscard]] std::unique_ptr<metrics::RunRecord> time_run(benchmark::State& state,
                                                           const Result<scenario::Bundle>& bundle);

/// Times only what comes after `warm` of virtual time; neither the making of the model nor that of
/// the record.
[[nodiscard]] std::unique_ptr<metrics::RunRecord> time_run_from(
    benchmark::State& state, const Result<scenario::Bundle>& bundle, Duration warm);

/// Sets the counters bytes_per_request, memory of the engine for each request inside, both at their
/// most, and inside, the time average of requests at the first service.
void show_memory(benchmark::State& state, const metrics::RunRecord& record);

/// How all requests ended and how long they took.
[[nodiscard]] WorkHash hash_of(const metrics::RunRecord& record);

}  // namespace squall::bench
