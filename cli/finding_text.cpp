#include "cli/finding_text.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "squall/base/result.hpp"
#include "squall/lint/lint.hpp"
#include "squall/report/text.hpp"

namespace squall::cli {
namespace {

using lint::Finding;
using lint::Severity;

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\033[1;31m";
    case Severity::warning:
      return "\033[1;33m";
    case Severity::info:
      return "\033[36m";
  }
  return "";
}

/// In lines that a terminal shows whole, the later ones further in.
std::string detail(std::string_view label, std::string_view text, int width) {
  constexpr std::size_t indent = 4;
  const auto room = static_cast<std::size_t>(std::max(width, 40));
  const std::string line = std::string(indent, ' ') + std::string(label) + std::string(text);
  // Begins with blanks, which are no words to wrap().
  return std::string(indent, ' ') +
         report::wrapped(line.substr(indent), room - indent, indent + 2) + "\n";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text;
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

std::string findings_text(std::span<const Finding> findings, const std::string& file,
                          const FindingTextOptions& options) {
  if (findings.empty()) return {};
  // Names of a scenario are in it: none of them shall steer a terminal.
  const auto safe = [](const std::string& text) { return report::printable(text, true); };
  std::string text;
  for (const Finding& finding : findings) {
    const Error place{
        .message = "", .file = finding.file, .line = finding.line, .key = finding.key};
    std::string severity(lint::word_of(finding.severity));
    if (options.colour) {
      severity.insert(0, colour_of(finding.severity)).append("\033[0m");
    }
    text += fmt::format("{}{}: {} [{}]\n", safe(place.text()), severity, safe(finding.message),
                        lint::rule_of(finding.code).name);
    text += detail("", safe(finding.arithmetic), options.width);
    text += detail("remedy: ", safe(finding.remedy), options.width);
    if (!finding.variants.empty()) {
      text += detail(finding.variants.size() == 1 ? "in variant " : "in variants ",
                     safe(joined(finding.variants)), options.width);
    }
  }
  const lint::Totals totals = lint::totals_of(findings);
  return text + fmt::format("{}: {}, {}, {}\n", safe(file), counted(totals.errors, "error"),
                            counted(totals.warnings, "warning"), counted(totals.infos, "note"));
}

}  // namespace squall::cli
