#pragma once

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"

namespace squall::policy {

/// Adaptive LIFO (B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015): first in, first out while
/// the line is soon empty again; last in, first out while it stands, since those who came last are
/// the likeliest to wait still. When a line stands the article does not say; here it does when it
/// has not been empty for longer than `after`, as in the controlled delay beside it there.
struct AdaptiveLifoOptions {
  Duration after = std::chrono::milliseconds{100};  ///< >= 0

  /// The key is `queue.lifo_after`.
  [[nodiscard]] Result<void> validate() const;
  /// Whether the last one is served first.
  /// @param last_empty  when the line was empty last
  [[nodiscard]] constexpr bool takes_last(Instant last_empty, Instant now) const noexcept {
    return now - last_empty > after;
  }
};

}  // namespace squall::policy
