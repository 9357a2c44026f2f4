#include "cli/results.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/wrapped.hpp"
#include "cli/write_output.hpp"
#include "squall/report/csv.hpp"
#include "squall/report/json.hpp"
#include "squall/report/sentences.hpp"
#include "squall/report/table.hpp"

namespace squall::cli {
namespace {

std::string text_of(const metrics::Comparison& comparison, const ResultOptions& options) {
  const bool unicode = locale_is_utf8();
  const int width = output_width();
  std::string text = report::to_table(
      comparison,
      {.colour = !options.no_colour && output_has_colours(), .width = width, .unicode = unicode});
  const std::vector<std::string> findings = report::findings(comparison, {.unicode = unicode});
  if (!findings.empty()) text += '\n';
  for (const std::string& sentence : findings) text += wrapped(sentence, width);
  return text;
}

std::string in_folder(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

Result<void> write_csv(const metrics::Comparison& comparison, const std::string& folder) {
  Result<void> written =
      write_file(in_folder(folder, "totals.csv"), report::totals_csv(comparison));
  for (const metrics::RunRecord& run : comparison.variants) {
    if (!written) return written;
    written = write_file(in_folder(folder, series_file_name(run.variant)), report::series_csv(run));
  }
  return written;
}

}  // namespace

Result<void> check_destinations(const ResultOptions& options) {
  if (options.json && !is_standard_output(*options.json)) {
    Result<void> checked = check_writable(*options.json);
    if (!checked) return checked;
  }
  if (options.csv) {
    Result<void> made = make_folder(*options.csv);
    if (!made) return made;
    return check_writable(in_folder(*options.csv, "totals.csv"));
  }
  return {};
}

Result<void> deliver(const metrics::Comparison& comparison, const ResultOptions& options) {
  Result<void> first;
  const auto note = [&first](const Result<void>& written) {
    // Someone who still listens is told rather than someone who went away.
    if (!written && (first.has_value() || first.error().message.empty())) first = written;
  };
  const bool json_to_output = options.json && is_standard_output(*options.json);
  if (!options.quiet && !json_to_output) {
    note(write_standard_output(text_of(comparison, options)));
  }
  if (options.json) {
    const std::string json = report::to_json(comparison);
    note(json_to_output ? write_standard_output(json) : write_file(*options.json, json));
  }
  if (options.csv) note(write_csv(comparison, *options.csv));
  return first;
}

std::string series_file_name(const std::string& variant) {
  constexpr std::string_view unfit = "/\\:*?\"<>|%";
  std::string name = "series-";
  for (const char c : variant) {
    if (unfit.find(c) == unfit.npos) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return name + ".csv";
}

}  // namespace squall::cli
