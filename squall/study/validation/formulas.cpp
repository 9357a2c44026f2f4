#include "squall/study/validation/formulas.hpp"

#include <algorithm>

#include "squall/base/math.hpp"

namespace squall::study::validation {
namespace {

/// The fixed point that `next` leads to from 0: for GI/M/1 the map rises and is convex, so the
/// steps climb to the smaller root, which is the wanted one; the larger is 1.
template <typename Map>
double fixed_point(Map next) noexcept {
  double x = 0.0;
  for (int step = 0; step < 10'000; ++step) {
    const double y = next(x);
    if (y == x) break;
    x = y;
  }
  return x;
}

}  // namespace

double to_the(double p, std::uint32_t n) noexcept {
  double power = 1.0;
  for (std::uint32_t k = 0; k < n; ++k) power *= p;
  return power;
}

double erlang_b(std::uint32_t workers, double load) noexcept {
  double b = 1.0;
  for (std::uint32_t k = 1; k <= workers; ++k) b = load * b / (k + load * b);
  return b;
}

double erlang_c(std::uint32_t workers, double load) noexcept {
  const double b = erlang_b(workers, load);
  return b / (1.0 - load / workers * (1.0 - b));
}

double mmc_wait(std::uint32_t workers, double lambda, double mu) noexcept {
  return erlang_c(workers, lambda / mu) / (workers * mu - lambda);
}

double mmc_wait_tail(std::uint32_t workers, double lambda, double mu, double t) noexcept {
  return erlang_c(workers, lambda / mu) * exp_of(-(workers * mu - lambda) * t);
}

double mmc_sojourn_tail(std::uint32_t workers, double lambda, double mu, double t) noexcept {
  const double c = erlang_c(workers, lambda / mu);
  const double theta = workers * mu - lambda;
  return (1.0 - c) * exp_of(-mu * t) + c * sum_of_two_tail(theta, mu, t);
}

std::vector<double> birth_death(std::span<const double> births, std::span<const double> deaths) {
  std::vector<double> shares{1.0};
  for (std::size_t k = 0; k < births.size(); ++k) {
    shares.push_back(shares.back() * births[k] / deaths[k]);
  }
  double total = 0.0;
  for (const double share : shares) total += share;
  for (double& share : shares) share /= total;
  return shares;
}

double mean_state(std::span<const double> shares) noexcept {
  double mean = 0.0;
  for (std::size_t k = 0; k < shares.size(); ++k) mean += static_cast<double>(k) * shares[k];
  return mean;
}

std::vector<double> mmck(std::uint32_t workers, std::uint32_t places, double lambda, double mu) {
  const std::vector<double> births(places, lambda);
  std::vector<double> deaths;
  for (std::uint32_t k = 1; k <= places; ++k) deaths.push_back(mu * std::min(k, workers));
  return birth_death(births, deaths);
}

double mm1k_loss(std::uint32_t places, double r) noexcept {
  if (r == 1.0) return 1.0 / (places + 1.0);
  return (1.0 - r) * to_the(r, places) / (1.0 - to_the(r, places + 1));
}

double pollaczek_khinchine(double lambda, double mean, double square) noexcept {
  return lambda * square / (2.0 * (1.0 - lambda * mean));
}

double md1_wait_at_most(double lambda, double service, double t) noexcept {
  double sum = 0.0;
  double factorial = 1.0;
  for (std::uint32_t k = 0; k * service <= t; ++k) {
    if (k > 0) factorial *= k;
    const double x = lambda * (k * service - t);
    sum += exp_of(-x) * to_the(x, k) / factorial;
  }
  return (1.0 - lambda * service) * sum;
}

double dm1_sigma(double lambda, double mu) noexcept {
  return fixed_point([=](double s) { return exp_of(-(1.0 - s) * mu / lambda); });
}

double ekm1_sigma(std::uint32_t k, double lambda, double mu) noexcept {
  return fixed_point([=](double s) { return to_the(lambda / (lambda + mu * (1.0 - s)), k); });
}

double gim1_wait(double sigma, double mu) noexcept { return sigma / (mu * (1.0 - sigma)); }

double cobham(std::span<const double> loads, double residual, std::size_t index) noexcept {
  double before = 0.0;
  for (std::size_t i = 0; i < index; ++i) before += loads[i];
  return residual / ((1.0 - before) * (1.0 - before - loads[index]));
}

// The work in front of an arrival (Takacs' virtual wait) has density lambda p0 e^(-(mu - lambda) x)
// up to the patience, as in M/M/1: who would wait longer adds nothing. Above it the density falls
// as e^(-mu x) where the one in service stays, and is 0 where it leaves. p0 follows from the sum
// being 1.
Impatience leaving_the_line(double lambda, double mu, double patience) noexcept {
  const double net = mu - lambda;
  const double at_patience = exp_of(-net * patience);
  const double idle = 1.0 / (1.0 + lambda * (1.0 - at_patience) / net + lambda * at_patience / mu);
  const double never_started = idle * lambda * at_patience / mu;
  return {.never_started = never_started, .timed_out = never_started + idle * at_patience};
}

Impatience leaving_the_worker(double lambda, double mu, double patience) noexcept {
  const double net = mu - lambda;
  const double at_patience = exp_of(-net * patience);
  const double idle = 1.0 / (1.0 + lambda * (1.0 - at_patience) / net);
  return {.never_started = 0.0, .timed_out = idle * at_patience};
}

double fork_join_of_two(double lambda, double mu) noexcept {
  return (12.0 - lambda / mu) / 8.0 / (mu - lambda);
}

double sum_of_two_tail(double a, double b, double t) noexcept {
  return (b * exp_of(-a * t) - a * exp_of(-b * t)) / (b - a);
}

double harmonic(std::uint32_t n) noexcept {
  double sum = 0.0;
  for (std::uint32_t k = 1; k <= n; ++k) sum += 1.0 / k;
  return sum;
}

ClosedNetwork repairman(std::uint32_t users, double think, std::uint32_t workers, double service) {
  std::vector<double> births;
  std::vector<double> deaths;
  for (std::uint32_t k = 0; k < users; ++k) {
    births.push_back((users - k) / think);
    deaths.push_back(std::min(k + 1, workers) / service);
  }
  const std::vector<double> shares = birth_death(births, deaths);
  double throughput = 0.0;
  for (std::size_t k = 0; k < deaths.size(); ++k) throughput += shares[k + 1] * deaths[k];
  return {.throughput = throughput, .response = mean_state(shares) / throughput};
}

ClosedNetwork mean_value_analysis(std::uint32_t users, double think,
                                  std::span<const double> services) {
  std::vector<double> inside(services.size(), 0.0);
  ClosedNetwork network;
  for (std::uint32_t n = 1; n <= users; ++n) {
    network.response = 0.0;
    for (std::size_t i = 0; i < services.size(); ++i) {
      network.response += services[i] * (1.0 + inside[i]);
    }
    network.throughput = n / (think + network.response);
    for (std::size_t i = 0; i < services.size(); ++i) {
      inside[i] = network.throughput * services[i] * (1.0 + inside[i]);
    }
  }
  return network;
}

double mean_attempts(double p, std::uint32_t max_attempts) noexcept {
  return (1.0 - to_the(p, max_attempts)) / (1.0 - p);
}

double mean_backoff(double p, double base, double multiplier, double max) noexcept {
  double sum = 0.0;
  double wait = base;
  double reached = p;
  for (int k = 0; k < 10'000 && reached > 0.0; ++k) {
    sum += reached * std::min(wait, max);
    wait *= multiplier;
    reached *= p;
  }
  return sum;
}

}  // namespace squall::study::validation
