#pragma once

#include <cstdint>

/// Tails of the two laws of counting, from +, -, *, / and the project's own logarithm.
namespace squall::lint {

/// P(X >= k) of n trials that each succeed with probability p. REQUIRES 0 <= p <= 1.
[[nodiscard]] double binomial_tail(std::uint64_t n, double p, std::uint64_t k) noexcept;

/// P(X >= k) of a Poisson count of this mean. REQUIRES mean >= 0 and finite.
[[nodiscard]] double poisson_tail(double mean, std::uint64_t k) noexcept;

}  // namespace squall::lint
