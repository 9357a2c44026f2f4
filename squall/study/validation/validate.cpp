#include "squall/study/validation/validate.hpp"

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "squall/metrics/estimate.hpp"
#include "squall/metrics/replication_seed.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::study::validation {
namespace {

std::uint32_t replications_of(const Case& one, Level level) {
  return level == Level::fast ? one.length.replications_fast : one.length.replications_thorough;
}

/// The way of a user's scenario: text, document, structs.
Result<scenario::Scenario> load(const Case& one, std::uint64_t seed) {
  const Result<scenario::Node> document = scenario::parse_yaml(scenario_text(one, seed), one.name);
  if (!document) return fail(document.error());
  const Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) return fail(bundle.error());
  return bundle->base;
}

/// One replication of one case, and where its figures go.
struct Task {
  const Case* of = nullptr;
  const scenario::Scenario* scenario = nullptr;
  std::uint64_t seed = 0;
  std::vector<double> figures{};  ///< as many as the case has claims
  std::optional<Error> error{};
};

void perform(Task& task) {
  scenario::Scenario scenario = *task.scenario;
  scenario.seed = task.seed;
  const Result<metrics::RunRecord> run = study::run(scenario, task.of->name);
  if (!run) {
    task.error = run.error();
    return;
  }
  for (const Claim& claim : task.of->claims) {
    task.figures.push_back(claim.figure.read(*run, claim.figure));
  }
}

/// Works off the tasks, whichever thread comes first; each writes into its own, so that the order
/// in which they end shows nowhere.
void perform_all(std::vector<Task>& tasks, unsigned jobs, const Progress& progress) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  const auto work = [&](const Progress& told) {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      if (told.report != nullptr) {
        told.report(told.context, static_cast<double>(done) / static_cast<double>(tasks.size()),
                    tasks[i].of->name);
      }
      perform(tasks[i]);
      ++done;
    }
  };
  std::vector<std::jthread> helpers;
  for (unsigned job = 1; job < jobs; ++job) helpers.emplace_back(work, Progress{});
  work(progress);
}

metrics::ValidatedCase described(const Family& family, const Case& one, Level level) {
  metrics::ValidatedCase made{.name = one.name,
                              .family = family.name,
                              .title = one.title,
                              .source = one.source,
                              .length = length_text(one.length),
                              .replications = replications_of(one, level)};
  for (const Claim& claim : one.claims) {
    made.figures.push_back({.name = claim.figure.name,
                            .formula = claim.formula,
                            .unit = claim.figure.unit,
                            .theory = claim.theory});
  }
  return made;
}

}  // namespace

double relative_error_max(Level level) noexcept { return level == Level::fast ? 0.05 : 0.005; }

metrics::ValidationRecord theory_of(const std::vector<Family>& families, const Options& options) {
  metrics::ValidationRecord record{.level = options.level == Level::fast ? "fast" : "thorough",
                                   .seed = options.seed,
                                   .z_max = options.z_max,
                                   .relative_error_max = relative_error_max(options.level)};
  for (const Family& family : families) {
    for (const Case& one : family.cases) {
      record.cases.push_back(described(family, one, options.level));
    }
  }
  return record;
}

Result<metrics::ValidationRecord> validate(const std::vector<Family>& families,
                                           const Options& options, const Progress& progress) {
  std::vector<std::pair<const Case*, scenario::Scenario>> loaded;
  for (const Family& family : families) {
    for (const Case& one : family.cases) {
      Result<scenario::Scenario> scenario = load(one, options.seed);
      if (!scenario) return fail(scenario.error());
      loaded.emplace_back(&one, std::move(*scenario));
    }
  }

  std::vector<Task> tasks;
  for (const auto& [one, scenario] : loaded) {
    for (std::uint32_t r = 0; r < replications_of(*one, options.level); ++r) {
      tasks.push_back(
          {.of = one, .scenario = &scenario, .seed = metrics::replication_seed(scenario.seed, r)});
    }
  }
  perform_all(tasks, options.jobs, progress);

  metrics::ValidationRecord record = theory_of(families, options);
  auto task = tasks.begin();
  for (metrics::ValidatedCase& one : record.cases) {
    std::vector<metrics::Moments> moments(one.figures.size());
    for (std::uint64_t r = 0; r < one.replications; ++r, ++task) {
      if (task->error) {
        Error error = *task->error;
        error.file = one.name;
        return fail(std::move(error));
      }
      for (std::size_t i = 0; i < moments.size(); ++i) moments[i].add(task->figures[i]);
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
      one.figures[i].simulated = moments[i].estimate();
      metrics::judge(one.figures[i], record.z_max, record.relative_error_max);
    }
  }
  return record;
}

}  // namespace squall::study::validation
