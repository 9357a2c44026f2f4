#pragma once

#include <cstdint>

#include "squall/base/random.hpp"

/// What happens at every event is inlined where it is called: the model is one translation unit.
#define SQUALL_HOT [[gnu::always_inline]] inline

/// What names a draw: for whom it is, which try, and what for.
namespace squall::model {

/// What a draw is for; part of its key.
enum class Purpose : std::uint64_t {
  arrival = 1,
  think,
  service_time,
  failure,
  network_out,
  network_back,
  loss_out,
  loss_back,
  network_gone,
  balance,
  balance_other,
  backoff,
  redelivery,
  instance,
  partition,
  breaker,
  outlier,
  fallback,
  row,
  throttle,
  admission_throttle,
  limiter,
  admission_limiter,
  handling,  ///< a handler's own work: it may have the name of the service that it calls
};

/// Which try a lineage is of, so that retries at different layers of a system, and hedges,
/// publishes and deliveries among them, do not draw alike.
enum class Try : std::uint64_t {
  attempt = 0,         ///< at a service, or the delivery of a message
  publish = 1,         ///< makes a message of its own, whose deliveries draw for themselves
  hedge = 0,           ///< the k-th hedge draws what the k-th attempt would
  hedged_attempt = 2,  ///< a retry within a hedge
  hedged_round = 3,    ///< all the hedges of a call that is tried again
};

/// The lineage of the `number`-th try of a call or message that is `depth` calls deep, both counted
/// from 1. The first is what was there before; the k-th delivery of a message draws what the k-th
/// attempt of a call that is as deep would.
[[nodiscard]] inline std::uint64_t lineage_of_try(std::uint64_t lineage, Try kind,
                                                  std::uint32_t depth,
                                                  std::uint32_t number) noexcept {
  if (number <= 1) return lineage;
  const std::uint64_t level = std::uint64_t{depth - 1} << 36U;
  return RandomKey{lineage}.with(level | static_cast<std::uint64_t>(kind) << 32U | number).value;
}

/// The key of what the entity draws for a work of that lineage and for that purpose, the `turn`-th
/// time. A sum and not a path, since a path costs a mix for each of its parts: lineage and entity
/// are 64 mixed bits, what is drawn from the key is mixed behind it, and the keys of one entity lie
/// so far apart that their streams do not meet (docs/decisions/0009).
/// REQUIRES purpose < 256, and a lineage that is the value of a key.
[[nodiscard]] SQUALL_HOT RandomKey key_of(std::uint64_t lineage, std::uint64_t entity,
                                          Purpose purpose, std::uint64_t turn = 0) noexcept {
  constexpr std::uint64_t stride = 0xd1342543de82ef95ULL;
  return {lineage + entity + stride * (static_cast<std::uint64_t>(purpose) | turn << 8U)};
}

}  // namespace squall::model
