#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "squall/policy/envoy_outlier.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy {

using Hosts = std::vector<std::uint32_t>;

inline constexpr auto ok = HostResult::success;
inline constexpr auto failed = HostResult::failure;
inline constexpr auto gateway = HostResult::gateway_failure;
inline constexpr RandomKey any_key{1};

/// As many may be ejected as there are.
inline EnvoyOutlierOptions ejects_all() { return {.max_ejection_percent = 100.0}; }

/// A detector, and a clock that stands still unless told.
struct OutlierBench {
  EnvoyOutlier outlier;
  Instant now{};

  explicit OutlierBench(std::uint32_t hosts, const EnvoyOutlierOptions& options = ejects_all(),
                        RandomKey key = any_key)
      : outlier(options, hosts, key) {}

  void results(std::uint32_t host, int count, HostResult result) {
    for (int i = 0; i < count; ++i) outlier.on_result(host, result, now);
  }
  void move_to(Duration since_start) {
    now = at(since_start);
    outlier.advance(now);
  }
  bool is_out(std::uint32_t host) const { return outlier.is_ejected(host); }
};
/// The replicas that are left, or nothing for all.
inline std::optional<Hosts> left(OutlierBench& bench) {
  const Hosts* hosts = bench.outlier.candidates(bench.now);
  return hosts == nullptr ? std::nullopt : std::optional<Hosts>(*hosts);
}

}  // namespace squall::policy
