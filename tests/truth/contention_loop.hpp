#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tests/truth/event_loop.hpp"

namespace truth {

enum class Jitter : std::uint8_t { no_backoff, none, full, equal, decorrelated };

struct Contended {
  Ns done = 0;     ///< when the last client heard that it has written
  int writes = 0;  ///< asked for
};

/// Clients that each read the version of one row, and write it if it is still the same when their
/// write arrives; else they read again, after a backoff. Every message takes |N(10, 2)| ms. The
/// read and the write are two messages here, as in the published simulator.
inline Contended write_one_row(int clients, Jitter jitter, std::uint64_t seed) {
  struct Client {
    int failures = 0;
    double wait_ms = 5.0;  // the last, of the decorrelated
  };
  EventLoop loop;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> network_ms(10.0, 2.0);
  const auto between = [&random](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const auto travel = [&] { return static_cast<Ns>(std::abs(network_ms(random)) * 1e6); };
  const auto backoff_ms = [&](Client& client) {
    const double grown = std::min(2'000.0, 5.0 * std::pow(2.0, ++client.failures));
    switch (jitter) {
      case Jitter::no_backoff:
        return 0.0;
      case Jitter::none:
        return grown;
      case Jitter::full:
        return between(0.0, grown);
      case Jitter::equal:
        return grown / 2.0 + between(0.0, grown / 2.0);
      case Jitter::decorrelated:
        client.wait_ms = std::min(2'000.0, between(5.0, 3.0 * client.wait_ms));
        return client.wait_ms;
    }
    return 0.0;
  };

  std::vector<Client> all(static_cast<std::size_t>(clients));
  Contended result;
  int version = 0;
  std::function<void(Client&, Ns)> ask = [&](Client& client, Ns wait) {
    loop.in(wait + travel(), Turn::arrival, [&] {
      const int seen = version;
      loop.in(travel(), Turn::completion, [&, seen] {
        loop.in(travel(), Turn::arrival, [&, seen] {
          ++result.writes;
          const bool written = seen == version;
          if (written) ++version;
          loop.in(travel(), Turn::completion, [&, written] {
            if (written)
              result.done = loop.now();
            else
              ask(client, static_cast<Ns>(backoff_ms(client) * 1e6));
          });
        });
      });
    });
  };
  for (Client& client : all) ask(client, 0);
  loop.run();
  return result;
}

}  // namespace truth
