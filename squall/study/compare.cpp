#include "squall/study/compare.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "squall/base/nearest.hpp"
#include "squall/study/run_watched.hpp"

namespace squall::study {

namespace {

constexpr const char* name_of_base = "base";

/// "is a", "are a, b and c"; of many the first ones.
std::string listed(const std::vector<std::string_view>& names) {
  constexpr std::size_t most = 10;
  std::string text = names.size() == 1 ? "is " : "are ";
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    const bool is_last = i + 1 == names.size();
    text += i == 0 ? "" : is_last ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace

Result<metrics::RunRecord> run(const scenario::Scenario& scenario, const std::string& variant,
                               const Progress& progress, const Limits& limits,
                               const std::atomic<bool>* stop) {
  struct Context {
    const Progress& progress;
    const std::string& variant;
  } context{progress, variant};
  if (progress.report == nullptr) {
    return run_watched(scenario, variant, {.limits = limits, .stop = stop});
  }
  return run_watched(scenario, variant,
                     {.limits = limits,
                      .stop = stop,
                      .on_progress =
                          [](void* told, double share) {
                            const auto& to = *static_cast<Context*>(told);
                            to.progress.report(to.progress.context, share, to.variant);
                          },
                      .context = &context});
}

std::vector<Subject> subjects_of(const scenario::Bundle& bundle) {
  std::vector<Subject> subjects;
  subjects.reserve(bundle.variants.size());
  for (const scenario::Variant& variant : bundle.variants) {
    subjects.push_back({variant.name, &variant.scenario});
  }
  if (subjects.empty()) subjects.push_back({name_of_base, &bundle.base});
  return subjects;
}

Result<Subject> find_subject(const scenario::Bundle& bundle, const std::string& name) {
  if (name.empty()) return Subject{name_of_base, &bundle.base};
  std::vector<std::string_view> names;
  for (const scenario::Variant& variant : bundle.variants) {
    if (variant.name == name) return Subject{name, &variant.scenario};
    names.emplace_back(variant.name);
  }
  std::string message = "no variant is called '" + name + "'";
  if (const auto nearest = nearest_name(name, names))
    message += "; did you mean '" + *nearest + "'?";
  else if (names.empty())
    message += "; the scenario has none";
  else
    message += "; there " + listed(names);
  return fail(std::move(message));
}

metrics::Comparison header_of(const scenario::Scenario& scenario) {
  metrics::Comparison comparison;
  comparison.scenario = scenario.name;
  comparison.description = scenario.description;
  comparison.seed = scenario.seed;
  return comparison;
}

metrics::Comparison of_begun(metrics::Comparison header, std::vector<metrics::RunRecord> begun,
                             const std::vector<Subject>& subjects) {
  header.partial = true;
  header.variants = std::move(begun);
  for (const Subject& subject : subjects) {
    const bool is_begun = std::ranges::find(header.variants, subject.name,
                                            &metrics::RunRecord::variant) != header.variants.end();
    if (!is_begun) header.not_begun.push_back(subject.name);
  }
  return header;
}

}  // namespace squall::study
