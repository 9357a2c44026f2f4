#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/trace_file.hpp"

namespace squall::scenario {

Result<std::string> FileCache::read(const std::string& path) const {
  if (files_.read == nullptr) {
    return fail(Error{.message = "files cannot be read here", .file = path});
  }
  Result<std::string> text = files_.read(files_.context, path);
  if (!text) text.error().file = path;
  return text;
}

void add_file_error(const Value& value, Error error) {
  if (error.line == 0) {
    error.message = shown(error.file) + " " + error.message;
    error.file = value.file();
    error.line = value.line();
    error.key = value.path();
  }
  value.errors().add(std::move(error));
}

Result<Empirical> FileCache::empirical(const std::string& path) {
  const auto known = empirical_.find(path);
  if (known != empirical_.end()) return known->second;
  const Result<std::string> text = read(path);
  if (!text) return fail(text.error());
  Result<Empirical> parsed = parse_empirical_csv(*text, path);
  if (parsed) empirical_.emplace(path, *parsed);
  return parsed;
}

Result<TraceArrivals> FileCache::trace(const std::string& path) {
  const auto known = traces_.find(path);
  if (known != traces_.end()) return known->second;
  const Result<std::string> text = read(path);
  if (!text) return fail(text.error());
  Result<TraceArrivals> parsed = parse_trace(*text, path);
  if (parsed) traces_.emplace(path, *parsed);
  return parsed;
}

}  // namespace squall::scenario
