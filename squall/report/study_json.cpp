#include "squall/report/study_json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "squall/base/infinite.hpp"

namespace squall::report {
namespace {

using Json = nlohmann::ordered_json;

/// null for what is infinite or not there.
Json number(const std::optional<double>& value) {
  return is_finite(value) ? Json(*value) : Json(nullptr);
}

/// Without a look for the key, which would make a long object quadratic. REQUIRES a new key.
void append_new(Json& object, const std::string& key, Json value) {
  object.get_ref<Json::object_t&>().push_back({key, std::move(value)});
}

Json share_of(std::uint64_t part, std::uint64_t whole) {
  const metrics::ShareInterval share = metrics::wilson_95(part, whole);
  return {{"count", part}, {"share", share.share}, {"low_95", share.low}, {"high_95", share.high}};
}

Json estimate(const metrics::FigureEstimate& figure) {
  Json out = Json::object();
  const bool any = figure.estimate.count > 0 && figure.never == 0;
  out["mean"] = any ? Json(figure.estimate.mean) : Json(nullptr);
  if (figure.is_percentile) out["pooled"] = number(figure.point);
  out["low_95"] = number(figure.low);
  out["high_95"] = number(figure.high);
  out["standard_error"] = any ? number(figure.estimate.standard_error) : Json(nullptr);
  out["count"] = figure.estimate.count;
  if (figure.never > 0) out["never"] = figure.never;
  return out;
}

Json world(const metrics::WorldRecord& world) {
  return {{"name", world.name},
          {"count", world.count},
          {"share", world.share.share},
          {"share_low_95", world.share.low},
          {"share_high_95", world.share.high},
          {"goodput_ratio",
           {{"mean", world.goodput.mean()},
            {"min", world.goodput.min()},
            {"max", world.goodput.max()}}},
          {"example", {{"replication", world.example_replication}, {"seed", world.example_seed}}}};
}

Json difference(const metrics::PairedFigure& figure) {
  Json out = Json::object();
  const bool any = figure.low.has_value();
  out["mean"] = any ? Json(figure.difference.mean) : Json(nullptr);
  out["low_95"] = number(figure.low);
  out["high_95"] = number(figure.high);
  out["significant"] = any ? Json(figure.significant) : Json(nullptr);
  out["variance_reduction"] = number(figure.variance_reduction);
  out["count"] = figure.difference.count;
  return out;
}

}  // namespace

void add_study(Json& comparison, const metrics::StudyRecord& study) {
  if (study.asked != study.replications) comparison["replications_asked"] = study.asked;
  if (study.precision) {
    const metrics::PrecisionRecord& precision = *study.precision;
    comparison["precision"] = {{"metric", precision.metric},
                               {"asked", precision.asked},
                               {"reached", precision.reached},
                               {"widest", number(precision.widest)},
                               {"replications_max", precision.replications_max}};
  }
}

void add_variant_study(Json& variant, const metrics::VariantStudy& study) {
  const std::uint64_t all =
      study.recovered + study.not_recovered + study.not_judged + study.no_fault;
  Json& verdicts = variant["verdicts"] = Json::object();
  verdicts["recovered"] = share_of(study.recovered, all);
  verdicts["not_recovered"] = share_of(study.not_recovered, all);
  verdicts["not_judged"] = share_of(study.not_judged, all);
  verdicts["no_fault"] = share_of(study.no_fault, all);
  Json& worlds = variant["worlds"] = Json::array();
  for (const metrics::WorldRecord& one : study.worlds) worlds.push_back(world(one));
  Json estimates = Json::object();
  for (const metrics::FigureEstimate& figure : study.figures) {
    append_new(estimates, figure.metric, estimate(figure));
  }
  variant["estimates"] = std::move(estimates);
}

Json paired(const metrics::Comparison& comparison) {
  Json out = Json::array();
  for (const metrics::PairedRecord& pair : comparison.study->pairs) {
    Json& made = out.emplace_back(Json::object());
    made["variant"] = comparison.variants[pair.variant].variant;
    made["minus"] = comparison.variants[pair.minus].variant;
    Json figures = Json::object();
    for (const metrics::PairedFigure& figure : pair.figures) {
      append_new(figures, figure.metric, difference(figure));
    }
    made["figures"] = std::move(figures);
  }
  return out;
}

bool is_interval(const Json& value) { return value.is_object() && value.contains("low_95"); }

}  // namespace squall::report
