#include <cstddef>
#include <cstdint>

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

/// 64 bits cut up: the low 8 are the layer, the next one the sign, the high 53 the place in it.
struct Cut {
  std::size_t layer;
  bool negative;
  double place;
};

Cut cut(std::uint64_t bits) noexcept {
  return {static_cast<std::size_t>(bits & 255U), (bits & 256U) != 0,
          static_cast<double>(bits >> 11U) * 0x1p-53};
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

}  // namespace

double standard_exponential(Rng& rng) noexcept {
  for (;;) {
    const Cut draw = cut(rng.next());
    const std::size_t i = draw.layer;
    const double x = draw.place * exponential_x[i];
    if (x < exponential_x[i + 1]) return x;
    // The law has no memory: beyond r it is r and the same law.
    if (i == 0) return exponential_x[1] - log_of(uniform_above_zero(rng));
    const double y = exponential_f[i] + rng.uniform() * (exponential_f[i + 1] - exponential_f[i]);
    if (y < exp_of(-x)) return x;
  }
}

double standard_normal(Rng& rng) noexcept {
  for (;;) {
    const Cut draw = cut(rng.next());
    const std::size_t i = draw.layer;
    const double x = draw.place * normal_x[i];
    if (x < normal_x[i + 1]) return draw.negative ? -x : x;
    if (i == 0) {
      const double far = normal_tail(rng);
      return draw.negative ? -far : far;
    }
    const double y = normal_f[i] + rng.uniform() * (normal_f[i + 1] - normal_f[i]);
    if (y < exp_of(-0.5 * x * x)) return draw.negative ? -x : x;
  }
}

}  // namespace squall
