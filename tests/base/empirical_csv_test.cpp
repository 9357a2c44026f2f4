#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/quantity.hpp"

namespace squall::empirical_csv_test {
namespace {

using namespace std::chrono_literals;

/// The entries as `value*weight`, apart by blanks; or the error.
std::string read(const std::string& text) {
  const Result<Empirical> parsed = parse_empirical_csv(text, "latencies.csv");
  if (!parsed) return parsed.error().text();
  EXPECT_EQ(parsed->file, "latencies.csv");
  std::string out;
  for (const Empirical::Entry& entry : *parsed->entries) {
    if (!out.empty()) out += ' ';
    out += format_duration(entry.value) + '*' + format_number(entry.weight);
  }
  return out;
}

TEST(EmpiricalCsv, TakesValuesWithAUnitOrInMilliseconds) {
  EXPECT_EQ(read("12ms\n1.5s\n7us\n3\n0.25\n"), "12ms*1 1.5s*1 7us*1 3ms*1 250us*1");
}

TEST(EmpiricalCsv, TakesAWeightAfterAComma) {
  EXPECT_EQ(read("12ms,3\n5,0.5\n1s,1e-3\n2,0\n"), "12ms*3 5ms*0.5 1s*0.001 2ms*0");
}

TEST(EmpiricalCsv, SkipsBlankLinesCommentsAndOneHeader) {
  EXPECT_EQ(read("# measured in May\n\n latency, count\n\n12ms, 3\n  # more\n 5 , 2 \n"),
            "12ms*3 5ms*2");
}

TEST(EmpiricalCsv, TakesTheLineEndsOfOtherSystemsAndNoneAtTheEnd) {
  EXPECT_EQ(read("latency,count\r\n12ms,3\r\n\r\n5ms,2"), "12ms*3 5ms*2");
}

TEST(EmpiricalCsv, SkipsAByteOrderMark) {
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "12ms\n"),
            "12ms*1");
}

TEST(EmpiricalCsv, RoundsMillisecondsToTheNearestNanosecond) {
  EXPECT_EQ(read("0.0000004\n0.0000006\n1.23456789\n1e-3\n"), "0s*1 1ns*1 1234568ns*1 1us*1");
}

TEST(EmpiricalCsv, NamesTheLineOfWhatItCannotRead) {
  EXPECT_EQ(read("latency\n12ms\nfast\n"),
            "latencies.csv:3: 'fast' is not a duration of 0 or more; write 12ms, or 12 for "
            "milliseconds");
  EXPECT_EQ(read("12\n\n# a comment\n-1\n"),
            "latencies.csv:4: '-1' is not a duration of 0 or more; write 12ms, or 12 for "
            "milliseconds");
  EXPECT_EQ(read("12ms,heavy\n"),
            "latencies.csv:1: 'heavy' is not a weight; it must be a number of 0 or more");
  EXPECT_EQ(read("12ms,\n"),
            "latencies.csv:1: '' is not a weight; it must be a number of 0 or more");
  EXPECT_EQ(read("12ms,-1\n"),
            "latencies.csv:1: '-1' is not a weight; it must be a number of 0 or more");
  EXPECT_EQ(read("12ms,1,2\n"),
            "latencies.csv:1: '1,2' is not a weight; it must be a number of 0 or more");
  EXPECT_EQ(read("1e30\n"), "latencies.csv:1: '1e30' is too long; the most is about 292 years");
}

TEST(EmpiricalCsv, NamesTheLineOfAUnitItDoesNotKnow) {
  const std::string found = read("12ms\n12 parsecs\n");
  EXPECT_TRUE(found.starts_with("latencies.csv:2: ")) << found;
}

TEST(EmpiricalCsv, TakesOneHeaderOnly) {
  const std::string found = read("latency\nmilliseconds\n12\n");
  EXPECT_TRUE(found.starts_with("latencies.csv:2: ")) << found;
}

TEST(EmpiricalCsv, DoesNotTakeABrokenFirstValueForAHeader) {
  for (const char* text : {"-5\n", "+5\n", ".5\n", "5x\n"}) {
    EXPECT_TRUE(read(text).starts_with("latencies.csv:1: ")) << text;
  }
}

TEST(EmpiricalCsv, ShowsNoControlCharactersAndNoLongLines) {
  EXPECT_EQ(read("1\x1b[2J\n"),
            "latencies.csv:1: '1?[2J' is not a duration of 0 or more; write 12ms, or 12 for "
            "milliseconds");
  EXPECT_LT(read("1" + std::string(5000, 'x') + "\n").size(), 200U);
  EXPECT_LT(read("1" + std::string(5000, 's') + "\n").size(), 200U);
  EXPECT_LT(read("1ms," + std::string(5000, 'x') + "\n").size(), 200U);
}

TEST(EmpiricalCsv, NeedsAValueAndAWeight) {
  EXPECT_EQ(read(""), "latencies.csv: holds no values");
  EXPECT_EQ(read("# nothing\nlatency\n"), "latencies.csv: holds no values");
  EXPECT_EQ(read("1,0\n2,0\n"), "latencies.csv: holds no weight above 0");
}

TEST(EmpiricalCsv, TakesAMillionValuesAndNoMore) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "1\n";
  EXPECT_TRUE(parse_empirical_csv(text, "latencies.csv"));
  text += "\n# a comment is no value\n2\n";
  EXPECT_EQ(read(text),
            "latencies.csv:1000003: more than 1,000,000 values; leave some out, or give values "
            "that are alike one line with a weight");
}

}  // namespace
}  // namespace squall::empirical_csv_test
