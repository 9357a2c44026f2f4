#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

/// Small simulators written a second time, by other means, to hold the engine to. They share no
/// code with it: closures on a heap, std::mt19937_64, whole nanoseconds.
namespace truth {

using Ns = std::int64_t;
inline constexpr Ns us = 1'000;
inline constexpr Ns ms = 1'000 * us;
inline constexpr Ns s = 1'000 * ms;

/// Who goes first at one instant: completions and responses, then edges of faults, then timers,
/// then arrivals; within each, whoever was put in first.
enum class Turn : std::uint8_t { completion, edge, timer, arrival };

class EventLoop {
 public:
  [[nodiscard]] Ns now() const { return now_; }

  void at(Ns when, Turn turn, std::function<void()> what) {
    heap_.push({when, turn, sequence_++, std::move(what)});
  }
  void in(Ns delay, Turn turn, std::function<void()> what) {
    at(now_ + delay, turn, std::move(what));
  }

  /// Everything up to and including `until`, or until nothing is left to do.
  void run(Ns until = INT64_MAX) {
    while (!heap_.empty() && heap_.top().when <= until) {
      const Event next = heap_.top();
      heap_.pop();
      now_ = next.when;
      next.what();
    }
  }

 private:
  struct Event {
    Ns when;
    Turn turn;
    std::uint64_t sequence;
    std::function<void()> what;

    friend bool operator<(const Event& a, const Event& b) {  // the top is what comes first
      if (a.when != b.when) return a.when > b.when;
      if (a.turn != b.turn) return a.turn > b.turn;
      return a.sequence > b.sequence;
    }
  };

  std::priority_queue<Event> heap_;
  Ns now_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace truth
