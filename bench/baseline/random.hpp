#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

/// What the hand-written loops draw from: one fast stream, as a program that is written for one
/// model would. Shares nothing with squall/.
namespace squall::bench::baseline {

/// xoshiro256++ (D. Blackman, S. Vigna, 2019), seeded by SplitMix64.
class Xoshiro {
 public:
  explicit Xoshiro(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      std::uint64_t x = (seed ^ (seed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
      x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
      word = x ^ (x >> 31U);
    }
  }

  [[nodiscard]] std::uint64_t next() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform on [0, 1).
  [[nodiscard]] double uniform() noexcept { return static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// Standard exponential draws by a ziggurat of 256 layers (G. Marsaglia, W. W. Tsang, 2000). The
/// tables are computed at the start, with the C library's exp and log: a benchmark need not give
/// the same bits everywhere.
class Ziggurat {
 public:
  Ziggurat() {
    constexpr double r = 7.69711747013104972;          // where the tail begins
    constexpr double area = 3.9496598225815571993e-3;  // of each layer
    x_[0] = area * std::exp(r);
    x_[1] = r;
    for (std::size_t i = 2; i < layers; ++i) {
      x_[i] = -std::log(std::exp(-x_[i - 1]) + area / x_[i - 1]);
    }
    x_[layers] = 0.0;
    for (std::size_t i = 0; i <= layers; ++i) height_[i] = std::exp(-x_[i]);
  }

  [[nodiscard]] double operator()(Xoshiro& random) const noexcept {
    for (;;) {
      const std::uint64_t bits = random.next();
      const std::size_t i = bits & (layers - 1);
      const double x = static_cast<double>(bits >> 11U) * 0x1p-53 * x_[i];
      if (x < x_[i + 1]) [[likely]]
        return x;
      if (i == 0) return x_[1] - std::log(1.0 - random.uniform());
      const double y = height_[i] + random.uniform() * (height_[i + 1] - height_[i]);
      if (y < std::exp(-x)) return x;
    }
  }

 private:
  static constexpr std::size_t layers = 256;
  std::array<double, layers + 1> x_{};
  std::array<double, layers + 1> height_{};
};

/// Whole nanoseconds of a draw with this mean.
[[nodiscard]] inline std::int64_t exponential_ns(const Ziggurat& ziggurat, Xoshiro& random,
                                                 double mean_ns) noexcept {
  return static_cast<std::int64_t>(ziggurat(random) * mean_ns + 0.5);
}

}  // namespace squall::bench::baseline
