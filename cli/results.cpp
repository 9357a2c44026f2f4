#include "cli/results.hpp"

#include <map>
#include <string_view>
#include <sys/stat.h>
#include <utility>
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

/// With replications only.
constexpr const char* paired_file = "paired.csv";

/// What has no place in the name of a file on some system; all ASCII.
bool is_unfit(char c) {
  constexpr std::string_view unfit = "/\\:*?\"<>|%";
  return unfit.find(c) != unfit.npos;
}

/// Also by another path or a link. Not what both name that is no file: a terminal, a pipe.
bool is_same_file(const std::string& a, const std::string& b) {
  struct stat of_a{};
  struct stat of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && S_ISREG(of_a.st_mode) &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/// A device or a pipe, which several may write to.
bool is_no_file(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::string in_folder(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

Result<void> write_csv(const metrics::Comparison& comparison, const std::string& folder) {
  Result<void> written =
      write_file(in_folder(folder, "totals.csv"), report::totals_csv(comparison));
  if (written && comparison.study) {
    written = write_file(in_folder(folder, paired_file), report::paired_csv(comparison));
  }
  std::vector<std::string> variants;
  variants.reserve(comparison.variants.size());
  for (const metrics::RunRecord& run : comparison.variants) variants.push_back(run.variant);
  const std::vector<std::string> names = series_file_names(variants);
  for (std::size_t v = 0; v < names.size() && written; ++v) {
    written = write_file(in_folder(folder, names[v]), report::series_csv(comparison.variants[v]));
  }
  return written;
}

}  // namespace

Result<void> check_distinct(const std::vector<Destination>& destinations, bool prints) {
  std::map<std::string, const char*> taken;  // by its one name, the option that writes it
  for (const auto& [option, file] : destinations) {
    if (is_no_file(file)) continue;
    if (prints && is_behind_standard_output(file)) {
      return fail(Error{.message = fmt::format("is the file that standard output goes to; {} needs "
                                               "one of its own",
                                               option),
                        .file = file});
    }
    const auto [first, is_new] = taken.emplace(destination_of(file), option);
    if (is_new) continue;
    return fail(Error{.message = fmt::format("is the file that {} writes; {} needs one of its own",
                                             first->second, option),
                      .file = file});
  }
  return {};
}

Result<void> check_destinations(const ResultOptions& options,
                                const std::vector<std::string>& variants,
                                const std::string& scenario) {
  std::vector<Destination> files;
  bool prints = !options.quiet;
  for (const auto& [option, file] :
       {std::pair{"--json", &options.json}, {"--html", &options.html}}) {
    if (!*file) continue;
    if (is_standard_output(**file))
      prints = true;
    else
      files.push_back({option, **file});
  }
  if (options.trace.file) files.push_back({"--trace", *options.trace.file});
  if (options.csv) {
    std::vector<std::string> names = series_file_names(variants);
    names.insert(names.begin(), {"totals.csv", paired_file});
    for (const std::string& name : names) files.push_back({"--csv", in_folder(*options.csv, name)});
  }
  Result<void> ready = check_distinct(files, prints);
  if (ready && options.csv) ready = make_folder(*options.csv);
  if (!ready) return ready;
  for (const Destination& one : files) {
    if (is_same_file(one.file, scenario)) {
      return fail(Error{.message = "is the scenario itself; write the results somewhere else",
                        .file = one.file});
    }
    ready = check_writable(one.file);
    if (!ready) return ready;
  }
  return {};
}

Result<void> deliver(const metrics::Comparison& comparison, const ResultOptions& options,
                     const std::string& html) {
  Result<void> first;
  const auto note = [&first](const Result<void>& written) {
    // Someone who still listens is told rather than someone who went away.
    if (!written && (first.has_value() || first.error().message.empty())) first = written;
  };
  const bool json_to_output = options.json && is_standard_output(*options.json);
  const bool html_to_output = options.html && is_standard_output(*options.html);
  if (!options.quiet && !json_to_output && !html_to_output) {
    note(write_standard_output(text_of(comparison, options)));
  }
  if (options.json) {
    const std::string json = report::to_json(comparison);
    note(json_to_output ? write_standard_output(json) : write_file(*options.json, json));
  }
  if (options.csv) note(write_csv(comparison, *options.csv));
  if (options.html)
    note(html_to_output ? write_standard_output(html) : write_file(*options.html, html));
  return first;
}

std::vector<std::string> series_file_names(const std::vector<std::string>& variants) {
  constexpr std::size_t bytes_max = 255;
  constexpr std::string_view extension = ".csv";
  std::vector<std::string> names;
  names.reserve(variants.size());
  for (std::size_t v = 0; v < variants.size(); ++v) {
    // '%' and '~' stand beside each other in no other name, since a '%' in one is escaped.
    const std::string number = fmt::format("%~{}", v + 1);
    const std::size_t cut_max = bytes_max - number.size() - extension.size();
    std::string name = "series-";
    std::size_t cut = name.size();  // the longest beginning of whole characters within cut_max
    for (const char c : variants[v]) {
      const bool continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
      if (!continues && name.size() <= cut_max) cut = name.size();
      name += is_unfit(c) ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
    }
    if (name.size() + extension.size() > bytes_max) {
      name.resize(cut);
      name += number;
    }
    name += extension;
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace squall::cli
