#include "squall/metrics/student_t.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "squall/base/check.hpp"
#include "squall/base/math.hpp"

namespace squall::metrics {
namespace {

constexpr double p_min = 1e-9;
/// From here on the expansion is better than the continued fraction.
constexpr double many_degrees = 1000.0;

/// Horner's rule, the highest power first.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) noexcept {
  double sum = 0.0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

/// log Gamma(x) by Stirling's series (DLMF 5.11.1), from 16 on; below by Gamma(x) = Gamma(x+1) / x.
double log_gamma(double x) noexcept {
  double product = 1.0;
  while (x < 16.0) {
    product *= x;
    x += 1.0;
  }
  constexpr double half_log_two_pi = 0.91893853320467274178;
  constexpr std::array<double, 5> series = {1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360,
                                            1.0 / 12};
  const double correction = polynomial(series, 1.0 / (x * x)) / x;
  return (x - 0.5) * log_of(x) - x + half_log_two_pi + correction - log_of(product);
}

/// log of the beta function B(a, b).
double log_beta(double a, double b) noexcept {
  const double sum = log_gamma(a) + log_gamma(b);
  return sum - log_gamma(a + b);
}

/// The continued fraction of the incomplete beta function, by Lentz's method. Converges fast where
/// x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) noexcept {
  constexpr double tiny = 1e-300;
  constexpr double enough = 1e-16;
  constexpr int terms_max = 10'000;
  const auto kept_from_zero = [](double value) {
    return value < tiny && value > -tiny ? tiny : value;
  };
  double c = 1.0;
  double d = 1.0 / kept_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double fraction = d;
  for (int m = 1; m <= terms_max; ++m) {
    const double k = m;
    const double even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
    d = 1.0 / kept_from_zero(1.0 + even * d);
    c = kept_from_zero(1.0 + even / c);
    fraction *= d * c;
    const double odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
    d = 1.0 / kept_from_zero(1.0 + odd * d);
    c = kept_from_zero(1.0 + odd / c);
    const double factor = d * c;
    fraction *= factor;
    if (factor - 1.0 <= enough && factor - 1.0 >= -enough) break;
  }
  return fraction;
}

/// The regularised incomplete beta function I_x(a, b). @param y  1 - x, without cancellation.
double incomplete_beta(double a, double b, double x, double y) noexcept {
  if (x <= 0.0) return 0.0;
  if (y <= 0.0) return 1.0;
  const double front = exp_of(a * log_of(x) + b * log_of(y) - log_beta(a, b));
  if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
  return 1.0 - front * beta_fraction(b, a, y) / b;
}

/// The density of Student's t distribution.
double density(double t, double df) noexcept {
  const double log_front = -0.5 * log_of(df) - log_beta(0.5 * df, 0.5);
  return exp_of(log_front - 0.5 * (df + 1.0) * log_of(1.0 + t * t / df));
}

double expansion(double z, double df) noexcept {
  const double z2 = z * z;
  const double g1 = z * (z2 + 1.0) / 4.0;
  const double g2 = z * polynomial(std::array{5.0, 16.0, 3.0}, z2) / 96.0;
  const double g3 = z * polynomial(std::array{3.0, 19.0, 17.0, -15.0}, z2) / 384.0;
  const double g4 = z * polynomial(std::array{79.0, 776.0, 1482.0, -1920.0, -945.0}, z2) / 92160.0;
  return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

}  // namespace

double normal_quantile(double p) noexcept {
  SQUALL_CHECK(p >= p_min && p <= 1.0 - p_min, "a probability away from 0 and 1");
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    constexpr std::array<double, 8> above = {2.5090809287301226727e+3, 3.3430575583588128105e+4,
                                             6.7265770927008700853e+4, 4.5921953931549871457e+4,
                                             1.3731693765509461125e+4, 1.9715909503065514427e+3,
                                             1.3314166789178437745e+2, 3.3871328727963666080e+0};
    constexpr std::array<double, 8> below = {5.2264952788528545610e+3, 2.8729085735721942674e+4,
                                             3.9307895800092710610e+4, 2.1213794301586595867e+4,
                                             5.3941960214247511077e+3, 6.8718700749205790830e+2,
                                             4.2313330701600911252e+1, 1.0};
    const double r = 0.180625 - q * q;
    return q * polynomial(above, r) / polynomial(below, r);
  }
  constexpr std::array<double, 8> above = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                           2.41780725177450611770e-1, 1.27045825245236838258e+0,
                                           3.64784832476320460504e+0, 5.76949722146069140550e+0,
                                           4.63033784615654529590e+0, 1.42343711074968357734e+0};
  constexpr std::array<double, 8> below = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                           1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                           6.89767334985100004550e-1, 1.67638483018380384940e+0,
                                           2.05319162663775882187e+0, 1.0};
  const double r = std::sqrt(-log_of(q < 0.0 ? p : 1.0 - p)) - 1.6;
  const double z = polynomial(above, r) / polynomial(below, r);
  return q < 0.0 ? -z : z;
}

double student_t_above(double t, double degrees_of_freedom) noexcept {
  SQUALL_CHECK(degrees_of_freedom >= 1.0 && degrees_of_freedom <= 1e6, "degrees of freedom");
  const double squares = degrees_of_freedom + t * t;
  const double tail = 0.5 * incomplete_beta(0.5 * degrees_of_freedom, 0.5,
                                            degrees_of_freedom / squares, t * t / squares);
  return t < 0.0 ? 1.0 - tail : tail;
}

double student_t_quantile(double p, double degrees_of_freedom) noexcept {
  SQUALL_CHECK(p >= p_min && p <= 1.0 - p_min, "a probability away from 0 and 1");
  SQUALL_CHECK(degrees_of_freedom >= 1.0, "at least one degree of freedom");
  if (degrees_of_freedom >= many_degrees) return expansion(normal_quantile(p), degrees_of_freedom);
  if (p == 0.5) return 0.0;
  if (p < 0.5) return -student_t_quantile(1.0 - p, degrees_of_freedom);

  const double tail = 1.0 - p;
  double low = 0.0;
  double high = 2.0;
  while (student_t_above(high, degrees_of_freedom) > tail) {
    low = high;
    high *= 2.0;
  }
  // Newton's steps where they stay between the bounds, which close in; halving where they do not.
  double t = 0.5 * (low + high);
  constexpr int steps_max = 200;
  for (int i = 0; i < steps_max; ++i) {
    const double excess = student_t_above(t, degrees_of_freedom) - tail;
    if (excess > 0.0)
      low = t;
    else
      high = t;
    double next = t + excess / density(t, degrees_of_freedom);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double step = next > t ? next - t : t - next;
    t = next;
    if (step <= 1e-15 * t) break;
  }
  return t;
}

}  // namespace squall::metrics
