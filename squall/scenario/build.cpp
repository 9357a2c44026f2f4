#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/overrides.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint64_t format_version = 1;
constexpr std::size_t entities_max = 100'000;
constexpr std::size_t variants_max = 1'000;

/// The file's name without folder and extension.
std::string name_from_file(const std::string& file) {
  std::string name = file.substr(file.rfind('/') + 1);
  name = name.substr(0, name.find('.'));
  return objection_to_name(name).empty() ? name : std::string("scenario");
}

void read_format(MapReader& root) {
  const std::optional<Value> version = root.require("squall");
  if (!version) return;
  const std::uint64_t number = version->whole(0, unlimited);
  if (number != format_version && !version->errors().any()) {
    version->error("is version " + std::to_string(number) + " of the format; this program reads " +
                   std::to_string(format_version));
  }
}

std::string read_title(const Value& value) {
  constexpr std::size_t longest = 128;
  std::string name = value.text("a name");
  const bool printable = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (name.empty() || name.size() > longest || !printable) {
    value.must_be("a name of 1 to 128 bytes on one line");
  }
  return name;
}

void read_length(MapReader& root, Scenario& scenario) {
  const std::optional<Value> duration = root.find("duration");
  const std::optional<Value> until = root.find("until");
  if (duration) scenario.duration = read_positive_duration(*duration);
  if (until && !until->is_word("drained")) until->must_be("'drained'");
  if (duration && until) {
    until->error("cannot stand beside 'duration'; leave one of the two out");
  } else if (!duration && !until && root.is_map()) {
    root.finish();
    root.value().error("needs 'duration' (such as 60s), or 'until: drained'");
  }
  const std::optional<Value> warmup = root.find("warmup");
  scenario.warmup_auto = warmup && warmup->is_word("auto");
  if (scenario.warmup_auto && scenario.until_drained()) {
    warmup->error(
        "cannot be auto with 'until: drained': such a run begins and ends empty and has "
        "no steady state; give it a 'duration', or the warm-up as a time");
  }
  if (const auto& v = warmup; v && !scenario.warmup_auto) {
    const bool is_word =
        v->is_scalar() && v->node().text.find_first_of("0123456789") == std::string::npos;
    if (is_word) v->must_be("a duration such as 120ms, or auto");
    scenario.warmup = read_duration(*v);
    if (!v->errors().any() && scenario.warmup >= scenario.duration) {
      v->error("the warm-up must be shorter than the duration, " +
               format_duration(scenario.duration));
    }
  }
}

/// Calls `take` with each entity of a section.
template <typename Take>
void each_entity(MapReader& root, std::string_view section, const Building& building, Take take) {
  const std::optional<Value> map = root.find(section);
  if (!map || !map->expect_map()) return;
  for (const Node::Member& member : map->node().members) {
    if (building.errors.any()) return;
    take(member, map->at(member));
  }
}

/// All names first, so that what refers to them can be resolved as it is read.
void register_names(MapReader& root, Building& building) {
  std::size_t count = 0;
  const auto add = [&](std::string_view section, NameTable* table, std::vector<Place>* places) {
    each_entity(root, section, building, [&](const Node::Member& member, const Value& entity) {
      if (const std::string objection = objection_to_name(member.key); !objection.empty()) {
        entity.error(objection);
      }
      if (++count > entities_max) {
        entity.error("more than " + grouped(entities_max) +
                     " services, policies, queues, consumers, workloads and faults");
      }
      if (table != nullptr) table->add(member.key);
      if (places != nullptr) places->push_back({&entity.file(), entity.line()});
      if (table == &building.queues && building.services.find(member.key)) {
        entity.error("there is a service of this name; a workload could not tell them apart");
      }
    });
  };
  add("services", &building.services, &building.service_places);
  add("policies", &building.policies, nullptr);
  add("queues", &building.queues, &building.queue_places);
  add("consumers", &building.consumers, &building.consumer_places);
  add("workloads", &building.workloads, nullptr);
  add("faults", nullptr, nullptr);
}

void read_entities(MapReader& root, Building& building) {
  Scenario& scenario = building.scenario;
  // Services come before policies: they say which errors there are.
  each_entity(root, "services", building, [&](const Node::Member& member, const Value& value) {
    scenario.services.push_back(read_service(member.key, value, building));
  });
  each_entity(root, "policies", building, [&](const Node::Member& member, const Value& value) {
    scenario.policies.push_back({member.key, read_policy(value, building)});
  });
  each_entity(root, "queues", building, [&](const Node::Member& member, const Value& value) {
    scenario.queues.push_back(read_queue(member.key, value, building));
  });
  each_entity(root, "consumers", building, [&](const Node::Member& member, const Value& value) {
    scenario.consumers.push_back(read_consumer(member.key, value, building));
  });
  each_entity(root, "workloads", building, [&](const Node::Member& member, const Value& value) {
    scenario.workloads.push_back(read_workload(member.key, value, building));
  });
}

void check_workloads(MapReader& root, Building& building) {
  const Scenario& scenario = building.scenario;
  if (scenario.workloads.empty() && root.is_map()) {
    root.finish();
    root.value().error("needs at least one workload");
  }
  if (!scenario.until_drained()) return;
  each_entity(root, "workloads", building, [&](const Node::Member& member, const Value& value) {
    const Workload& workload = scenario.workloads[*building.workloads.find(member.key)];
    const bool ends =
        workload.requests != unlimited || std::holds_alternative<TraceArrivals>(workload.arrivals);
    if (!ends) value.error("never ends; with 'until: drained' it needs 'requests'");
  });
}

/// The sections that belong to the document and not to one scenario.
void skip_bundle(MapReader& root) {
  (void)root.has("variants");
  (void)root.has("expect");
}

std::vector<Variant> read_variants(const Value& value, const Node& document, Errors& errors,
                                   FileCache& files) {
  // Results have one name and one seed; with another seed a variant would not see the same
  // arrivals.
  constexpr std::array<std::string_view, 5> fixed = {"squall", "name", "seed", "variants",
                                                     "expect"};
  std::vector<Variant> variants;
  if (!value.expect_map()) return variants;
  if (value.node().members.size() > variants_max) {
    value.error("more than " + grouped(variants_max) + " variants");
    return variants;
  }
  for (const Node::Member& member : value.node().members) {
    const Value entry = value.at(member);
    if (const std::string why = objection_to_name(member.key); !why.empty()) entry.error(why);
    if (!entry.expect_map() || errors.any()) return variants;
    Variant& variant = variants.emplace_back();
    variant.name = member.key;
    Node changed = document;
    for (const Node::Member& override_of : entry.node().members) {
      const Value at = entry.at(override_of);
      const std::string_view top =
          std::string_view(override_of.key).substr(0, override_of.key.find('.'));
      if (std::find(fixed.begin(), fixed.end(), top) != fixed.end()) {
        at.error(top == "seed" ? "a variant cannot change this: all run with the scenario's seed"
                               : "a variant cannot change this");
        return variants;
      }
      variant.overrides.push_back({override_of.key, override_of.value});
      Node replacement = override_of.value;
      replacement.line = override_of.line;
      const Result<void> applied = apply_override(changed, override_of.key, std::move(replacement));
      if (!applied) {
        at.error(applied.error().message);
        return variants;
      }
    }
    variant.scenario = build_scenario(changed, errors, files);
    if (!errors.any()) build_changes(changed, variant.scenario, errors, files);
    if (errors.any()) {
      Error error = errors.first();
      error.message += " (in variant '" + variant.name + "')";
      errors = Errors();
      errors.add(std::move(error));
      return variants;
    }
  }
  return variants;
}

double read_bound(const Value& value) {
  const bool is_share = value.is_scalar() && value.node().text.ends_with('%');
  return is_share ? read_percent(value) / 100.0 : read_number(value);
}

}  // namespace

std::vector<Expectation> read_expectations(const Value& value, const NameTable& variants) {
  std::vector<Expectation> expectations;
  if (!value.expect_list("expectations {variant, metric, at_least, at_most}")) return expectations;
  for (std::size_t i = 0; i < value.node().items.size() && !value.errors().any(); ++i) {
    const Value item = value.at(i);
    Expectation expectation;
    const auto stands_at = [&expectation](const Value& where) {
      expectation.file = where.file();
      expectation.line = expectation.file == "--set" ? 0 : where.line();
    };
    stands_at(item);
    MapReader in(item);
    if (const auto v = in.find("variant")) {
      expectation.variant = v->text("the name of a variant");
      if (!v->errors().any()) (void)variants.resolve(*v, expectation.variant);
    }
    if (const auto v = in.require("metric")) {
      expectation.metric = v->text("the name of a metric");
      if (expectation.metric.empty()) v->must_be("the name of a metric");
    }
    if (const auto v = in.find("at_least")) expectation.at_least = read_bound(*v);
    if (const auto v = in.find("at_most")) expectation.at_most = read_bound(*v);
    for (const std::string_view key : {"variant", "metric", "at_least", "at_most"}) {
      const auto v = in.find(key);
      if (v && v->file() != item.file()) stands_at(*v);
    }
    in.finish();
    if (!expectation.at_least && !expectation.at_most) {
      item.error("needs 'at_least' or 'at_most'");
    } else if (expectation.at_least && expectation.at_most &&
               *expectation.at_least > *expectation.at_most) {
      item.error("'at_least' is above 'at_most'; nothing can meet both");
    }
    expectations.push_back(std::move(expectation));
  }
  return expectations;
}

Scenario build_scenario(const Node& document, Errors& errors, FileCache& files) {
  Building building(errors, files);
  Scenario& scenario = building.scenario;
  scenario.name = name_from_file(document.file);
  MapReader root(Value(document, errors));
  read_format(root);
  skip_bundle(root);
  for (const std::string_view section :
       {"services", "policies", "queues", "consumers", "workloads", "faults", "warmup"}) {
    (void)root.has(section);
  }
  if (const auto v = root.find("name")) scenario.name = read_title(*v);
  if (const auto v = root.find("description")) scenario.description = v->text("a text");
  if (const auto v = root.find("seed")) scenario.seed = v->whole(0, unlimited);
  if (const auto v = root.find("network")) {
    scenario.network = building.network = read_network(*v, Network{}, building);
  }
  read_length(root, scenario);
  register_names(root, building);
  read_entities(root, building);
  if (errors.any()) return {};
  check_workloads(root, building);
  if (!errors.any()) check_graph(building);
  if (errors.any()) return {};
  if (const auto v = root.find("faults")) scenario.faults = read_faults(*v, building);
  return std::move(scenario);
}

Result<Bundle> build(const Node& document, const FileReader& files) {
  if (document.kind != Node::Kind::map) {
    return fail(Error{.message = "is not a scenario: its top must be a map that begins with "
                                 "'squall: 1'",
                      .file = document.file,
                      .line = document.line});
  }
  Errors errors;
  FileCache cache(files);
  Bundle bundle;
  bundle.base = build_scenario(document, errors, cache);
  if (!errors.any()) build_changes(document, bundle.base, errors, cache);
  if (errors.any()) return fail(errors.first());

  const Value root(document, errors);
  for (const Node::Member& member : document.members) {
    if (member.key != "variants") continue;
    bundle.variants = read_variants(root.at(member), document, errors, cache);
  }
  NameTable names("variant");
  for (const Variant& variant : bundle.variants) names.add(variant.name);
  for (const Node::Member& member : document.members) {
    if (errors.any()) break;
    if (member.key == "expect") bundle.expectations = read_expectations(root.at(member), names);
  }
  for (Expectation& expectation : bundle.expectations) {
    if (expectation.file == document.file) expectation.file.clear();
  }
  if (errors.any()) return fail(errors.first());
  return bundle;
}

}  // namespace squall::scenario
