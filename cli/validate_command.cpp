// validate: the cases of theory, and how far the engine is from it.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/progress_bar.hpp"
#include "cli/results.hpp"
#include "cli/terminal.hpp"
#include "cli/write_output.hpp"
#include "cli/wrong.hpp"
#include "squall/base/nearest.hpp"
#include "squall/report/validation_json.hpp"
#include "squall/report/validation_markdown.hpp"
#include "squall/report/validation_table.hpp"
#include "squall/study/validation/catalogue.hpp"
#include "squall/study/validation/validate.hpp"

namespace squall::cli {
namespace {

using study::validation::Case;
using study::validation::Family;

constexpr unsigned jobs_max = 1024;

Unexpected wrong_in_validate(const std::string& message) { return wrong("validate: " + message); }

template <typename Number>
bool read_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && parsed == end;
}

Unexpected no_such_case(const std::string& name) {
  std::vector<std::string> names;
  for (const Family& family : study::validation::catalogue()) {
    for (const Case& one : family.cases) names.push_back(one.name);
  }
  const auto nearest = nearest_name(name, names);
  return wrong_in_validate(
      "no case is called '" + name + "'" +
      (nearest ? "; did you mean '" + *nearest + "'?" : "; 'squall validate --list' lists them"));
}

Result<study::validation::Options> validation_options(const ValidateCommand& command) {
  study::validation::Options options;
  if (command.thorough) options.level = study::validation::Level::thorough;
  if (command.seed && !read_number(*command.seed, options.seed)) {
    return wrong_in_validate("--seed must be a whole number of 0 or more, is '" + *command.seed +
                             "'");
  }
  const unsigned processors = std::thread::hardware_concurrency();  // 0 where it is not known
  options.jobs = processors > 0 ? processors : 1;
  if (command.jobs &&
      (!read_number(*command.jobs, options.jobs) || options.jobs < 1 || options.jobs > jobs_max)) {
    return wrong_in_validate(fmt::format("--jobs must be a whole number from 1 to {}, is '{}'",
                                         jobs_max, *command.jobs));
  }
  if (command.z_max && (!read_number(*command.z_max, options.z_max) ||
                        !std::isfinite(options.z_max) || options.z_max <= 0.0)) {
    return wrong_in_validate("--z-max must be a number above 0, is '" + *command.z_max + "'");
  }
  return options;
}

/// The chosen cases in the order of the catalogue, each once; families without any left out.
Result<std::vector<Family>> chosen_families(const std::vector<std::string>& names) {
  if (names.empty()) return study::validation::catalogue();
  for (const std::string& name : names) {
    if (study::validation::find_case(name) == nullptr) return no_such_case(name);
  }
  std::vector<Family> families;
  for (const Family& family : study::validation::catalogue()) {
    Family some{.name = family.name, .cases = {}};
    for (const Case& one : family.cases) {
      for (const std::string& name : names) {
        if (one.name != name) continue;
        some.cases.push_back(one);
        break;
      }
    }
    if (!some.cases.empty()) families.push_back(std::move(some));
  }
  return families;
}

std::string list_of(const std::vector<Family>& families, bool names_only) {
  std::size_t width = 0;
  for (const Family& family : families) {
    for (const Case& one : family.cases) width = std::max(width, one.name.size());
  }
  std::string list;
  for (const Family& family : families) {
    for (const Case& one : family.cases) {
      list +=
          names_only ? one.name + "\n" : fmt::format("{:<{}}  {}\n", one.name, width, one.title);
    }
  }
  return list;
}

Result<void> check_outputs(const ValidateCommand& command) {
  bool output_taken = false;
  std::vector<Destination> files;
  for (const auto& [option, file] :
       {std::pair{"--json", &command.json}, {"--markdown", &command.markdown}}) {
    if (!*file) continue;
    if ((*file)->empty()) return wrong_in_validate(std::string(option) + " needs a file, or -");
    if (!is_standard_output(**file)) {
      Result<void> checked = check_writable(**file);
      if (!checked) return checked;
      files.push_back({option, **file});
    } else if (std::exchange(output_taken, true)) {
      return wrong_in_validate("only one of --json and --markdown can go to standard output");
    }
  }
  return check_distinct(files, output_taken || !command.quiet);
}

Result<void> write_outputs(const metrics::ValidationRecord& record,
                           const ValidateCommand& command) {
  Result<void> first;
  const auto note = [&first](const Result<void>& written) {
    if (!written && (first.has_value() || first.error().message.empty())) first = written;
  };
  const auto put = [&note](const std::string& file, const std::string& text) {
    note(is_standard_output(file) ? write_standard_output(text) : write_file(file, text));
  };
  const bool output_taken = (command.json && is_standard_output(*command.json)) ||
                            (command.markdown && is_standard_output(*command.markdown));
  if (!command.quiet && !output_taken) {
    note(write_standard_output(report::validation_table(
        record, {.colour = !command.no_colour && output_has_colours(), .width = output_width()})));
  }
  if (command.json) put(*command.json, report::validation_json(record));
  if (command.markdown) put(*command.markdown, report::validation_markdown(record));
  return first;
}

}  // namespace

Result<Outcome> execute(const ValidateCommand& command) {
  const Result<study::validation::Options> options = validation_options(command);
  if (!options) return fail(options.error());
  if (command.scenario) {
    const Case* one = study::validation::find_case(*command.scenario);
    if (one == nullptr) return no_such_case(*command.scenario);
    return print(study::validation::scenario_text(*one, options->seed));
  }
  const Result<std::vector<Family>> families = chosen_families(command.cases);
  if (!families) return fail(families.error());
  if (command.list || command.names_only) return print(list_of(*families, command.names_only));
  const Result<void> ready = check_outputs(command);
  if (!ready) return fail(ready.error());

  const Result<metrics::ValidationRecord> record = [&] {
    ProgressBar bar(!command.quiet);
    return study::validation::validate(*families, *options, bar.progress());
  }();
  if (!record) return fail(record.error());
  const Result<void> delivered = write_outputs(*record, command);
  if (!delivered) return fail(delivered.error());
  return metrics::totals_of(*record).passed() ? Outcome::done : Outcome::expectation_not_met;
}

}  // namespace squall::cli
