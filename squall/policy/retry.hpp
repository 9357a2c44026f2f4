#pragma once

#include <cstdint>
#include <variant>

#include "squall/policy/backoff.hpp"
#include "squall/policy/outcome.hpp"

namespace squall::policy {

/// Which outcomes are worth another attempt. Never one of kind ok, deadline or abandoned.
struct RetryOn {
  bool timeout = true;
  bool error = true;        ///< every error, whatever its code
  bool rejected = true;     ///< refused at the callee or by a policy further in
  std::uint64_t codes = 0;  ///< with error == false: the error codes (bit = code) that count

  /// True for the kinds and codes above.
  [[nodiscard]] bool matches(const Outcome& outcome) const noexcept;
  [[nodiscard]] friend bool operator==(const RetryOn&, const RetryOn&) = default;
};

/// Products whose retries can be named whole; see retry_preset.hpp. Where versions differ, the
/// version is part of the name.
enum class RetryPreset : std::uint8_t {
  none,
  aws,         ///< AWS SDKs, standard mode
  envoy,       ///< Envoy, the newer draw
  envoy_2018,  ///< Envoy as of July 2018: the older draw
  folly,       ///< folly's capped jittered exponential backoff
  grpc,        ///< proposal A6 as of 2024
  grpc_2017,   ///< proposal A6 before: full jitter
  istio,
  polly,  ///< Polly 8
  resilience4j,
};

struct RetryOptions {
  std::uint32_t max_attempts = 3;  ///< counts the first; 1 (never retries) to 1,000,000
  RetryOn on{};
  BackoffOptions backoff{};
  bool honour_pushback = true;  ///< false: what the callee says about retrying is ignored
  /// Where the values came from, for whoever writes them down; decides nothing.
  RetryPreset preset = RetryPreset::none;

  /// Keys start with `retry.`.
  [[nodiscard]] Result<void> validate() const;
};

struct RetryAfter {
  Duration delay{0};  ///< >= 0
};

struct Stop {
  enum class Reason : std::uint8_t {
    succeeded,      ///< nothing to retry
    not_retryable,  ///< `on` does not name this outcome
    exhausted,      ///< max_attempts were made
    pushback,       ///< the callee said never
    deadline,       ///< the delay would end at or after the deadline of the call
  };
  Reason reason = Reason::succeeded;
};

using RetryDecision = std::variant<RetryAfter, Stop>;

/// What one call remembers between its attempts. Plain data, owned by whoever makes the call.
struct RetryState {
  std::uint32_t attempts = 0;      ///< attempts ended so far; counted by on_attempt_end
  std::uint32_t backoff_from = 0;  ///< attempts when backoff last started anew (after pushback)
  Duration backoff_carried{0};     ///< as backoff_delay() left it
};

/// Decides whether, and when, a call tries again.
/// Immutable; safe to share between threads. State lives in the RetryState of each call.
class Retry {
 public:
  /// REQUIRES options.validate().
  explicit Retry(const RetryOptions& options) noexcept
      : options_(options), backoff_(options.backoff) {}

  /// Called once at the end of each attempt, a locally refused one included.
  /// @param now       when the attempt ended; must not go backwards between calls.
  /// @param deadline  of the whole call; `never` when there is none.
  /// @return RetryAfter{delay >= 0} or Stop{reason}; never sleeps. With pushback `after`, the
  ///         delay is exactly the callee's and backoff starts anew (gRPC proposal A6). Where
  ///         several reasons to stop hold, the first of: succeeded, not_retryable, pushback,
  ///         exhausted, deadline.
  [[nodiscard]] RetryDecision on_attempt_end(RetryState& state, const Outcome& outcome, Instant now,
                                             Instant deadline, Rng& rng) const noexcept;

  /// Whether RetryState::attempts is all that the decisions about a call need to know of those
  /// before, as long as no callee pushes back; there are nine at most then.
  [[nodiscard]] bool counts_only() const noexcept {
    return options_.max_attempts - 1 <= backoff_.known();
  }
  [[nodiscard]] const RetryOptions& options() const noexcept { return options_; }

 private:
  RetryOptions options_;
  Backoff backoff_;
};

inline bool RetryOn::matches(const Outcome& outcome) const noexcept {
  switch (outcome.kind) {
    case OutcomeKind::timeout:
      return timeout;
    case OutcomeKind::error:
      return error || (outcome.code < 64 && ((codes >> outcome.code) & 1U) != 0);
    case OutcomeKind::rejected:
      return rejected;
    case OutcomeKind::ok:
    case OutcomeKind::deadline:
    case OutcomeKind::abandoned:
      break;
  }
  return false;
}

[[gnu::always_inline]] inline RetryDecision Retry::on_attempt_end(RetryState& state,
                                                                  const Outcome& outcome,
                                                                  Instant now, Instant deadline,
                                                                  Rng& rng) const noexcept {
  ++state.attempts;
  if (outcome.is_ok()) return Stop{Stop::Reason::succeeded};
  if (!options_.on.matches(outcome)) return Stop{Stop::Reason::not_retryable};
  const Pushback pushback = options_.honour_pushback ? outcome.pushback : Pushback{};
  if (pushback.forbids()) return Stop{Stop::Reason::pushback};
  if (state.attempts >= options_.max_attempts) return Stop{Stop::Reason::exhausted};

  Duration delay = pushback.delay;
  if (pushback.kind == Pushback::Kind::after) {
    state.backoff_from = state.attempts;
  } else {
    delay = backoff_.delay(state.attempts - state.backoff_from, state.backoff_carried, rng);
  }
  if (deadline != never && later(now, delay) >= deadline) return Stop{Stop::Reason::deadline};
  return RetryAfter{delay};
}

}  // namespace squall::policy
