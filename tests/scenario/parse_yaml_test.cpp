#include "squall/scenario/yaml/parse_yaml.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace squall::scenario::parse_yaml_test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

Node document(std::string_view text) {
  Result<Node> node = parse_yaml(text, "a.yaml");
  EXPECT_TRUE(node) << (node ? "" : node.error().text());
  return node ? std::move(*node) : Node();
}

std::string error(std::string_view text) {
  const Result<Node> node = parse_yaml(text, "a.yaml");
  return node ? "no error" : node.error().text();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ParseYaml, KeepsMapsListsAndScalarsWithTheirLines) {
  const Node root = document("a: 1\nb:\n  - x4\n  - {c: 5%}\n");
  EXPECT_EQ(root.kind, Node::Kind::map);
  EXPECT_EQ(root.file, "a.yaml");
  ASSERT_THAT(root.members, SizeIs(2));
  EXPECT_EQ(root.members[0].key, "a");
  EXPECT_EQ(root.members[0].line, 1);
  EXPECT_EQ(root.members[0].value.text, "1");
  EXPECT_EQ(root.members[1].line, 2);
  const Node& list = root.members[1].value;
  ASSERT_THAT(list.items, SizeIs(2));
  EXPECT_EQ(list.items[0].text, "x4");
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[1].find("c")->text, "5%");
  EXPECT_EQ(list.items[1].find("c")->line, 4);
  EXPECT_EQ(list.items[1].find("d"), nullptr);
}

TEST(ParseYaml, TellsTextFromNothing) {
  const Node root = document("a: ~\nb: null\nc:\nd: '~'\ne: \"null\"\nf: ''\ng: 1\n");
  EXPECT_EQ(root.find("a")->kind, Node::Kind::null);
  EXPECT_EQ(root.find("b")->kind, Node::Kind::null);
  EXPECT_EQ(root.find("c")->kind, Node::Kind::null);
  EXPECT_EQ(root.find("c")->line, 3);
  for (const char* key : {"d", "e", "f"}) {
    EXPECT_EQ(root.find(key)->kind, Node::Kind::scalar) << key;
    EXPECT_TRUE(root.find(key)->quoted) << key;
  }
  EXPECT_FALSE(root.find("g")->quoted);
}

TEST(ParseYaml, TakesOneScalarAsADocument) {
  EXPECT_EQ(document("12ms").text, "12ms");
  EXPECT_EQ(document("null").kind, Node::Kind::null);
  EXPECT_EQ(document("[1, 2]").items.size(), 2U);
}

TEST(ParseYaml, ReadsAByteOrderMarkAndCarriageReturns) {
  const Node root = document(
      "\xef\xbb\xbf"
      "a: 1\r\nb: 2\r\n");
  EXPECT_EQ(root.find("a")->text, "1");
  EXPECT_EQ(root.find("b")->text, "2");
  EXPECT_EQ(root.members[1].line, 2);
}

TEST(ParseYaml, ReadsJson) {
  const Node root = document("{\"a\": {\"b\": [1, \"2\", null, true]}}");
  const Node* list = root.find("a")->find("b");
  ASSERT_NE(list, nullptr);
  EXPECT_FALSE(list->items[0].quoted);
  EXPECT_TRUE(list->items[1].quoted);
  EXPECT_EQ(list->items[2].kind, Node::Kind::null);
}

TEST(ParseYaml, ExpandsAliases) {
  const Node root = document("a: &x {k: [1, 2]}\nb: *x\nc: [*x, &y z, *y]\n");
  EXPECT_EQ(root.find("b")->find("k")->items[1].text, "2");
  EXPECT_EQ(root.find("c")->items[0].find("k")->items[0].text, "1");
  EXPECT_EQ(root.find("c")->items[2].text, "z");
}

TEST(ParseYaml, TakesTheLastAnchorOfAName) {
  const Node root = document("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
  EXPECT_EQ(root.find("b")->text, "1");
  EXPECT_EQ(root.find("d")->text, "2");
}

TEST(ParseYamlError, EmptyFile) {
  EXPECT_EQ(error(""), "a.yaml: is empty");
  EXPECT_EQ(error("# only a comment\n\n"), "a.yaml: is empty");
  EXPECT_EQ(error("   \n"), "a.yaml: is empty");
}

TEST(ParseYamlError, BinaryRubbish) {
  EXPECT_EQ(error(std::string_view("a: 1\n\0b: 2\n", 11)),
            "a.yaml:2: is not a text file (UTF-8): found the byte 0x00");
  EXPECT_EQ(error("\x7f"
                  "ELF\x02\x01\x01"),
            "a.yaml:1: is not a text file (UTF-8): found the byte 0x02");
  EXPECT_EQ(error("a: \xff\xfe\n"), "a.yaml:1: is not a text file (UTF-8): found the byte 0xff");
  EXPECT_THAT(error("a: \xc0\xaf"), HasSubstr("0xc0"));          // overlong
  EXPECT_THAT(error("a: \xed\xa0\x80"), HasSubstr("0xed"));      // a surrogate
  EXPECT_THAT(error("a: \xf4\x90\x80\x80"), HasSubstr("0xf4"));  // above U+10FFFF
  EXPECT_THAT(error("a: \xe2\x82"), HasSubstr("0xe2"));          // cut short
  EXPECT_EQ(error("a: \xe2\x82\xac \xf0\x9f\x99\x82"), "no error");
}

TEST(ParseYamlError, TooLarge) {
  const std::string large(std::size_t{100} << 20U, 'a');
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(error(large), "a.yaml: is too large: 100 MiB, of at most 16");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

TEST(ParseYamlError, DuplicateKey) {
  EXPECT_EQ(error("services:\n  bank: {}\n  fraud: {}\n  bank: {}\n"),
            "a.yaml:4: duplicate key 'bank'; it stands on line 2 already");
  EXPECT_EQ(error("{a: 1, b: 2, a: 3}"),
            "a.yaml:1: duplicate key 'a'; it stands on line 1 already");
  std::string many;
  for (int i = 0; i < 40; ++i) many += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(error(many + "k7: 1\nk7: 2\nk3: 1\n"),
            "a.yaml:41: duplicate key 'k7'; it stands on line 8 already");
}

TEST(ParseYamlError, Tab) {
  EXPECT_EQ(error("a:\n\tb: 1\n"), "a.yaml:2: a tab in the indentation; indent with spaces");
  EXPECT_EQ(error("a:\n  b: 1\n  \tc: 2\n"),
            "a.yaml:3: a tab in the indentation; indent with spaces");
  EXPECT_EQ(error("a: 1 \t# a comment\nb:\t2\n"), "no error");
}

TEST(ParseYamlError, NestedTooDeep) {
  for (const char* opening : {"[", "[\n", "{a: ", "- "}) {
    const std::string text = repeated(opening, 100'000);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_THAT(error(text),
                AllOf(StartsWith("a.yaml:"), EndsWith("is nested deeper than 64 levels")))
        << opening;
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20)) << opening;
  }
  EXPECT_EQ(error(repeated("[", 64) + repeated("]", 64)), "no error");
  EXPECT_THAT(error(repeated("[", 65) + repeated("]", 65)), HasSubstr("deeper than 64"));
}

TEST(ParseYamlError, AliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string alias = "*a" + std::to_string(i - 1);
    text += name + ": &" + name + " [" + alias + repeated(", " + alias, 8) + "]\n";
  }
  EXPECT_THAT(error(text), HasSubstr("holds more than 2000000 values (aliases expanded)"));
}

TEST(ParseYamlError, AliasesNestedTooDeep) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 70; ++i) {
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_THAT(error(text), HasSubstr("is nested deeper than 64 levels, aliases expanded"));
}

TEST(ParseYamlError, TooManyValues) {
  EXPECT_THAT(error("[" + repeated("1,", 2'000'001) + "1]"),
              HasSubstr("holds more than 2000000 values"));
}

TEST(ParseYamlError, AliasOfNothingOrOfItself) {
  EXPECT_EQ(error("a: *x\n"), "a.yaml:1: is not YAML: the referenced anchor is not defined");
  EXPECT_EQ(error("a: 1\nb: &x [*x]\n"), "a.yaml:2: an alias stands inside its own anchor");
}

TEST(ParseYamlError, SecondDocument) {
  EXPECT_EQ(error("a: 1\n---\nb: 2\n"),
            "a.yaml:2: a second document begins here; a scenario is one document");
  EXPECT_EQ(error("---\na: 1\n...\n"), "no error");
}

TEST(ParseYamlError, TagsAndMergeKeys) {
  EXPECT_EQ(error("a: 1\nb: !!str 5\n"), "a.yaml:2: tags (!!str) are not supported");
  EXPECT_EQ(error("a: !duration 5\n"), "a.yaml:1: tags (!duration) are not supported");
  EXPECT_EQ(error("a: !!map {}\n"), "a.yaml:1: tags (!!map) are not supported");
  EXPECT_EQ(error("a: &x {k: 1}\nb:\n  <<: *x\n"),
            "a.yaml:3: merge keys (<<) are not supported; write the keys out");
  EXPECT_EQ(error("\"<<\": 1\n"), "no error");
}

TEST(ParseYamlError, KeysThatAreNoWords) {
  EXPECT_EQ(error("? [a]\n: b\n"), "a.yaml:1: a key must be a word, not a list or a map");
  EXPECT_EQ(error("? {a: 1}\n: b\n"), "a.yaml:1: a key must be a word, not a list or a map");
  EXPECT_EQ(error("a: 1\n: b\n"), "a.yaml:2: a key is missing before ':'");
  EXPECT_EQ(error("? a\n: b\n"), "no error");
}

TEST(ParseYamlError, SyntaxSaysWhatToDo) {
  EXPECT_EQ(error("a: b: c\n"),
            "a.yaml:1: is not YAML: a ':' that cannot stand here; mend the "
            "indentation or quote the text");
  EXPECT_EQ(error("a: {b: 1\n"), "a.yaml:1: is not YAML: a '{' is never closed");
  EXPECT_EQ(error("a: [1\n"), "a.yaml:1: is not YAML: a '[' is never closed");
  // At the very end of the input the library takes the bracket for the beginning of a key.
  EXPECT_EQ(error("{a: 1, b: {c: {}}"), "a.yaml:1: is not YAML: a '{' is never closed");
  EXPECT_EQ(error("[1, \"]\", '}' # ]"), "a.yaml:1: is not YAML: a '[' is never closed");
  EXPECT_EQ(error("a: 1\nb: [1, {c: 2\nd: 3"), "a.yaml:2: is not YAML: a '{' is never closed");
  EXPECT_EQ(error("\xef\xbb\xbf{"), "a.yaml:1: is not YAML: a '{' is never closed");
  EXPECT_EQ(error("\xef\xbb\xbf? {a: 1}\n: b\n"),
            "a.yaml:1: a key must be a word, not a list or a map");
  EXPECT_EQ(error("a: \"x\n"), "a.yaml:1: is not YAML: a quoted text is never closed");
  EXPECT_EQ(error("a: 'x\nb: 1\n\n"), "a.yaml:2: is not YAML: a quoted text is never closed");
  EXPECT_EQ(error("a: @x\n"),
            "a.yaml:1: is not YAML: a character that cannot start a value; "
            "quote the text");
}

}  // namespace
}  // namespace squall::scenario::parse_yaml_test
