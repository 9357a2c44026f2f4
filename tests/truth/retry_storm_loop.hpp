#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <random>

#include "tests/truth/event_loop.hpp"

namespace truth {

/// Clients without end, a server with a line without bound, and a spell in which fewer work: what
/// hotos21 and osdi22-retry have in common.
struct RetryStorm {
  double per_s = 0;           ///< requests a second
  bool evenly_spaced = true;  ///< or a Poisson process
  int workers = 1;
  double service_s = 0;  ///< mean
  int phases = 0;        ///< the sum of so many exponentials (Erlang); 0: always the mean
  Ns timeout = 0;        ///< of each attempt; then the next one at once
  int attempts = 1;      ///< in all
  Ns trigger_at = 0, trigger_for = 0;
  int workers_meanwhile = 0;  ///< those busy beyond it finish what they have
  Ns until = 0;
  std::uint64_t seed = 1;
};

/// Of the last 10 s before the end: what was answered in time, and what was sent, a second.
struct LastTenSeconds {
  double goodput_per_s = 0;
  double attempts_per_s = 0;
};

inline LastTenSeconds run_retry_storm(const RetryStorm& setup) {
  struct Attempt {
    bool over = false;  // answered, or given up
  };
  EventLoop loop;
  std::mt19937_64 random(setup.seed);
  std::exponential_distribution<double> unit(1.0);
  const auto drawn = [&](double mean_s, int phases) {
    double sum = phases == 0 ? 1.0 : 0.0;
    for (int phase = 0; phase < phases; ++phase) sum += unit(random) / phases;
    return static_cast<Ns>(mean_s * sum * static_cast<double>(s));
  };
  const Ns last = setup.until - 10 * s;
  LastTenSeconds counts;
  int workers = setup.workers;
  int busy = 0;
  std::deque<std::shared_ptr<Attempt>> line;
  std::function<void()> serve = [&] {
    while (busy < workers && !line.empty()) {
      const auto attempt = line.front();
      line.pop_front();
      ++busy;
      loop.in(drawn(setup.service_s, setup.phases), Turn::completion, [&, attempt] {
        if (!attempt->over && loop.now() >= last) counts.goodput_per_s += 0.1;
        attempt->over = true;
        --busy;
        serve();
      });
    }
  };
  std::function<void(int)> send = [&](int attempts_left) {
    const auto attempt = std::make_shared<Attempt>();
    if (loop.now() >= last) counts.attempts_per_s += 0.1;
    loop.in(setup.timeout, Turn::timer, [&, attempt, attempts_left] {
      if (!attempt->over && attempts_left > 1) send(attempts_left - 1);
      attempt->over = true;
    });
    line.push_back(attempt);
    serve();
  };
  std::function<void()> arrive = [&] {
    send(setup.attempts);
    loop.in(drawn(1.0 / setup.per_s, setup.evenly_spaced ? 0 : 1), Turn::arrival, arrive);
  };
  loop.at(0, Turn::arrival, arrive);
  loop.at(setup.trigger_at, Turn::edge, [&] { workers = setup.workers_meanwhile; });
  loop.at(setup.trigger_at + setup.trigger_for, Turn::edge, [&] {
    workers = setup.workers;
    serve();
  });
  loop.run(setup.until);
  return counts;
}

}  // namespace truth
