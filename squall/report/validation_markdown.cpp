#include "squall/report/validation_markdown.hpp"

#include <fmt/format.h>

#include "squall/report/text.hpp"
#include "squall/report/validation_values.hpp"

namespace squall::report {
namespace {

using metrics::ValidatedCase;
using metrics::ValidatedFigure;
using metrics::ValidationRecord;

constexpr const char* preface =
    R"(# Validation

This page is written by a command, and whoever doubts it can write it again, to the byte, with any
number of threads:

```
squall validate --thorough --jobs 2 --markdown docs/validation.md
squall validate                              the same cases in some seconds, with wider errors
squall validate --case mm1-busy              one of them
squall validate --scenario mm1-busy          its scenario, to run, change and look at: the figures of
                                             squall run FILE --replications N are those of this page
squall validate --seed 2                     other random numbers
```

Every case is an ordinary scenario, read from YAML by the parser that reads a user's, run by the same
engine, and compared with what theory says of it. The command ends with status 1 if one figure is out.

## How to read it

- **Theory** is the value of the formula; **simulated** the mean over independent replications, which
  differ in their seed alone, with its interval of 95 % by Student's t.
- **Error** is the standard error of that mean as a share of the theory. At the thorough level it is at
  most 0.5 %, else the figure counts as `WIDE`, which fails as well: what cannot tell right from wrong
  proves nothing.
- **z** is the distance from the theory in standard errors. Up to 4 is accepted. With more than a
  hundred figures some lie beyond 2 by chance (one in twenty), and one beyond 4 in 16,000; so an `OUT`
  is a fault. That about 95 % of the intervals hold the theory says that the errors are neither flattered
  nor padded; figures of one case come from the same runs and err together, so anything from 90 % on is
  what chance gives.
- **exact**: there is no chance in the figure, and it has to be met to nine digits.

## How the lengths were chosen

What would bias a figure has to stay well below its standard error, since more replications shrink the
error and not the bias.

- **The empty start.** A line forgets it as e^(-t/r), where the relaxation time of M/M/1 is
  r = 1 / (sqrt(mu) - sqrt(lambda))^2: 0.9 s at 80 % load of a worker of 100/s, 3.8 s at 90 %. The
  warm-up is at least 15 r: what is left is e^-15. Requests that arrive in it are not counted. Cases that
  are about the start itself have none.
- **The end.** Requests still inside at the end have no latency yet, and they are those that take long.
  By H = lambda G their missing lowers a mean by the share Var(T) / (E[T] M), M being the measured time:
  0.0003 for M/M/1 at 80 % load over 200 s. M is chosen so that this is below a fifth of the error of the
  thorough level. Cases that say *until drained* end with their last request and have no such bias.
- **Ratios** (a share of requests whose number is random too) are biased by the order of one part in the
  number of requests in a replication, some 10^4 or more.
- **Whole nanoseconds** and the histogram: means are of exact sums; shares beyond a time are counted by
  an objective, or at a time where a bucket of the histogram begins; so neither rounds.

## Published results

What is known from publications and not from a formula (metastable failures, retry amplification, the
simulators of others) is in [published.md](published.md).

)";

/// Between backquotes; a bar would end the cell.
std::string code(const std::string& text) {
  std::string out = "`";
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out + "`";
}

std::string family_table(const ValidationRecord& record, const std::string& family) {
  std::string cases;
  std::string rows;
  for (const ValidatedCase& one : record.cases) {
    if (one.family != family) continue;
    cases +=
        fmt::format("- **{}**: {} ({}; {})\n", one.name, one.title, one.source, runs_text(one));
    for (const ValidatedFigure& figure : one.figures) {
      const ValidationValues values = values_of(figure);
      rows += markdown_row_head(one, figure) + fmt::format(" {} | {} | {} | {} | {} |\n",
                                                           values.simulated, values.interval,
                                                           values.error, values.z, values.verdict);
    }
  }
  return fmt::format(
      "## {}\n\n{}\n"
      "| case | figure | formula | theory | simulated | 95 % interval | error | z | |\n"
      "|---|---|---|---:|---:|---:|---:|---:|---|\n{}\n",
      family, cases, rows);
}

}  // namespace

std::string markdown_row_head(const ValidatedCase& one, const ValidatedFigure& figure) {
  return fmt::format("| {} | {} | {} | {} |", one.name, figure.name, code(figure.formula),
                     theory_text(figure));
}

std::string validation_markdown(const ValidationRecord& record) {
  std::string text = preface;
  text += fmt::format("## Outcome\n\nLevel {}, seed {}. {}\n\n", record.level, record.seed,
                      conclusion_of(record));
  std::string family;
  for (const ValidatedCase& one : record.cases) {
    if (one.family == family) continue;
    family = one.family;
    text += family_table(record, family);
  }
  text.pop_back();  // one newline ends the page
  return text;
}

}  // namespace squall::report
