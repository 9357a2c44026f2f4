#include "squall/model/coming_draws.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "squall/base/distribution.hpp"
#include "squall/base/ziggurat.hpp"
#include "squall/model/arrival_clock.hpp"
#include "squall/model/draws.hpp"

namespace squall::model::coming_draws_test {
namespace {

using namespace std::chrono_literals;

/// What the keys say, for one request by itself.
struct Plain {
  std::uint64_t lineage;
  std::int64_t need;
  Duration service_time;
};
Plain plain(const DrawsWanted& wanted, std::uint64_t number) {
  const RandomKey lineage = wanted.key.with(number);
  Rng needs = key_of(lineage.value, wanted.workload_id, Purpose::arrival).rng();
  Rng services = key_of(lineage.value, wanted.service_id, Purpose::service_time).rng();
  return {
      lineage.value,
      nanoseconds_saturated(standard_exponential(needs) * ArrivalClock::units_per_arrival).count(),
      nanoseconds_saturated(wanted.service_mean_ns * standard_exponential(services))};
}

DrawsWanted any_wanted() {
  // 2^52 / 50 is where another way to round begins.
  const std::vector<double> means{1.0,         3.0,  999'999.5, 1e7,  0x1p52 / 51,
                                  0x1p52 / 50, 1e15, 9.9e16,    1e17, 9.2e18};
  return {.key = {*rc::gen::arbitrary<std::uint64_t>()},
          .workload_id = *rc::gen::arbitrary<std::uint64_t>(),
          .first = DrawBlock::size * *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000),
          .needs = true,
          .service_times = true,
          .service_id = *rc::gen::arbitrary<std::uint64_t>(),
          .service_mean_ns = *rc::gen::elementOf(means)};
}

/// Every method that this processor has, over so many draws that a thousand of them and more need
/// another look because they may lie outside the curve.
RC_GTEST_PROP(ComingDraws, EveryMethodDrawsWhatTheKeysSay, ()) {
  DrawsWanted wanted = any_wanted();
  RC_ASSERT(!draw_methods().empty());
  for (int block = 0; block < 20; ++block, wanted.first += DrawBlock::size) {
    for (const DrawMethod& method : draw_methods()) {
      DrawBlock drawn;
      method.draw(wanted, drawn);
      for (std::size_t i = 0; i < DrawBlock::size; ++i) {
        const Plain expected = plain(wanted, wanted.first + i);
        RC_LOG() << method.name << ", request " << wanted.first + i << '\n';
        RC_ASSERT(drawn.lineages[i] == expected.lineage);
        RC_ASSERT(drawn.needs[i] == expected.need);
        RC_ASSERT(Duration{drawn.service_times_ns[i]} == expected.service_time);
      }
    }
  }
}

TEST(ComingDraws, WhatIsNotWantedIsNotDrawn) {
  for (const DrawMethod& method : draw_methods()) {
    DrawBlock drawn;
    method.draw({.key = {7}}, drawn);
    EXPECT_EQ(drawn.lineages[3], RandomKey{7}.with(3).value) << method.name;
    EXPECT_EQ(drawn.needs, DrawBlock{}.needs) << method.name;
    EXPECT_EQ(drawn.service_times_ns, DrawBlock{}.service_times_ns) << method.name;
  }
}

TEST(ComingDraws, AMeanIsThatOfAllThatAreNotTakenYet) {
  DrawsWanted wanted{
      .key = {42}, .needs = true, .service_times = true, .service_id = 5, .service_mean_ns = 1e6};
  ComingDraws coming;
  coming.start(wanted);
  const Sampler slow(Exponential{3ms});
  ASSERT_TRUE(slow.is_exponential());
  for (std::uint64_t number = 0; number < 100; ++number) {
    // Within a block, at the end of one, and at the start of the next.
    if (number == 21 || number == 48 || number == 63) {
      wanted.service_mean_ns = number == 48 ? 1e6 : slow.exponential_mean_ns();
      coming.set_service_mean(wanted.service_mean_ns);
    }
    ASSERT_EQ(coming.number(), number);
    const Plain expected = plain(wanted, number);
    ASSERT_EQ(coming.need(), expected.need) << number;
    const ComingDraws::Request request = coming.take();
    ASSERT_EQ(request.lineage.value, expected.lineage) << number;
    ASSERT_EQ(request.service_time, expected.service_time) << number;
    if (wanted.service_mean_ns == slow.exponential_mean_ns()) {
      Rng rng = key_of(request.lineage.value, wanted.service_id, Purpose::service_time).rng();
      ASSERT_EQ(request.service_time, slow(rng)) << number;
    }
  }
}

}  // namespace
}  // namespace squall::model::coming_draws_test
