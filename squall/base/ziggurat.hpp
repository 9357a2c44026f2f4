#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

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

/// What to do with a place x in layer i that may lie outside the curve: the draw, or nothing when
/// it is rejected. One place in 45 comes here.
[[nodiscard]] std::optional<double> exponential_edge(Rng& rng, std::size_t i, double x) noexcept;

}  // namespace ziggurat

/// A standard exponential draw (mean 1). Shared with arrival processes.
[[nodiscard, gnu::always_inline]] inline double standard_exponential(Rng& rng) noexcept {
  for (;;) {
    const std::uint64_t bits = rng.next();
    const std::size_t i = ziggurat::layer_of(bits);
    const double x = ziggurat::place_of(bits) * ziggurat_tables::exponential_x[i];
    if (x < ziggurat_tables::exponential_x[i + 1]) [[likely]]
      return x;
    if (const std::optional<double> draw = ziggurat::exponential_edge(rng, i, x)) return *draw;
  }
}

/// A standard normal draw.
[[nodiscard]] double standard_normal(Rng& rng) noexcept;

}  // namespace squall
