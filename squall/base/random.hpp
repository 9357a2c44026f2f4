#pragma once

#include <cstdint>
#include <string_view>

/// Keyed randomness. Every draw of a run is named by a key (seed, entity, request, attempt,
/// purpose) and computed from that key alone, never taken from a stream that others consume too.
/// So a policy can change, or a request be retried once more, and every draw that both runs make
/// stays what it was: common random numbers, even after the first retry.
namespace squall {

/// Bijective 64-bit finaliser with full avalanche (Stafford's variant 13 of MurmurHash3's, as in
/// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// SplitMix64: a short stream that starts at a key. 64 bits of state, equidistributed, passes
/// BigCrush; meant for the handful of draws behind one key, not for one long stream.
/// Not thread-safe; cheap to make.
class Rng {
 public:
  explicit constexpr Rng(std::uint64_t state) noexcept : state_(state) {}

  /// 64 uniform bits.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix64(state_);
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  [[nodiscard]] constexpr double uniform() noexcept {
    return static_cast<double>(next() >> 11) * 0x1p-53;
  }

  /// Uniform on {0, ..., bound - 1}, without bias (Lemire's multiply and reject).
  /// REQUIRES bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;

 private:
  std::uint64_t state_;
};

/// A path of numbers folded into 64 bits. `RandomKey{seed}.with(a).with(b)` differs from
/// `.with(b).with(a)`. Either draw from a key or go on from it, not both: the values that
/// `key.rng()` gives are those of `key.with(0)`, `key.with(1)` and so on.
struct RandomKey {
  std::uint64_t value = 0;

  [[nodiscard, gnu::always_inline]] constexpr RandomKey with(std::uint64_t part) const noexcept {
    return {mix64(value + 0x9e3779b97f4a7c15ULL * (part + 1))};
  }
  [[nodiscard]] constexpr Rng rng() const noexcept { return Rng{value}; }
  [[nodiscard]] friend constexpr bool operator==(RandomKey, RandomKey) noexcept = default;
};

/// A 64-bit name for an entity, from its text alone: adding a service does not shift the draws
/// of another (FNV-1a, 64 bits, then mix64).
[[nodiscard]] constexpr std::uint64_t entity_id(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return mix64(hash);
}

}  // namespace squall
