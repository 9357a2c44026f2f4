#include "squall/policy/option_error.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy::option_error_test {
namespace {

TEST(OptionError, WritesDurationsInTheLargestWholeUnit) {
  EXPECT_EQ(text_of(Duration{0}), "0s");
  EXPECT_EQ(text_of(Duration{1h}), "1h");
  EXPECT_EQ(text_of(Duration{90min}), "90m");
  EXPECT_EQ(text_of(Duration{90s}), "90s");
  EXPECT_EQ(text_of(Duration{1500ms}), "1500ms");
  EXPECT_EQ(text_of(Duration{-7us}), "-7us");
  EXPECT_EQ(text_of(Duration{1001ns}), "1001ns");
  EXPECT_EQ(text_of(forever), "forever");
  EXPECT_EQ(text_of(Duration::min()), "-9223372036854775808ns");
}

TEST(OptionError, WritesNumbersAsShortAsTheyReadBack) {
  EXPECT_EQ(text_of(4294967295U), "4294967295");
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(-2.2250738585072014e-308), "-2.2250738585072014e-308");
}

TEST(OptionError, NamesTheKeyAndWhatIsAllowedAndFound) {
  const Result<void> result = out_of_range("a.b", "at least 1", "0");
  EXPECT_EQ(said(result), "a.b: must be at least 1, is 0");
  EXPECT_EQ(said(below_key("outer", result)), "outer.a.b: must be at least 1, is 0");
  EXPECT_EQ(said(below_key("outer", Result<void>{})), "ok");
}

}  // namespace
}  // namespace squall::policy::option_error_test
