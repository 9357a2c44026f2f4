#include "squall/base/nearest.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace squall {
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

TEST(NearestName, OffersNothingThatSharesNothing) {
  const std::array<std::string_view, 3> units = {"s", "m", "ms"};
  EXPECT_EQ(nearest_name("h", units), std::nullopt);
  EXPECT_EQ(nearest_name("", units), std::nullopt);
  EXPECT_EQ(nearest_name("xs", units), "s");
  EXPECT_EQ(nearest_name("retry", std::span<const std::string>{}), std::nullopt);
}

TEST(NearestName, DoesNoWorkForLongNames) {
  const std::string long_name(1'000'000, 'a');
  const std::vector<std::string> allowed(1000, long_name);
  EXPECT_EQ(nearest_name(long_name, allowed), std::nullopt);
  EXPECT_EQ(nearest_key(long_name), std::nullopt);
  const std::vector<std::string> longest = {std::string(64, 'a')};
  EXPECT_EQ(nearest_name(std::string(63, 'a') + 'b', longest), longest[0]);
}

}  // namespace
}  // namespace squall
