#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Closed results of queueing theory. Rates are per second, times in seconds; lambda is the rate of
/// arrivals, mu that of one worker, rho = lambda / (workers mu). A function that needs a stable
/// system says so under REQUIRES; outside of it the result has no meaning.
namespace squall::study::validation {

// --- Lines with many workers: A. K. Erlang, 1917 ---

/// Erlang B: share refused by `workers` without a line, offered `load` = lambda / mu. For any law
/// of the service time (B. A. Sevastyanov, 1957). REQUIRES load > 0.
[[nodiscard]] double erlang_b(std::uint32_t workers, double load) noexcept;
/// Erlang C: share that has to wait in M/M/c. REQUIRES 0 < load < workers.
[[nodiscard]] double erlang_c(std::uint32_t workers, double load) noexcept;
/// Mean wait in line of M/M/c: C / (c mu - lambda). REQUIRES lambda < workers * mu.
[[nodiscard]] double mmc_wait(std::uint32_t workers, double lambda, double mu) noexcept;
/// P(wait > t) of M/M/c, first come first served: C e^(-(c mu - lambda) t).
[[nodiscard]] double mmc_wait_tail(std::uint32_t workers, double lambda, double mu,
                                   double t) noexcept;
/// P(wait + service > t) of M/M/c: the convolution of that tail with the service.
/// REQUIRES c mu - lambda != mu.
[[nodiscard]] double mmc_sojourn_tail(std::uint32_t workers, double lambda, double mu,
                                      double t) noexcept;

// --- Birth and death: what changes by one at a time ---

/// Long-run shares of the states 0 to n of a chain that goes from k to k + 1 at births[k] and from
/// k + 1 to k at deaths[k]. REQUIRES as many births as deaths, all deaths > 0.
[[nodiscard]] std::vector<double> birth_death(std::span<const double> births,
                                              std::span<const double> deaths);
/// sum of k p[k].
[[nodiscard]] double mean_state(std::span<const double> shares) noexcept;
/// M/M/c/K: `places` = K with those in service.
[[nodiscard]] std::vector<double> mmck(std::uint32_t workers, std::uint32_t places, double lambda,
                                       double mu);
/// Loss of M/M/1/K in closed form: (1 - r) r^K / (1 - r^(K+1)), r = lambda / mu; 1 / (K+1) at r
/// = 1.
[[nodiscard]] double mm1k_loss(std::uint32_t places, double r) noexcept;

// --- One worker ---

/// Pollaczek (1930) and Khinchine (1932): mean wait of M/G/1 from the first two moments of service.
/// REQUIRES lambda * mean < 1.
[[nodiscard]] double pollaczek_khinchine(double lambda, double mean, double square) noexcept;
/// P(wait <= t) of M/D/1 (Erlang, 1909): (1 - rho) sum over k from 0 to t/D of
/// e^(-lambda (kD - t)) (lambda (kD - t))^k / k!. REQUIRES lambda * service < 1, few t / service.
[[nodiscard]] double md1_wait_at_most(double lambda, double service, double t) noexcept;
/// The root sigma in (0, 1) of GI/M/1 (D. G. Kendall, 1953), sigma = A*(mu (1 - sigma)) with A* the
/// transform of the time between arrivals. Mean wait sigma / (mu (1 - sigma)), P(wait) sigma.
/// Arrivals evenly spaced: sigma = e^(-(1 - sigma) mu / lambda).
[[nodiscard]] double dm1_sigma(double lambda, double mu) noexcept;
/// Every k-th of Poisson arrivals at `lambda`: sigma = (lambda / (lambda + mu (1 - sigma)))^k.
[[nodiscard]] double ekm1_sigma(std::uint32_t k, double lambda, double mu) noexcept;
[[nodiscard]] double gim1_wait(double sigma, double mu) noexcept;

/// Mean wait of the class `index` (0 is served first) of M/G/1 without preemption (A. Cobham,
/// 1954): R / ((1 - sigma_(i-1)) (1 - sigma_i)), sigma_i the load of the classes up to i.
/// @param residual  R = sum of lambda E[S^2] / 2.
[[nodiscard]] double cobham(std::span<const double> loads, double residual,
                            std::size_t index) noexcept;

// --- Patience: D. Y. Barrer, 1957; B. V. Gnedenko, I. N. Kovalenko, 1968 ---

/// M/M/1 whose customers all leave after the same time.
struct Impatience {
  double never_started = 0.0;  ///< share that left before service began
  double timed_out = 0.0;      ///< share that was not served within its patience; includes those
};
/// They leave the line, but not the worker. REQUIRES lambda != mu.
[[nodiscard]] Impatience leaving_the_line(double lambda, double mu, double patience) noexcept;
/// They leave the worker too. REQUIRES lambda != mu. `never_started` is 0: nobody whose turn would
/// come too late is still there.
[[nodiscard]] Impatience leaving_the_worker(double lambda, double mu, double patience) noexcept;

// --- Networks ---

/// Mean time of a job split over two M/M/1 that waits for both (L. Flatto, S. Hahn, 1984; R.
/// Nelson, A. N. Tantawi, 1988): (12 - rho) / 8 / (mu - lambda).
[[nodiscard]] double fork_join_of_two(double lambda, double mu) noexcept;
/// P(sum of two exponentials of these rates > t). REQUIRES a != b.
[[nodiscard]] double sum_of_two_tail(double a, double b, double t) noexcept;
/// 1 + 1/2 + ... + 1/n: the mean largest of n exponentials of mean 1.
[[nodiscard]] double harmonic(std::uint32_t n) noexcept;

/// Closed networks.
struct ClosedNetwork {
  double throughput = 0.0;  ///< requests a second
  double response = 0.0;    ///< mean time of a request, without thinking
};
/// Machine repairman (C. Palm, 1947): `users` think, exponential, then wait for one of `workers`.
[[nodiscard]] ClosedNetwork repairman(std::uint32_t users, double think, std::uint32_t workers,
                                      double service);
/// Mean value analysis (M. Reiser, S. S. Lavenberg, 1980) of stations of one worker each,
/// exponential, visited one after the other.
[[nodiscard]] ClosedNetwork mean_value_analysis(std::uint32_t users, double think,
                                                std::span<const double> services);

// --- Retries ---

/// Mean attempts of a call that makes at most `max_attempts`, each failing with probability p:
/// (1 - p^n) / (1 - p).
[[nodiscard]] double mean_attempts(double p, std::uint32_t max_attempts) noexcept;
/// Mean sum of the waits of a call that is retried until it succeeds, the k-th of them of mean
/// min(base * multiplier^(k-1), max): sum of p^k times that.
[[nodiscard]] double mean_backoff(double p, double base, double multiplier, double max) noexcept;

/// p^n.
[[nodiscard]] double to_the(double p, std::uint32_t n) noexcept;

}  // namespace squall::study::validation
