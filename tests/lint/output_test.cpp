// Findings as JSON and as SARIF, their places, variants, and what is left out.
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/lint/findings_json.hpp"
#include "squall/lint/lint.hpp"
#include "squall/lint/sarif.hpp"
#include "tests/json_schema/json_schema.hpp"
#include "tests/lint/support.hpp"

namespace squall::lint::output_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string with_variants =
    head +
    "services: {bank: {workers: 1, latency: 10ms, queue: {capacity: 9}}}\n"
    "policies:\n"
    "  p:\n"
    "    retry: {max_attempts: 2}\n"
    "workloads: {w: {to: bank, policy: p, arrivals: {constant: 80/s}}}\n"
    "variants:\n"
    "  one: {}\n"
    "  two:\n"
    "    policies.p.retry.backoff: {exponential: 20ms}\n"
    "    services.bank.workers: 2\n"
    "  three: {services.bank.latency: 20ms}\n";

const Finding* first_of(const std::vector<Finding>& findings, Code code) {
  for (const Finding& finding : findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

TEST(Variants, ShareWhatHoldsInAllOfThem) {
  const std::vector<Finding> findings = linted(with_variants).findings;
  const Finding* guard = first_of(findings, Code::retry_without_guard);
  ASSERT_NE(guard, nullptr);
  EXPECT_THAT(guard->variants, IsEmpty());
  const Finding* jitter = first_of(findings, Code::retry_without_jitter);
  ASSERT_NE(jitter, nullptr);
  EXPECT_THAT(jitter->variants, ElementsAre("one", "three"));
  const Finding* one_retry = first_of(findings, Code::overloaded_by_one_retry);
  ASSERT_NE(one_retry, nullptr);
  EXPECT_THAT(one_retry->variants, ElementsAre("one"));
  const Finding* overloaded = first_of(findings, Code::overloaded);
  ASSERT_NE(overloaded, nullptr);
  EXPECT_THAT(overloaded->variants, ElementsAre("three"));
}

TEST(Variants, HaveThePlaceOfWhatTheyWrite) {
  for (const Finding& finding : linted(with_variants).findings) {
    if (finding.code != Code::retry_without_jitter) continue;
    const bool is_of_two = finding.variants == std::vector<std::string>{"two"};
    EXPECT_EQ(finding.line, is_of_two ? 12 : 7) << finding.arithmetic;
  }
}

TEST(Findings, AreTheSameEachTime) {
  const auto text = [] {
    return findings_json(linted(with_variants).findings, {.scenario = "my", .file = "my.yaml"});
  };
  EXPECT_EQ(text(), text());
}

TEST(Findings, LeaveOutWhatIsAllowed) {
  std::vector<Finding> findings = linted(with_variants).findings;
  const std::vector<Code> allowed = {Code::retry_without_guard, Code::overloaded};
  remove_allowed(findings, allowed);
  EXPECT_EQ(first_of(findings, Code::retry_without_guard), nullptr);
  EXPECT_EQ(first_of(findings, Code::overloaded), nullptr);
  EXPECT_NE(first_of(findings, Code::retry_without_jitter), nullptr);
}

TEST(Rules, AreFoundByTheirNamesAndInTheOrderOfTheirCodes) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(rules[i].code), i);
    EXPECT_EQ(find_rule(rules[i].name), &rules[i]);
  }
  EXPECT_EQ(find_rule("overload"), nullptr);
}

TEST(FindingsJson, HoldsPlacesArithmeticAndVariants) {
  const std::vector<Finding> findings = linted(with_variants).findings;
  const json out =
      json::parse(findings_json(findings, {.scenario = "my", .file = "dir/my file.yaml"}));
  EXPECT_EQ(out["format"], 1);
  EXPECT_EQ(out["scenario"], "my");
  EXPECT_EQ(out["file"], "dir/my file.yaml");
  ASSERT_EQ(out["findings"].size(), findings.size());
  std::size_t errors = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const json& one = out["findings"][i];
    EXPECT_EQ(one["code"], rule_of(findings[i].code).name);
    EXPECT_EQ(one["severity"], word_of(findings[i].severity));
    EXPECT_EQ(one["file"], "my.yaml");
    EXPECT_EQ(one["line"], findings[i].line);
    EXPECT_EQ(one["key"], findings[i].key);
    EXPECT_EQ(one["message"], findings[i].message);
    EXPECT_EQ(one["arithmetic"], findings[i].arithmetic);
    EXPECT_EQ(one["remedy"], findings[i].remedy);
    EXPECT_EQ(one["variants"].is_null(), findings[i].variants.empty());
    if (one["severity"] == "error") ++errors;
  }
  EXPECT_EQ(out["totals"]["error"], errors);
}

TEST(FindingsJson, HasNoLineWhereNoneIsKnown) {
  Finding finding;
  finding.file = "--set";
  const json out = json::parse(findings_json(std::vector{finding}, {}));
  EXPECT_TRUE(out["findings"][0]["line"].is_null());
}

/// What the published schema of SARIF 2.1.0 finds wrong; empty when nothing is.
std::string faults_of(const json& log) {
  static const test::JsonSchema schema = [] {
    std::ifstream file(SQUALL_SOURCE_DIR "/tests/data/sarif/sarif-2.1.0-rtm.5.json");
    return test::JsonSchema(json::parse(file), test::JsonSchema::Draft::draft_4);
  }();
  return schema.faults_of(log);
}

/// What the schema requires of the parts that are used, and what it cannot say of them.
void expect_sarif(const json& log) {
  EXPECT_EQ(faults_of(log), "");
  EXPECT_THAT(log["$schema"].get<std::string>(), HasSubstr("sarif-schema-2.1.0.json"));
  for (const json& run : log.at("runs")) {
    std::vector<std::string> ids;
    for (const json& rule : run.at("tool").at("driver").at("rules")) ids.push_back(rule.at("id"));
    for (const json& result : run.at("results")) {
      EXPECT_EQ(ids.at(result.at("ruleIndex").get<std::size_t>()),
                result.at("ruleId").get<std::string>());
      EXPECT_EQ(result.at("locations").size(), 1U);
    }
  }
}

TEST(Sarif, IsHeldToAPublishedSchemaThatSeesFaults) {
  const json good =
      json::parse(sarif(linted(with_variants).findings, {.scenario = "my", .file = "my.yaml"}));
  EXPECT_EQ(faults_of(good), "");
  const auto with = [&good](const char* place, const json& value) {
    json bad = good;
    bad[json::json_pointer(place)] = value;
    return faults_of(bad);
  };
  EXPECT_NE(with("/version", "2.0.0"), "");
  EXPECT_NE(with("/runs/0/results/0/level", "info"), "") << "what SARIF calls a note";
  EXPECT_NE(with("/runs/0/results/0/message", "text"), "");
  EXPECT_NE(with("/runs/0/results/0/ruleIndex", "0"), "");
  EXPECT_NE(with("/runs/0/results/0/locations/0/physicalLocation/region/startLine", 0), "");
  EXPECT_NE(with("/runs/0/results/0/severity", "warning"), "") << "no such property";
  EXPECT_NE(with("/runs/0/tool/driver/rules/0/id", nullptr), "");
}

TEST(Sarif, IsWellFormedAndHoldsThePlaces) {
  const std::vector<Finding> findings = linted(with_variants).findings;
  const json log = json::parse(sarif(findings, {.scenario = "my", .file = "my.yaml"}));
  expect_sarif(log);
  const json& results = log["runs"][0]["results"];
  ASSERT_EQ(results.size(), findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(results[i]["ruleId"], rule_of(findings[i].code).name);
    const json& location = results[i]["locations"][0];
    EXPECT_EQ(location["physicalLocation"]["artifactLocation"]["uri"], "my.yaml");
    EXPECT_EQ(location["physicalLocation"]["region"]["startLine"], findings[i].line);
    EXPECT_EQ(location["logicalLocations"][0]["fullyQualifiedName"], findings[i].key);
    EXPECT_THAT(results[i]["message"]["text"].get<std::string>(),
                HasSubstr(findings[i].arithmetic));
  }
  expect_sarif(json::parse(sarif({}, {})));
}

TEST(Sarif, LeavesOutPlacesThatAreInNoFile) {
  Finding finding;
  finding.key = "services.bank";
  finding.file = "--set";
  const json log = json::parse(sarif(std::vector{finding}, {}));
  expect_sarif(log);
  EXPECT_FALSE(log["runs"][0]["results"][0]["locations"][0].contains("physicalLocation"));
}

TEST(Sarif, EncodesPaths) {
  EXPECT_EQ(uri_of("dir/my-file_1.yaml"), "dir/my-file_1.yaml");
  EXPECT_EQ(uri_of("a b:c#d?e%f"), "a%20b%3Ac%23d%3Fe%25f");
  EXPECT_EQ(uri_of("\xc3\xa4.yaml"), "%C3%A4.yaml");
}

}  // namespace
}  // namespace squall::lint::output_test
