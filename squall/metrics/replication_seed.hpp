#pragma once

#include <cstdint>

#include "squall/base/random.hpp"

namespace squall::metrics {

/// The seed of replication `r` of a scenario with `seed`: the seed itself for 0, so that one
/// replication is the plain run; else a number of 53 bits (which JSON keeps) keyed by both, so that
/// replications draw independently of each other and of those of a neighbouring seed.
[[nodiscard]] constexpr std::uint64_t replication_seed(std::uint64_t seed,
                                                       std::uint64_t r) noexcept {
  if (r == 0) return seed;
  return RandomKey{seed}.with(entity_id("replication")).with(r).value >> 11;
}

}  // namespace squall::metrics
