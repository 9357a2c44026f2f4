#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What can be said of a scenario without running it.
namespace squall::lint {

enum class Severity : std::uint8_t {
  error,    ///< what is asked of it cannot work, on average and for as long as the load lasts
  warning,  ///< works until something gets slow or fails, or does not do what it is there for
  info,     ///< worth knowing; often meant so
};

enum class Code : std::uint8_t {
  attempts_multiply,
  timeout_inversion,
  retry_without_jitter,
  retry_without_guard,
  budget_never_binds,
  budget_always_denies,
  breaker_never_opens,
  breaker_opens_on_noise,
  bulkhead_too_small,
  overloaded,
  overloaded_by_one_retry,
  unbounded_queue,
  dead_letters_unread,
  visibility_timeout_below_handler,
  hedge_exceeds_headroom,
  outlier_never_ejects,
};

/// What a kind of finding is called and means.
struct Rule {
  Code code;
  std::string_view name;     ///< stable; what --allow, JSON and SARIF call it
  Severity severity;         ///< the usual one; a finding may be milder, or graver
  std::string_view summary;  ///< one sentence
};

/// All of them, in the order of Code.
inline constexpr std::array<Rule, 16> rules = {{
    {Code::attempts_multiply, "attempts-multiply", Severity::warning,
     "Retries at several layers of one path of calls multiply."},
    {Code::timeout_inversion, "timeout-inversion", Severity::warning,
     "A caller gives up while its callee may still be trying."},
    {Code::retry_without_jitter, "retry-without-jitter", Severity::warning,
     "What fails together is retried together."},
    {Code::retry_without_guard, "retry-without-guard", Severity::warning,
     "Neither a budget nor a breaker bounds the retries of many calls."},
    {Code::budget_never_binds, "budget-never-binds", Severity::warning,
     "A retry budget is too large to deny anything at the stated load."},
    {Code::budget_always_denies, "budget-always-denies", Severity::warning,
     "A retry budget denies every retry, or nearly every one, at the stated load."},
    {Code::breaker_never_opens, "breaker-never-opens", Severity::warning,
     "A breaker sees too few calls to judge them."},
    {Code::breaker_opens_on_noise, "breaker-opens-on-noise", Severity::warning,
     "A breaker opens at the ordinary rate of failures, by chance."},
    {Code::bulkhead_too_small, "bulkhead-too-small", Severity::warning,
     "A bulkhead has fewer places than the calls under way need."},
    {Code::overloaded, "overloaded", Severity::error,
     "More work is offered than can be done: utilisation above 1."},
    {Code::overloaded_by_one_retry, "overloaded-by-one-retry", Severity::warning,
     "One retry of each request takes utilisation above 1."},
    {Code::unbounded_queue, "unbounded-queue", Severity::warning,
     "Nothing bounds what may wait in line."},
    {Code::dead_letters_unread, "dead-letters-unread", Severity::warning,
     "Nobody reads a dead-letter queue."},
    {Code::visibility_timeout_below_handler, "visibility-timeout-below-handler", Severity::warning,
     "Messages are delivered again while their handler still works."},
    {Code::hedge_exceeds_headroom, "hedge-exceeds-headroom", Severity::warning,
     "Hedged attempts add more load than the callee has room for."},
    {Code::outlier_never_ejects, "outlier-never-ejects", Severity::warning,
     "Outlier ejection that no replica can be ejected by."},
}};

[[nodiscard]] constexpr const Rule& rule_of(Code code) noexcept {
  return rules[static_cast<std::size_t>(code)];
}

/// The rule of this name, if there is one.
[[nodiscard]] constexpr const Rule* find_rule(std::string_view name) noexcept {
  for (const Rule& rule : rules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

/// `error`, `warning` or `info`.
[[nodiscard]] std::string_view word_of(Severity severity) noexcept;

/// One of them, at one place.
struct Finding {
  Code code = Code::attempts_multiply;
  Severity severity = Severity::warning;
  std::string key;         ///< dotted path in the scenario; what stands at its default is named too
  std::string message;     ///< what is the matter, in words
  std::string arithmetic;  ///< why, with the numbers filled in
  std::string remedy;      ///< what would mend it
  std::string file;        ///< where the key, or as much of its path as is written, stands
  int line = 0;            ///< from 1; 0 when unknown, as of --set
  /// Of which variants; empty: of all of them, or of a scenario without any.
  std::vector<std::string> variants;
};

}  // namespace squall::lint
