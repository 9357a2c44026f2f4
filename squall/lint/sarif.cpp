#include "squall/lint/sarif.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "squall/base/version.hpp"

namespace squall::lint {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const char* level_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "note";
  }
  return "none";
}

Json rule_json(const Rule& rule) {
  return {{"id", rule.name},
          {"shortDescription", {{"text", rule.summary}}},
          {"help", {{"text", "docs/lint.md: " + std::string(rule.name)}}},
          {"defaultConfiguration", {{"level", level_of(rule.severity)}}}};
}

std::string text_of(const Finding& finding) {
  std::string text = finding.message + ": " + finding.arithmetic + ". Remedy: " + finding.remedy;
  if (!finding.variants.empty()) {
    text += finding.variants.size() == 1 ? " (in variant " : " (in variants ";
    for (std::size_t i = 0; i < finding.variants.size(); ++i) {
      text += (i == 0 ? "" : ", ") + finding.variants[i];
    }
    text += ")";
  }
  return text + ".";
}

/// The last part of the key is its name.
Json logical_location(const Finding& finding) {
  const std::size_t dot = finding.key.rfind('.');
  return {{"name", dot == std::string::npos ? finding.key : finding.key.substr(dot + 1)},
          {"fullyQualifiedName", finding.key}};
}

Json location_json(const Finding& finding) {
  Json out = Json::object();
  // An argument of the command line is no artifact.
  if (!finding.file.empty() && !finding.file.starts_with("--")) {
    Json physical = {{"artifactLocation", {{"uri", uri_of(finding.file)}}}};
    if (finding.line > 0) physical["region"] = {{"startLine", finding.line}};
    out["physicalLocation"] = std::move(physical);
  }
  out["logicalLocations"] = Json::array({logical_location(finding)});
  return out;
}

Json result_json(const Finding& finding) {
  Json out = {{"ruleId", rule_of(finding.code).name},
              {"ruleIndex", static_cast<std::size_t>(finding.code)},
              {"level", level_of(finding.severity)},
              {"message", {{"text", text_of(finding)}}},
              {"locations", Json::array({location_json(finding)})}};
  Json properties = {{"arithmetic", finding.arithmetic}, {"remedy", finding.remedy}};
  if (!finding.variants.empty()) properties["variants"] = finding.variants;
  out["properties"] = std::move(properties);
  return out;
}

}  // namespace

std::string uri_of(std::string_view path) {
  constexpr std::string_view as_they_are =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    if (as_they_are.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += digits[byte >> 4U];
    uri += digits[byte & 0xfU];
  }
  return uri;
}

std::string sarif(std::span<const Finding> findings, const Subject& subject) {
  Json driver = {{"name", "squall"}, {"version", version()}, {"rules", Json::array()}};
  for (const Rule& rule : rules) driver["rules"].push_back(rule_json(rule));
  Json run = {{"tool", {{"driver", std::move(driver)}}},
              {"results", Json::array()},
              {"columnKind", "utf16CodeUnits"},
              {"properties", {{"scenario", subject.scenario}}}};
  for (const Finding& finding : findings) run["results"].push_back(result_json(finding));
  const Json log = {
      {"$schema", schema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::lint
