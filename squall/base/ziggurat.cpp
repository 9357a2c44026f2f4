#include "squall/base/ziggurat.hpp"

#include <bit>
#include <optional>

#include "squall/base/math.hpp"

namespace squall {

namespace {

using ziggurat::layer_of;
using ziggurat::place_of;
using ziggurat_tables::exponential_f;
using ziggurat_tables::exponential_x;
using ziggurat_tables::normal_f;
using ziggurat_tables::normal_x;

/// x >= 0 with the sign of a draw; without a branch, which half the draws would mispredict.
double with_sign_of(std::uint64_t bits, double x) noexcept {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) | ((bits & 256U) << 55U));
}

/// Uniform on (0, 1]: a logarithm of it is finite.
double uniform_above_zero(Rng& rng) noexcept { return 1.0 - rng.uniform(); }

/// Beyond the last layer: a draw of the normal law above r (G. Marsaglia, 1964).
double normal_tail(Rng& rng) noexcept {
  constexpr double r = normal_x[1];
  for (;;) {
    const double beyond = -log_of(uniform_above_zero(rng)) / r;
    const double height = -log_of(uniform_above_zero(rng));
    if (height + height >= beyond * beyond) return r + beyond;
  }
}

/// What to do with a place x in layer i that may lie outside the curve: the draw, or nothing when
/// it is rejected. One place in 67 comes here.
std::optional<double> normal_edge(Rng& rng, std::size_t i, double x) noexcept {
  if (i == 0) return normal_tail(rng);
  const double y = normal_f[i] + rng.uniform() * (normal_f[i + 1] - normal_f[i]);
  if (y < exp_of(-0.5 * x * x)) return x;
  return std::nullopt;
}

}  // namespace

ziggurat::Drawn ziggurat::exponential_from_edge(Rng rng, std::size_t i, double x) noexcept {
  for (;;) {
    // The law has no memory: beyond r it is r and the same law.
    if (i == 0) return {exponential_x[1] - log_of(uniform_above_zero(rng)), rng};
    const double y = exponential_f[i] + rng.uniform() * (exponential_f[i + 1] - exponential_f[i]);
    if (y < exp_of(-x)) return {x, rng};
    const std::uint64_t bits = rng.next();
    i = layer_of(bits);
    x = place_of(bits) * exponential_x[i];
    if (x < exponential_x[i + 1]) return {x, rng};
  }
}

double standard_normal(Rng& rng) noexcept {
  for (;;) {
    const std::uint64_t bits = rng.next();
    const std::size_t i = layer_of(bits);
    const double x = place_of(bits) * normal_x[i];
    if (x < normal_x[i + 1]) [[likely]]
      return with_sign_of(bits, x);
    if (const std::optional<double> draw = normal_edge(rng, i, x)) return with_sign_of(bits, *draw);
  }
}

}  // namespace squall
