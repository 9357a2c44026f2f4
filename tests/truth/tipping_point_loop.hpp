#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <random>

#include "tests/truth/event_loop.hpp"

namespace truth {

/// The instant at which a slow spell of the server makes a request dear.
enum class Priced : std::uint8_t { at_arrival, at_start };

struct TippingPoint {
  Priced priced = Priced::at_arrival;
  Ns trigger = 0;          ///< how long the server is four times as slow, from 10 s on
  std::uint64_t seed = 1;  ///< of the network
  Ns hop_max = 1 * ms;     ///< each way U(0, hop_max)
};

/// 50 requests a second, one each 20 ms, to 4 workers of 25 ms behind a line without bound. The
/// client waits 200 ms, then asks again at once, 4 times in all. A request whose client has stopped
/// waiting keeps its place and its worker.
///
/// @return the share of the last 10 of 60 s' requests that were answered in time, as a rate of
///         answers over the rate of requests: near 1 when the server has recovered, near 0 when it
///         is kept busy by retries alone.
inline double goodput_at_the_end(const TippingPoint& setup) {
  struct Attempt {
    bool over = false;  // answered, or given up
    Ns work = 0;
  };
  EventLoop loop;
  std::mt19937_64 random(setup.seed);
  std::uniform_real_distribution<double> hop_ns(0.0, static_cast<double>(setup.hop_max));
  const auto hop = [&] { return static_cast<Ns>(hop_ns(random)); };

  Ns service = 25 * ms;
  loop.at(10 * s, Turn::edge, [&] { service = 100 * ms; });
  loop.at(10 * s + setup.trigger, Turn::edge, [&] { service = 25 * ms; });

  int idle = 4;
  int answers = 0;
  std::deque<std::shared_ptr<Attempt>> line;
  std::function<void()> serve = [&] {
    while (idle > 0 && !line.empty()) {
      const auto attempt = line.front();
      line.pop_front();
      --idle;
      if (setup.priced == Priced::at_start) attempt->work = service;
      loop.in(attempt->work, Turn::completion, [&, attempt] {
        ++idle;
        loop.in(hop(), Turn::completion, [&, attempt] {
          if (!attempt->over && loop.now() >= 50 * s) ++answers;
          attempt->over = true;
        });
        serve();
      });
    }
  };
  std::function<void(int)> send = [&](int tries_left) {
    const auto attempt = std::make_shared<Attempt>();
    loop.in(200 * ms, Turn::timer, [&, attempt, tries_left] {
      if (!attempt->over && tries_left > 1) send(tries_left - 1);
      attempt->over = true;
    });
    loop.in(hop(), Turn::arrival, [&, attempt] {
      attempt->work = service;
      line.push_back(attempt);
      serve();
    });
  };
  for (Ns t = 0; t < 60 * s; t += 20 * ms) loop.at(t, Turn::arrival, [&] { send(4); });
  loop.run(60 * s);
  return answers / 500.0;
}

/// Half is far from both: no run ends between 0.1 and 0.9.
inline bool ends_saturated(const TippingPoint& setup) { return goodput_at_the_end(setup) < 0.5; }

}  // namespace truth
