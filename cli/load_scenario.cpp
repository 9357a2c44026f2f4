#include "cli/load_scenario.hpp"

#include <utility>

#include "cli/expectations.hpp"
#include "cli/read_input.hpp"
#include "cli/scenario_source.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

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
  Result<Node> value = scenario::parse_yaml(text, "--set");
  if (!value) {
    Error error = value.error();
    error.line = 0;  // of an argument, which has but one
    error.key = path;
    return fail(std::move(error));
  }
  return scenario::apply_override(document, path, std::move(*value));
}

Result<void> set_seed(Node& document, const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) {
    return fail(Error{.message = "must be a whole number of 0 or more, is '" + text + "'",
                      .file = "--seed"});
  }
  Node value;
  value.kind = Node::Kind::scalar;
  value.text = text;
  value.file = "--seed";
  return scenario::apply_override(document, "seed", std::move(value));
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
    const Result<void> set = set_seed(*document, *request.seed);
    if (!set) return fail(set.error());
  }

  Result<scenario::Bundle> bundle = build_document(*document, *source);
  if (!bundle) {
    Error error = bundle.error();
    if (error.file == "--seed") error.key.clear();  // it would say the same again
    return fail(std::move(error));
  }
  const Result<void> checked = check_expectations(*bundle, source->file);
  if (!checked) return fail(checked.error());
  return LoadedScenario{.bundle = std::move(*bundle),
                        .document = std::move(*document),
                        .file = std::move(source->file),
                        .text = std::move(source->text)};
}

}  // namespace squall::cli
