#include <array>
#include <string_view>

#include "squall/policy/retry_preset.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

using policy::BackoffOptions;
using policy::BackoffShape;
using policy::Jitter;
using policy::RetryPreset;

enum class BackoffForm : std::size_t { fixed, linear, exponential, cumulative, decorrelated };
constexpr std::array<std::string_view, 5> backoff_forms = {"fixed", "linear", "exponential",
                                                           "cumulative", "decorrelated"};

BackoffShape shape_of(BackoffForm form) {
  switch (form) {
    case BackoffForm::linear:
      return BackoffShape::linear;
    case BackoffForm::exponential:
      return BackoffShape::exponential;
    case BackoffForm::cumulative:
      return BackoffShape::cumulative;
    case BackoffForm::fixed:
    case BackoffForm::decorrelated:
      break;
  }
  // With `decorrelated` the shape says nothing; `fixed` marks this way of writing it.
  return BackoffShape::fixed;
}

BackoffForm form_of(BackoffShape shape) {
  switch (shape) {
    case BackoffShape::fixed:
      break;
    case BackoffShape::linear:
      return BackoffForm::linear;
    case BackoffShape::exponential:
      return BackoffForm::exponential;
    case BackoffShape::cumulative:
      return BackoffForm::cumulative;
  }
  return BackoffForm::fixed;
}

/// What holds where nothing is said.
struct Defaults {
  BackoffOptions options{};
  bool of_preset = false;
  std::uint32_t bases_to_max = 0;  ///< as in PresetRules
};

Defaults backoff_defaults_of(RetryPreset preset) {
  if (preset == RetryPreset::none) return {};
  return {.options = policy::preset_options(preset).backoff,
          .of_preset = true,
          .bases_to_max = policy::preset_rules(preset).bases_to_max};
}

/// `20ms`, or {base, max} and perhaps {multiplier}.
void read_growing(const Value& value, BackoffForm form, const Defaults& defaults,
                  BackoffOptions& options) {
  bool has_base = false;
  bool has_max = false;
  if (value.is_scalar()) {
    options.base = read_duration(value);
    has_base = true;
  } else {
    MapReader in(value);
    const auto base = defaults.of_preset ? in.find("base") : in.require("base");
    if (base) options.base = read_duration(*base);
    has_base = base.has_value();
    if (const auto v = in.find("max")) {
      options.max = read_duration_or_forever(*v);
      has_max = true;
    }
    if (form == BackoffForm::exponential || form == BackoffForm::cumulative) {
      if (const auto v = in.find("multiplier")) options.multiplier = read_number(*v);
    }
  }
  if (has_base && !has_max && defaults.bases_to_max > 0) {
    const std::uint32_t bases = defaults.bases_to_max;
    options.max = options.base > forever / bases ? forever : options.base * bases;
  }
}

void read_jitter_map(const Value& value, BackoffOptions& options) {
  static constexpr std::array<std::string_view, 2> kinds = {"proportional", "lognormal"};
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(kinds);
  if (!chosen) return;
  if (chosen->index == 0) {
    options.jitter = Jitter::proportional;
    options.spread = read_share(chosen->value);
  } else {
    options.jitter = Jitter::lognormal;
    options.sigma = read_number(chosen->value);
    if (options.sigma > 10.0) chosen->value.must_be("a number from 0 to 10");
  }
}

void read_jitter(const Value& value, BackoffForm form, BackoffOptions& options) {
  if (form == BackoffForm::decorrelated) {
    value.error("decorrelated backoff has its own jitter; leave this out");
    return;
  }
  if (value.is_map()) {
    read_jitter_map(value, options);
    return;
  }
  options.jitter = value.word(jitter_words);
  if (options.jitter == Jitter::decorrelated && form == BackoffForm::fixed) {
    value.error("decorrelated jitter grows; write {decorrelated: {base, max}} instead of 'fixed'");
  }
  if (options.jitter == Jitter::decorrelated_v2 && form != BackoffForm::exponential) {
    value.error(
        "decorrelated_v2 jitter grows as an exponential does; write it beside 'exponential'");
  }
}

/// `100ms`, the same each time.
BackoffOptions read_fixed(const Value& value, BackoffOptions options) {
  options.shape = BackoffShape::fixed;
  options.max = forever;
  options.base = read_duration(value);
  return options;
}

}  // namespace

BackoffOptions read_backoff(const Value& value, RetryPreset preset) {
  const Defaults defaults = backoff_defaults_of(preset);
  if (value.is_word("none")) return {};
  if (value.is_scalar()) return read_fixed(value, defaults.options);
  BackoffOptions options = defaults.options;
  if (!value.is_map()) {
    value.must_be("'none', a duration, or a map such as {exponential: {base: 20ms, max: 400ms}}");
    return options;
  }
  MapReader in(value);
  bool has_form = false;
  for (const std::string_view form : backoff_forms) has_form = in.has(form) || has_form;
  const std::optional<Value> jitter = in.find("jitter");
  if (const auto v = in.find("cap")) options.cap = v->word(cap_words);
  if (const auto v = in.find("unit")) options.unit = read_positive_duration(*v);
  if (!has_form && defaults.of_preset) {
    if (jitter) read_jitter(*jitter, form_of(options.shape), options);
    if (const Result<void> valid = options.validate(); !valid) value.error(valid.error());
    return options;
  }
  const std::optional<MapReader::Chosen> chosen = in.choose(backoff_forms);
  if (!chosen) return options;
  const auto form = static_cast<BackoffForm>(chosen->index);
  if (form == BackoffForm::fixed) {
    options = read_fixed(chosen->value, options);
  } else {
    // The cap of a preset belongs to its shape; another one has none unless it says so.
    if (shape_of(form) != options.shape) options.max = forever;
    options.shape = shape_of(form);
    if (form == BackoffForm::decorrelated) options.jitter = Jitter::decorrelated;
    read_growing(chosen->value, form, defaults, options);
  }
  if (jitter) read_jitter(*jitter, form, options);
  if (const Result<void> valid = options.validate(); !valid) chosen->value.error(valid.error());
  return options;
}

}  // namespace squall::scenario
