#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "squall/policy/option_error.hpp"
#include "squall/policy/retry_preset.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

using policy::PresetRules;
using policy::RetryOn;
using policy::RetryOptions;
using policy::RetryPreset;

std::uint64_t code_bit(const Scenario& scenario, std::string_view name) {
  const auto& codes = scenario.error_codes;
  const auto code = std::find(codes.begin(), codes.end(), name);
  return std::uint64_t{1} << static_cast<unsigned>(code - codes.begin());
}

RetryOptions defaults_of(RetryPreset preset, const Scenario& scenario) {
  if (preset == RetryPreset::none) return {};
  RetryOptions options = policy::preset_options(preset);
  options.preset = preset;
  if (preset == RetryPreset::istio) {
    // connect-failure, refused-stream, unavailable, cancelled: nothing that may have been done.
    options.on = {.timeout = false,
                  .error = false,
                  .rejected = true,
                  .codes = code_bit(scenario, "unavailable")};
  }
  return options;
}

/// What the product itself would not take.
void check_base(const Value& value, const RetryOptions& options, const PresetRules& rules) {
  if (options.backoff.base >= rules.min_base) return;
  value.error("with preset '" + std::string(name_of(retry_preset_words, options.preset)) +
              "' the base must be at least " + policy::text_of(rules.min_base) + ", is " +
              policy::text_of(options.backoff.base));
}

/// @param deadline  whether the word is there; null where it is none of the outcomes.
RetryOn read_outcomes(const Value& value, const Scenario& scenario, bool* deadline) {
  RetryOn on{.timeout = false, .error = false, .rejected = false, .codes = 0};
  if (deadline != nullptr) *deadline = false;
  const bool has_deadline = deadline != nullptr;
  if (!value.expect_list(has_deadline ? "timeout, error, rejected, deadline and names of errors"
                                      : "timeout, error, rejected and names of errors")) {
    return on;
  }
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value item = value.at(i);
    const std::string word =
        item.text(has_deadline ? "timeout, error, rejected, deadline or the name of an error"
                               : "timeout, error, rejected or the name of an error");
    if (item.errors().any()) return on;
    const auto& codes = scenario.error_codes;
    const auto code = std::find(codes.begin(), codes.end(), word);
    if (word == "timeout") {
      on.timeout = true;
    } else if (word == "error") {
      on.error = true;
    } else if (word == "rejected") {
      on.rejected = true;
    } else if (has_deadline && word == "deadline") {
      *deadline = true;
    } else if (code != codes.end()) {
      on.codes |= std::uint64_t{1} << static_cast<unsigned>(code - codes.begin());
    } else {
      std::vector<std::string_view> known = {"timeout", "rejected"};
      if (has_deadline) known.emplace_back("deadline");
      known.insert(known.end(), codes.begin(), codes.end());
      item.error("nothing fails with " + shown(word) + hint(word, known));
    }
  }
  if (on.error) on.codes = 0;
  return on;
}

}  // namespace

RetryOn read_retry_on(const Value& value, const Scenario& scenario) {
  return read_outcomes(value, scenario, nullptr);
}

policy::FallbackOptions read_fallback(const Value& value, const Scenario& scenario) {
  policy::FallbackOptions options;
  MapReader in(value);
  if (const auto v = in.find("on")) options.on = read_outcomes(*v, scenario, &options.on_deadline);
  if (const auto v = in.find("latency")) options.latency = read_duration(*v);
  if (const auto v = in.find("failure")) options.failure = read_share(*v);
  return options;
}

RetryOptions read_retry(const Value& value, const Scenario& scenario) {
  MapReader in(value);
  RetryPreset preset = RetryPreset::none;
  if (const auto v = in.find("preset")) preset = v->word(retry_preset_words);
  const PresetRules rules = policy::preset_rules(preset);
  RetryOptions options = defaults_of(preset, scenario);
  if (const auto v = in.find("max_attempts")) {
    options.max_attempts =
        std::min(v->whole32(rules.min_attempts, 1'000'000), rules.attempts_act_as);
  }
  if (const auto v = in.find("on")) options.on = read_retry_on(*v, scenario);
  if (const auto v = in.find("backoff")) {
    options.backoff = read_backoff(*v, preset);
    // Not to wait at all is no product's setting, and nobody writes it by mistake.
    if (!v->is_word("none")) check_base(*v, options, rules);
  }
  if (const auto v = in.find("honour_pushback")) options.honour_pushback = v->boolean();
  return options;
}

}  // namespace squall::scenario
