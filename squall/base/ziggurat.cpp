#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "squall/base/distribution.hpp"
#include "squall/base/math.hpp"
#include "squall/base/ziggurat_tables.hpp"

// G. Marsaglia, W. W. Tsang, "The ziggurat method for generating random variables" (2000), with
// the layer and the place in it from different bits, as J. A. Doornik asks for in "An improved
// ziggurat method to generate normal random samples" (2005).

namespace squall {

namespace {

using ziggurat_tables::exponential_f;
using ziggurat_tables::exponential_x;
using ziggurat_tables::normal_f;
using ziggurat_tables::normal_x;

// 64 bits cut up: the low 8 are the layer, the next one the sign, the high 53 the place in it.
std::size_t layer_of(std::uint64_t bits) noexcept { return static_cast<std::size_t>(bits & 255U); }

double place_of(std::uint64_t bits) noexcept {
  return static_cast<double>(static_cast<std::int64_t>(bits >> 11U)) * 0x1p-53;
}

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

// What to do with a place x in layer i that may lie outside the curve: the draw, or nothing when
// it is rejected. One place in 45 of the exponential law comes here, one in 67 of the normal.

std::optional<double> exponential_edge(Rng& rng, std::size_t i, double x) noexcept {
  // The law has no memory: beyond r it is r and the same law.
  if (i == 0) return exponential_x[1] - log_of(uniform_above_zero(rng));
  const double y = exponential_f[i] + rng.uniform() * (exponential_f[i + 1] - exponential_f[i]);
  if (y < exp_of(-x)) return x;
  return std::nullopt;
}

std::optional<double> normal_edge(Rng& rng, std::size_t i, double x) noexcept {
  if (i == 0) return normal_tail(rng);
  const double y = normal_f[i] + rng.uniform() * (normal_f[i + 1] - normal_f[i]);
  if (y < exp_of(-0.5 * x * x)) return x;
  return std::nullopt;
}

}  // namespace

double standard_exponential(Rng& rng) noexcept {
  for (;;) {
    const std::uint64_t bits = rng.next();
    const std::size_t i = layer_of(bits);
    const double x = place_of(bits) * exponential_x[i];
    if (x < exponential_x[i + 1]) [[likely]]
      return x;
    if (const std::optional<double> draw = exponential_edge(rng, i, x)) return *draw;
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
