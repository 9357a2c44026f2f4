#include "squall/base/nearest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::nearest_test {
namespace {

constexpr std::array<std::string_view, 6> keys = {"timeout", "retry",  "budget",
                                                  "breaker", "jitter", "max_attempts"};

std::optional<std::string> nearest_key(std::string_view wrong) { return nearest_name(wrong, keys); }

TEST(NearestName, UndoesOneSlipOfEachKind) {
  EXPECT_EQ(nearest_key("timeuot"), "timeout") << "exchanged";
  EXPECT_EQ(nearest_key("timeoutt"), "timeout") << "inserted";
  EXPECT_EQ(nearest_key("retr"), "retry") << "left out";
  EXPECT_EQ(nearest_key("budgat"), "budget") << "replaced";
}

TEST(NearestName, AllowsAThirdOfTheNameToBeWrong) {
  EXPECT_EQ(nearest_key("maxattemps"), "max_attempts");
  EXPECT_EQ(nearest_key("braker"), "breaker");
  EXPECT_EQ(nearest_key("bra"), std::nullopt);
  EXPECT_EQ(nearest_key("colour"), std::nullopt);
}

TEST(NearestName, SeesUpperAndLowerCaseAsTheSame) {
  EXPECT_EQ(nearest_key("TIMEOUT"), "timeout");
  EXPECT_EQ(nearest_key("maxAttempts"), "max_attempts");
}

TEST(NearestName, TakesTheFirstOfEquallyNear) {
  const std::vector<std::string> services = {"cart-b", "cart-c", "cart-a"};
  EXPECT_EQ(nearest_name("cart-x", services), "cart-b");
  EXPECT_EQ(nearest_name("cart-a", services), "cart-a") << "none is nearer than itself";
}

TEST(NearestNames, AreAllThatAreEquallyNear) {
  const std::vector<std::string> options = {"--set", "--help", "--seed", "--json"};
  EXPECT_EQ(nearest_names("--sed", options), (std::vector<std::string>{"--set", "--seed"}));
  EXPECT_EQ(nearest_names("--seed", options), std::vector<std::string>{"--seed"});
  EXPECT_EQ(nearest_names("--nothing", options), std::vector<std::string>{});
}

TEST(NearestName, OffersNothingThatSharesNothing) {
  const std::array<std::string_view, 3> units = {"s", "m", "ms"};
  EXPECT_EQ(nearest_name("h", units), std::nullopt);
  EXPECT_EQ(nearest_name("", units), std::nullopt);
  EXPECT_EQ(nearest_name("xs", units), "s");
  EXPECT_EQ(nearest_name("retry", std::span<const std::string>{}), std::nullopt);
}

TEST(NearestName, DoesNoWorkForLongNames) {
  const std::string long_name(1'000'000, 'a');
  const std::vector<std::string_view> allowed(1000, long_name);
  EXPECT_EQ(nearest_name(long_name, allowed), std::nullopt);
  EXPECT_EQ(nearest_key(long_name), std::nullopt);
  const std::vector<std::string> longest = {std::string(64, 'a')};
  EXPECT_EQ(nearest_name(std::string(63, 'a') + 'b', longest), longest[0]);
}

/// Edits by the definition, without a table: slow, and written apart from the code under test.
std::size_t edits_by_definition(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::string_view a1 = a.substr(1);
  const std::string_view b1 = b.substr(1);
  std::size_t fewest = edits_by_definition(a1, b1) + (a[0] == b[0] ? 0 : 1);
  fewest = std::min(fewest, edits_by_definition(a1, b) + 1);
  fewest = std::min(fewest, edits_by_definition(a, b1) + 1);
  if (!a1.empty() && !b1.empty() && a[0] == b[1] && a[1] == b[0]) {
    fewest = std::min(fewest, edits_by_definition(a.substr(2), b.substr(2)) + 1);
  }
  return fewest;
}

RC_GTEST_PROP(NearestNameProperty, IsTheFirstOfTheFewestEdits, ()) {
  // Few letters and short names, so that near ones and ties are common.
  const auto name = [](int shortest, int longest) {
    const auto length = static_cast<std::size_t>(*rc::gen::inRange(shortest, longest + 1));
    return *rc::gen::container<std::string>(length, rc::gen::element('a', 'b', 'c'));
  };
  const std::string wrong = name(1, 6);
  std::vector<std::string> allowed;
  for (int left = *rc::gen::inRange(0, 6); left > 0; --left) allowed.push_back(name(1, 6));

  const std::size_t most = std::min(std::max<std::size_t>(1, wrong.size() / 3), wrong.size() - 1);
  std::size_t fewest = most + 1;
  std::optional<std::string> expected;
  for (const std::string& one : allowed) {
    const std::size_t edits = edits_by_definition(wrong, one);
    if (edits >= fewest) continue;
    fewest = edits;
    expected = one;
  }
  RC_CLASSIFY(expected.has_value(), "one is near");
  RC_ASSERT(nearest_name(wrong, allowed) == expected);
}

}  // namespace
}  // namespace squall::nearest_test
