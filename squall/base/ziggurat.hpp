#pragma once

#include <cstddef>
#include <cstdint>

#include "squall/base/random.hpp"
#include "squall/base/ziggurat_tables.hpp"

/// Standard exponential and normal draws by the ziggurat method (G. Marsaglia, W. W. Tsang, "The
/// ziggurat method for generating random variables", 2000), with the layer and the place in it from
/// different bits, as J. A. Doornik asks for in "An improved ziggurat method to generate normal
/// random samples" (2005).
namespace squall {

namespace ziggurat {

// 64 bits cut up: the low 8 are the layer, the next one the sign, the high 53 the place in it.
[[nodiscard]] constexpr std::size_t layer_of(std::uint64_t bits) noexcept {
  return static_cast<std::size_t>(bits & 255U);
}
[[nodiscard]] constexpr double place_of(std::uint64_t bits) noexcept {
  return static_cast<double>(static_cast<std::int64_t>(bits >> 11U)) * 0x1p-53;
}

/// A draw, and the generator behind it.
struct Drawn {
  double value = 0.0;
  Rng rng{0};
};

/// Goes on from a place x in layer i that may lie outside the curve, drawing again as long as a
/// place is rejected. One draw in 45 comes here. By value, so that the generator of all the others
/// can stay in a register.
[[nodiscard]] Drawn exponential_from_edge(Rng rng, std::size_t i, double x) noexcept;

}  // namespace ziggurat

/// A standard exponential draw (mean 1). Shared with arrival processes.
[[nodiscard, gnu::always_inline]] inline double standard_exponential(Rng& rng) noexcept {
  const std::uint64_t bits = rng.next();
  const std::size_t i = ziggurat::layer_of(bits);
  const double x = ziggurat::place_of(bits) * ziggurat_tables::exponential_x[i];
  if (x < ziggurat_tables::exponential_x[i + 1]) [[likely]]
    return x;
  const ziggurat::Drawn drawn = ziggurat::exponential_from_edge(rng, i, x);
  rng = drawn.rng;
  return drawn.value;
}

/// A standard normal draw.
[[nodiscard]] double standard_normal(Rng& rng) noexcept;

}  // namespace squall
