#include "tests/study/support.hpp"

#include <stdexcept>
#include <utility>

#include "squall/report/json.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::test {

namespace {

std::vector<std::uint64_t> seeds_of(const scenario::Bundle& bundle) {
  std::vector<std::uint64_t> seeds;
  for (const study::Subject& subject : study::subjects_of(bundle)) {
    seeds.push_back(subject.scenario->seed);
  }
  return seeds;
}

}  // namespace

scenario::Bundle bundle_of(const std::string& yaml) {
  const Result<scenario::Node> document = scenario::parse_yaml(yaml, "test.yaml");
  if (!document) throw std::runtime_error(document.error().text());
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) throw std::runtime_error(bundle.error().text());
  return std::move(*bundle);
}

const std::string& storm() {
  static const std::string yaml = R"(
squall: 1
name: storm
seed: 11
duration: 2s
services:
  bank: {workers: 4, queue: {capacity: 30}, latency: {exponential: 10ms}, failure: 2%}
policies:
  client: {timeout: 60ms, retry: {max_attempts: 3, on: [timeout, error, rejected], backoff: {exponential: {base: 5ms, max: 50ms}, jitter: full}}}
workloads:
  shoppers: {to: bank, policy: client, objective: 100ms, arrivals: {poisson: 300/s}}
faults:
  slow: {at: 500ms, for: 300ms, on: service.bank, latency: x4}
variants:
  retrying: {}
  patient: {policies.client.timeout: 200ms}
  single: {policies.client.retry: null}
)";
  return yaml;
}

Recorder::Recorder(const scenario::Bundle& bundle, std::uint64_t enough)
    : builder(study::header_of(bundle.base), seeds_of(bundle)), enough_(enough) {}

void Recorder::take(std::vector<metrics::RunRecord> subjects) {
  replications.push_back(subjects);
  builder.add(std::move(subjects));
}

bool Recorder::is_enough() {
  looks.push_back(replications.size());
  return enough_ > 0 && replications.size() >= enough_;
}

std::string json_of(const scenario::Bundle& bundle, std::uint64_t replications, std::size_t jobs) {
  Recorder recorder(bundle);
  const Result<study::Completion> completion =
      study::replicate(study::subjects_of(bundle), {.count = replications, .jobs = jobs}, recorder);
  if (!completion) throw std::runtime_error(completion.error().text());
  return report::to_json(std::move(recorder.builder).finish());
}

}  // namespace squall::test
