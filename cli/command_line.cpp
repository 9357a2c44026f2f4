#include "cli/command_line.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/help.hpp"
#include "cli/shell_words.hpp"
#include "cli/shipped_scenarios.hpp"
#include "cli/write_output.hpp"
#include "cli/wrong.hpp"
#include "squall/base/nearest.hpp"
#include "squall/base/version.hpp"

namespace squall::cli {
namespace {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& allowed,
                         const std::string& otherwise) {
  const std::vector<std::string> nearest = nearest_names(word, allowed);
  if (nearest.empty()) return otherwise;
  return fmt::format("; did you mean '{}'?", fmt::join(nearest, "' or '"));
}

/// `--set` and so on, with their dashes.
std::vector<std::string> option_names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_option(std::string_view word) { return word.size() > 1 && word.starts_with('-'); }

/// The error of an option whose value was forgotten, so that the next option would be taken for it:
/// `--html --json`. The parser takes whatever comes.
/// @param words  what follows the name of the command
Result<void> check_values(const CLI::App& sub, std::span<const char* const> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--") return {};
    if (!word.starts_with("--") || word.find('=') != word.npos) continue;
    const CLI::Option* option = sub.get_option_no_throw(std::string(word));
    if (option == nullptr || option->get_items_expected_min() == 0) continue;
    if (++i == words.size()) return {};  // the parser says so
    const std::string_view value = words[i];
    if (!value.starts_with("--")) continue;
    if (value == "--") return wrong(fmt::format("'{}' needs a value", word));
    const std::string type = option->get_type_name();
    const bool is_file = type.starts_with("FILE") || type.starts_with("DIR");
    return wrong(fmt::format("'{}' needs a value, and '{}' is an option; {}", word, value,
                             is_file ? fmt::format("a file of that name is './{}'", value)
                                     : fmt::format("for such a value: '{}={}'", word, value)));
  }
  return {};
}

/// Only flags convert anything, to true or false: "Could not convert: --quiet = maybe".
std::string about_conversion(const std::string& text) {
  const std::size_t name = std::min(text.find("--"), text.size());
  const std::size_t equals = text.find(" = ", name);
  if (equals == text.npos) return text;
  return fmt::format("'{}' takes no value; leave '={}' out", text.substr(name, equals - name),
                     text.substr(equals + 3));
}

/// What follows the name of a command.
std::string_view arguments_of(std::string_view command) {
  if (command == "compare") return "[SCENARIO] [OPTIONS]";
  if (command == "scenarios") return "[NAME]";
  if (command == "validate") return "[OPTIONS]";
  if (command == "serve") return "[OPTIONS]";
  if (command == "import") return "envoy|istio|grpc|resilience4j FILE... [OPTIONS]";
  return "SCENARIO [OPTIONS]";
}

/// Writes the line of usage as it is meant: the parser takes every argument for optional.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string /*name*/) const override {
    if (app->get_parent() == nullptr) return "\nUsage: squall COMMAND [OPTIONS]\n";
    const std::string& name = app->get_name();
    return "\nUsage: squall " + name + " " + std::string(arguments_of(name)) + "\n";
  }
};

/// The parser, and the commands that it fills in. The parser's own idea of unknown and missing
/// words is switched off: it knows no nearest name.
class Parser {
 public:
  Parser() {
    app_.allow_extras();
    app_.require_subcommand(0, 1);
    app_.set_help_flag("-h,--help", "Print this");
    app_.set_version_flag("--version", std::string("squall ") + version(), "Print the version");
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.footer(help::top_footer);

    add_compare();
    add_run();
    add_check();
    add_scenarios();
    add_validate();
    add_import();
    add_serve();
  }

  Result<Command> parse(int argc, const char* const* argv) {
    const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
    if (const Result<void> checked = check_values_after_command(words); !checked)
      return fail(checked.error());
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return Command(TextCommand{app_.help()});
    } catch (const CLI::CallForVersion& version) {
      return Command(TextCommand{std::string(version.what()) + '\n'});
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string text = error.what();  // "--set: 1 required PATH=VALUE missing"
      return wrong("'" + text.substr(0, text.find(':')) + "' needs a value");
    } catch (const CLI::ConversionError& error) {
      return wrong(about_conversion(error.what()));
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    }
    if (const auto unknown = app_.remaining(); !unknown.empty()) return unknown_at_top(unknown);
    const auto chosen = app_.get_subcommands();
    if (chosen.empty()) return wrong("which command? 'squall --help' lists them");
    const CLI::App& sub = *chosen.front();
    // The first `--` says that no options follow; the parser has seen to that and leaves it lying.
    std::vector<std::string> unknown = sub.remaining();
    const auto dashes = std::ranges::find(unknown, "--");
    std::vector<std::string> names;
    if (dashes != unknown.end()) names.assign(dashes + 1, unknown.end());
    unknown.erase(dashes, unknown.end());
    if (!unknown.empty() || !names.empty()) return unknown_in(sub, unknown, names);
    return command_of(sub);
  }

 private:
  CLI::App* add(const std::string& name, const std::string& description, const char* footer) {
    CLI::App* sub = app_.add_subcommand(name, description);
    sub->group("Commands");
    sub->footer(footer);
    return sub;
  }

  static void add_request(CLI::App* sub, ScenarioRequest& request, const char* description) {
    sub->add_option("SCENARIO", request.what, description)->type_name("");
    // One value for each --set; the next word is not another one.
    sub->add_option("--set", request.assignments,
                    "Change a setting first: a dotted path and YAML;\nnull removes it; repeatable")
        ->type_name("PATH=VALUE")
        ->allow_extra_args(false);
    sub->add_option("--seed", request.seed, "In place of the scenario's own")
        ->type_name("N")
        ->take_last();
  }

  static void add_results(CLI::App* sub, ResultOptions& results) {
    sub->add_option("--json", results.json,
                    "Write all figures as JSON to a file; - writes them to\n"
                    "standard output in place of the table")
        ->type_name("FILE|-")
        ->take_last();
    sub->add_option("--csv", results.csv, "Write totals.csv and series-VARIANT.csv into a folder")
        ->type_name("DIR")
        ->take_last();
    sub->add_option("--html", results.html,
                    "Write a page that shows the runs over time to a file, to be\n"
                    "opened in a browser or mailed; -: to standard output")
        ->type_name("FILE|-")
        ->take_last();
    sub->add_option("--trace", results.trace.file,
                    "Follow single requests and write them for a trace\n"
                    "viewer: .json opens in Perfetto, .otlp.json in Jaeger\nand Tempo")
        ->type_name("FILE")
        ->take_last();
    sub->add_option("--trace-requests", results.trace.requests,
                    "Of every kind of end, of the slowest and of the rest\nat most N requests of "
                    "each workload (default: 100)")
        ->type_name("N")
        ->take_last();
    sub->add_option("--trace-format", results.trace.format,
                    "Of --trace, whatever the file is called")
        ->type_name("chrome|otlp")
        ->take_last();
    sub->add_flag("--quiet", results.quiet, "No table and no progress; errors only");
    sub->add_flag("--no-color", results.no_colour, "No colours, on a terminal neither");
  }

  static void add_study(CLI::App* sub, StudyRequest& study) {
    const auto add = [sub](const char* name, std::optional<std::string>& value, const char* type,
                           const char* description) {
      sub->add_option(name, value, description)->type_name(type)->take_last();
    };
    add("--replications", study.replications, "N",
        "Run each N times with seeds of its own; gives means with\n95 % intervals and paired "
        "differences (default: 1)");
    add("--jobs", study.jobs, "N",
        "Runs at one time (default: the threads of the machine);\nchanges no result");
    add("--precision", study.precision, "SHARE",
        "Replicate until the 95 % interval of the metric is\nwithin +-SHARE of it, as in 1%; at "
        "most --replications\n(default then: 1280)");
    add("--metric", study.metric, "NAME",
        "Of --precision; as in 'expect' (default: goodput_ratio)");
    add("--max-events", study.max_events, "N", "Give up on a run that takes more events");
    add("--max-memory", study.max_memory, "SIZE",
        "Give up when the runs under way hold more, as in 4GB\n(default: half of the machine's "
        "memory)");
  }

  void add_compare() {
    CLI::App* sub =
        add("compare", "Run every variant of a scenario, side by side", help::compare_footer);
    add_request(sub, compare_.scenario, "A file, -, or a shipped name (default: tutorial-bursts)");
    add_study(sub, compare_.study);
    add_results(sub, compare_.results);
  }

  void add_run() {
    CLI::App* sub = add("run", "Run one scenario", help::run_footer);
    add_request(sub, run_.scenario, "A file, -, or a shipped name");
    sub->add_option("--variant", run_.variant, "With the changes of this variant")
        ->type_name("NAME")
        ->take_last();
    add_study(sub, run_.study);
    add_results(sub, run_.results);
  }

  void add_check() {
    CLI::App* sub = add("check", "Validate and lint a scenario, and print it with every default",
                        help::check_footer);
    add_request(sub, check_.scenario, "A file, -, or a shipped name");
    sub->add_option("--format", format_,
                    "Of the findings: text (default) on standard error;\njson or sarif on standard "
                    "output, in place of the scenario")
        ->type_name("text|json|sarif")
        ->take_last();
    sub->add_option("--document", document_, "Of the scenario: yaml (default) or json")
        ->type_name("yaml|json")
        ->take_last();
    sub->add_flag("--strict", check_.strict, "Status 1 when there is a warning or an error");
    sub->add_option("--allow", check_.allowed, "Leave findings of this code out; repeatable")
        ->type_name("CODE")
        ->allow_extra_args(false);
    sub->add_flag("--quiet", check_.quiet, "Print nothing when all is well");
    sub->add_flag("--no-color", check_.no_colour, "No colours, on a terminal neither");
  }

  void add_scenarios() {
    CLI::App* sub =
        add("scenarios", "List the shipped scenarios, or print one", help::scenarios_footer);
    sub->add_option("NAME", scenarios_.name, "The one to print")->type_name("");
    sub->add_flag("--names", scenarios_.names_only, "Only the names, a line each");
  }

  void add_validate() {
    CLI::App* sub = add("validate", "Hold the engine against queueing theory, case by case",
                        help::validate_footer);
    ValidateCommand& v = validate_;
    sub->add_flag("--thorough", v.thorough,
                  "Standard errors of 0.5 % at most; takes minutes (default: fast)");
    sub->add_option("--case", v.cases, "Only this case; repeatable")
        ->type_name("NAME")
        ->allow_extra_args(false);
    const auto one_value = [sub](const char* name, std::optional<std::string>& value,
                                 const char* type, const char* description) {
      sub->add_option(name, value, description)->type_name(type)->take_last();
    };
    one_value("--seed", v.seed, "N", "Of the random numbers (default: 1)");
    one_value("--jobs", v.jobs, "N",
              "Threads (default: one for each processor); no figure\n"
              "depends on them");
    one_value("--z-max", v.z_max, "Z", "Standard errors that a figure may be off (default: 4)");
    one_value("--json", v.json, "FILE|-",
              "Write all figures as JSON to a file; - writes them to\n"
              "standard output in place of the table");
    one_value("--markdown", v.markdown, "FILE|-", "Write the page docs/validation.md; - likewise");
    sub->add_flag("--list", v.list, "List the cases and run none");
    sub->add_flag("--names", v.names_only, "Only their names, a line each");
    one_value("--scenario", v.scenario, "NAME", "Print the scenario of a case and run none");
    sub->add_flag("--quiet", v.quiet, "No table and no progress; errors only");
    sub->add_flag("--no-color", v.no_colour, "No colours, on a terminal neither");
  }

  void add_serve() {
    CLI::App* sub = add("serve", "The playground: the engine in a web page, on this machine",
                        help::serve_footer);
    const auto one_value = [sub](const char* name, std::optional<std::string>& value,
                                 const char* type, const char* description) {
      sub->add_option(name, value, description)->type_name(type)->take_last();
    };
    one_value("--port", serve_.port, "N",
              "To listen on; 0 is any that is free (default: 8037, or\nany if that is taken)");
    one_value(
        "--host", serve_.host, "ADDRESS",
        "Of this machine, to listen on (default: 127.0.0.1, which\nother machines cannot reach)");
    sub->add_flag("--open", serve_.open, "Open the page in the browser");
    one_value("--export", serve_.export_to, "DIR",
              "Write the pages into a folder, for any web host, and end");
    sub->add_flag("--quiet", serve_.quiet, "Print the address and nothing else");
  }

  void add_import() {
    CLI::App* sub =
        add("import", "Make policies of another product's configuration", help::import_footer);
    sub->add_option("FORMAT", import_.format, "envoy, istio, grpc or resilience4j")->type_name("");
    sub->add_option("FILE", import_.files,
                    "YAML, JSON or (resilience4j) .properties; - is standard\n"
                    "input; several together make one configuration")
        ->type_name("");
    const auto one_value = [sub](const char* name, std::optional<std::string>& value,
                                 const char* type, const char* description) {
      sub->add_option(name, value, description)->type_name(type)->take_last();
    };
    one_value("--into", import_.into, "SCENARIO", "Print this scenario with the policy in it");
    one_value("--call", import_.call, "A->B", "Of --into: the call from A to B gets the policy");
    one_value("--policy", import_.policy, "NAME", "Of several policies only this one");
  }

  [[nodiscard]] Result<void> check_values_after_command(std::span<const char* const> words) const {
    std::size_t command = 1;
    while (command < words.size() && is_option(words[command])) ++command;
    if (command >= words.size()) return {};
    for (const CLI::App* sub : app_.get_subcommands({})) {
      if (sub->get_name() == words[command]) return check_values(*sub, words.subspan(command + 1));
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* sub : app_.get_subcommands({})) names.push_back(sub->get_name());
    return names;
  }

  [[nodiscard]] Unexpected unknown_at_top(const std::vector<std::string>& unknown) const {
    const std::string& word = unknown.front();
    if (!is_option(word)) {
      if (word.find('.') != word.npos || word == "-" || find_shipped(word) != nullptr) {
        return wrong("unknown command '" + word + "'; to run a scenario: squall compare " + word);
      }
      return wrong("unknown command '" + word + "'" +
                   did_you_mean(word, command_names(), "; 'squall --help' lists them"));
    }
    const std::string option = word.substr(0, word.find('='));
    for (const CLI::App* sub : app_.get_subcommands({})) {
      if (contains(option_names_of(*sub), option)) {
        return wrong(fmt::format("'{0}' comes after the command, as in 'squall {1} {0} ...'",
                                 option, sub->get_name()));
      }
    }
    return wrong("unknown option '" + option + "'" +
                 did_you_mean(option, option_names_of(app_), "; 'squall --help' lists them"));
  }

  /// @param names  what stands behind `--`, and so is no option whatever it looks like
  [[nodiscard]] static Unexpected unknown_in(const CLI::App& sub,
                                             const std::vector<std::string>& unknown,
                                             const std::vector<std::string>& names) {
    const std::string command = "squall " + sub.get_name();
    const auto option = std::ranges::find_if(unknown, is_option);
    if (option == unknown.end() && sub.get_name() == "serve") {
      return wrong("serve takes no name; choose a scenario in the page");
    }
    if (option == unknown.end() && sub.get_name() == "validate") {
      return wrong("validate takes no name; one case is --case " + unknown.front());
    }
    if (option == unknown.end()) {
      const std::string& name = unknown.empty() ? names.front() : unknown.front();
      return wrong(sub.get_name() + " takes one name; '" + name + "' is one too many");
    }
    const std::string name = option->substr(0, option->find('='));
    return wrong(sub.get_name() + ": unknown option '" + name + "'" +
                 did_you_mean(name, option_names_of(sub), "; '" + command + " --help' lists them"));
  }

  [[nodiscard]] Result<Command> command_of(const CLI::App& sub) const {
    const std::string& name = sub.get_name();
    if (name == "scenarios") return Command(scenarios_);
    if (name == "validate") return Command(validate_);
    if (name == "import") return Command(import_);
    if (name == "serve") return Command(serve_);
    if (name == "compare") {
      const Result<void> checked = check_results(compare_.results);
      if (!checked) return fail(checked.error());
      return Command(compare_);
    }
    const ScenarioRequest& request = name == "run" ? run_.scenario : check_.scenario;
    if (request.what.empty()) {
      return wrong(name + ": which scenario? A file, or a name that 'squall scenarios' lists");
    }
    if (name == "run") {
      const Result<void> checked = check_results(run_.results);
      if (!checked) return fail(checked.error());
      return Command(run_);
    }
    return check_command();
  }

  [[nodiscard]] Result<Command> check_command() const {
    CheckCommand check = check_;
    if (format_ == "json") {
      check.format = CheckCommand::Format::json;
    } else if (format_ == "sarif") {
      check.format = CheckCommand::Format::sarif;
    } else if (format_ != "text") {
      return wrong("check: --format is text, json or sarif, not '" + format_ + "'" +
                   (format_ == "yaml" ? "; the scenario's own is --document" : ""));
    }
    check.document_as_json = document_ == "json";
    if (!document_.empty() && document_ != "json" && document_ != "yaml") {
      return wrong("check: --document is yaml or json, not '" + document_ + "'");
    }
    if (!document_.empty() && check.format != CheckCommand::Format::text) {
      return wrong("check: --document is of the scenario, and --format " + format_ +
                   " prints the findings in its place; leave one of the two out");
    }
    return Command(check);
  }

  static Result<void> check_results(const ResultOptions& results) {
    if (results.json && results.json->empty()) return wrong("--json: needs a file, or -");
    if (results.csv && results.csv->empty()) return wrong("--csv: needs a folder");
    if (results.html && results.html->empty()) return wrong("--html: needs a file, or -");
    if (results.html && results.json && is_standard_output(*results.html) &&
        is_standard_output(*results.json)) {
      return wrong("--html and --json both write to standard output; name a file for one of them");
    }
    return {};
  }

  CLI::App app_{help::about, "squall"};
  CompareCommand compare_;
  RunCommand run_;
  CheckCommand check_;
  ScenariosCommand scenarios_;
  ValidateCommand validate_;
  ImportCommand import_;
  ServeCommand serve_;
  std::string format_ = "text";  ///< of check
  std::string document_;         ///< likewise
};

}  // namespace

Result<Command> parse_command_line(int argc, const char* const* argv) {
  Parser parser;
  Result<Command> command = parser.parse(argc, argv);
  if (!command) return command;
  const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
  const std::string invocation =
      shell_command(words.subspan(std::min<std::size_t>(1, words.size())));
  if (auto* compare = std::get_if<CompareCommand>(&*command))
    compare->results.invocation = invocation;
  else if (auto* run = std::get_if<RunCommand>(&*command))
    run->results.invocation = invocation;
  return command;
}

}  // namespace squall::cli
