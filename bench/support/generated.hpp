#pragma once

#include <cstdint>
#include <string>

/// Scenarios too regular to be written out.
namespace squall::bench {

/// Chains of services, each calling the next, and a workload for each chain. A hop takes 1 ms on
/// average and waits at most 1 s for the next.
struct Chains {
  std::uint64_t chains = 1;
  std::uint64_t length = 10;
  std::uint64_t requests_per_s = 1'000;  ///< of all of them together
  std::uint64_t requests = 0;            ///< of all of them together; at least one each
};
[[nodiscard]] std::string chains_yaml(const Chains& options);

/// One service that calls itself until it is `depth` deep: what Chains costs with a single service.
[[nodiscard]] std::string recursion_yaml(std::uint64_t depth, std::uint64_t requests_per_s,
                                         std::uint64_t requests);

/// A service that calls `leaves` others at once and waits for all of them, 100 requests a second.
[[nodiscard]] std::string fan_out_yaml(std::uint64_t leaves, std::uint64_t requests);

/// What many customers' or many services' names are made of: "s", 7 -> "s7".
[[nodiscard]] std::string numbered(const char* name, std::uint64_t number);

}  // namespace squall::bench
