#pragma once

/// What the place that output goes to can show.
namespace squall::cli {

/// Whether a person reads standard output, or standard error, on a terminal.
[[nodiscard]] bool output_is_terminal();
[[nodiscard]] bool errors_are_on_terminal();

/// Whether standard output takes ANSI colours: a terminal that is not dumb, and NO_COLOR unset or
/// empty.
[[nodiscard]] bool output_has_colours();
/// The same of standard error.
[[nodiscard]] bool errors_have_colours();

/// Columns of standard output: COLUMNS if it is a number, else what the terminal says, else 100.
[[nodiscard]] int output_width();

/// Columns of the terminal of standard error; 80 if it does not say.
[[nodiscard]] int errors_width();

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) is one of UTF-8.
[[nodiscard]] bool locale_is_utf8();

}  // namespace squall::cli
