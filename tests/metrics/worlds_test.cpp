#include "squall/metrics/worlds.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "squall/base/math.hpp"
#include "squall/base/random.hpp"
#include "squall/metrics/student_t.hpp"

namespace squall::metrics::worlds_test {
namespace {

double normal(Rng& rng) { return normal_quantile(1e-9 + (1.0 - 2e-9) * rng.uniform()); }

/// How many of so many lists of `count` draws look like two groups.
template <typename Draw>
int seen_as_two(int lists, std::size_t count, const Draw& draw) {
  Rng rng(count);
  int two = 0;
  for (int i = 0; i < lists; ++i) {
    std::vector<double> values;
    for (std::size_t k = 0; k < count; ++k) values.push_back(std::clamp(draw(rng), 0.0, 1.0));
    if (find_split(std::move(values))) ++two;
  }
  return two;
}

TEST(Worlds, AreSeenWhereRunsCollapseOrDoNot) {
  EXPECT_EQ(find_split({0.02, 0.97, 0.99, 0.03, 0.98, 0.01, 0.97, 0.99, 0.04, 0.98}), 0.97);
  // A collapse at any instant leaves any goodput.
  const auto draw = [](Rng& rng) {
    const bool lives = rng.uniform() < 0.5;
    const double u = rng.uniform();
    return lives ? 0.97 + 0.03 * u : 0.05 + 0.35 * u;
  };
  EXPECT_GE(seen_as_two(1000, 40, draw), 990);
}

TEST(Worlds, AreSeenInOneOfMany) {
  std::vector<double> values(39, 0.99);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += 1e-4 * static_cast<double>(i);
  values.push_back(0.3);
  EXPECT_EQ(find_split(values), 0.99);
}

TEST(Worlds, AreNotSeenInOne) {
  // 10,000 lists of each kind; the share that looks like two is at most 1 %, by 0.002 for the last
  // of the bounds: two standard errors of a share of 1 %.
  constexpr int lists = 10'000;
  constexpr int allowed = lists / 100 + 20;
  for (const std::size_t count : {10U, 19U, 20U, 50U}) {
    EXPECT_LE(seen_as_two(lists, count, [](Rng& rng) { return rng.uniform(); }), allowed) << count;
    EXPECT_LE(seen_as_two(lists, count, [](Rng& rng) { return 0.5 + 0.15 * normal(rng); }), allowed)
        << count;
    EXPECT_LE(seen_as_two(lists, count,
                          [](Rng& rng) { return 1.0 + 0.15 * log_of(1.0 - rng.uniform()); }),
              2 * allowed)
        << count;
  }
}

TEST(Worlds, AreNotSeenInFewValuesOrSmallDifferences) {
  EXPECT_FALSE(find_split({}));
  EXPECT_FALSE(find_split({0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0})) << "nine are too few";
  EXPECT_FALSE(find_split(std::vector<double>(100, 0.5)));
  std::vector<double> close(50, 0.90);
  close.resize(100, 0.99);
  EXPECT_FALSE(find_split(close)) << "nine points are no two worlds";
  close.assign(50, 0.88);
  close.resize(100, 0.99);
  EXPECT_EQ(find_split(close), 0.99);
}

TEST(Worlds, DoNotDependOnTheOrder) {
  std::vector<double> values;
  Rng rng(3);
  for (int i = 0; i < 30; ++i) values.push_back(i % 3 == 0 ? rng.uniform() * 0.1 : 0.95);
  const auto split = find_split(values);
  ASSERT_TRUE(split);
  for (int i = 0; i < 20; ++i) {
    std::swap(values[rng.below(30)], values[rng.below(30)]);
    EXPECT_EQ(find_split(values), split);
  }
}

}  // namespace
}  // namespace squall::metrics::worlds_test
