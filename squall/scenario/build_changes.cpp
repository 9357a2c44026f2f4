#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/overrides.hpp"
#include "squall/scenario/settings.hpp"

namespace squall::scenario {
namespace {

constexpr std::size_t changes_max = 1'000;

/// Where the settings of a fault stand in the document.
struct Setter {
  const Fault* fault = nullptr;
  const Node* settings = nullptr;

  [[nodiscard]] Instant end() const { return later(fault->at, fault->length); }
};

std::vector<Setter> find_setters(const Node& document, const Scenario& scenario) {
  std::vector<Setter> setters;
  const Node* faults = document.find("faults");
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Node* settings = faults->members[i].value.find("set");
    if (settings != nullptr) setters.push_back({&scenario.faults[i], settings});
  }
  // Where two set the same, the one that began later has the last word.
  std::sort(setters.begin(), setters.end(), [](const Setter& a, const Setter& b) {
    return a.fault->at != b.fault->at ? a.fault->at < b.fault->at : a.fault < b.fault;
  });
  return setters;
}

void add_error(const Node& document, const Setter& setter, const Node::Member& setting,
               const std::string& message, Errors& errors) {
  const Node& value = setting.value;
  errors.add(Error{.message = message,
                   .file = value.file.empty() ? document.file : value.file,
                   .line = setting.line,
                   .key = "faults." + setter.fault->name + ".set." + setting.key});
}

/// The document with the settings of all faults that are in force at `now`.
/// @param last  the setting applied last, for messages.
Node document_at(Instant now, const Node& document, const std::vector<Setter>& setters,
                 const Setter** last, Errors& errors) {
  Node changed = document;
  for (const Setter& setter : setters) {
    if (setter.fault->at > now || setter.end() <= now) continue;
    for (const Node::Member& setting : setter.settings->members) {
      Node value = setting.value;
      value.line = setting.line;
      const Result<void> applied = apply_override(changed, setting.key, std::move(value));
      if (!applied) add_error(document, setter, setting, applied.error().message, errors);
    }
    *last = &setter;
  }
  return changed;
}

/// The setting that makes the difference at `path`: one that reaches it or into it, or the first.
const Node::Member& culprit(const Setter& setter, std::string_view path) {
  for (const Node::Member& setting : setter.settings->members) {
    if (path.starts_with(setting.key) || setting.key.starts_with(path)) return setting;
  }
  return setter.settings->members.front();
}

std::shared_ptr<const Scenario> without_changes(Scenario scenario) {
  scenario.changes.clear();
  return std::make_shared<const Scenario>(std::move(scenario));
}

}  // namespace

void build_changes(const Node& document, Scenario& scenario, Errors& errors, FileCache& files) {
  const std::vector<Setter> setters = find_setters(document, scenario);
  if (setters.empty()) return;
  std::set<Instant> edges;
  for (const Setter& setter : setters) {
    edges.insert(setter.fault->at);
    if (setter.end() != never) edges.insert(setter.end());
  }
  if (edges.size() > changes_max) {
    add_error(document, setters.back(), setters.back().settings->members.front(),
              "more than " + grouped(changes_max) + " changes of settings in one run", errors);
    return;
  }
  for (const Instant edge : edges) {
    const Setter* last = nullptr;
    const Node changed = document_at(edge, document, setters, &last, errors);
    if (errors.any()) return;
    if (last == nullptr) {
      scenario.changes.push_back({edge, without_changes(scenario)});
      continue;
    }
    Errors found;
    Scenario settings = build_scenario(changed, found, files);
    if (found.any()) {
      Error error = found.first();
      error.message += " (as set by fault '" + last->fault->name + "')";
      errors.add(std::move(error));
      return;
    }
    if (const Result<void> fits = settings_compatible(scenario, settings); !fits) {
      const Node::Member& setting = culprit(*last, fits.error().key);
      const bool itself = setting.key == fits.error().key;
      add_error(document, *last, setting,
                (itself ? "" : "'" + fits.error().key + "' ") + fits.error().message, errors);
      return;
    }
    scenario.changes.push_back({edge, std::make_shared<const Scenario>(std::move(settings))});
  }
}

}  // namespace squall::scenario
