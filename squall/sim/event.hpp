#pragma once

#include <cstdint>

#include "squall/base/time.hpp"

namespace squall::sim {

/// What happens first when several events share an instant; within a class the one scheduled
/// first.
enum class EventClass : std::uint8_t {
  completion = 0,  ///< completions of work, deliveries and responses of the network
  edge = 1,        ///< a fault or a profile step begins or ends
  timer = 2,       ///< timeouts, deadlines, backoff, visibility
  arrival = 3,     ///< requests of a workload
};

/// What tells an event from all others that may stand in a queue together with it: the low 32 bits
/// of its sequence, never 0. A record that keeps the ticket of the event it waits for knows every
/// other event as stale. Two events share one only if 2^32 were scheduled from the one to the
/// other.
using Ticket = std::uint32_t;
inline constexpr Ticket no_ticket = 0;

/// What an event is about, packed so that ordering is one comparison of 128 bits. What `type`,
/// `slot` and `stamp` mean is up to whoever scheduled it; the usual use of `stamp` is to tell that
/// the record in `slot` has moved on and the event is stale.
struct Event {
  Instant at{};
  std::uint64_t order = 0;  ///< class (2 bits), sequence (53 bits), in proxy (1 bit), type (8 bits)
  std::uint32_t slot = 0;
  std::uint32_t stamp = 0;  ///< as given, or the ticket where none was given

  [[nodiscard]] std::uint8_t type() const noexcept {
    return static_cast<std::uint8_t>(order & 0xffU);
  }
  [[nodiscard]] EventClass event_class() const noexcept {
    return static_cast<EventClass>(order >> 62U);
  }
  [[nodiscard]] std::uint64_t sequence() const noexcept {
    return (order >> sequence_shift) & ((1ULL << sequence_bits) - 1);
  }
  [[nodiscard]] std::int64_t at_ns() const noexcept { return at.time_since_epoch().count(); }
  /// Strict order by (time, class, sequence): no two events are equal. REQUIRES times >= 0.
  [[nodiscard]] bool before(const Event& other) const noexcept { return key() < other.key(); }
  /// The same by a branch, which is faster where the answer is branched on anyway.
  [[nodiscard]] bool comes_before(const Event& other) const noexcept {
    return at != other.at ? at < other.at : order < other.order;
  }

  static constexpr unsigned sequence_shift = 9;
  static constexpr unsigned sequence_bits = 53;
  /// Set while the event stands for the head of a lane; only the queue itself ever sees it.
  static constexpr std::uint64_t proxy_bit = 1ULL << 8U;

 private:
  __extension__ using Key = unsigned __int128;
  [[nodiscard]] Key key() const noexcept {
    return static_cast<Key>(static_cast<std::uint64_t>(at_ns())) << 64U | order;
  }
};
static_assert(sizeof(Event) == 24);

}  // namespace squall::sim
