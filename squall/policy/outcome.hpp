#pragma once

#include <cstdint>

#include "squall/base/time.hpp"

/// How an attempt or a call ended, as its caller sees it. Ordinary data, never an exception.
namespace squall::policy {

enum class OutcomeKind : std::uint8_t {
  ok,
  error,      ///< the callee, or the way to it, answered with an error; `code` says which
  timeout,    ///< the per-attempt timeout passed without an answer
  deadline,   ///< the deadline of the whole call passed
  rejected,   ///< refused; `by` says by whom
  abandoned,  ///< the caller itself lost interest (its own caller gave up, a hedge won)
};

/// Who refused: the last two stand at the callee, all before them at the caller.
enum class RejectedBy : std::uint8_t {
  none,
  breaker,
  bulkhead,
  rate_limit,
  throttle,
  limiter,
  queue,
  admission,
};

[[nodiscard]] constexpr bool is_local(RejectedBy by) noexcept {
  return by == RejectedBy::breaker || by == RejectedBy::bulkhead || by == RejectedBy::rate_limit ||
         by == RejectedBy::throttle || by == RejectedBy::limiter;
}

/// What a callee may say about retrying (gRPC's `grpc-retry-pushback-ms`, HTTP's Retry-After).
struct Pushback {
  enum class Kind : std::uint8_t { none, after, never };
  Kind kind = Kind::none;
  Duration delay{0};  ///< with `after`: exactly how long to wait; negative says never (gRPC A6)

  /// The callee asked not to be tried again.
  [[nodiscard]] constexpr bool forbids() const noexcept {
    return kind == Kind::never || (kind == Kind::after && delay < Duration{0});
  }
  [[nodiscard]] friend bool operator==(const Pushback&, const Pushback&) = default;
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::ok;
  RejectedBy by = RejectedBy::none;
  std::uint8_t code = 0;  ///< with `error`: index of the error's name in the scenario; below 64
  bool degraded = false;  ///< with `ok`: a fallback's answer, or made of one
  Pushback pushback{};

  [[nodiscard]] bool is_ok() const noexcept { return kind == OutcomeKind::ok; }
  [[nodiscard]] friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace squall::policy
