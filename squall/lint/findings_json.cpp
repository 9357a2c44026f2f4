#include "squall/lint/findings_json.hpp"

#include <nlohmann/json.hpp>

#include "squall/base/version.hpp"
#include "squall/lint/lint.hpp"

namespace squall::lint {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format = 1;

Json finding_json(const Finding& finding) {
  Json out = Json::object();
  out["code"] = rule_of(finding.code).name;
  out["severity"] = word_of(finding.severity);
  out["file"] = finding.file;
  out["line"] = finding.line > 0 ? Json(finding.line) : Json(nullptr);
  out["key"] = finding.key;
  out["message"] = finding.message;
  out["arithmetic"] = finding.arithmetic;
  out["remedy"] = finding.remedy;
  out["variants"] = finding.variants.empty() ? Json(nullptr) : Json(finding.variants);
  return out;
}

}  // namespace

std::string findings_json(std::span<const Finding> findings, const Subject& subject) {
  const Totals totals = totals_of(findings);
  Json out = Json::object();
  out["squall"] = version();
  out["format"] = format;
  out["scenario"] = subject.scenario;
  out["file"] = subject.file;
  out["totals"] = {{"error", totals.errors}, {"warning", totals.warnings}, {"info", totals.infos}};
  out["findings"] = Json::array();
  for (const Finding& finding : findings) out["findings"].push_back(finding_json(finding));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::lint
