#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/baseline/request_loop.hpp"

namespace squall::bench {

/// One setting of the whole request, for the scenario bench/scenarios/whole-request.yaml and for
/// the loop fused by hand. What grows with the number of workers, rate, bulkhead and the breaker's
/// pause, is scaled so that a request goes through about the same at any number.
struct RequestCase {
  /// healthy: 80 % of what the workers can do. overloaded: 110 %. storm: the workers take four
  /// times as long, and the load of before comes back as retries.
  enum class Load : std::uint8_t { healthy, overloaded, storm };
  static constexpr std::array<Load, 3> loads = {Load::healthy, Load::overloaded, Load::storm};

  std::uint64_t requests = 0;
  std::uint32_t workers = 10;  ///< 1 to 1,000,000
  Load load = Load::healthy;

  /// "healthy/10"
  [[nodiscard]] std::string name() const;
  /// PATH=VALUE for the scenario.
  [[nodiscard]] std::vector<std::string> assignments() const;
  [[nodiscard]] baseline::RequestOptions options() const;
};

}  // namespace squall::bench
