#pragma once

#include <optional>
#include <string>

#include "squall/policy/policy.hpp"

/// What the parts of a policy come to, taken together.
namespace squall::lint {

/// Attempts of one call at the most: those of retry times those of hedging; 1 without either.
[[nodiscard]] double attempts_at_most(const policy::PolicyOptions& options) noexcept;

[[nodiscard]] bool retries(const policy::PolicyOptions& options) noexcept;
[[nodiscard]] bool has_budget(const policy::PolicyOptions& options) noexcept;
[[nodiscard]] bool has_breaker(const policy::PolicyOptions& options) noexcept;
/// Whether something bounds the retries of many calls together: a budget, breaker or throttle, or
/// a rate limit that counts each attempt.
[[nodiscard]] bool bounds_retries(const policy::PolicyOptions& options) noexcept;

/// Calls that one state of bulkhead and limiter lets be under way at once, at the most; infinite
/// without both.
[[nodiscard]] double most_at_once(const policy::PolicyOptions& options) noexcept;
/// What one state of the rate limit lets on in a second, in the long run; infinite without one.
[[nodiscard]] double most_a_second(const policy::PolicyOptions& options) noexcept;

/// Whether the layer `outer` stands outside of `inner`.
[[nodiscard]] bool is_outside(const policy::PolicyOptions& options, policy::Layer outer,
                              policy::Layer inner) noexcept;

/// How long one attempt may keep its caller waiting: the timeout, or the deadline where that is
/// shorter; `forever` without either.
[[nodiscard]] Duration attempt_limit(const policy::PolicyOptions& options) noexcept;

/// The longest that a wait before retry number `retry` (from 1) can be, in nanoseconds.
[[nodiscard]] double longest_backoff(const policy::BackoffOptions& options,
                                     std::uint32_t retry) noexcept;
/// The sum of those before retries 1 to `retries`.
[[nodiscard]] double longest_backoff_sum(const policy::BackoffOptions& options,
                                         std::uint32_t retries) noexcept;

/// How long one call may take at the most, and why.
struct CallBound {
  double ns = 0.0;
  std::string arithmetic;  ///< "4 x 120ms + 140ms backoff = 620ms"
};

/// @param callee  how long an answer may take by what the callee waits for itself, in nanoseconds;
///                nothing: not known. Only with a timeout or deadline, or a known callee, is there
///                a bound at all.
[[nodiscard]] std::optional<CallBound> longest_call(const policy::PolicyOptions& options,
                                                    std::optional<double> callee);

}  // namespace squall::lint
