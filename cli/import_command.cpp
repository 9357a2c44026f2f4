// `squall import`: other products' configurations -> policies, alone or in a scenario.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/load_scenario.hpp"
#include "cli/read_input.hpp"
#include "cli/scenario_source.hpp"
#include "cli/write_output.hpp"
#include "cli/wrong.hpp"
#include "squall/report/text.hpp"
#include "squall/scenario/import/import.hpp"
#include "squall/scenario/import/properties.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/reader.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::cli {
namespace {

using scenario::Imported;
using scenario::ImportFormat;
using scenario::LeftOut;
using scenario::Node;
using scenario::PolicyDraft;

void tell(const std::string& line) { write_standard_error(report::printable(line, true) + '\n'); }

void tell(const std::vector<LeftOut>& left_out) {
  for (LeftOut one : left_out) {
    one.reason = "left out: " + one.reason;
    tell(one.text());
  }
}

Result<ImportFormat> format_of(const std::string& word) {
  const auto& names = scenario::import_format_names;
  const auto found = std::ranges::find(names, word);
  if (found != names.end()) return static_cast<ImportFormat>(found - names.begin());
  if (word.empty()) return wrong("import: from what? " + scenario::listed(names) + ", then files");
  return wrong("import: unknown format '" + word + "'" + scenario::hint(word, names));
}

/// By the extension or, where it says nothing, by a first line such as `key=value`.
bool reads_as_properties(const ScenarioSource& source) {
  if (source.file.ends_with(".properties")) return true;
  for (const char* other : {".yaml", ".yml", ".json"}) {
    if (source.file.ends_with(other)) return false;
  }
  std::string_view text = source.text;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos || line[first] == '#' || line[first] == '!') continue;
    const std::size_t sign = line.find_first_of("=:");
    return sign != line.npos && line[sign] == '=';
  }
  return false;
}

Result<std::vector<Node>> documents_in(const ScenarioSource& source, ImportFormat format) {
  if (format == ImportFormat::resilience4j && reads_as_properties(source)) {
    const Result<Node> document = scenario::parse_properties(source.text, source.file);
    if (!document) return fail(document.error());
    return std::vector<Node>{*document};
  }
  if (reads_as_json(source)) {
    const Result<Node> document = scenario::parse_json(source.text, source.file);
    if (!document) return fail(document.error());
    return std::vector<Node>{*document};
  }
  Result<std::vector<Node>> documents = scenario::parse_yaml_documents(source.text, source.file);
  if (!documents && source.text.find("{{") != std::string::npos) {
    Error error = documents.error();
    error.message += " (a template? import what it is rendered to)";
    return fail(std::move(error));
  }
  return documents;
}

Result<std::vector<Node>> read_documents(const std::vector<std::string>& files,
                                         ImportFormat format) {
  std::vector<Node> all;
  for (const std::string& file : files) {
    const Result<ScenarioSource> source = read_source(file);
    if (!source) return fail(source.error());
    Result<std::vector<Node>> documents = documents_in(*source, format);
    if (!documents) return fail(documents.error());
    std::ranges::move(*documents, std::back_inserter(all));
  }
  return all;
}

/// The policy that the user wants; nothing where all of them are wanted.
Result<const PolicyDraft*> chosen_policy(const Imported& imported, const ImportCommand& command) {
  const PolicyDraft* const all = nullptr;
  if (command.policy) {
    if (const PolicyDraft* one = imported.find(*command.policy)) return one;
  } else if (!command.into) {
    return all;
  } else if (imported.policies.size() == 1) {
    return &imported.policies.front();
  }
  std::vector<std::string_view> names;
  names.reserve(imported.policies.size());
  for (const PolicyDraft& policy : imported.policies) names.push_back(policy.name());
  if (!command.policy) {
    return wrong(fmt::format("import: which of the {} policies? --policy is one of {}",
                             names.size(), scenario::listed(names)));
  }
  return fail(Error{.message = "no policy is called '" + *command.policy + "'" +
                               scenario::hint(*command.policy, names),
                    .file = "--policy"});
}

Result<Outcome> print_alone(const ImportCommand& command, Imported imported,
                            const PolicyDraft* only) {
  if (only != nullptr) imported.policies = {PolicyDraft(*only)};
  std::string files;
  for (const std::string& file : command.files) files += ' ' + file;
  tell(imported.left_out);
  return print(scenario::imported_scenario(
      imported,
      {"From: squall import " + command.format + files,
       "The policies are what was imported; the service and the workloads only stand around them,",
       "so that this file can be checked and run as it is."}));
}

/// Whether the text reads as the document.
bool reads_as(const std::string& text, const std::string& file, const Node& document) {
  const Result<Node> parsed = scenario::parse_yaml(text, file);
  if (!parsed) return false;
  // As text: where its values stand does not matter, and neither how they are quoted.
  return scenario::to_yaml(*parsed) == scenario::to_yaml(document);
}

Result<Outcome> print_into(const ImportCommand& command, const Imported& imported,
                           const PolicyDraft& policy) {
  Result<ScenarioSource> source = find_scenario(*command.into);
  if (!source) return fail(source.error());
  Result<Node> document = parse_scenario(*source);
  if (!document) return fail(document.error());
  const Result<scenario::Bundle> before = build_document(*document, *source);
  if (!before) return fail(before.error());
  const Result<scenario::Placement> placement = scenario::put_into(
      std::move(*document), source->text, before->base.error_codes, policy, *command.call);
  if (!placement) return fail(placement.error());
  const Result<scenario::Bundle> after = build_document(placement->document, *source);
  if (!after) return fail(after.error());

  tell(imported.left_out);
  tell(placement->left_out);
  if (placement->replaced) {
    tell(source->file + ": policies." + policy.name() + ": replaced by the imported one");
  }
  if (placement->calls > 1) {
    tell(fmt::format("{}: {} calls {} now name the policy", source->file, placement->calls,
                     *command.call));
  }
  const std::optional<std::string>& edited = placement->edited;
  if (edited && !reads_as_json(*source) && reads_as(*edited, source->file, placement->document)) {
    return print(*edited);
  }
  const bool has_comments = !reads_as_json(*source) && source->text.find('#') != std::string::npos;
  tell(source->file + ": written anew" +
       (has_comments             ? ", without its comments"
        : reads_as_json(*source) ? ", as YAML"
                                 : ""));
  return print(placement->text);
}

Result<void> check(const ImportCommand& command) {
  if (command.files.empty()) return wrong("import: which file? - is standard input");
  if (command.into.has_value() != command.call.has_value()) {
    return wrong(command.into ? "import: --into needs --call, as in --call shop->payments"
                              : "import: --call needs --into SCENARIO");
  }
  auto inputs = static_cast<std::size_t>(std::ranges::count(command.files, "-"));
  if (command.into && *command.into == "-") ++inputs;
  if (inputs > 1) return wrong("import: standard input can be read only once");
  return {};
}

}  // namespace

Result<Outcome> execute(const ImportCommand& command) {
  const Result<ImportFormat> format = format_of(command.format);
  if (!format) return fail(format.error());
  const Result<void> checked = check(command);
  if (!checked) return fail(checked.error());
  Result<std::vector<Node>> documents = read_documents(command.files, *format);
  if (!documents) return fail(documents.error());
  Result<Imported> imported = scenario::import_policies(*format, std::move(*documents));
  if (!imported) return fail(imported.error());
  const Result<const PolicyDraft*> policy = chosen_policy(*imported, command);
  if (!policy) return fail(policy.error());
  if (command.into) return print_into(command, *imported, **policy);
  return print_alone(command, *imported, *policy);
}

}  // namespace squall::cli
