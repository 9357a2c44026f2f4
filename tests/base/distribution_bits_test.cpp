#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/math.hpp"
#include "squall/base/random.hpp"

/// The bits of the draws, pinned: they must be these whatever the compiler, the optimisation and
/// the CPU. Whoever changes one of them changes every result, and says so in CHANGELOG.md.
namespace squall::distribution_bits_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t draws = 100'000;

class Hash {
 public:
  void add(std::uint64_t bits) { value_ = mix64(value_ ^ bits) + 0x9e3779b97f4a7c15ULL; }
  void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

struct Pinned {
  std::string name;
  DistributionSpec spec;
  std::uint64_t hash;
};

std::vector<Pinned> pinned() {
  Hyperexponential hyperexponential;
  hyperexponential.phases = {{0.7, 500us}, {0.2, 5500us}, {0.1, 70ms}};
  std::vector<Empirical::Entry> entries;
  for (int i = 0; i < 1000; ++i) {
    entries.push_back({Duration{i * 1000}, 1.0 / (1.0 + i)});
  }
  const Empirical empirical{
      "", std::make_shared<const std::vector<Empirical::Entry>>(std::move(entries))};
  return {
      {"Uniform", Uniform{8ms, 14ms}, 0x536e582bb34f267bULL},
      {"Exponential", Exponential{10ms}, 0xbe5b41971d2bcaceULL},
      {"Normal", Normal{10ms, 4ms}, 0x8cdcc2c92da5aea9ULL},
      {"Lognormal", Lognormal{10ms, 80ms}, 0x8f71596c998b8c98ULL},
      {"GammaOfShapeOneHalf", Gamma{10ms, 0.5}, 0xc9a24e1a810f040cULL},
      {"GammaOfShapeThree", Gamma{10ms, 3.0}, 0xb0d7af07e74ec5e1ULL},
      {"Pareto", Pareto{5ms, 1.5}, 0xdd2c5e6189d55890ULL},
      {"Weibull", Weibull{10ms, 0.7}, 0x8cbd984eb5a4e669ULL},
      {"Hyperexponential", hyperexponential, 0x40dbb1f8461db726ULL},
      {"Empirical", empirical, 0xd9f69c8b3b46ee51ULL},
  };
}

TEST(Bits, OfTheDrawsOfEachDistributionAreTheSameEverywhere) {
  for (const Pinned& one : pinned()) {
    const Sampler sampler(one.spec);
    Hash hash;
    for (std::uint64_t i = 0; i < draws; ++i) {
      Rng rng = RandomKey{401}.with(i).rng();
      hash.add(static_cast<std::uint64_t>(sampler(rng).count()));
      hash.add(rng.next());  // and so is the number of values taken
    }
    EXPECT_EQ(hash.value(), one.hash) << one.name << std::hex << " 0x" << hash.value();
  }
}

TEST(Bits, OfTheStandardDrawsAreTheSameEverywhere) {
  Hash exponential;
  Hash normal;
  Rng rng = RandomKey{402}.rng();
  for (std::uint64_t i = 0; i < draws; ++i) exponential.add(standard_exponential(rng));
  for (std::uint64_t i = 0; i < draws; ++i) normal.add(standard_normal(rng));
  EXPECT_EQ(exponential.value(), 0xfa66c7c1912cd67fULL) << std::hex << "0x" << exponential.value();
  EXPECT_EQ(normal.value(), 0x056446e49f8bd689ULL) << std::hex << "0x" << normal.value();
}

TEST(Bits, OfTheFunctionsAreTheSameEverywhere) {
  Hash log;
  Hash exp;
  Hash power;
  Rng rng = RandomKey{403}.rng();
  for (std::uint64_t i = 0; i < draws; ++i) {
    const double x = 100.0 * rng.uniform();
    const double y = 1490.0 * (rng.uniform() - 0.5);
    log.add(log_of(x));
    exp.add(exp_of(y));
    power.add(power_of(x, 0.1 * y));
  }
  EXPECT_EQ(log.value(), 0xc66bdf67bfb4906bULL) << std::hex << "0x" << log.value();
  EXPECT_EQ(exp.value(), 0xab5a5f6b5eb61dcbULL) << std::hex << "0x" << exp.value();
  EXPECT_EQ(power.value(), 0xc2ea79ba680af95fULL) << std::hex << "0x" << power.value();
}

TEST(Bits, OfTheMeansAreTheSameEverywhere) {
  Hash hash;
  for (const Pinned& one : pinned()) {
    hash.add(static_cast<std::uint64_t>(mean_of(one.spec).count()));
  }
  EXPECT_EQ(hash.value(), 0x98ba45106e3c7b8cULL) << std::hex << "0x" << hash.value();
}

}  // namespace
}  // namespace squall::distribution_bits_test
