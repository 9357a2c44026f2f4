#pragma once

/// Student's t distribution and the normal one: the factors behind an interval of confidence. Only
/// +, -, *, /, sqrt and squall/base/math.hpp, so the same bits everywhere. Thread-safe.
namespace squall::metrics {

/// The z below which a standard normal value falls with probability `p` (M. J. Wichura, "Algorithm
/// AS 241: the percentage points of the normal distribution", Applied Statistics 37, 1988).
/// Relative error below 1e-14. REQUIRES 1e-9 <= p <= 1 - 1e-9.
[[nodiscard]] double normal_quantile(double p) noexcept;

/// The probability that a value of Student's t distribution is above `t`: half the regularised
/// incomplete beta function of df / (df + t^2), by its continued fraction (NIST Digital Library of
/// Mathematical Functions, 8.17.22). REQUIRES degrees_of_freedom in [1, 1e6].
[[nodiscard]] double student_t_above(double t, double degrees_of_freedom) noexcept;

/// The t below which a value of Student's t distribution falls with probability `p`. The degrees of
/// freedom need not be whole (Welch, Satterthwaite) and may be infinite: then it is the normal
/// quantile. From 1,000 on by the Cornish-Fisher expansion (Abramowitz and Stegun, 26.7.5).
/// Relative error below 1e-11 for 0.0005 <= p <= 0.9995, below 1e-8 elsewhere. REQUIRES 1e-9 <= p
/// <= 1 - 1e-9, degrees_of_freedom >= 1.
[[nodiscard]] double student_t_quantile(double p, double degrees_of_freedom) noexcept;

}  // namespace squall::metrics
