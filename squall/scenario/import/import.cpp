#include "squall/scenario/import/import.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "squall/scenario/import/annotated_yaml.hpp"
#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/import/reading.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/names.hpp"

namespace squall::scenario {
namespace {

std::string_view what_is_missing(ImportFormat format) {
  switch (format) {
    case ImportFormat::envoy:
      return "holds no route and no cluster with circuit_breakers; is it a configuration of Envoy?";
    case ImportFormat::istio:
      return "holds no VirtualService and no DestinationRule; is it a configuration of Istio?";
    case ImportFormat::grpc:
      return "holds no methodConfig with a name; is it a service config of gRPC?";
    case ImportFormat::resilience4j:
      return "holds no instance of resilience4j's retry, circuitbreaker, bulkhead or timelimiter";
  }
  return {};
}

std::span<const Reason> reasons_of(ImportFormat format) {
  switch (format) {
    case ImportFormat::envoy:
      return envoy_reasons;
    case ImportFormat::istio:
      return istio_reasons;
    case ImportFormat::grpc:
      return grpc_reasons;
    case ImportFormat::resilience4j:
      return resilience4j_reasons;
  }
  return {};
}

std::vector<PolicyDraft> read(ImportFormat format, Reading& reading) {
  switch (format) {
    case ImportFormat::envoy:
      return read_envoy(reading);
    case ImportFormat::istio:
      return read_istio(reading);
    case ImportFormat::grpc:
      return read_grpc(reading);
    case ImportFormat::resilience4j:
      return read_resilience4j(reading);
  }
  return {};
}

/// Names that a scenario takes, each once.
void settle_names(std::vector<PolicyDraft>& policies) {
  std::set<std::string> taken;
  for (PolicyDraft& policy : policies) {
    const std::string wanted = usable_name(policy.name());
    std::string name = wanted;
    for (int number = 2; !taken.insert(name).second; ++number) {
      name = wanted + '-' + std::to_string(number);
    }
    policy.rename(std::move(name));
  }
}

void add_error_names(const Node& policy, std::set<std::string>& names) {
  constexpr std::array<std::string_view, 4> always = {"timeout", "error", "rejected",
                                                      "unavailable"};
  for (const char* part : {"retry", "hedge"}) {
    const Node* map = policy.find(part);
    const Node* on = map == nullptr ? nullptr : map->find("on");
    if (on == nullptr) continue;
    for (const Node& word : on->items) {
      if (std::find(always.begin(), always.end(), word.text) == always.end()) {
        names.insert(word.text);
      }
    }
  }
}

}  // namespace

std::string LeftOut::text() const {
  return Error{.message = reason, .file = file, .line = line, .key = path}.text();
}

const PolicyDraft* Imported::find(std::string_view name) const noexcept {
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [name](const PolicyDraft& one) { return one.name() == name; });
  return found == policies.end() ? nullptr : &*found;
}

Result<Imported> import_policies(ImportFormat format, std::vector<Node> documents) {
  if (documents.empty()) return fail(Error{.message = std::string(what_is_missing(format))});
  Imported imported;
  const std::string file = documents.front().file;
  if (format == ImportFormat::resilience4j) {
    Result<Node> merged = merge_spring_documents(std::move(documents), imported.left_out);
    if (!merged) return fail(merged.error());
    documents.clear();
    documents.push_back(std::move(*merged));
  }
  Reading reading(std::move(documents), reasons_of(format));
  imported.policies = read(format, reading);
  if (reading.failed()) return fail(reading.first_error());
  if (imported.policies.empty()) {
    return fail(Error{.message = std::string(what_is_missing(format)), .file = file});
  }
  settle_names(imported.policies);
  std::set<std::string> names;
  for (const PolicyDraft& policy : imported.policies) add_error_names(policy.node(), names);
  imported.error_names.assign(names.begin(), names.end());
  std::set<std::string> used;
  for (const PolicyDraft& policy : imported.policies) policy.add_places(used);
  for (LeftOut& one : reading.left_out(used)) imported.left_out.push_back(std::move(one));
  // What the product allows and a scenario does not is found by building it: each value knows the
  // file and line that it is from.
  const Result<Bundle> built = build(scenario_around(imported), FileReader{});
  if (!built) return fail(built.error());
  return imported;
}

}  // namespace squall::scenario
