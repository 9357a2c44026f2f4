// The hold model: take the earliest of n pending events out, put one in at now + Exp(1). What the
// pending-event set of a simulator is measured by since D. W. Jones, "An empirical comparison of
// priority-queue and event-set implementations" (1986).
#include <queue>
#include <string>
#include <vector>

#include "bench/baseline/quad_heap.hpp"
#include "bench/baseline/random.hpp"
#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"
#include "squall/sim/event_queue.hpp"

namespace squall::bench {
namespace {

using baseline::Entry;

/// Exp(1) in seconds: at 1e6 pending the mean time between events is still 1 us, so that ties are
/// rare.
class Holds {
 public:
  [[nodiscard]] std::int64_t next() noexcept {
    return baseline::exponential_ns(ziggurat_, random_, 1e9);
  }

 private:
  baseline::Ziggurat ziggurat_;
  baseline::Xoshiro random_{1};
};

/// squall's.
class Engine {
 public:
  [[gnu::always_inline]] void push(std::int64_t time) {
    queue_.schedule(Instant{Duration{time}}, sim::EventClass::completion, 0, 0, 0);
  }
  [[gnu::always_inline]] std::int64_t hold(Holds& holds) {
    sim::Event event;
    (void)queue_.pop_before(never, sim::EventClass::arrival, event);
    const std::int64_t now = event.at_ns();
    push(now + holds.next());
    return now;
  }

 private:
  sim::EventQueue queue_;
};

class PriorityQueue {
 public:
  [[gnu::always_inline]] void push(std::int64_t time) { queue_.push({time, sequence_++}); }
  [[gnu::always_inline]] std::int64_t hold(Holds& holds) {
    const std::int64_t now = queue_.top().time;
    queue_.pop();
    push(now + holds.next());
    return now;
  }

 private:
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const noexcept { return b < a; }
  };
  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
  std::uint64_t sequence_ = 0;
};

class QuadHeap {
 public:
  [[gnu::always_inline]] void push(std::int64_t time) { heap_.push({time, sequence_++}); }
  [[gnu::always_inline]] std::int64_t hold(Holds& holds) {
    const std::int64_t now = heap_.top().time;
    heap_.replace_top({now + holds.next(), sequence_++});
    return now;
  }

 private:
  baseline::QuadHeap heap_;
  std::uint64_t sequence_ = 0;
};

template <typename Pending>
void hold(benchmark::State& state, std::uint64_t pending, std::uint64_t holds) {
  Holds random;
  Pending queue;
  for (std::uint64_t i = 0; i < pending; ++i) queue.push(random.next());
  // Until every one of them is one that was put in on the way, and the queue has its final form.
  for (std::uint64_t i = 0; i < 2 * pending; ++i) (void)queue.hold(random);
  std::int64_t now = 0;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < holds; ++i) {
      now = queue.hold(random);
      sum += static_cast<std::uint64_t>(now);
    }
  }
  report_work(state, holds, WorkHash().add(now).add(sum));
}

}  // namespace

void register_hold(const Size& size) {
  for (const std::uint64_t pending : {100U, 1'000U, 100'000U, 1'000'000U}) {
    if (!size.reaches(pending)) continue;
    const std::uint64_t holds = size.of(4'000'000);
    const auto add = [&](const std::string& name, auto run) {
      add_benchmark("hold/" + name + "/" + std::to_string(pending),
                    [=](benchmark::State& state) { run(state, pending, holds); });
    };
    add("event_queue", hold<Engine>);
    add("priority_queue", hold<PriorityQueue>);
    add("quad_heap", hold<QuadHeap>);
  }
}

}  // namespace squall::bench
