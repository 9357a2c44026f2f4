#include "squall/model/coming_draws.hpp"

#include <bit>

#include "squall/base/ziggurat.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/draws.hpp"

namespace squall::model {
namespace {

constexpr std::size_t size = DrawBlock::size;
using Words = std::array<std::uint64_t, size>;

/// An exponential draw is below 50 times its mean, whatever its bits: with such a mean it is never
/// cut off at `forever`.
constexpr double never_cut_below_ns = 1e17;
static_assert(ArrivalClock::units_per_arrival < never_cut_below_ns);

/// One request after the other: where each operation takes one number there is nothing to win by
/// many, and nothing has to be put aside. In WebAssembly this is the way.
void draw_plainly(DrawsWanted wanted, DrawBlock& block) {
  for (std::size_t i = 0; i < size; ++i) {
    const RandomKey lineage = wanted.key.with(wanted.first + i);
    block.lineages[i] = lineage.value;
    if (wanted.needs) {
      Rng rng = lineage.with(static_cast<std::uint64_t>(Purpose::arrival)).rng();
      block.needs[i] = nearest_whole(standard_exponential(rng) * ArrivalClock::units_per_arrival);
    }
    if (wanted.service_times) {
      Rng rng = key_of(lineage.value, wanted.service_id, Purpose::service_time).rng();
      block.service_times_ns[i] =
          nanoseconds_saturated(standard_exponential(rng) * wanted.service_mean_ns).count();
    }
  }
}

#if defined(__x86_64__)

// Everything from here to draw() is inlined into each of the methods, which differ in nothing but
// the instructions that the compiler may use: integers, and single operations on doubles, which
// round the same in all of them.

/// Standard exponential draws, the i-th from the stream of `key_of(i)`, whose first value is
/// `bits[i]`.
template <typename KeyOf>
[[gnu::always_inline]] inline void draw_exponentials(const Words& bits,
                                                     std::array<double, size>& draws,
                                                     KeyOf&& key_of) {
  std::array<double, size> limits{};
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t layer = ziggurat::layer_of(bits[i]);
    draws[i] = ziggurat::place_of(bits[i]) * ziggurat_tables::exponential_x[layer];
    limits[i] = ziggurat_tables::exponential_x[layer + 1];
  }
  std::uint32_t outside = 0;
  for (std::size_t i = 0; i < size; ++i)
    outside |= static_cast<std::uint32_t>(!(draws[i] < limits[i])) << i;
  for (; outside != 0; outside &= outside - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(outside));
    Rng rng = key_of(i).rng();
    draws[i] = standard_exponential(rng);
  }
}

/// The first value of the key's stream.
[[nodiscard, gnu::always_inline]] inline std::uint64_t first_of(RandomKey key) noexcept {
  return key.rng().next();
}

[[gnu::always_inline]] inline void draw(const DrawsWanted& wanted, DrawBlock& block) {
  for (std::size_t i = 0; i < size; ++i)
    block.lineages[i] = wanted.key.with(wanted.first + i).value;
  if (wanted.needs) {
    const auto key = [&](std::size_t i) __attribute__((always_inline)) {
      return RandomKey{block.lineages[i]}.with(static_cast<std::uint64_t>(Purpose::arrival));
    };
    Words bits;
    for (std::size_t i = 0; i < size; ++i) bits[i] = first_of(key(i));
    std::array<double, size> draws{};
    draw_exponentials(bits, draws, key);
    for (std::size_t i = 0; i < size; ++i)
      block.needs[i] = nearest_whole(draws[i] * ArrivalClock::units_per_arrival);
  }
  if (wanted.service_times) {
    const auto key = [&](std::size_t i) __attribute__((always_inline)) {
      return key_of(block.lineages[i], wanted.service_id, Purpose::service_time);
    };
    const double mean_ns = wanted.service_mean_ns;
    Words bits;
    for (std::size_t i = 0; i < size; ++i) bits[i] = first_of(key(i));
    std::array<double, size> draws{};
    draw_exponentials(bits, draws, key);
    if (mean_ns < never_cut_below_ns) {
      for (std::size_t i = 0; i < size; ++i)
        block.service_times_ns[i] = nearest_whole(draws[i] * mean_ns);
    } else {
      for (std::size_t i = 0; i < size; ++i)
        block.service_times_ns[i] = nanoseconds_saturated(draws[i] * mean_ns).count();
    }
  }
}

[[gnu::target("avx2")]] void draw_by_avx2(DrawsWanted wanted, DrawBlock& block) {
  draw(wanted, block);
}
#if defined(__clang__)
[[gnu::target("avx512f,avx512dq,avx512vl")]]
#else
[[gnu::target("avx512f,avx512dq,avx512vl,prefer-vector-width=512")]]
#endif
void draw_by_avx512(DrawsWanted wanted, DrawBlock& block) {
  draw(wanted, block);
}

#endif

constexpr std::array methods{
    DrawMethod{"plain", draw_plainly},
#if defined(__x86_64__)
    DrawMethod{"AVX2", draw_by_avx2},
    DrawMethod{"AVX-512", draw_by_avx512},
#endif
};

std::size_t count_methods() noexcept {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return 1;
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl");
  return has_avx512 ? 3 : 2;
#else
  return 1;
#endif
}

}  // namespace

std::span<const DrawMethod> draw_methods() noexcept {
  static const std::size_t count = count_methods();
  return std::span(methods).first(count);
}

void ComingDraws::start(const DrawsWanted& wanted) {
  wanted_ = wanted;
  draw_ = draw_methods().back().draw;
  number_ = wanted.first;
  draw_block();
}

void ComingDraws::set_service_mean(double ns) {
  if (ns == wanted_.service_mean_ns) return;
  wanted_.service_mean_ns = ns;
  draw_block();
}

void ComingDraws::draw_block() {
  wanted_.first = number_ - number_ % size;
  draw_(wanted_, block_);
}

}  // namespace squall::model
