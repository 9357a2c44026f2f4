// Random numbers: the engine's, which are keyed, and those of one stream.
#include <cmath>
#include <random>

#include "bench/baseline/random.hpp"
#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"
#include "squall/base/distribution.hpp"
#include "squall/base/random.hpp"

namespace squall::bench {
namespace {

template <typename Draw>
void add(const Size& size, const std::string& name, Draw draw) {
  const std::uint64_t draws = size.of(20'000'000);
  add_benchmark("draw/" + name, [=](benchmark::State& state) {
    Draw fresh = draw;
    std::int64_t sum = 0;
    for (auto _ : state) {
      for (std::uint64_t i = 0; i < draws; ++i) sum += fresh(i);
    }
    report_work(state, draws, WorkHash().add(sum));
  });
}

std::int64_t whole(double x) noexcept { return static_cast<std::int64_t>(x * 1e6); }

}  // namespace

void register_draws(const Size& size) {
  const Sampler exponential(Exponential{.mean = std::chrono::milliseconds{1}});
  add(size, "exponential_keyed", [exponential](std::uint64_t request) {
    Rng rng = RandomKey{1}.with(2).with(request).rng();
    return exponential(rng).count();
  });
  add(size, "exponential_stream", [exponential, rng = Rng{1}](std::uint64_t /*i*/) mutable {
    return exponential(rng).count();
  });
  add(size, "standard_exponential",
      [rng = Rng{1}](std::uint64_t /*i*/) mutable { return whole(standard_exponential(rng)); });
  add(size, "exponential_by_hand",
      [ziggurat = baseline::Ziggurat(), random = baseline::Xoshiro(1)](
          std::uint64_t /*i*/) mutable { return baseline::exponential_ns(ziggurat, random, 1e6); });
  add(size, "exponential_by_std",
      [engine = std::mt19937_64(1), law = std::exponential_distribution<double>(1.0)](
          std::uint64_t /*i*/) mutable { return whole(law(engine)); });
  add(size, "uniform_keyed", [](std::uint64_t request) {
    Rng rng = RandomKey{1}.with(2).with(request).rng();
    return whole(rng.uniform());
  });
}

}  // namespace squall::bench
