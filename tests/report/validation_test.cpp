#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "squall/report/text.hpp"
#include "squall/report/validation_json.hpp"
#include "squall/report/validation_markdown.hpp"
#include "squall/report/validation_table.hpp"
#include "squall/report/validation_values.hpp"

namespace squall::report::validation_test {
namespace {

using metrics::FigureUnit;
using metrics::ValidatedFigure;
using metrics::ValidationRecord;
using ::testing::HasSubstr;
using ::testing::Not;

ValidatedFigure figure(FigureUnit unit, double theory, double mean, double standard_error) {
  ValidatedFigure made{.name = "mean wait at server",
                       .formula = "rho / (mu - lambda)",
                       .unit = unit,
                       .theory = theory,
                       .simulated = {.count = 32,
                                     .mean = mean,
                                     .standard_error = standard_error,
                                     .half_width_95 = 2.0 * standard_error}};
  metrics::judge(made, 4.0, 0.05);
  return made;
}

ValidationRecord record_of(std::vector<ValidatedFigure> figures) {
  return {.level = "fast",
          .seed = 7,
          .z_max = 4.0,
          .relative_error_max = 0.05,
          .cases = {{.name = "mm1-busy",
                     .family = "One worker",
                     .title = "M/M/1, lambda 80/s, mu 100/s",
                     .source = "Erlang 1917",
                     .length = "200 s after 18 s",
                     .replications = 32,
                     .figures = std::move(figures)}}};
}

TEST(ValidationValues, ShowTheTheoryWithFourDigitsAndTheRestAlike) {
  const ValidationValues ms = values_of(figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004));
  EXPECT_EQ(ms.theory, "40.00 ms");
  EXPECT_EQ(ms.simulated, "40.20 ms");
  EXPECT_EQ(ms.interval, "39.40 .. 41.00");
  EXPECT_EQ(ms.error, "1.00 %");
  EXPECT_EQ(ms.z, "+0.50");
  EXPECT_EQ(ms.verdict, "ok");
  EXPECT_EQ(theory_text(figure(FigureUnit::share, 0.000125, 0.000125, 1e-6)), "0.01250 %");
  EXPECT_EQ(theory_text(figure(FigureUnit::share, 1.0, 1.0, 0.0)), "100.0 %");
  EXPECT_EQ(theory_text(figure(FigureUnit::number, 9000.0, 9000.0, 1.0)), "9000");
  EXPECT_EQ(theory_text(figure(FigureUnit::number, 9.99999, 10.0, 1.0)), "10.00");
}

TEST(ValidationValues, SayWhatIsExact) {
  const ValidationValues met = values_of(figure(FigureUnit::number, 27.0, 27.0, 0.0));
  EXPECT_EQ(met.interval, "exact");
  EXPECT_EQ(met.z, "0");
  const ValidationValues missed = values_of(figure(FigureUnit::number, 27.0, 26.0, 0.0));
  EXPECT_EQ(missed.z, "-inf");
  EXPECT_EQ(missed.verdict, "OUT");
}

TEST(ValidationConclusion, CountsWhatIsOutAndWhatIsWide) {
  EXPECT_EQ(
      conclusion_of(record_of({figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004)})),
      "All 1 figures of 1 cases lie within 4 standard errors of the theory. Of the 1 intervals "
      "of 95 %, 1 hold it (100.0 %).");
  const std::string bad = conclusion_of(record_of({figure(FigureUnit::seconds, 0.04, 0.05, 0.0004),
                                                   figure(FigureUnit::seconds, 0.04, 0.04, 0.01)}));
  EXPECT_THAT(bad, HasSubstr("1 of 2 figures of 1 cases lie OUT of 4 standard errors"));
  EXPECT_THAT(bad, HasSubstr("1 are too WIDE to tell: their standard error is above 5 %."));
}

TEST(ValidationTable, ShowsFormulaTheorySimulationIntervalDeviationAndVerdict) {
  const std::string table =
      validation_table(record_of({figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004)}));
  EXPECT_THAT(table,
              HasSubstr("mm1-busy: M/M/1, lambda 80/s, mu 100/s (Erlang 1917; 32 runs, 200 s"));
  EXPECT_THAT(table, HasSubstr("  mean wait at server    40.00 ms    40.20 ms      39.40 .. 41.00  "
                               "1.00 %  +0.50  ok\n"));
  EXPECT_THAT(table, HasSubstr("    = rho / (mu - lambda)\n"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
}

TEST(ValidationTable, ColoursVerdictsOnlyWhenAsked) {
  const ValidationRecord record = record_of({figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004),
                                             figure(FigureUnit::seconds, 0.04, 0.05, 0.0004)});
  const std::string table = validation_table(record, {.colour = true});
  EXPECT_THAT(table, HasSubstr("\x1b[32mok\x1b[0m"));
  EXPECT_THAT(table, HasSubstr("\x1b[31mOUT\x1b[0m"));
}

TEST(ValidationTable, BreaksLongFormulasAtTheWidth) {
  ValidatedFigure wide = figure(FigureUnit::share, 0.5, 0.5, 0.01);
  wide.formula = "a long formula that goes on and on and on until it has to be broken somewhere";
  const std::string table = validation_table(record_of({wide}), {.width = 60});
  EXPECT_THAT(table, HasSubstr("    = a long formula that goes on and on and on until it has\n"));
}

TEST(ValidationJson, CarriesEveryNumberAndNullForWhatIsInfinite) {
  const auto json = nlohmann::json::parse(validation_json(record_of(
      {figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004), figure(FigureUnit::number, 2, 1, 0)})));
  EXPECT_EQ(json["validation"], "fast");
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["out"], 1);
  const auto& figures = json["cases"][0]["figures"];
  EXPECT_EQ(figures[0]["formula"], "rho / (mu - lambda)");
  EXPECT_EQ(figures[0]["unit"], "s");
  EXPECT_DOUBLE_EQ(figures[0]["theory"], 0.04);
  EXPECT_DOUBLE_EQ(figures[0]["low95"], 0.0394);
  EXPECT_NEAR(figures[0]["z"], 0.5, 1e-9);
  EXPECT_EQ(figures[0]["verdict"], "ok");
  EXPECT_TRUE(figures[1]["z"].is_null());
  EXPECT_EQ(figures[1]["verdict"], "out");
}

TEST(ValidationMarkdown, IsAPageWithATableForEachFamily) {
  ValidatedFigure barred = figure(FigureUnit::seconds, 0.04, 0.0402, 0.0004);
  barred.formula = "E[S | S <= t]";
  const ValidationRecord record = record_of({barred});
  const std::string page = validation_markdown(record);
  EXPECT_TRUE(page.starts_with("# Validation\n"));
  EXPECT_THAT(page, HasSubstr("(published.md)"));
  EXPECT_THAT(page, HasSubstr("Level fast, seed 7. All 1 figures"));
  EXPECT_THAT(page, HasSubstr("## One worker\n"));
  const std::string head = markdown_row_head(record.cases[0], barred);
  EXPECT_EQ(head, "| mm1-busy | mean wait at server | `E[S \\| S <= t]` | 40.00 ms |");
  EXPECT_THAT(page, HasSubstr(head + " 40.20 ms | 39.40 .. 41.00 | 1.00 % | +0.50 | ok |\n"));
  EXPECT_TRUE(page.ends_with("|\n"));
}

}  // namespace
}  // namespace squall::report::validation_test
