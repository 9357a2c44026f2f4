#include "squall/base/result.hpp"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace squall::result_test {
namespace {

using testing::ExitedWithCode;

Result<int> half_of(int number) {
  if (number % 2 != 0) return fail(std::to_string(number) + " is odd");
  return number / 2;
}

Result<void> must_be_even(int number) {
  if (number % 2 != 0) return fail("odd");
  return {};
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = half_of(8);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good.has_value());
  EXPECT_EQ(*good, 4);
  EXPECT_EQ(good.value(), 4);

  const Result<int> bad = half_of(7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "7 is odd");
  EXPECT_EQ(bad.error().kind, Error::Kind::input);
}

TEST(Result, HandsOutAValueThatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 3);
}

TEST(Result, ReachesIntoItsValue) {
  Result<std::string> result(std::string("ab"));
  result->push_back('c');
  EXPECT_EQ(result->size(), 3U);
  EXPECT_EQ(*result, "abc");
}

TEST(Result, CanBeWithoutValue) {
  EXPECT_TRUE(must_be_even(2));
  ASSERT_FALSE(must_be_even(3));
  EXPECT_EQ(must_be_even(3).error().message, "odd");
}

TEST(Result, LetsTheErrorBeCompletedOnItsWayUp) {
  Result<int> result = half_of(7);
  result.error().file = "shop.yaml";
  result.error().line = 12;
  EXPECT_EQ(result.error().text(), "shop.yaml:12: 7 is odd");
}

TEST(ResultDeathTest, ChecksThatTheRightHalfIsAskedFor) {
  EXPECT_EXIT(static_cast<void>(half_of(7).value()), ExitedWithCode(70), "of a failed Result");
  EXPECT_EXIT(static_cast<void>(half_of(8).error()), ExitedWithCode(70), "of a successful Result");
  EXPECT_EXIT(static_cast<void>(must_be_even(2).error()), ExitedWithCode(70),
              "of a successful Result");
}

TEST(ErrorText, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((Error{.message = "m"}.text()), "m");
  EXPECT_EQ((Error{.message = "m", .file = "f"}.text()), "f: m");
  EXPECT_EQ((Error{.message = "m", .file = "f", .line = 3}.text()), "f:3: m");
  EXPECT_EQ((Error{.message = "m", .file = "f", .line = 3, .key = "a.b"}.text()), "f:3: a.b: m");
  EXPECT_EQ((Error{.message = "m", .key = "a.b"}.text()), "a.b: m");
  EXPECT_EQ((Error{.message = "m", .line = 3}.text()), "m") << "a line of no file says nothing";
}

}  // namespace
}  // namespace squall::result_test
