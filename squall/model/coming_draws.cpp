#include "squall/model/coming_draws.hpp"

#include <bit>

#include "squall/base/ziggurat.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/draws.hpp"

namespace squall::model {
namespace {

constexpr std::size_t size = DrawBlock::size;

/// An exponential draw is below 50 times its mean, whatever its bits. So it is never beyond what is
/// rounded as it is, of needs; and of service times with means up to 25 hours, it is in the range
/// of a sum that rounds.
static_assert(ArrivalClock::units_per_arrival * 50 < 0x1p63);
constexpr double summed_below_ns = 0x1p52 / 50;

// Everything from here to the methods is inlined into each of them. They differ in how they go
// about it and in the instructions that the compiler may use; all operations are on integers, or
// single ones on doubles, which round the same in all of them.

/// The keys of what the requests of a block draw, by their place in it.
[[nodiscard, gnu::always_inline]] inline auto keys_of(const DrawBlock& block, std::uint64_t id,
                                                      Purpose purpose) {
  return [&block, id, purpose](std::size_t i)
             __attribute__((always_inline)) { return key_of(block.lineages[i], id, purpose); };
}

/// The first value of the key's stream.
[[nodiscard, gnu::always_inline]] inline std::uint64_t first_of(RandomKey key) noexcept {
  return key.rng().next();
}

/// A draw from the first value of a stream, and whether it is none: outside of its layer, where
/// more of the stream decides.
struct FirstDraw {
  double value;
  bool is_outside;
};
[[nodiscard, gnu::always_inline]] inline FirstDraw first_draw(std::uint64_t bits) noexcept {
  const std::size_t layer = ziggurat::layer_of(bits);
  const double value = ziggurat::place_of(bits) * ziggurat_tables::exponential_x[layer];
  return {value, value >= ziggurat_tables::exponential_x[layer + 1]};
}

/// Draws as a whole those that are outside, of which `outside` has a bit each.
template <typename KeyOf, typename Take>
[[gnu::always_inline]] inline void draw_outside(std::uint32_t outside, KeyOf&& key_of,
                                                Take&& take) {
  for (; outside != 0; outside &= outside - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(outside));
    Rng rng = key_of(i).rng();
    take(i, standard_exponential(rng));
  }
}

/// Standard exponential draws, the i-th from the stream of key_of(i), given to take(i, draw).
/// One after the other, each from its key to what is made of it: where an operation takes one
/// number there is nothing to win by many. No call among them: in WebAssembly a call leaves nothing
/// in registers.
struct OneByOne {
  template <typename KeyOf, typename Take>
  [[gnu::always_inline]] static void draw(KeyOf&& key_of, Take&& take) {
    std::uint32_t outside = 0;
    // Four in a turn: at each turn of a loop WebAssembly asks whether it is to be stopped.
#pragma GCC unroll 4
    for (std::size_t i = 0; i < size; ++i) {
      const FirstDraw drawn = first_draw(first_of(key_of(i)));
      outside |= static_cast<std::uint32_t>(drawn.is_outside) << i;
      take(i, drawn.value);
    }
    draw_outside(outside, key_of, take);
  }
};

#if defined(__x86_64__)
/// The same, each step for all of them at once.
struct StepByStep {
  template <typename KeyOf, typename Take>
  [[gnu::always_inline]] static void draw(KeyOf&& key_of, Take&& take) {
    std::array<std::uint64_t, size> bits;
    for (std::size_t i = 0; i < size; ++i) bits[i] = first_of(key_of(i));
    std::array<double, size> draws{};
    std::array<double, size> limits{};
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t layer = ziggurat::layer_of(bits[i]);
      draws[i] = ziggurat::place_of(bits[i]) * ziggurat_tables::exponential_x[layer];
      limits[i] = ziggurat_tables::exponential_x[layer + 1];
    }
    std::uint32_t outside = 0;
    for (std::size_t i = 0; i < size; ++i)
      outside |= static_cast<std::uint32_t>(draws[i] >= limits[i]) << i;
    draw_outside(outside, key_of, [&](std::size_t i, double drawn) { draws[i] = drawn; });
    for (std::size_t i = 0; i < size; ++i) take(i, draws[i]);
  }
};
#endif

template <typename Way>
[[gnu::always_inline]] inline void draw(const DrawsWanted& wanted, DrawBlock& block) {
  for (std::size_t i = 0; i < size; ++i)
    block.lineages[i] = wanted.key.with(wanted.first + i).value;
  if (wanted.needs) {
    const auto keys = keys_of(block, wanted.workload_id, Purpose::arrival);
    Way::draw(keys, [&](std::size_t i, double drawn) __attribute__((always_inline)) {
      block.needs[i] = nearest_whole(drawn * ArrivalClock::units_per_arrival);
    });
  }
  if (wanted.service_times) {
    const auto keys = keys_of(block, wanted.service_id, Purpose::service_time);
    const double mean_ns = wanted.service_mean_ns;
    if (mean_ns < summed_below_ns) [[likely]] {
      Way::draw(keys, [&](std::size_t i, double drawn) __attribute__((always_inline)) {
        block.service_times_ns[i] = nearest_by_sum(drawn * mean_ns);
      });
    } else {
      Way::draw(keys, [&](std::size_t i, double drawn) __attribute__((always_inline)) {
        block.service_times_ns[i] = nanoseconds_saturated(drawn * mean_ns).count();
      });
    }
  }
}

void draw_plainly(DrawsWanted wanted, DrawBlock& block) { draw<OneByOne>(wanted, block); }

#if defined(__x86_64__)

[[gnu::target("avx2")]] void draw_by_avx2(DrawsWanted wanted, DrawBlock& block) {
  draw<StepByStep>(wanted, block);
}
#if defined(__clang__)
[[gnu::target("avx512f,avx512dq,avx512vl")]]
#else
[[gnu::target("avx512f,avx512dq,avx512vl,prefer-vector-width=512")]]
#endif
void draw_by_avx512(DrawsWanted wanted, DrawBlock& block) {
  draw<StepByStep>(wanted, block);
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
