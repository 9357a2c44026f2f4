#include "squall/base/quantity.hpp"

#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace squall::quantity_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// The message of a failure; says so if there was none.
template <typename T>
std::string message_of(const Result<T>& result) {
  return result ? "(no error)" : result.error().message;
}

// --- Durations ---

TEST(Duration, IsReadInEveryUnit) {
  EXPECT_EQ(*parse_duration("7ns"), 7ns);
  EXPECT_EQ(*parse_duration("250us"), 250us);
  EXPECT_EQ(*parse_duration("12ms"), 12ms);
  EXPECT_EQ(*parse_duration("0s"), 0s);
  EXPECT_EQ(*parse_duration("3m"), 3min);
  EXPECT_EQ(*parse_duration("2h"), 2h);
}

TEST(Duration, IsReadExactlyFromDecimals) {
  EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(*parse_duration("0.1ms"), 100us);
  EXPECT_EQ(*parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(*parse_duration("1.000000000000000000000000s"), 1s);
  EXPECT_EQ(*parse_duration("0.0000000000025h"), 9ns) << "ten more decimals than a double has";
  EXPECT_EQ(*parse_duration("9007199254740993ns"), Duration{9007199254740993}) << "2^53 + 1";
  EXPECT_EQ(*parse_duration("9223372036854775807ns"), forever);
  EXPECT_EQ(*parse_duration("9223372036.854775807s"), forever);
}

TEST(Duration, MayLackItsUnitOnlyWhenItIsZero) {
  EXPECT_EQ(*parse_duration("0"), 0s);
  EXPECT_EQ(*parse_duration("0.0"), 0s);
  EXPECT_EQ(message_of(parse_duration("120")),
            "120: a duration needs a unit (ns us ms s m h); did you mean '120ms'?");
  EXPECT_THAT(message_of(parse_duration("0.1")), HasSubstr("did you mean '0.1ms'?"));
}

TEST(Duration, MayNotBeNegative) {
  EXPECT_EQ(message_of(parse_duration("-5ms")), "-5ms: a duration may not be negative");
  EXPECT_EQ(message_of(parse_duration("-1")), "-1: a duration may not be negative");
  EXPECT_EQ(message_of(parse_duration("-.5s")), "-.5s: a duration may not be negative");
}

TEST(Duration, MayNotBeFinerThanANanosecondNorLongerThanTheClock) {
  EXPECT_EQ(message_of(parse_duration("1.5ns")),
            "1.5ns: a duration is a whole number of nanoseconds");
  EXPECT_THAT(message_of(parse_duration("0.0000000001s")), HasSubstr("whole number"));
  EXPECT_THAT(message_of(parse_duration("1.0000000000000000000000000001s")),
              HasSubstr("whole number"));
  EXPECT_EQ(message_of(parse_duration("9223372036854775808ns")),
            "9223372036854775808ns: a duration is at most 9223372036s (about 292 years)");
  EXPECT_THAT(message_of(parse_duration("2562048h")), HasSubstr("at most"));
  EXPECT_THAT(message_of(parse_duration("99999999999999999999999h")), HasSubstr("at most"));
}

TEST(Duration, OffersTheUnitThatWasMeant) {
  const std::pair<std::string_view, std::string_view> spellings[] = {
      {"12 ms", "12ms"}, {"12MS", "12ms"}, {"3sec", "3s"},        {"1.5 seconds", "1.5s"},
      {"5min", "5m"},    {"2hrs", "2h"},   {"7\xc2\xb5s", "7us"}, {"8\xce\xbcs", "8us"},
      {".5s", "0.5s"},   {"1 Hour", "1h"},
  };
  for (const auto& [written, meant] : spellings) {
    EXPECT_THAT(message_of(parse_duration(written)),
                HasSubstr("; did you mean '" + std::string(meant) + "'?"));
  }
}

TEST(Duration, IsOneNumberAndOneUnitAndNothingElse) {
  for (const std::string_view text :
       {"", " ", "ms", "s12", "1h30m", "1_000ms", "1,5s", "1e3ms", "+5ms", "5.ms", " 5ms", "5ms ",
        "0x5ms", "infs", "-", "5d", "--5ms", "."}) {
    EXPECT_THAT(message_of(parse_duration(text)),
                HasSubstr(": a duration is one number and one unit (ns us ms s m h), such as 12ms "
                          "or 1.5s"))
        << text;
  }
}

TEST(Duration, IsQuotedInItsErrorOnOneShortLine) {
  EXPECT_THAT(message_of(parse_duration("")), testing::StartsWith("nothing: "));
  EXPECT_THAT(message_of(parse_duration("x\ny")), testing::StartsWith("x?y: "));
  const std::string long_text = std::string(39, 'x') + "\xc2\xb5" + std::string(1000, 'y');
  EXPECT_THAT(message_of(parse_duration(long_text)),
              testing::StartsWith(std::string(39, 'x') + "...: "));
}

TEST(Duration, IsWrittenAsBrieflyAsItIsExact) {
  const std::pair<Duration, std::string_view> durations[] = {
      {0ns, "0s"},
      {1ns, "1ns"},
      {999ns, "999ns"},
      {120us, "120us"},
      {12ms, "12ms"},
      {1500us, "1.5ms"},
      {1500ms, "1.5s"},
      {2500ms, "2.5s"},
      {90s, "90s"},
      {1min, "1m"},
      {75s, "75s"},
      {150s, "150s"},
      {1h, "1h"},
      {90min, "90m"},
      {5400s, "90m"},
      {30h, "30h"},
      {1001us, "1001us"},
      {123456us, "123456us"},
      {1234567us, "1234567us"},
      {1s + 1ns, "1000000001ns"},
      {100ms, "100ms"},
      {-1500ms, "-1.5s"},
      {1h + 1ms, "3600001ms"},
      {forever, "9223372036854775807ns"},
      {Duration::min(), "-9223372036854775808ns"},
  };
  for (const auto& [duration, text] : durations) EXPECT_EQ(format_duration(duration), text);
}

RC_GTEST_PROP(DurationProperty, IsReadBackAsItWasWritten, ()) {
  const auto bits = static_cast<unsigned>(*rc::gen::inRange(0, 63));
  const auto ns =
      static_cast<std::int64_t>(*rc::gen::arbitrary<std::uint64_t>() >> (63 - bits) >> 1U);
  const std::int64_t unit = *rc::gen::element<std::int64_t>(1, 1000, 1'000'000, 100'000'000,
                                                            1'000'000'000, 60'000'000'000);
  const Duration duration{ns % (forever.count() / unit) * unit};
  const Result<Duration> again = parse_duration(format_duration(duration));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == duration);
}

// --- Rates ---

TEST(Rate, IsReadForASecondAMinuteOrAnHour) {
  EXPECT_EQ(parse_rate("50/s")->per_second_micro, 50'000'000);
  EXPECT_EQ(parse_rate("0.5/s")->per_second_micro, 500'000);
  EXPECT_EQ(parse_rate("0/s")->per_second_micro, 0);
  EXPECT_EQ(parse_rate("30/m")->per_second_micro, 500'000);
  EXPECT_EQ(parse_rate("36/h")->per_second_micro, 10'000);
}

TEST(Rate, IsRoundedToTheNearestMillionth) {
  EXPECT_EQ(parse_rate("1/m")->per_second_micro, 16'667);
  EXPECT_EQ(parse_rate("1/h")->per_second_micro, 278);
  EXPECT_EQ(parse_rate("0.0000014/s")->per_second_micro, 1);
  EXPECT_EQ(parse_rate("0.0000015/s")->per_second_micro, 2);
}

TEST(Rate, HasABottomAndATop) {
  EXPECT_EQ(*parse_rate("1000000000000/s"), rate_max);
  EXPECT_EQ(*parse_rate("3600000000000000/h"), rate_max);
  EXPECT_EQ(message_of(parse_rate("1000000000001/s")),
            "1000000000001/s: a rate is at most 1000000000000/s");
  EXPECT_THAT(message_of(parse_rate("99999999999999999999999/s")), HasSubstr("at most"));
  EXPECT_EQ(message_of(parse_rate("-5/s")), "-5/s: a rate may not be negative");
  EXPECT_THAT(message_of(parse_rate("0.0000001/s")), HasSubstr("multiple of 0.000001/s"));
}

TEST(Rate, NeedsItsUnit) {
  EXPECT_EQ(message_of(parse_rate("50")),
            "50: a rate needs a unit (/s /m /h); did you mean '50/s'?");
  EXPECT_THAT(message_of(parse_rate("0")), HasSubstr("did you mean '0/s'?"));
  EXPECT_THAT(message_of(parse_rate("50rps")), HasSubstr("did you mean '50/s'?"));
  EXPECT_THAT(message_of(parse_rate("50 /s")), HasSubstr("did you mean '50/s'?"));
  EXPECT_THAT(message_of(parse_rate("50/min")), HasSubstr("did you mean '50/m'?"));
  for (const std::string_view text : {"", "/s", "x/s", "1k/s", "50/", "50/d", "1e3/s", "50/s/s"}) {
    EXPECT_THAT(message_of(parse_rate(text)), HasSubstr(": a rate is one number and one unit"))
        << text;
  }
}

TEST(Rate, IsWrittenForASecond) {
  EXPECT_EQ(format_rate(Rate{50'000'000}), "50/s");
  EXPECT_EQ(format_rate(Rate{500'000}), "0.5/s");
  EXPECT_EQ(format_rate(Rate{16'667}), "0.016667/s");
  EXPECT_EQ(format_rate(Rate{1}), "0.000001/s");
  EXPECT_EQ(format_rate(Rate{}), "0/s");
  EXPECT_EQ(format_rate(rate_max), "1000000000000/s");
}

RC_GTEST_PROP(RateProperty, IsReadBackAsItWasWritten, ()) {
  const Rate rate{*rc::gen::inRange<std::int64_t>(0, rate_max.per_second_micro)};
  const Result<Rate> again = parse_rate(format_rate(rate));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == rate);
}

// --- Shares ---

TEST(Share, IsTheSameWithAndWithoutPercent) {
  EXPECT_EQ(*parse_share("5%"), 0.05);
  EXPECT_EQ(*parse_share("0.05"), 0.05);
  EXPECT_EQ(*parse_share("7%"), 0.07) << "7.0 / 100.0 would do, 7 * 0.01 would not";
  EXPECT_EQ(*parse_share("0.1%"), 0.001);
  EXPECT_EQ(*parse_share("99.9%"), 0.999);
  EXPECT_EQ(*parse_share("0%"), 0.0);
  EXPECT_EQ(*parse_share("100%"), 1.0);
  EXPECT_EQ(*parse_share("1"), 1.0);
  EXPECT_EQ(*parse_share("1e-7"), 1e-7);
}

TEST(Share, IsFromZeroToOne) {
  EXPECT_EQ(message_of(parse_share("140%")), "140%: a share is from 0% to 100%");
  EXPECT_EQ(message_of(parse_share("-5%")), "-5%: a share is from 0% to 100%");
  EXPECT_EQ(message_of(parse_share("5")),
            "5: a share is from 0 to 1, or from 0% to 100%; did you mean '5%'?");
  EXPECT_EQ(message_of(parse_share("500")), "500: a share is from 0 to 1, or from 0% to 100%");
  EXPECT_THAT(message_of(parse_share("40 %")), HasSubstr("did you mean '40%'?"));
  for (const std::string_view text :
       {"", "%", "x", "5%%", ".5", "5.%", "half", "nan", "0,5", "1e1%", "1E-1%"}) {
    EXPECT_THAT(message_of(parse_share(text)), HasSubstr(": a share is a percentage such as 5%"))
        << text;
  }
}

TEST(Share, IsWrittenInPercent) {
  const std::pair<double, std::string_view> shares[] = {
      {0.0, "0%"},       {0.05, "5%"},           {0.07, "7%"},
      {0.001, "0.1%"},   {0.999, "99.9%"},       {1.0, "100%"},
      {0.5, "50%"},      {0.123456, "12.3456%"}, {1e-8, "0.000001%"},
      {1e-12, "1e-12"},  {0.00025, "0.025%"},    {1.0 / 3.0, "33.33333333333333%"},
      {2.5, "250%"},     {10.0, "1000%"},        {1'000.0, "100000%"},
      {1.001, "100.1%"},
  };
  for (const auto& [share, text] : shares) EXPECT_EQ(format_share(share), text);
}

RC_GTEST_PROP(ShareProperty, IsReadBackAsItWasWritten, (std::uint64_t bits)) {
  const double even = static_cast<double>(bits >> 11U) * 0x1p-53;
  const double any = std::bit_cast<double>(bits >> 2U);
  for (const double share : {even, even * even * even * even, any <= 1.0 ? any : 1.0}) {
    const Result<double> again = parse_share(format_share(share));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == share);
  }
}

// --- Factors and plain numbers ---

TEST(Factor, IsAnXAndANumber) {
  EXPECT_EQ(*parse_factor("x4"), 4.0);
  EXPECT_EQ(*parse_factor("x0.2"), 0.2);
  EXPECT_EQ(*parse_factor("x0"), 0.0);
  EXPECT_EQ(message_of(parse_factor("4")),
            "4: a factor is an x and a number, such as x4 or x0.2; did you mean 'x4'?");
  EXPECT_THAT(message_of(parse_factor("4x")), HasSubstr("did you mean 'x4'?"));
  EXPECT_EQ(message_of(parse_factor("x-2")), "x-2: a factor may not be negative");
  EXPECT_EQ(message_of(parse_factor("-2")), "-2: a factor may not be negative");
  for (const std::string_view text : {"", "x", "xx4", "X4", "x 4", "x1e999", "four"}) {
    EXPECT_THAT(message_of(parse_factor(text)), HasSubstr("such as x4 or x0.2")) << text;
  }
  EXPECT_EQ(format_factor(4.0), "x4");
  EXPECT_EQ(format_factor(0.2), "x0.2");
}

TEST(Number, IsZeroOrMoreAndFinite) {
  EXPECT_EQ(*parse_number("0.25"), 0.25);
  EXPECT_EQ(*parse_number("1e3"), 1000.0);
  EXPECT_EQ(message_of(parse_number("-1")), "-1: this number may not be negative");
  EXPECT_EQ(message_of(parse_number("nan")),
            "nan: a number is written in digits, such as 4 or 0.25");
  EXPECT_EQ(format_number(0.25), "0.25");
  EXPECT_EQ(format_number(1000.0), "1000");
  EXPECT_EQ(format_number(-0.0), "0");
  EXPECT_EQ(format_number(-1.5), "-1.5");
}

RC_GTEST_PROP(NumberProperty, IsReadBackAsItWasWritten, (std::uint64_t bits)) {
  const double number = std::bit_cast<double>(bits >> 1U);
  RC_PRE(std::isfinite(number));
  RC_ASSERT(*parse_number(format_number(number)) == number);
  RC_ASSERT(*parse_factor(format_factor(number)) == number);
}

RC_GTEST_PROP(QuantityProperty, OfAnyTextIsAValueOrAMessage, (const std::string& text)) {
  const std::string pieces[] = {text, "1" + text, "1." + text, "x" + text, text + "%", text + "ms"};
  const auto is_sound = [](const auto& result, auto in_range) {
    return result ? in_range(*result) : !result.error().message.empty();
  };
  for (const std::string& piece : pieces) {
    RC_ASSERT(is_sound(parse_duration(piece), [](Duration d) { return d >= Duration{0}; }));
    RC_ASSERT(is_sound(parse_rate(piece), [](Rate r) { return r >= Rate{} && r <= rate_max; }));
    RC_ASSERT(is_sound(parse_share(piece), [](double x) { return x >= 0.0 && x <= 1.0; }));
    RC_ASSERT(is_sound(parse_factor(piece), [](double x) { return std::isfinite(x); }));
    RC_ASSERT(is_sound(parse_number(piece), [](double x) { return std::isfinite(x); }));
  }
}

}  // namespace
}  // namespace squall::quantity_test
