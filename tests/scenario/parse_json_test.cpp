#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/load.hpp"

namespace squall::scenario::parse_json_test {
namespace {

using testing::HasSubstr;

Node document(std::string_view text) {
  Result<Node> node = parse_json(text, "a.json");
  EXPECT_TRUE(node) << (node ? "" : node.error().text());
  return node ? std::move(*node) : Node();
}

std::string error(std::string_view text) {
  const Result<Node> node = parse_json(text, "a.json");
  return node ? "no error" : node.error().text();
}

TEST(ParseJson, KeepsLinesAlsoOfNumbersThatEndTheirs) {
  const Node root =
      document("{\n\"a\": 1,\n\"b\": 2\n,\"c\":\n3\n,\"d\": [\n4\n,\n\"x\",true\n]\n}\n");
  EXPECT_EQ(root.line, 1);
  EXPECT_EQ(root.find("a")->line, 2);
  EXPECT_EQ(root.find("b")->line, 3);
  EXPECT_EQ(root.find("c")->line, 5);
  EXPECT_EQ(root.members[2].line, 4);
  const Node* list = root.find("d");
  EXPECT_EQ(list->line, 6);
  EXPECT_EQ(list->items[0].line, 7);
  EXPECT_EQ(list->items[1].line, 9);
  EXPECT_EQ(list->items[2].line, 9);
}

TEST(ParseJson, KeepsNumbersAsTheyAreWritten) {
  const Node root =
      document("[0.10, 1e3, -5, 18446744073709551615, 123456789012345678901234567890]");
  EXPECT_EQ(root.items[0].text, "0.10");
  EXPECT_EQ(root.items[1].text, "1e3");
  EXPECT_EQ(root.items[2].text, "-5");
  EXPECT_EQ(root.items[3].text, "18446744073709551615");
  EXPECT_EQ(root.items[4].text, "123456789012345678901234567890");
  for (const Node& item : root.items) EXPECT_FALSE(item.quoted);
}

TEST(ParseJson, TellsTextFromNumbersAndNothing) {
  const Node root = document("[\"1\", 1, null, \"null\", true]");
  EXPECT_TRUE(root.items[0].quoted);
  EXPECT_FALSE(root.items[1].quoted);
  EXPECT_EQ(root.items[2].kind, Node::Kind::null);
  EXPECT_EQ(root.items[3].kind, Node::Kind::scalar);
  EXPECT_EQ(root.items[4].text, "true");
  EXPECT_FALSE(root.items[4].quoted);
}

TEST(ParseJsonError, SaysWhereAndWhat) {
  EXPECT_EQ(error(""), "a.json: is empty");
  EXPECT_THAT(error("{\n\"a\": 1,\n}"), HasSubstr("a.json:3: is not JSON: while parsing object"));
  EXPECT_THAT(error("[1, 2"), HasSubstr("unexpected end of input"));
  EXPECT_THAT(error("[1] x"), HasSubstr("a.json:1: is not JSON: "));
  EXPECT_THAT(error("[1e999]"), HasSubstr("a.json:1: is not JSON: number overflow"));
  EXPECT_THAT(error(std::string_view("{}\0{}", 5)), HasSubstr("found the byte 0x00"));
  EXPECT_THAT(error("{\"a\": 1}\n{\"b\": 2}"), HasSubstr("a.json:2: is not JSON: "));
}

TEST(ParseJsonError, DuplicateKey) {
  EXPECT_EQ(error("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}"),
            "a.json:3: duplicate key 'a'; it stands on line 1 already");
}

TEST(ParseJsonError, NestedTooDeep) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(error(deep), "a.json:1: is nested deeper than 64 levels");
  EXPECT_EQ(error(std::string(64, '[') + std::string(64, ']')), "no error");
}

TEST(ParseJsonError, TooManyValues) {
  std::string text = "[1";
  for (int i = 0; i < 2'000'000; ++i) text += ",1";
  EXPECT_THAT(error(text + "]"), HasSubstr("holds more than 2000000 values"));
}

TEST(ParseJsonError, TooLarge) {
  EXPECT_EQ(error(std::string(std::size_t{17} << 20U, ' ')),
            "a.json: is too large: 17 MiB, of at most 16");
}

}  // namespace
}  // namespace squall::scenario::parse_json_test
