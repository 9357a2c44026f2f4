#include "cli/load_scenario.hpp"

#include <utility>

#include "cli/read_input.hpp"
#include "cli/scenario_source.hpp"
#include "cli/write_output.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/task/changes.hpp"
#include "squall/task/warnings.hpp"

namespace squall::cli {
namespace {

using scenario::Node;

/// Of a trace, or of a distribution's values.
constexpr std::size_t named_file_bytes_max = std::size_t{256} << 20U;

Result<std::string> read_named_file(const void* context, const std::string& path) {
  const auto& source = *static_cast<const ScenarioSource*>(context);
  if (!source.folder) {
    return fail(Error{.message = "cannot be read: a shipped scenario has no folder", .file = path});
  }
  const bool is_absolute = path.starts_with('/');
  return read_file(is_absolute ? path : *source.folder + path, named_file_bytes_max,
                   Accept::regular_files);
}

Result<void> assign(Node& document, const std::string& assignment) {
  const auto parts = scenario::split_assignment(assignment);
  if (!parts) return fail(parts.error());
  const auto& [path, text] = *parts;
  return task::assign(document, path, scenario::parse_yaml(text, task::assignment_file));
}

}  // namespace

Result<scenario::Bundle> build_document(const Node& document, const ScenarioSource& source) {
  const scenario::FileReader files{.read = read_named_file, .context = &source};
  return scenario::build(document, files);
}

Result<LoadedScenario> load_scenario(const ScenarioRequest& request) {
  Result<ScenarioSource> source = find_scenario(request.what);
  if (!source) return fail(source.error());
  Result<Node> document = parse_scenario(*source);
  if (!document) return fail(document.error());
  for (const std::string& assignment : request.assignments) {
    const Result<void> assigned = assign(*document, assignment);
    if (!assigned) return fail(assigned.error());
  }
  if (request.seed) {
    const Result<void> set = task::set_seed(*document, *request.seed);
    if (!set) return fail(set.error());
  }

  const scenario::FileReader files{.read = read_named_file, .context = &*source};
  Result<scenario::Bundle> bundle = task::build_changed(*document, files, source->file);
  if (!bundle) return fail(bundle.error());
  return LoadedScenario{.bundle = std::move(*bundle),
                        .document = std::move(*document),
                        .file = std::move(source->file),
                        .text = std::move(source->text)};
}

void warn_about(const LoadedScenario& scenario) {
  for (const std::string& line : task::warnings_about(scenario.bundle, scenario.file)) {
    write_standard_error(line + '\n');
  }
}

}  // namespace squall::cli
