#include "squall/report/validation_json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "squall/base/version.hpp"
#include "squall/report/json.hpp"

namespace squall::report {
namespace {

using Json = nlohmann::ordered_json;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

const char* word_of(metrics::FigureUnit unit) {
  switch (unit) {
    case metrics::FigureUnit::seconds:
      return "s";
    case metrics::FigureUnit::share:
      return "share";
    case metrics::FigureUnit::number:
      return "number";
  }
  return "";
}

const char* word_of(metrics::FigureVerdict verdict) {
  switch (verdict) {
    case metrics::FigureVerdict::agrees:
      return "ok";
    case metrics::FigureVerdict::out:
      return "out";
    case metrics::FigureVerdict::too_wide:
      return "too_wide";
  }
  return "";
}

Json figure_json(const metrics::ValidatedFigure& figure) {
  Json out = Json::object();
  out["figure"] = figure.name;
  out["formula"] = figure.formula;
  out["unit"] = word_of(figure.unit);
  out["theory"] = finite(figure.theory);
  out["mean"] = finite(figure.simulated.mean);
  out["low95"] = finite(figure.simulated.low());
  out["high95"] = finite(figure.simulated.high());
  out["standard_error"] = finite(figure.simulated.standard_error);
  out["z"] = finite(figure.z);
  out["verdict"] = word_of(figure.verdict);
  return out;
}

}  // namespace

std::string validation_json(const metrics::ValidationRecord& record) {
  const metrics::ValidationTotals totals = metrics::totals_of(record);
  Json out = Json::object();
  out["squall"] = version();
  out["format"] = json_format;
  out["validation"] = record.level;
  out["seed"] = record.seed;
  out["z_max"] = record.z_max;
  out["relative_error_max"] = record.relative_error_max;
  out["figures"] = totals.figures;
  out["out"] = totals.out;
  out["too_wide"] = totals.too_wide;
  out["passed"] = totals.passed();
  out["cases"] = Json::array();
  for (const metrics::ValidatedCase& one : record.cases) {
    Json made = Json::object();
    made["name"] = one.name;
    made["family"] = one.family;
    made["title"] = one.title;
    made["source"] = one.source;
    made["length"] = one.length;
    made["replications"] = one.replications;
    made["figures"] = Json::array();
    for (const metrics::ValidatedFigure& figure : one.figures) {
      made["figures"].push_back(figure_json(figure));
    }
    out["cases"].push_back(std::move(made));
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::report
