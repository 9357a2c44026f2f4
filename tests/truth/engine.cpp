#include "tests/truth/engine.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "squall/base/time.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"

namespace truth {
namespace {

using squall::metrics::RunRecord;
using squall::scenario::Bundle;
using squall::scenario::Node;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

template <typename T>
T or_give_up(squall::Result<T> result) {
  if (!result) give_up(result.error().text());
  return std::move(*result);
}

Bundle load(const std::string& yaml, const std::string& file, const Overrides& overrides) {
  Node document = or_give_up(squall::scenario::parse_yaml(yaml, file));
  for (const auto& [path, value] : overrides) {
    const auto applied = squall::scenario::apply_override(
        document, path, or_give_up(squall::scenario::parse_yaml(value, "--set")));
    if (!applied) give_up(applied.error().text());
  }
  return or_give_up(squall::scenario::build(document, {}));
}

template <typename Record>
const Record& named(const std::vector<Record>& records, std::string_view name) {
  for (const Record& record : records) {
    if (record.name == name) return record;
  }
  give_up("no record of " + std::string(name));
}

}  // namespace

Bundle shipped(const std::string& name, const Overrides& overrides) {
  const std::string path = SQUALL_SOURCE_DIR "/scenarios/" + name + ".yaml";
  std::ifstream file(path);
  if (!file) give_up("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return load(text.str(), path, overrides);
}

Bundle scenario_of(const std::string& yaml, const Overrides& overrides) {
  return load(yaml, "inline", overrides);
}

RunRecord run(Bundle bundle, std::uint64_t seed, std::string_view variant) {
  squall::scenario::Scenario* chosen = variant.empty() ? &bundle.base : nullptr;
  for (auto& candidate : bundle.variants) {
    if (candidate.name == variant) chosen = &candidate.scenario;
  }
  if (chosen == nullptr) give_up("no variant " + std::string(variant));
  chosen->seed = seed;
  return or_give_up(squall::study::run(*chosen, std::string(variant)));
}

const squall::metrics::WorkloadRecord& workload(const RunRecord& record, std::string_view name) {
  return named(record.workloads, name);
}
const squall::metrics::CallRecord& call(const RunRecord& record, std::string_view name) {
  return named(record.calls, name);
}
const squall::metrics::ServiceRecord& service(const RunRecord& record, std::string_view name) {
  return named(record.services, name);
}
const squall::metrics::QueueRecord& queue(const RunRecord& record, std::string_view name) {
  return named(record.queues, name);
}

double rate_at_the_end(const RunRecord& record, squall::metrics::SeriesColumn column,
                       squall::Duration window) {
  const auto& series = record.series;
  const auto from = static_cast<std::size_t>((record.simulated - window) / series.interval());
  std::int64_t sum = 0;
  for (std::size_t row = from; row < series.rows(); ++row) {
    sum += series.at(row, static_cast<std::size_t>(column));
  }
  const squall::Duration covered =
      record.simulated - series.interval() * static_cast<std::int64_t>(from);
  return static_cast<double>(sum) / (squall::to_ms(covered) / 1000.0);
}

double quantile_ms(const squall::metrics::Histogram& histogram, double q) {
  const auto value = histogram.quantile(q);
  return value ? squall::to_ms(*value) : 0.0;
}

}  // namespace truth
