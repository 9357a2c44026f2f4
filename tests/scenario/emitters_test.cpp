// to_yaml() and to_json(): what is written is read back the same.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "squall/scenario/node_making.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/random_document.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::emitters_test {
namespace {

/// Where two documents differ; the lines apart, and quotes where they say nothing.
std::string difference(const Node& a, const Node& b, bool json) {
  if (a.kind != b.kind) return "kind";
  if (a.text != b.text) return "text '" + a.text + "' and '" + b.text + "'";
  // In JSON a quantity such as 12ms has to be in quotes.
  const bool quotes_count = needs_quotes(a.text) && !json;
  if (quotes_count && a.quoted != b.quoted) return "quotes of '" + a.text + "'";
  if (a.items.size() != b.items.size() || a.members.size() != b.members.size()) return "size";
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    const std::string inside = difference(a.items[i], b.items[i], json);
    if (!inside.empty()) return std::to_string(i) + "." + inside;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].key != b.members[i].key) return "key '" + a.members[i].key + "'";
    const std::string inside = difference(a.members[i].value, b.members[i].value, json);
    if (!inside.empty()) return a.members[i].key + "." + inside;
  }
  return {};
}

std::string yaml_of(std::string_view text) { return to_yaml(parsed(text)); }

TEST(ToYaml, WritesBlocksAndSmallThingsOnOneLine) {
  EXPECT_EQ(yaml_of("{a: {b: {c: [1, 2], d: {e: x}}}, f: [], g: {}, h: ~}"),
            "a: {b: {c: [1, 2], d: {e: x}}}\nf: []\ng: {}\nh: null\n");
  EXPECT_EQ(yaml_of("{a: {b: {c: {d: {e: 1}}}}}"), "a:\n  b: {c: {d: {e: 1}}}\n");
}

TEST(ToYaml, BreaksWhatIsLong) {
  const std::string word(60, 'x');
  EXPECT_EQ(yaml_of("a: [{b: " + word + ", c: 2}, {b: " + word + ", c: " + word + "}]"),
            "a:\n  - {b: " + word + ", c: 2}\n  - b: " + word + "\n    c: " + word + "\n");
}

TEST(ToYaml, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(yaml_of("['12ms', 'x4', 'a->b', '5%', \"call.A->B\", 'größe', 'a b']"),
            "- 12ms\n- x4\n- a->b\n- 5%\n- call.A->B\n- größe\n- a b\n");
  EXPECT_EQ(yaml_of("['1', '~', 'true', '', '- x', 'a: b', 'a #b', \"a\\nb\", 1, true]"),
            "- \"1\"\n- \"~\"\n- \"true\"\n- \"\"\n- \"- x\"\n- \"a: b\"\n- \"a #b\"\n"
            "- \"a\\nb\"\n- 1\n- true\n");
}

TEST(ToYaml, WritesNothingThatTurnsTheLineAround) {
  EXPECT_EQ(yaml_of("a: \"x\\u202ey\\u2067\\u200f\""), "a: \"x\\u202ey\\u2067\\u200f\"\n");
  EXPECT_EQ(yaml_of("a: x\xe2\x80\xaey"), "a: \"x\\u202ey\"\n");
  EXPECT_EQ(yaml_of("a: x\xe2\x80\xa6y"), "a: x\xe2\x80\xa6y\n") << "an ellipsis is harmless";
}

TEST(ToJson, WritesNumbersAsNumbers) {
  EXPECT_EQ(to_json(parsed("{a: 1, b: '1', c: 12ms, d: [true, ~], e: -0.5, f: .5, g: {}}")),
            "{\n  \"a\": 1,\n  \"b\": \"1\",\n  \"c\": \"12ms\",\n  \"d\": [\n    true,\n    "
            "null\n  ],\n  \"e\": -0.5,\n  \"f\": \".5\",\n  \"g\": {}\n}\n");
}

RC_GTEST_PROP(ToYaml, IsReadBackTheSame, (std::uint64_t seed)) {
  Rng rng(seed);
  const Node document = random_document(rng, 5);
  const std::string text = to_yaml(document);
  const Result<Node> again = parse_yaml(text, "again.yaml");
  if (!again) RC_FAIL(again.error().text() + "\n" + text);
  if (const auto where = difference(document, *again, false); !where.empty()) {
    RC_FAIL(where + "\n" + text);
  }
}

RC_GTEST_PROP(ToJson, IsReadBackTheSame, (std::uint64_t seed)) {
  Rng rng(seed);
  const Node document = random_document(rng, 5);
  const std::string text = to_json(document);
  const Result<Node> again = parse_json(text, "again.json");
  if (!again) RC_FAIL(again.error().text() + "\n" + text);
  if (const auto where = difference(document, *again, true); !where.empty()) {
    RC_FAIL(where + "\n" + text);
  }
}

}  // namespace
}  // namespace squall::scenario::emitters_test
