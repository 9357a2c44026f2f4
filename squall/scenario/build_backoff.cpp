#include <array>
#include <string_view>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

using policy::BackoffOptions;
using policy::BackoffShape;
using policy::Jitter;

enum Form : std::size_t { fixed, linear, exponential, decorrelated };
constexpr std::array<std::string_view, 4> forms = {"fixed", "linear", "exponential",
                                                   "decorrelated"};

/// `20ms`, or {base, max} and perhaps {multiplier}.
void read_growing(const Value& value, bool has_multiplier, BackoffOptions& options) {
  if (value.is_scalar()) {
    options.base = read_duration(value);
    return;
  }
  MapReader in(value);
  if (const auto v = in.require("base")) options.base = read_duration(*v);
  if (const auto v = in.find("max")) options.max = read_duration_or_forever(*v);
  if (!has_multiplier) return;
  if (const auto v = in.find("multiplier")) options.multiplier = read_number(*v);
}

void read_jitter(const Value& value, Form form, BackoffOptions& options) {
  if (form == decorrelated) {
    value.error("decorrelated backoff has its own jitter; leave this out");
    return;
  }
  if (value.is_map()) {
    options.jitter = Jitter::proportional;
    MapReader in(value);
    if (const auto v = in.require("proportional")) options.spread = read_share(*v);
    return;
  }
  options.jitter = value.word(jitter_words);
  if (options.jitter == Jitter::decorrelated && form == fixed) {
    value.error("decorrelated jitter grows; write {decorrelated: {base, max}} instead of 'fixed'");
  }
}

}  // namespace

BackoffOptions read_backoff(const Value& value) {
  BackoffOptions options;
  if (value.is_word("none")) return options;
  if (value.is_scalar()) {
    options.shape = BackoffShape::fixed;
    options.base = read_duration(value);
    return options;
  }
  if (!value.is_map()) {
    value.must_be("'none', a duration, or a map such as {exponential: {base: 20ms, max: 400ms}}");
    return options;
  }
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(forms);
  const std::optional<Value> jitter = in.find("jitter");
  if (!chosen) return options;
  const auto form = static_cast<Form>(chosen->index);
  switch (form) {
    case fixed:
      options.shape = BackoffShape::fixed;
      options.base = read_duration(chosen->value);
      break;
    case linear:
      options.shape = BackoffShape::linear;
      read_growing(chosen->value, false, options);
      break;
    case exponential:
      options.shape = BackoffShape::exponential;
      read_growing(chosen->value, true, options);
      break;
    case decorrelated:
      // The shape says nothing then; `fixed` marks this way of writing it.
      options.shape = BackoffShape::fixed;
      options.jitter = Jitter::decorrelated;
      read_growing(chosen->value, false, options);
      break;
  }
  if (jitter) read_jitter(*jitter, form, options);
  if (const Result<void> valid = options.validate(); !valid) chosen->value.error(valid.error());
  return options;
}

}  // namespace squall::scenario
