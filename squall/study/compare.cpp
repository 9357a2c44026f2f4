#include "squall/study/compare.hpp"

#include <algorithm>

#include "squall/base/nearest.hpp"
#include "squall/model/model.hpp"
#include "squall/study/progress_part.hpp"
#include "squall/study/warmup.hpp"

namespace squall::study {

namespace {

/// Between two reports of progress: some milliseconds of work.
constexpr std::uint64_t events_between_reports = 100'000;
constexpr const char* name_of_base = "base";

metrics::Comparison header_of(const scenario::Scenario& scenario) {
  metrics::Comparison comparison;
  comparison.scenario = scenario.name;
  comparison.description = scenario.description;
  comparison.seed = scenario.seed;
  return comparison;
}

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

/// The progress of one run as a part of that of many.
struct Part {
  const Progress& whole;
  double from;
  double share;

  void report(double done, const std::string& variant) const {
    if (whole.report != nullptr) whole.report(whole.context, from + share * done, variant);
  }
};

Result<metrics::RunRecord> run_part(const scenario::Scenario& scenario, const std::string& variant,
                                    const Part& part) {
  model::Model model(scenario);
  for (;;) {
    part.report(model.progress(), variant);
    const Result<model::Model::Status> status = model.run(events_between_reports);
    if (!status) return fail(status.error());
    if (*status == model::Model::Status::done) break;
  }
  metrics::RunRecord record = model.result();
  record.variant = variant;
  note_warmup(scenario, record);
  return record;
}

/// The pilot runs of `warmup: auto` are about half of the work.
constexpr double share_of_pilots = 0.5;

Result<metrics::Comparison> compare_settled(const scenario::Bundle& bundle,
                                            const Progress& progress) {
  metrics::Comparison comparison = header_of(bundle.base);
  const double share = 1.0 / static_cast<double>(bundle.variants.size());
  for (std::size_t v = 0; v < bundle.variants.size(); ++v) {
    const scenario::Variant& variant = bundle.variants[v];
    Result<metrics::RunRecord> record = run_part(
        variant.scenario, variant.name, Part{progress, static_cast<double>(v) * share, share});
    if (!record) return fail(record.error());
    comparison.variants.push_back(std::move(*record));
  }
  return comparison;
}

}  // namespace

Result<metrics::RunRecord> run(const scenario::Scenario& scenario, const std::string& variant,
                               const Progress& progress) {
  return run_part(scenario, variant, Part{progress, 0.0, 1.0});
}

Result<metrics::Comparison> compare(const scenario::Bundle& bundle, const Progress& progress) {
  if (bundle.variants.empty()) return run_one(bundle, "", progress);
  const bool all_settled = std::ranges::none_of(
      bundle.variants, [](const auto& variant) { return wants_warmup(variant.scenario); });
  if (all_settled) return compare_settled(bundle, progress);

  scenario::Bundle settled = bundle;
  std::vector<Unsettled> together;
  for (scenario::Variant& variant : settled.variants) {
    together.push_back({&variant.scenario, variant.name});
  }
  ProgressPart pilots{progress, 0.0, share_of_pilots};
  const Result<void> done = settle_warmups(together, pilots.as_progress());
  if (!done) return fail(done.error());
  ProgressPart rest{progress, share_of_pilots, 1.0 - share_of_pilots};
  return compare_settled(settled, rest.as_progress());
}

Result<metrics::Comparison> run_one(const scenario::Bundle& bundle, const std::string& name,
                                    const Progress& progress) {
  const scenario::Scenario* chosen = name.empty() ? &bundle.base : nullptr;
  std::vector<std::string_view> names;
  for (const scenario::Variant& variant : bundle.variants) {
    if (variant.name == name) chosen = &variant.scenario;
    names.emplace_back(variant.name);
  }
  if (chosen == nullptr) {
    std::string message = "no variant is called '" + name + "'";
    if (const auto nearest = nearest_name(name, names))
      message += "; did you mean '" + *nearest + "'?";
    else if (names.empty())
      message += "; the scenario has none";
    else
      message += "; there " + listed(names);
    return fail(std::move(message));
  }
  metrics::Comparison comparison = header_of(*chosen);
  const std::string shown = name.empty() ? name_of_base : name;
  scenario::Scenario settled = *chosen;
  const double behind = wants_warmup(settled) ? share_of_pilots : 0.0;
  ProgressPart pilot{progress, 0.0, behind};
  const Result<void> done = settle_warmups({{&settled, shown}}, pilot.as_progress());
  if (!done) return fail(done.error());
  ProgressPart rest{progress, behind, 1.0 - behind};
  Result<metrics::RunRecord> record = run(settled, shown, rest.as_progress());
  if (!record) return fail(record.error());
  comparison.variants.push_back(std::move(*record));
  return comparison;
}

}  // namespace squall::study
