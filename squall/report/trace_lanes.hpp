#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "squall/metrics/trace_record.hpp"

namespace squall::report {

/// Where a span is drawn.
struct LanePlace {
  std::uint32_t lane = 0;     ///< of its process, from 0
  bool is_on_parent = false;  ///< nested in its parent, and drawn upon it
};

/// The lanes of one process. In a lane spans stand one after the other or, nested in time, upon
/// each other; a span goes upon its parent where it can, and else to the first lane that is free.
class TraceLanes {
 public:
  /// A span among all that are drawn.
  using Id = std::uint64_t;

  /// REQUIRES spans in the order of their starts, parents before their children.
  /// @param parent       of this process; nullptr where it has none, or one of another
  /// @param parent_lane  where that is drawn
  LanePlace place(Id id, const metrics::TraceSpan& span, const Id* parent,
                  std::uint32_t parent_lane);

  [[nodiscard]] std::size_t size() const noexcept { return lanes_.size(); }

 private:
  struct Drawn {
    Id id{};
    Instant end{};
  };
  struct Busy {
    Instant until{};
    std::uint32_t lane = 0;
    friend bool operator>(const Busy& a, const Busy& b) {
      return a.until != b.until ? a.until > b.until : a.lane > b.lane;
    }
  };
  template <typename Value>
  using LeastFirst = std::priority_queue<Value, std::vector<Value>, std::greater<>>;

  std::vector<std::vector<Drawn>> lanes_;  ///< of each what may be under way, from the bottom up
  LeastFirst<Busy> busy_;
  LeastFirst<std::uint32_t> free_;
};

}  // namespace squall::report
