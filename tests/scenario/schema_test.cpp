// schema/squall.schema.json against the parser: the schema may let more pass, never less.
#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "squall/scenario/scalar_form.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/json_schema/json_schema.hpp"
#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/random_document.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::schema_test {
namespace {

using nlohmann::json;

/// A document as an editor sees it: plain scalars are numbers and truth values where they look so.
json instance_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::scalar:
      if (!node.quoted && is_json_number(node.text)) return json::parse(node.text);
      if (!node.quoted && is_bool_form(node.text))
        return node.text[0] == 't' || node.text[0] == 'T';
      return node.text;
    case Node::Kind::list: {
      json list = json::array();
      for (const Node& item : node.items) list.push_back(instance_of(item));
      return list;
    }
    case Node::Kind::map: {
      json map = json::object();
      for (const Node::Member& member : node.members) {
        map[member.key] = instance_of(member.value);
      }
      return map;
    }
  }
  return nullptr;
}

const json& schema_text() {
  static const json text = json::parse(file_text(SQUALL_SOURCE_DIR "/schema/squall.schema.json"));
  return text;
}

/// What the schema says against a document; empty when nothing.
std::string schema_error(const Node& document) {
  static const test::JsonSchema schema(schema_text(), test::JsonSchema::Draft::draft_7);
  return schema.faults_of(instance_of(document));
}

const Files& data_files() {
  static const Files files = [] {
    Files all("values.csv", "1ms\n2ms,3\n");
    all.add("arrivals.csv", "0\n1\n1.5s\n");
    return all;
  }();
  return files;
}

TEST(Schema, AcceptsTheWholeExample) { EXPECT_EQ(schema_error(parsed(whole_example())), ""); }

TEST(Schema, AcceptsTheShippedScenariosAndSoDoesTheParser) {
  EXPECT_THAT(shipped_scenarios(), testing::Not(testing::IsEmpty()));
  for (const std::string& path : shipped_scenarios()) {
    const std::string text = file_text(path);
    EXPECT_EQ(schema_error(parsed(text)), "") << path;
    EXPECT_EQ(error_of(text), "") << path;
  }
}

TEST(Schema, AcceptsWhatIsNormalised) {
  EXPECT_EQ(schema_error(normalised(built(whole_example()))), "");
}

/// Every object of the schema that lists its keys, by where it stands.
void collect_objects(const json& at, const std::string& path, std::map<std::string, json>& found) {
  if (at.is_object() && at.contains("properties")) found[path] = at;
  if (!at.is_structured()) return;
  for (const auto& [key, value] : at.items()) collect_objects(value, path + "/" + key, found);
}

TEST(Schema, AllowsNoOtherKeysAnywhere) {
  std::map<std::string, json> objects;
  collect_objects(schema_text(), "", objects);
  EXPECT_GT(objects.size(), 30U);
  for (const auto& [path, object] : objects) {
    ASSERT_TRUE(object.contains("additionalProperties")) << path;
    EXPECT_EQ(object["additionalProperties"], false) << path;
  }
}

// --- docs/scenario.md ---

/// The blocks of YAML that hold a whole scenario.
std::vector<std::string> examples_of(const std::string& markdown) {
  std::vector<std::string> examples;
  const std::string fence = "```yaml\n";
  for (std::size_t at = markdown.find(fence); at != std::string::npos;
       at = markdown.find(fence, at)) {
    at += fence.size();
    std::string block = markdown.substr(at, markdown.find("```\n", at) - at);
    if (block.starts_with("squall: 1\n")) examples.push_back(std::move(block));
  }
  return examples;
}

TEST(Reference, HasExamplesThatAreScenarios) {
  const auto examples = examples_of(file_text(SQUALL_SOURCE_DIR "/docs/scenario.md"));
  EXPECT_THAT(examples, testing::Not(testing::IsEmpty()));
  for (const std::string& example : examples) {
    EXPECT_EQ(error_of(example), "") << example;
    EXPECT_EQ(schema_error(parsed(example)), "") << example;
  }
}

TEST(Reference, NamesEveryKeyOfTheSchema) {
  const std::string reference = file_text(SQUALL_SOURCE_DIR "/docs/scenario.md");
  std::map<std::string, json> objects;
  collect_objects(schema_text(), "", objects);
  for (const auto& [path, object] : objects) {
    for (const auto& [key, value] : object["properties"].items()) {
      const bool named = reference.find("`" + key) != std::string::npos ||
                         reference.find("." + key + "`") != std::string::npos ||
                         reference.find("{" + key + ":") != std::string::npos ||
                         reference.find(" " + key + ":") != std::string::npos;
      EXPECT_TRUE(named) << path << " " << key;
    }
  }
}

class BrokenForTheSchema : public testing::TestWithParam<BrokenDocument> {};

TEST_P(BrokenForTheSchema, IsRefusedWhereASchemaCanSeeIt) {
  const Result<Node> document = parse_yaml(GetParam().yaml, "checkout.yaml");
  ASSERT_TRUE(document);
  EXPECT_EQ(!schema_error(*document).empty(), GetParam().seen_by_schema) << schema_error(*document);
}

INSTANTIATE_TEST_SUITE_P(Schema, BrokenForTheSchema, testing::ValuesIn(broken_documents()),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

RC_GTEST_PROP(Schema, AcceptsWhatTheParserAccepts, (std::uint64_t seed)) {
  constexpr int documents_for_each_seed = 10;
  Rng rng(seed);
  int accepted = 0;
  for (int i = 0; i < documents_for_each_seed; ++i) {
    Node document = random_scenario(rng);
    for (std::uint64_t changes = rng.below(3); changes > 0; --changes) mutate(document, rng);
    if (!build(document, data_files().reader())) continue;
    ++accepted;
    const std::string refusal = schema_error(document);
    if (!refusal.empty()) RC_FAIL(refusal + "\n" + to_yaml(document));
  }
  RC_CLASSIFY(accepted > 0, "some accepted");
  RC_CLASSIFY(accepted < documents_for_each_seed, "some refused");
}

}  // namespace
}  // namespace squall::scenario::schema_test
