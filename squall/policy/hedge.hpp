#pragma once

#include <cstdint>
#include <variant>

#include "squall/base/result.hpp"
#include "squall/policy/retry.hpp"

namespace squall::policy {

/// Products whose hedging can be named; see preset_hedge().
enum class HedgePreset : std::uint8_t {
  none,
  brpc,   ///< backup requests
  envoy,  ///< hedge_on_per_try_timeout
  grpc,   ///< proposal A6
  polly,  ///< Polly 8
};

/// Hedging after gRPC proposal A6: a further attempt when `delay` has passed without an answer,
/// or at once when an attempt fails in a way `on` names; the first success wins and the others
/// are abandoned; any other failure ends the call. Pushback `after` sets when the next attempt
/// starts; pushback `never` starts no more, and those under way go on.
struct HedgeOptions {
  std::uint32_t max_attempts = 2;  ///< counts the first; 2 to 100
  /// Between attempts; 0 sends all at once; `forever` only after a failure, one at a time.
  Duration delay{0};
  RetryOn on{};                 ///< non-fatal outcomes
  bool honour_pushback = true;  ///< false: what the callee says about retrying is ignored
  /// Where the values came from, for whoever writes them down; decides nothing.
  HedgePreset preset = HedgePreset::none;

  /// Keys start with `hedge.`.
  [[nodiscard]] Result<void> validate() const;
};

/// The options of a product with its own defaults, and what it refuses or bends of them. Each is
/// nothing but values of HedgeOptions: whoever writes the same by hand hedges alike.
struct HedgePresetRules {
  HedgeOptions options;
  bool needs_delay = false;             ///< the product has no default for it
  std::uint32_t max_attempts = 100;     ///< more are refused
  std::uint32_t attempts_act_as = 100;  ///< more act as this
};
/// - brpc (since 1.0): one backup request once backup_request_ms has passed.
/// - Envoy: at a per-try timeout the attempt goes on and another is sent; the delay is that
///   timeout, and num_retries (default 1) does not count the first attempt.
/// - gRPC, proposal A6: the values of its example, as gRPC has no defaults; more than 5 act as 5.
/// - Polly 8: MaxHedgedAttempts (default 1, at most 10) does not count the first, 2 s.
/// Only gRPC heeds pushback.
[[nodiscard]] HedgePresetRules preset_hedge(HedgePreset preset) noexcept;

struct HedgeNow {};  ///< start one more attempt at once, and ask again
struct HedgeAfter {
  Duration delay{0};  ///< ask again (on_timer) when it has passed; replaces a delay under way
};
struct HedgeWait {};  ///< nothing to start; the answers under way decide
struct HedgeEnd {};   ///< the last outcome is the call's; abandon what is under way
using HedgeDecision = std::variant<HedgeNow, HedgeAfter, HedgeWait, HedgeEnd>;

/// What one call remembers. Plain data.
struct HedgeState {
  std::uint16_t started = 0;  ///< at most max_attempts, and so is what has ended
  std::uint16_t ended = 0;
  bool held_back = false;  ///< pushback said never, or the budget denied one: no further attempt
};

/// Immutable; safe to share between threads.
class Hedge {
 public:
  /// REQUIRES options.validate().
  explicit Hedge(const HedgeOptions& options) noexcept : options_(options) {}

  /// One more attempt was started: when is the next? HedgeAfter or HedgeWait (HedgeNow if delay is
  /// 0).
  [[nodiscard]] HedgeDecision on_attempt_start(HedgeState& state) const noexcept;
  /// The delay has passed: HedgeNow or HedgeWait.
  [[nodiscard]] HedgeDecision on_timer(const HedgeState& state) const noexcept;
  /// An attempt ended: HedgeEnd (success, fatal, or none left to start nor under way), HedgeNow
  /// (non-fatal and attempts are left), HedgeAfter (the same, with pushback), or HedgeWait.
  [[nodiscard]] HedgeDecision on_attempt_end(HedgeState& state,
                                             const Outcome& outcome) const noexcept;
  /// The attempt that HedgeNow asked for was denied by a budget, and no other will be asked for:
  /// HedgeWait, or HedgeEnd where none is under way.
  [[nodiscard]] static HedgeDecision on_denied(HedgeState& state) noexcept;
  [[nodiscard]] const HedgeOptions& options() const noexcept { return options_; }

 private:
  [[nodiscard]] bool may_start(const HedgeState& state) const noexcept;

  HedgeOptions options_;
};

}  // namespace squall::policy
