#include "squall/report/json_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/base/random.hpp"
#include "squall/metrics/sample.hpp"

namespace squall::report::json_text_test {
namespace {

template <typename Add>
std::string text_of(Add add) {
  JsonText text;
  add(text);
  return std::move(text).take();
}
std::string decimal(std::int64_t units, int places) {
  return text_of([&](JsonText& text) { text.add_decimal(units, places); });
}
std::string gauge(double value) {
  return text_of([&](JsonText& text) { text.add_gauge(value); });
}
std::string ms(std::int64_t ns) {
  return text_of([&](JsonText& text) { text.add_ms(Duration{ns}); });
}

/// What the library makes of a double.
std::string shortest(double value) {
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return error == std::errc{} ? std::string(buffer.data(), end) : "";
}

TEST(JsonText, WritesDecimalsInAsFewDigitsAsTheyTake) {
  EXPECT_EQ(decimal(0, 3), "0");
  EXPECT_EQ(decimal(-20, 3), "-0.02");
  EXPECT_EQ(decimal(1'500, 3), "1.5");
  EXPECT_EQ(decimal(7'000, 3), "7");
  EXPECT_EQ(decimal(-7'001, 3), "-7.001");
  EXPECT_EQ(decimal(42, 0), "42");
  EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::min(), 6), "-9223372036854.775808");
}

TEST(JsonText, RoundsGaugesToThreeDecimalsAndKnowsThoseWithoutAValue) {
  EXPECT_EQ(gauge(1.0), "1");
  EXPECT_EQ(gauge(0.0005), "0.001");
  EXPECT_EQ(gauge(-0.0004), "0");
  EXPECT_EQ(gauge(-2.5), "-2.5");
  EXPECT_EQ(gauge(1e12), "1000000000000");
  EXPECT_EQ(gauge(1e300), "1e+300");
  EXPECT_EQ(gauge(metrics::no_value), "null");
  EXPECT_EQ(gauge(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonText, WritesAnyLengthOfPieces) {
  std::string expected;
  JsonText text;
  for (std::size_t i = 0; i < 300; ++i) {
    text.add(std::string(i, 'x'));
    text.add(',');
    text.add_integer(std::numeric_limits<std::uint64_t>::max() - i);
    expected +=
        std::string(i, 'x') + "," + std::to_string(std::numeric_limits<std::uint64_t>::max() - i);
  }
  EXPECT_EQ(std::move(text).take(), expected);
}

/// A decimal of up to 15 digits is what the library makes of the double nearest to it.
RC_GTEST_PROP(JsonTextProperty, WritesNumbersAsTheLibraryDoes, (std::uint64_t seed)) {
  Rng rng(seed);
  const auto size = static_cast<std::int64_t>(rng.next() >> (14 + rng.below(50)));
  const std::int64_t units = (rng.below(2) == 0 ? size : -size) % 1'000'000'000'000'000;
  RC_ASSERT(ms(units) == shortest(static_cast<double>(units) / 1e6));
  RC_ASSERT(gauge(static_cast<double>(units) / 1e3) == shortest(static_cast<double>(units) / 1e3));
  const auto longer = static_cast<std::int64_t>(rng.next() >> 1U);
  if (longer % 1'000'000 != 0) RC_ASSERT(ms(longer) == shortest(static_cast<double>(longer) / 1e6));
}

TEST(JsonText, CompactTakesOutTheBlanksBetweenTokensAlone) {
  EXPECT_EQ(compact("{\n  \"a b\": [1, 2],\n  \"q\\\" : \\\\\": \" x\\n \"\n}"),
            "{\"a b\":[1,2],\"q\\\" : \\\\\":\" x\\n \"}");
  EXPECT_EQ(compact(""), "");
}

TEST(JsonText, InertEscapesWhatEndsAScriptAndNothingElse) {
  EXPECT_EQ(inert("[\"</script>&\"]"), "[\"\\u003c/script\\u003e\\u0026\"]");
  EXPECT_EQ(inert("\"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa6\xe2\""),
            "\"\\u2028\\u2029\xe2\x80\xa6\xe2\"");
  EXPECT_EQ(inert("[1, 2]"), "[1, 2]");
  EXPECT_EQ(inert("<"), "\\u003c");
}

}  // namespace
}  // namespace squall::report::json_text_test
