#include "squall/report/text.hpp"

#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace squall::report::text_test {
namespace {

using namespace std::chrono_literals;

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Käse"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // e with a combining accent
  EXPECT_EQ(display_width("支払い"), 6U);
  EXPECT_EQ(display_width("🛒"), 2U);
  EXPECT_EQ(display_width("µs …–"), 5U);
  EXPECT_EQ(display_width("\xff\xfe"), 2U);
}

TEST(Printable, LeavesNothingThatMovesTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb\n\tc", true), "a?[31mb??c");
  EXPECT_EQ(printable("ok\xff\xc3", true), "ok??");
  EXPECT_EQ(printable("\xc0\x80", true), "??");       // overlong
  EXPECT_EQ(printable("\xed\xa0\x80", true), "???");  // surrogate
  EXPECT_EQ(printable("a\u202eb", true), "a?b");      // right to left from here
  EXPECT_EQ(printable("Käse 支", true), "Käse 支");
  EXPECT_EQ(printable("Käse 支", false), "K?se ??");
}

TEST(Fitted, EndsInAnEllipsisWhenCut) {
  EXPECT_EQ(fitted("event-naive", 11, true), "event-naive");
  EXPECT_EQ(fitted("event-naive", 10, true), "event-nai…");
  EXPECT_EQ(fitted("event-naive", 10, false), "event-na..");
  EXPECT_EQ(fitted("event-naive", 1, true), "…");
  EXPECT_EQ(fitted("event-naive", 1, false), ".");
  EXPECT_EQ(fitted("支払い", 5, true), "支払…");
  EXPECT_EQ(fitted("支払い", 4, true), "支…");  // half a character is none
  EXPECT_EQ(fitted("e\u0301abc", 2, true), "e\u0301…");
}

RC_GTEST_PROP(FittedProperty, NeverTakesMoreThanItsWidth, (const std::string& text)) {
  const auto width = *rc::gen::inRange<std::size_t>(1, 30);
  RC_ASSERT(display_width(fitted(text, width, true)) <= width);
  const std::string clean = printable(text, false);
  RC_ASSERT(clean == printable(clean, true));
  RC_ASSERT(display_width(clean) == clean.size());
  RC_ASSERT(display_width(fitted(clean, width, false)) <= width);
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 80, 2), "one two three");
  EXPECT_EQ(wrapped("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(wrapped("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrapped("incomprehensible a b", 6, 2), "incomprehensible\n  a b");
  EXPECT_EQ(wrapped("支払い 支払い", 12, 0), "支払い\n支払い");
  EXPECT_EQ(wrapped("", 10, 0), "");
}

TEST(Aligned, PadsByColumns) {
  EXPECT_EQ(left_aligned("ä", 3), "ä  ");
  EXPECT_EQ(right_aligned("支", 3), " 支");
  EXPECT_EQ(right_aligned("long", 3), "long");
}

TEST(Grouped, SeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(123'456), "123,456");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(DurationText, HasThreeDigitsAndAUnit) {
  EXPECT_EQ(duration_text(0ns, true), "0 ms");
  EXPECT_EQ(duration_text(-5ns, true), "0 ms");
  EXPECT_EQ(duration_text(999ns, true), "999 ns");
  EXPECT_EQ(duration_text(1us, true), "1.00 µs");
  EXPECT_EQ(duration_text(812us, true), "812 µs");
  EXPECT_EQ(duration_text(812us, false), "812 us");
  EXPECT_EQ(duration_text(999'600ns, true), "1.00 ms");
  EXPECT_EQ(duration_text(11'640us, true), "11.6 ms");
  EXPECT_EQ(duration_text(999'500us, true), "1.00 s");
  EXPECT_EQ(duration_text(999'499us, true), "999 ms");
  EXPECT_EQ(duration_text(1'403'217us, true), "1.40 s");
  EXPECT_EQ(duration_text(9'995ms, true), "10.0 s");
  EXPECT_EQ(duration_text(60s, true), "60.0 s");
  EXPECT_EQ(duration_text(999'499ms, true), "999 s");
  EXPECT_EQ(duration_text(999'500ms, true), "1,000 s");
  EXPECT_EQ(duration_text(100h, true), "360,000 s");
  EXPECT_EQ(duration_text(forever, true), "9,223,372,037 s");
}

TEST(DurationText, CanLeaveOutZerosAtTheEnd) {
  EXPECT_EQ(duration_text_short(1s, true), "1 s");
  EXPECT_EQ(duration_text_short(1'500ms, true), "1.5 s");
  EXPECT_EQ(duration_text_short(60s, true), "60 s");
  EXPECT_EQ(duration_text_short(100ms, true), "100 ms");
  EXPECT_EQ(duration_text_short(1'040ms, true), "1.04 s");
}

TEST(RateText, HasThreeDigits) {
  EXPECT_EQ(rate_text(0.0), "0/s");
  EXPECT_EQ(rate_text(0.25), "0.25/s");
  EXPECT_EQ(rate_text(9.999), "10.0/s");
  EXPECT_EQ(rate_text(41.25), "41.2/s");
  EXPECT_EQ(rate_text(99.96), "100/s");
  EXPECT_EQ(rate_text(1234.4), "1,234/s");
  EXPECT_EQ(rate_text(1e300), "1.00e+300/s");
}

TEST(Permille, IsFullOrEmptyOnlyWhenItIs) {
  EXPECT_EQ(permille_of(0U, 5U), 0U);
  EXPECT_EQ(permille_of(5U, 5U), 1'000U);
  EXPECT_EQ(permille_of(1U, 1'000'000U), 1U);
  EXPECT_EQ(permille_of(999'999U, 1'000'000U), 999U);
  EXPECT_EQ(permille_of(1U, 3U), 333U);
  EXPECT_EQ(permille_of(2U, 3U), 667U);
  EXPECT_EQ(permille_of(UINT64_MAX / 2, UINT64_MAX), 500U);
  EXPECT_EQ(permille_of(0.0), 0U);
  EXPECT_EQ(permille_of(1e-9), 1U);
  EXPECT_EQ(permille_of(0.712), 712U);
  EXPECT_EQ(permille_of(0.99999), 999U);
  EXPECT_EQ(permille_of(1.0), 1'000U);
  EXPECT_EQ(permille_of(7.0), 1'000U);
}

TEST(PercentText, ShowsOneDecimalOrNone) {
  EXPECT_EQ(percent_text(984), "98.4 %");
  EXPECT_EQ(percent_text(1'000), "100.0 %");
  EXPECT_EQ(percent_text(0), "0.0 %");
  EXPECT_EQ(whole_percent_text(0.984), "98 %");
  EXPECT_EQ(whole_percent_text(0.6046), "60 %");  // not by way of 60.5
  EXPECT_EQ(whole_percent_text(0.9941), "99 %");
  EXPECT_EQ(whole_percent_text(0.9961), "99.6 %");
  EXPECT_EQ(whole_percent_text(0.99999), "99.9 %");
  EXPECT_EQ(whole_percent_text(1.0), "100 %");
  EXPECT_EQ(whole_percent_text(1e-9), "0.1 %");
  EXPECT_EQ(whole_percent_text(0.0), "0 %");
}

TEST(FactorText, ShowsWhatMatters) {
  EXPECT_EQ(factor_text(0.5), "0.50");
  EXPECT_EQ(factor_text(1.0), "1.00");
  EXPECT_EQ(factor_text(1.0004), "1.01");
  EXPECT_EQ(factor_text(1.07), "1.07");
  EXPECT_EQ(factor_text(1.999), "2.0");
  EXPECT_EQ(factor_text(3.9), "3.9");
  EXPECT_EQ(factor_text(2.0), "2");
  EXPECT_EQ(factor_text(243.0), "243");
  EXPECT_EQ(factor_text(243.01), "243.0");
}

}  // namespace
}  // namespace squall::report::text_test
