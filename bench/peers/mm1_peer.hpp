#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <random>

/// What the peers share: the numbers of bench/scenarios/mm1.yaml, a queue of arrival times, and how
/// they report. The exponential draws are the standard library's; of the time measured they are a
/// few per cent.
namespace peer {

constexpr double arrival_mean_ns = 1e9 / 900.0;
constexpr double service_mean_ns = 1e6;

inline std::uint64_t exponential_ns(double mean_ns) {
  static std::mt19937_64 engine(1);
  static std::exponential_distribution<double> law(1.0);
  return static_cast<std::uint64_t>(law(engine) * mean_ns + 0.5);
}

inline std::uint64_t customers_of(int argc, char** argv) {
  const std::uint64_t customers = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (customers == 0) {
    std::fprintf(stderr, "%s: give it the number of customers\n", argv[0]);
    std::exit(2);
  }
  return customers;
}

inline void report(std::uint64_t customers, double sojourn_ns, std::clock_t begun) {
  std::printf("%llu\t%.4f\t%.6f\n", static_cast<unsigned long long>(customers),
              sojourn_ns / static_cast<double>(customers) / 1e6,
              static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC);
}

}  // namespace peer
