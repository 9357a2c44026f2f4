// compare and run: load, simulate, deliver, and hold against what was expected.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/html_page.hpp"
#include "cli/interruption.hpp"
#include "cli/progress_bar.hpp"
#include "cli/results.hpp"
#include "cli/study_options.hpp"
#include "cli/trace_file.hpp"
#include "cli/write_output.hpp"
#include "squall/report/study_builder.hpp"
#include "squall/study/threads/replicate.hpp"
#include "squall/study/warmup.hpp"
#include "squall/task/expectations.hpp"

namespace squall::cli {
namespace {

/// The engine knows no files; the scenario is to blame for what it says.
Unexpected in_scenario(Error error, const std::string& file) {
  if (error.file.empty()) error.file = file;
  return fail(std::move(error));
}

/// Takes the replications in, and ends the work when it is precise enough.
class Intake final : public study::Receiver {
 public:
  Intake(report::StudyBuilder& builder, const std::optional<StudyOptions::Precision>& precision)
      : builder_(builder), precision_(precision) {}

  void take(std::vector<metrics::RunRecord> subjects) override {
    builder_.add(std::move(subjects));
  }
  [[nodiscard]] bool is_enough() override {
    if (!precision_) return false;
    const std::optional<double> widest = builder_.widest(precision_->metric);
    return widest && *widest <= precision_->relative;
  }

 private:
  report::StudyBuilder& builder_;
  const std::optional<StudyOptions::Precision>& precision_;
};

struct Finished {
  metrics::Comparison comparison;
  std::uint64_t replications = 0;  ///< whole ones
  std::optional<int> signal;       ///< that interrupted it
  bool without_warmup = false;     ///< before the warm-up was found
  OverTime over_time;              ///< for a page
  bool is_whole = true;            ///< but for the page, if a signal came while it was made
};

/// @param traces  null: no request is followed
Result<Finished> simulate(metrics::Comparison header, const std::vector<study::Subject>& subjects,
                          const StudyOptions& options, bool quiet, study::Traces* traces,
                          const Interruption& interruption) {
  std::vector<std::uint64_t> seeds;
  seeds.reserve(subjects.size());
  for (const study::Subject& subject : subjects) seeds.push_back(subject.scenario->seed);
  report::StudyBuilder builder(header, std::move(seeds));
  Intake intake(builder, options.precision);

  Result<study::Completion> completion = [&] {
    ProgressBar bar(!quiet);
    study::ReplicationPlan plan{.count = options.replications,
                                .jobs = options.jobs,
                                .limits = options.limits,
                                .stop = &interruption.flag(),
                                .progress = bar.progress(),
                                .traces = traces};
    if (options.precision) plan.looks = study::usual_looks(options.replications);
    return study::replicate(subjects, plan, intake);
  }();
  if (!completion) return fail(completion.error());

  Finished finished;
  finished.replications = completion->replications;
  if (completion->interrupted) {
    finished.signal = interruption.signal();
    finished.is_whole = false;
  }
  if (completion->replications == 0) {
    finished.comparison =
        study::of_begun(std::move(header), std::move(completion->begun), subjects);
  } else {
    std::optional<metrics::PrecisionRecord> precision;
    if (options.precision) {
      precision = {.metric = options.precision->metric,
                   .asked = options.precision->relative,
                   .reached = intake.is_enough(),
                   .widest = builder.widest(options.precision->metric),
                   .replications_max = options.replications};
    }
    finished.comparison = std::move(builder).finish();
    if (finished.comparison.study) {
      if (completion->interrupted) finished.comparison.study->asked = options.replications;
      finished.comparison.study->precision = std::move(precision);
    }
  }
  finished.comparison.partial = completion->interrupted;
  return finished;
}

/// Finds the warm-up where the scenario leaves that to us, and simulates. Both can be interrupted;
/// what is written afterwards not, so that a signal ends that at once.
Result<Finished> settle_and_simulate(const metrics::Comparison& header,
                                     std::vector<study::Subject>& subjects,
                                     const StudyOptions& options, const ResultOptions& results,
                                     study::Traces* traces) {
  const bool quiet = results.quiet;
  const Interruption interruption;
  std::vector<scenario::Scenario> settled;
  Result<study::Settling> warm = [&] {
    ProgressBar bar(!quiet);
    return study::settle_subjects(subjects, settled, bar.progress(), options.limits,
                                  &interruption.flag());
  }();
  if (!warm) return fail(warm.error());
  if (warm->interrupted) {
    return Finished{.comparison = study::of_begun(header, std::move(warm->begun), subjects),
                    .replications = 0,
                    .signal = interruption.signal(),
                    .without_warmup = true,
                    .over_time = {},
                    .is_whole = false};
  }
  Result<Finished> finished = simulate(header, subjects, options, quiet, traces, interruption);
  if (!finished || !results.html) return finished;
  // Who has interrupted the runs does not want to wait for them once more: then nothing is looked
  // at.
  ProgressBar bar(!quiet);
  finished->over_time =
      look_over_time(subjects, finished->comparison, options, bar.progress(), &interruption.flag());
  finished->signal = interruption.signal();
  return finished;
}

/// To standard error: what is less than was asked.
void tell_shortfall(const Finished& finished, const StudyOptions& options) {
  const auto& study = finished.comparison.study;
  if (finished.without_warmup) {
    write_standard_error(
        "squall: interrupted while the warm-up was looked for; the results are of a part of the "
        "run, with nothing left out\n");
    return;
  }
  if (finished.signal && finished.is_whole) {
    write_standard_error(
        "squall: interrupted while the page was made; the results are whole, and the page lacks "
        "what comes over time\n");
    return;
  }
  if (finished.comparison.partial) {
    write_standard_error(
        options.replications == 1
            ? std::string("squall: interrupted; the results are of a part of the run\n")
            : fmt::format("squall: interrupted; the results are of {} of {} replications\n",
                          finished.replications, options.replications));
    return;
  }
  if (study && study->precision && !study->precision->reached) {
    const metrics::PrecisionRecord& precision = *study->precision;
    write_standard_error(fmt::format(
        "squall: note: after {} replications {} is known to {} of its value, not to the {} asked; "
        "more --replications come closer\n",
        study->replications, precision.metric,
        precision.widest ? fmt::format("{:.2g} %", 100.0 * *precision.widest)
                         : std::string("no share"),
        fmt::format("{:.2g} %", 100.0 * precision.asked)));
  }
}

/// What a command is about.
struct Task {
  const LoadedScenario& scenario;
  std::string what;  ///< the scenario as the user named it
  std::vector<study::Subject> subjects;
  bool of_base = false;  ///< the one subject is the scenario without any variant's changes
};

Result<Outcome> perform(Task task, const metrics::Comparison& header, const StudyRequest& request,
                        const ResultOptions& results) {
  std::vector<study::Subject>& subjects = task.subjects;
  const LoadedScenario& scenario = task.scenario;
  if (!results.quiet) warn_about(scenario);
  const Result<StudyOptions> options = read_study_options(request);
  if (!options) return fail(options.error());
  if (options->precision) {
    const Result<void> known = task::check_metric(subjects, options->precision->metric, "--metric");
    if (!known) return fail(known.error());
  }
  const Result<std::optional<TraceFile>> trace_file = read_trace_options(results.trace);
  if (!trace_file) return fail(trace_file.error());
  std::vector<std::string> names;
  names.reserve(subjects.size());
  for (const study::Subject& subject : subjects) names.push_back(subject.name);
  if (results.html) {
    const Result<void> can = check_page_template();
    if (!can) return fail(can.error());
  }
  const Result<void> ready = check_destinations(results, names, task.what);
  if (!ready) return fail(ready.error());

  study::Traces traces;
  if (*trace_file) traces.options = (*trace_file)->options;
  Result<Finished> finished =
      settle_and_simulate(header, subjects, *options, results, *trace_file ? &traces : nullptr);
  if (!finished) return in_scenario(finished.error(), scenario.file);
  std::string html;
  if (results.html) {
    html = html_of({.command = results.invocation,
                    .scenario_text = scenario.text,
                    .comparison = &finished->comparison,
                    .variants = std::move(finished->over_time.variants)});
  }
  const Result<void> delivered = deliver(finished->comparison, results, html);
  const Result<void> written =
      *trace_file ? write_trace(**trace_file, traces, finished->comparison) : Result<void>();
  if (!delivered) return fail(delivered.error());
  if (!written) return fail(written.error());
  if (*trace_file) tell_about_trace(**trace_file, traces, *options);
  tell_shortfall(*finished, *options);
  if (const std::optional<Error>& error = finished->over_time.error) {
    write_standard_error(
        "squall: the page could not be made whole; the results are, and the page lacks some of "
        "what comes over time\n");
    return in_scenario(*error, scenario.file);
  }
  if (finished->signal) {
    return *finished->signal == SIGTERM ? Outcome::terminated : Outcome::interrupted;
  }
  const std::vector<std::string> unmet = task::unmet_expectations(
      scenario.bundle.expectations, finished->comparison, task.of_base, scenario.file);
  for (const std::string& line : unmet) write_standard_error(line + '\n');
  return unmet.empty() ? Outcome::done : Outcome::expectation_not_met;
}

}  // namespace

Result<Outcome> execute(const CompareCommand& command) {
  const Result<LoadedScenario> scenario = load_scenario(command.scenario);
  if (!scenario) return fail(scenario.error());
  const scenario::Bundle& bundle = scenario->bundle;
  return perform({.scenario = *scenario,
                  .what = command.scenario.what,
                  .subjects = study::subjects_of(bundle),
                  .of_base = bundle.variants.empty()},
                 study::header_of(bundle.base), command.study, command.results);
}

Result<Outcome> execute(const RunCommand& command) {
  const Result<LoadedScenario> scenario = load_scenario(command.scenario);
  if (!scenario) return fail(scenario.error());
  const Result<study::Subject> subject = study::find_subject(scenario->bundle, command.variant);
  if (!subject) return in_scenario(subject.error(), scenario->file);
  return perform({.scenario = *scenario,
                  .what = command.scenario.what,
                  .subjects = {*subject},
                  .of_base = command.variant.empty()},
                 study::header_of(*subject->scenario), command.study, command.results);
}

}  // namespace squall::cli
