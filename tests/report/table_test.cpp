#include "squall/report/table.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/report/text.hpp"
#include "tests/report/records.hpp"

namespace squall::report::table_test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  lines.pop_back();
  return lines;
}

/// The cells of the first row that begins with `label`, by two blanks or more between them.
std::vector<std::string> row_of(const std::string& table, const std::string& label) {
  for (const std::string& line : lines_of(table)) {
    if (!line.starts_with(label + "  ")) continue;
    std::vector<std::string> cells;
    std::string rest = line.substr(label.size());
    while (true) {
      const std::size_t start = rest.find_first_not_of(' ');
      if (start == std::string::npos) return cells;
      rest.erase(0, start);
      const std::size_t end = std::min(rest.find("  "), rest.size());
      cells.push_back(rest.substr(0, end));
      rest.erase(0, end);
    }
  }
  return {};
}

std::size_t widest(const std::string& table) {
  std::size_t width = 0;
  for (const std::string& line : lines_of(table)) width = std::max(width, display_width(line));
  return width;
}

metrics::Comparison four() {
  return comparison_of(
      {collapsed("rpc-naive"), collapsed("rpc-safe"), queued("event-naive"), queued("event-safe")});
}

std::string without_colours(std::string text) {
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  return text;
}

TEST(Table, SetsTheVariantsBesideEachOther) {
  const std::string table = to_table(comparison_of({collapsed("rpc-naive"), queued("event-safe")}));
  EXPECT_THAT(row_of(table, "offered"), ElementsAre("2,400", "2,400"));
  EXPECT_THAT(row_of(table, "goodput"), ElementsAre("2.4 %", "100.0 %"));
  EXPECT_THAT(row_of(table, "  per second"), ElementsAre("9.50/s", "400/s"));
  EXPECT_THAT(row_of(table, "ok"), ElementsAre("57", "2,400"));
  EXPECT_THAT(row_of(table, "late"), ElementsAre("3", "0"));
  EXPECT_THAT(row_of(table, "  by timeout"), ElementsAre("2,300", "0"));
  EXPECT_THAT(row_of(table, "  by error"), ElementsAre("40", "0"));
  EXPECT_THAT(row_of(table, "attempts for each request"), ElementsAre("3.9", "1.05"));
  EXPECT_THAT(row_of(table, "retries"), ElementsAre("6,960", "0"));
  EXPECT_THAT(row_of(table, "wasted work at payments"), ElementsAre("71.2 %", "0.0 %"));
  EXPECT_THAT(row_of(table, "longest queue"), ElementsAre("0", "2,301"));
}

TEST(Table, SaysTheOppositeOfTheOpposite) {
  const std::string table = to_table(comparison_of({queued("rpc-naive"), collapsed("event-safe")}));
  EXPECT_THAT(row_of(table, "goodput"), ElementsAre("100.0 %", "2.4 %"));
  EXPECT_THAT(row_of(table, "  p50"), ElementsAre("1.21 s", "never"));
}

TEST(Table, ShowsBothLatenciesAndTheOneFromDelivery) {
  const std::string table = to_table(comparison_of({collapsed("rpc"), queued("events")}));
  const auto part = [&table](std::string_view heading) {
    const std::size_t at = table.find(heading);
    EXPECT_NE(at, std::string::npos) << heading;
    return at == std::string::npos ? std::string() : table.substr(at);
  };
  const std::string all = part("latency from arrival, all offered");
  EXPECT_THAT(row_of(all, "  p50"), ElementsAre("never", "1.21 s"));
  EXPECT_THAT(row_of(all, "  p99"), ElementsAre("never", "2.39 s"));
  const std::string ended = part("latency from arrival, those that ended");
  EXPECT_THAT(row_of(ended, "  count"), ElementsAre("60", "2,400"));
  EXPECT_THAT(row_of(ended, "  p50"), ElementsAre("48.9 ms", "1.21 s"));
  const std::string delivery = part("from delivery (time in queue hidden)");
  EXPECT_THAT(row_of(delivery, "  count"), ElementsAre("0", "2,400"));
  EXPECT_THAT(row_of(delivery, "  p50"), ElementsAre("–", "11.0 ms"));
}

TEST(Table, LeavesOutWhatAppliesToNoVariant) {
  const std::string rpc = to_table(comparison_of({collapsed("a"), collapsed("b")}));
  for (const char* row : {"from delivery", "longest queue", "redeliveries", "dead-lettered",
                          "dropped", "unfinished", "rejected", "duplicates", "recovered"}) {
    EXPECT_THAT(rpc, Not(HasSubstr(row))) << row;
  }
  const std::string events = to_table(comparison_of({queued("a")}));
  for (const char* row : {"failed", "late\n", "wasted", "those that ended"}) {
    EXPECT_THAT(events, Not(HasSubstr(row))) << row;
  }
}

TEST(Table, TellsTheRecovery) {
  using State = metrics::Verdict::State;
  metrics::Comparison comparison = four();
  comparison.variants[0].verdict = {State::not_recovered, std::nullopt};
  comparison.variants[1].verdict = {State::recovered, 3'200ms};
  comparison.variants[2].verdict = {State::recovered, 0ms};
  comparison.variants[3].verdict = {State::not_judged, std::nullopt};
  EXPECT_THAT(row_of(to_table(comparison), "recovered after fault"),
              ElementsAre("never", "3.20 s", "0 ms", "unknown"));
}

TEST(Table, NamesWhereWhenItDiffers) {
  metrics::Comparison comparison = comparison_of({collapsed("a"), collapsed("b")});
  EXPECT_THAT(to_table(comparison), HasSubstr("\n  at payments\n"));
  comparison.variants[1].calls[0].name = "shoppers->bank";
  comparison.variants[1].services[0].name = "bank";
  const std::string table = to_table(comparison);
  EXPECT_THAT(row_of(table, "  at"), ElementsAre("payments", "bank"));
  EXPECT_THAT(row_of(table, "wasted work"), ElementsAre("71.2 %", "71.2 %"));
}

TEST(Table, ShowsEachWorkloadWhereThereAreSeveral) {
  metrics::Comparison comparison = comparison_of({queued("a"), queued("b")});
  EXPECT_THAT(to_table(comparison), Not(HasSubstr("of shoppers")));
  metrics::WorkloadRecord w;
  w.name = "reports";
  w.offered = 4;
  w.ok = 1;
  w.failed = w.failed_error = 3;
  comparison.variants[0].workloads.push_back(w);
  const std::string table = to_table(comparison);
  EXPECT_THAT(row_of(table, "  of shoppers"), ElementsAre("100.0 %", "100.0 %"));
  EXPECT_THAT(row_of(table, "  of reports"), ElementsAre("25.0 %", "–"));
}

TEST(Table, FitsFourVariantsIn80Columns) {
  const std::string table = to_table(four());
  EXPECT_LE(widest(table), 80U);
  EXPECT_EQ(row_of(table, "offered").size(), 4U);
  EXPECT_THAT(lines_of(table)[2], HasSubstr("rpc-naive     rpc-safe  event-naive   event-safe"));
}

TEST(Table, CutsLongNamesRatherThanBreakTheBlock) {
  metrics::Comparison comparison = four();
  comparison.variants[2].variant = "event-with-a-very-long-name";
  const std::string table = to_table(comparison);
  EXPECT_LE(widest(table), 80U);
  EXPECT_EQ(row_of(table, "offered").size(), 4U);
  EXPECT_THAT(table, HasSubstr("event-with…"));
  EXPECT_THAT(to_table(comparison, {.unicode = false}), HasSubstr("event-wit.."));
}

TEST(Table, BreaksIntoBlocksWhenTooNarrow) {
  const std::string table = to_table(four(), {.width = 60});
  EXPECT_LE(widest(table), 60U);
  EXPECT_EQ(row_of(table, "offered").size(), 2U);
  const std::vector<std::string> lines = lines_of(table);
  EXPECT_EQ(std::ranges::count_if(lines, [](const auto& l) { return l.starts_with("offered"); }),
            2);
  // The sparklines follow once.
  EXPECT_EQ(
      std::ranges::count_if(lines, [](const auto& l) { return l.starts_with("goodput over"); }), 1);
}

TEST(Table, AlignsNamesOfAnyScript) {
  metrics::Comparison comparison =
      comparison_of({queued("支払い"), queued("naïve"), queued("plain")});
  const std::vector<std::string> lines = lines_of(to_table(comparison));
  const std::size_t width = display_width(lines[2]);
  for (const std::string& line : lines) {
    if (line.starts_with("offered") || line.starts_with("ok")) {
      EXPECT_EQ(display_width(line), width);
    }
  }
}

TEST(Table, LetsNoNameMoveTheCursor) {
  metrics::Comparison comparison = comparison_of({queued("a\x1b[2Jb\n")});
  comparison.scenario = "evil\x1b]0;title\x07";
  comparison.variants[0].calls[1].name = "x->pay\x1bments";
  const std::string table = to_table(comparison);
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_THAT(table, HasSubstr("a?[2Jb?"));
}

TEST(Table, ColoursByOptionOnly) {
  EXPECT_THAT(to_table(four()), Not(HasSubstr("\x1b")));
  metrics::Comparison comparison = four();
  metrics::WorkloadRecord& middling = comparison.variants[1].workloads[0];
  middling.ok = 2'280;  // 95 %
  middling.failed = 120;
  const std::string coloured = to_table(comparison, {.colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1b[31m2.4 %\x1b[0m"));
  EXPECT_THAT(coloured, HasSubstr("\x1b[33m95.0 %\x1b[0m"));
  EXPECT_THAT(coloured, HasSubstr("\x1b[32m100.0 %\x1b[0m"));
  EXPECT_EQ(without_colours(coloured), to_table(comparison));
}

TEST(Table, DrawsAllCurvesOnOneScale) {
  metrics::Comparison comparison = four();
  for (metrics::RunRecord& record : comparison.variants) {
    record.simulated = 1s;
    record.series = metrics::SeriesTable(100ms, 6);
    for (int i = 0; i < 10; ++i) record.series.add(1, Instant{i * 100ms}, 4);
  }
  comparison.variants[3].series.add(1, Instant{0ms}, 4);
  const std::string table = to_table(comparison);
  EXPECT_THAT(table, HasSubstr("\nrpc-naive    ▄▄▄▄▄▄▄▄▄▄  peak 40.0/s\n"));
  EXPECT_THAT(table, HasSubstr("\nevent-safe   █▄▄▄▄▄▄▄▄▄  peak 80.0/s\n"));
  EXPECT_THAT(table, HasSubstr("\n             0 s ── 1 s\n"));
  EXPECT_THAT(to_table(comparison, {.unicode = false}),
              HasSubstr("\nevent-safe   #:::::::::  peak 80.0/s\n"));
}

TEST(Table, CutsNoHeadingThatTheTerminalHasRoomFor) {
  const std::string table = to_table(comparison_of({collapsed("a")}), {.width = 100});
  EXPECT_THAT(lines_of(table), Contains("latency from arrival, those that ended"));
  EXPECT_LE(widest(to_table(comparison_of({collapsed("a")}), {.width = 40})), 40U);
}

TEST(Table, CutsNoFigureBesideACurve) {
  metrics::Comparison comparison = comparison_of({queued("a"), queued("b")});
  metrics::RunRecord& fast = comparison.variants[0];
  fast.series = metrics::SeriesTable(100ms, 6);
  for (int i = 0; i < 60; ++i) fast.series.add(1, Instant{i * 100ms}, 1'520'000);
  for (const int width : {40, 60, 80, 120}) {
    const std::string table = to_table(comparison, {.width = width});
    EXPECT_THAT(table, HasSubstr("peak 15,200,000/s\n")) << width;
    EXPECT_LE(widest(table), static_cast<std::size_t>(width));
  }
}

TEST(Table, IsOnlyATitleWithoutVariants) {
  EXPECT_EQ(lines_of(to_table(comparison_of({}))).size(), 1U);
}

RC_GTEST_PROP(TableProperty, IsNeverWiderThanAllowed, (std::uint64_t seed)) {
  metrics::Comparison comparison = random_comparison(seed);
  for (metrics::RunRecord& record : comparison.variants) {
    if (seed % 2 == 0) record.variant = *rc::gen::arbitrary<std::string>();
  }
  const int width = *rc::gen::inRange(-5, 200);
  const bool unicode = *rc::gen::arbitrary<bool>();
  const std::string table = to_table(comparison, {.width = width, .unicode = unicode});
  RC_ASSERT(widest(table) <= static_cast<std::size_t>(std::max(width, 40)));
  RC_ASSERT(table.ends_with('\n'));
  for (const std::string& line : lines_of(table)) RC_ASSERT(!line.ends_with(' '));
  if (!unicode) {
    RC_ASSERT(
        std::ranges::all_of(table, [](char c) { return c == '\n' || (c >= ' ' && c < 127); }));
  }
  const std::string coloured =
      to_table(comparison, {.colour = true, .width = width, .unicode = unicode});
  RC_ASSERT(without_colours(coloured) == table);
}

}  // namespace
}  // namespace squall::report::table_test
