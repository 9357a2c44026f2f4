#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "tests/truth/event_loop.hpp"

/// The tutorial's service, its RPC client and its event consumers, in bursts or all at once.
namespace truth {

struct Tally {
  int ok = 0, failed = 0, rejected = 0;  ///< each request ends in one
  int retries = 0, timeouts = 0, errors = 0;
  std::vector<double> from_arrival_ms, from_delivery_ms;  ///< of those that ended well

  [[nodiscard]] int ok_within(double limit_ms) const {
    return static_cast<int>(std::count_if(from_arrival_ms.begin(), from_arrival_ms.end(),
                                          [=](double value) { return value <= limit_ms; }));
  }
};

/// 8 ms + U(0, 6) ms and 5 % errors; each unit of load above 1 adds 50 ms and 40 points, up to
/// 95 %. Load is the number of requests inside, this one included, over 25. Nothing tells it that
/// a caller has gone.
class OverloadedService {
 public:
  OverloadedService(EventLoop& loop, std::uint64_t seed, Tally& tally)
      : loop_(loop), random_(seed), tally_(tally) {}

  /// @param ended  told once whether it went well, at the latest when `timeout` has passed.
  void call(Ns timeout, const std::function<void(bool)>& ended) {
    const double excess = std::max(0.0, ++inside_ / 25.0 - 1.0);
    const double latency_ms = 8.0 + 6.0 * uniform() + 50.0 * excess;
    const bool good = uniform() >= std::min(0.95, 0.05 + 0.40 * excess);
    const auto over = std::make_shared<bool>(false);
    loop_.in(static_cast<Ns>(latency_ms * 1e6), Turn::completion, [this, over, good, ended] {
      --inside_;
      if (std::exchange(*over, true)) return;
      tally_.errors += good ? 0 : 1;
      ended(good);
    });
    loop_.in(timeout, Turn::timer, [this, over, ended] {
      if (std::exchange(*over, true)) return;
      ++tally_.timeouts;
      ended(false);
    });
  }
  /// 20 ms doubled at each retry (n from 1), at most 400 ms, times U(0, 1).
  Ns backoff(int n) {
    return static_cast<Ns>(std::min(400.0, 20.0 * (1 << (n - 1))) * uniform() * 1e6);
  }

 private:
  double uniform() { return std::uniform_real_distribution<double>(0.0, 1.0)(random_); }

  EventLoop& loop_;
  std::mt19937_64 random_;
  Tally& tally_;
  int inside_ = 0;
};

/// The last 20 outcomes; 8 failures among 20 shut it for 500 ms and clear the window.
struct WindowBreaker {
  std::deque<bool> failed;
  Ns open_until = 0;

  [[nodiscard]] bool lets_through(Ns now) const { return now >= open_until; }
  void record(bool good, Ns now) {
    if (now < open_until) return;  // of a call from before it opened
    failed.push_back(!good);
    if (failed.size() > 20) failed.pop_front();
    if (failed.size() == 20 && std::count(failed.begin(), failed.end(), true) >= 8) {
      failed.clear();
      open_until = now + 500 * ms;
    }
  }
};

/// At most `places` at once, the others in line, for as long as it takes.
struct Bulkhead {
  int places;
  std::deque<std::function<void()>> line = {};

  void enter(std::function<void()> go) {
    if (places > 0) {
      --places;
      go();
    } else {
      line.push_back(std::move(go));
    }
  }
  void leave() {
    ++places;
    if (line.empty()) return;
    const auto next = std::move(line.front());
    line.pop_front();
    enter(next);
  }
};

/// The smallest value with a share q at or below it; 0 of nothing.
inline double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(q * static_cast<double>(values.size()) + 0.999999);
  return values[std::max<std::size_t>(rank, 1) - 1];
}

struct Arrivals {
  int requests = 2000;
  int burst = 2000;
  Ns every = 80 * ms;
};

enum class BreakerAt : std::uint8_t { nowhere, around_the_retries, around_each_attempt };

struct RpcSetup {
  Arrivals arrivals = {};
  Ns timeout = 120 * ms;  ///< of each attempt, from when it has its place
  int retries = 3;
  BreakerAt breaker = BreakerAt::around_the_retries;
  int places = 40;  ///< a retry gives its place up and goes to the tail
};

inline Tally run_rpc(const RpcSetup& setup, std::uint64_t seed) {
  EventLoop loop;
  Tally tally;
  OverloadedService service(loop, seed, tally);
  WindowBreaker breaker;
  Bulkhead bulkhead{setup.places};

  std::function<void(Ns, int)> attempt = [&](Ns arrival, int n) {
    const auto ended = [&, arrival, n](bool good) {
      bulkhead.leave();
      const bool last = good || n > setup.retries;
      if (last || setup.breaker == BreakerAt::around_each_attempt) breaker.record(good, loop.now());
      if (good) {
        ++tally.ok;
        tally.from_arrival_ms.push_back(static_cast<double>(loop.now() - arrival) / 1e6);
      } else if (last) {
        ++tally.failed;
      } else {
        ++tally.retries;
        loop.in(service.backoff(n), Turn::timer, [&, arrival, n] { attempt(arrival, n + 1); });
      }
    };
    const bool ask = setup.breaker == BreakerAt::around_each_attempt ||
                     (setup.breaker == BreakerAt::around_the_retries && n == 1);
    if (ask && !breaker.lets_through(loop.now())) {
      ++tally.rejected;
      return;
    }
    bulkhead.enter([&, ended] { service.call(setup.timeout, ended); });
  };
  const Arrivals& in = setup.arrivals;
  for (int i = 0; i < in.requests; ++i) {
    loop.at(i / in.burst * in.every, Turn::arrival, [&] { attempt(loop.now(), 1); });
  }
  loop.run();
  return tally;
}

struct EventSetup {
  Arrivals arrivals = {};
  std::size_t capacity = 5000;  ///< of the queue; who waits for redelivery keeps a place in it
  int consumers = 16;
  Ns timeout = 200 * ms;
  int retries = 3;  ///< then the dead-letter queue, counted as failed
};

inline Tally run_events(const EventSetup& setup, std::uint64_t seed) {
  struct Message {
    Ns arrival;
    int tries = 0;
  };
  EventLoop loop;
  Tally tally;
  OverloadedService service(loop, seed, tally);
  std::deque<Message> queue;
  std::size_t backing_off = 0;
  int idle = setup.consumers;

  std::function<void()> deliver = [&] {
    while (idle > 0 && !queue.empty()) {
      Message message = queue.front();
      queue.pop_front();
      --idle;
      ++message.tries;
      const Ns delivered = loop.now();
      const auto ended = [&, message, delivered](bool good) {
        ++idle;
        if (good) {
          ++tally.ok;
          tally.from_arrival_ms.push_back(static_cast<double>(loop.now() - message.arrival) / 1e6);
          tally.from_delivery_ms.push_back(static_cast<double>(loop.now() - delivered) / 1e6);
        } else if (message.tries > setup.retries) {
          ++tally.failed;
        } else {
          ++tally.retries;
          ++backing_off;
          loop.in(service.backoff(message.tries), Turn::timer, [&, message] {
            --backing_off;
            queue.push_back(message);
            deliver();
          });
        }
        deliver();
      };
      service.call(setup.timeout, ended);
    }
  };
  const Arrivals& in = setup.arrivals;
  for (int i = 0; i < in.requests; ++i) {
    loop.at(i / in.burst * in.every, Turn::arrival, [&] {
      if (queue.size() + backing_off >= setup.capacity) {
        ++tally.rejected;
        return;
      }
      queue.push_back({loop.now()});
      deliver();
    });
  }
  loop.run();
  return tally;
}

}  // namespace truth
