#include "squall/report/csv.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "squall/report/json.hpp"
#include "tests/report/records.hpp"

namespace squall::report::csv_test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using Table = std::vector<std::vector<std::string>>;

/// Reads CSV with quotes.
Table parsed(const std::string& text) {
  Table rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = rows.back().back();
    if (quoted) {
      if (text[i] != '"') {
        field += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',') {
      rows.back().emplace_back();
    } else if (text[i] == '\n') {
      rows.push_back({""});
    } else {
      field += text[i];
    }
  }
  rows.pop_back();  // after the last newline
  return rows;
}

TEST(SeriesCsv, HasARowForEachInterval) {
  metrics::RunRecord record;
  record.series = metrics::SeriesTable(100ms, 6);
  record.series.add(0, Instant{0ms}, 5);
  record.series.add(1, Instant{110ms}, 3);
  record.series.add(5, Instant{0ms}, 4);
  record.series.add(5, Instant{250ms}, -1);
  EXPECT_EQ(series_csv(record),
            "time_ms,offered_per_s,goodput_per_s,attempts_per_s,retries_per_s,failed_per_s,"
            "queue_depth\n"
            "0,50,0,0,0,0,4\n"
            "100,0,30,0,0,0,4\n"
            "200,0,0,0,0,0,3\n");
}

TEST(SeriesCsv, IsAHeaderForAnEmptyRun) {
  EXPECT_EQ(parsed(series_csv(metrics::RunRecord{})).size(), 1U);
}

TEST(TotalsCsv, HasARowForEachFigure) {
  const Table table = parsed(totals_csv(comparison_of({collapsed("rpc"), queued("events")})));
  ASSERT_GT(table.size(), 200U);
  EXPECT_THAT(table[0], ElementsAre("variant", "kind", "name", "metric", "value"));
  const auto holds = [&table](const std::vector<std::string>& row) {
    return std::ranges::find(table, row) != table.end();
  };
  EXPECT_TRUE(holds({"rpc", "run", "", "simulated_ms", "6000"}));
  EXPECT_TRUE(holds({"rpc", "workloads", "shoppers", "ok", "57"}));
  EXPECT_TRUE(holds({"rpc", "workloads", "shoppers", "ok_within_ms.p99", ""}));
  EXPECT_TRUE(holds({"rpc", "calls", "shoppers->payments", "amplification", "3.9"}));
  EXPECT_TRUE(holds({"events", "workloads", "shoppers", "kind", "event"}));
  EXPECT_TRUE(holds({"events", "queues", "orders", "depth_max", "2301"}));
  EXPECT_TRUE(holds({"events", "verdict", "", "state", "no_fault"}));
}

TEST(TotalsCsv, QuotesWhatNeedsIt) {
  metrics::RunRecord record;
  record.variant = "a,b \"c\"\nd";
  const Table table = parsed(totals_csv(comparison_of({record})));
  EXPECT_EQ(table.at(1).at(0), record.variant);
}

RC_GTEST_PROP(CsvProperty, ReadsBack, (std::uint64_t seed)) {
  metrics::Comparison comparison = random_comparison(seed);
  for (metrics::RunRecord& record : comparison.variants) {
    record.variant = *rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', ' '));
  }
  const Table totals = parsed(totals_csv(comparison));
  std::size_t row = 1;
  for (const metrics::RunRecord& record : comparison.variants) {
    for (const Figure& figure : figures_of(record)) {
      RC_ASSERT(totals.at(row).size() == 5U);
      RC_ASSERT(totals[row][0] == record.variant);
      RC_ASSERT(totals[row][3] == figure.metric);
      if (figure.value) RC_ASSERT(std::strtod(totals[row][4].c_str(), nullptr) == *figure.value);
      ++row;
    }
    const Table series = parsed(series_csv(record));
    RC_ASSERT(series.size() == record.series.rows() + 1);
    for (const auto& fields : series) RC_ASSERT(fields.size() == 7U);
  }
  RC_ASSERT(row == totals.size());
}

}  // namespace
}  // namespace squall::report::csv_test
