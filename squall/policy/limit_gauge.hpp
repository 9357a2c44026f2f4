#pragma once

#include <algorithm>
#include <cstdint>

namespace squall::policy {

/// A limit on concurrency as it is, and the least and the most that it has been.
class LimitGauge {
 public:
  constexpr explicit LimitGauge(std::uint32_t value) noexcept
      : value_(value), least_(value), most_(value) {}

  constexpr void set(std::uint32_t value) noexcept {
    value_ = value;
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }
  /// The extremes are of what comes from here on.
  constexpr void restart() noexcept { least_ = most_ = value_; }

  [[nodiscard]] constexpr std::uint32_t value() const noexcept { return value_; }
  [[nodiscard]] constexpr std::uint32_t least() const noexcept { return least_; }
  [[nodiscard]] constexpr std::uint32_t most() const noexcept { return most_; }

 private:
  std::uint32_t value_, least_, most_;
};

}  // namespace squall::policy
