#include "cli/scenario_source.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "cli/read_input.hpp"
#include "cli/shipped_scenarios.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::cli {
namespace {

constexpr std::size_t bytes_max = scenario::DocumentLimits::bytes_max;

enum class Found { nothing, directory, other };

Found look_for(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    return S_ISDIR(status.st_mode) ? Found::directory : Found::other;
  }
  return errno == ENOENT || errno == ENOTDIR ? Found::nothing : Found::other;
}

/// "" for a file in the current folder.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string() : path.substr(0, slash + 1);
}

Unexpected not_found(const std::string& what) {
  std::string message = "does not exist";
  if (what.find('/') == what.npos) message += ", neither as a file nor as a shipped scenario";
  if (const std::string_view nearest = nearest_shipped(what); !nearest.empty()) {
    message += "; did you mean '" + std::string(nearest) + "'?";
  } else {
    message += "; 'squall scenarios' lists what is shipped";
  }
  return fail(Error{.message = std::move(message), .file = what});
}

bool looks_like_json(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto skip_blanks = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  };
  skip_blanks();
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  skip_blanks();
  // `{squall: 1}` is YAML.
  return text.starts_with('"') || text.starts_with('}');
}

}  // namespace

Result<ScenarioSource> read_source(const std::string& what) {
  if (what == "-") {
    const std::string name = "standard input";
    Result<std::string> text = read_standard_input(name, bytes_max);
    if (!text) return fail(text.error());
    return ScenarioSource{.text = std::move(*text), .file = name, .folder = ""};
  }
  Result<std::string> text = read_file(what, bytes_max, Accept::regular_files_and_pipes);
  if (!text) return fail(text.error());
  return ScenarioSource{.text = std::move(*text), .file = what, .folder = folder_of(what)};
}

Result<ScenarioSource> find_scenario(const std::string& what) {
  if (what == "-") return read_source(what);
  const Found found = look_for(what);
  if (found != Found::other) {
    if (const ShippedScenario* shipped = find_shipped(what)) {
      return ScenarioSource{
          .text = std::string(shipped->text), .file = what + ".yaml", .folder = std::nullopt};
    }
    if (found == Found::nothing) return not_found(what);
  }
  return read_source(what);
}

bool reads_as_json(const ScenarioSource& source) {
  const bool says_yaml = source.file.ends_with(".yaml") || source.file.ends_with(".yml");
  return source.file.ends_with(".json") || (!says_yaml && looks_like_json(source.text));
}

Result<scenario::Node> parse_scenario(const ScenarioSource& source) {
  if (reads_as_json(source)) return scenario::parse_json(source.text, source.file);
  return scenario::parse_yaml(source.text, source.file);
}

}  // namespace squall::cli
