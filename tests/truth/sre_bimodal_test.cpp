/// "Site Reliability Engineering" (Google, 2016), chapter 22, "Bimodal latency": 1,000 threads,
/// 1,000 requests a second of 100 ms, of which 5 % hang until a deadline of 100 s. The book finds
/// that the front end serves 19.6 % and refuses 80.4 %.

#include <cmath>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/truth/engine.hpp"
#include "tests/truth/statistics.hpp"

namespace truth::sre_bimodal_test {
namespace {

/// Erlang's loss formula (B), by its recursion: the share that `servers` refuse at a load of
/// `erlangs`. It holds whatever the distribution of the service time (Sevastyanov 1957).
double erlang_b(int servers, double erlangs) {
  double blocked = 1.0;
  for (int n = 1; n <= servers; ++n) blocked = erlangs * blocked / (n + erlangs * blocked);
  return blocked;
}

struct Shares {
  Sample refused, not_ok, served_per_s;
};

Shares shares_of(const squall::scenario::Bundle& bundle, std::string_view variant) {
  Shares shares;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto record = run(bundle, seed, variant);
    const auto& users = workload(record, "users");
    const auto offered = static_cast<double>(users.offered);
    shares.refused.add(static_cast<double>(users.rejected) / offered);
    shares.not_ok.add(1.0 - static_cast<double>(users.ok) / offered);
    shares.served_per_s.add(static_cast<double>(users.offered - users.rejected) /
                            (squall::to_ms(record.measured) / 1000.0));
  }
  return shares;
}

/// The formula is exact, so the only error is that of the sample.
void expect_near(const Sample& sample, double expected, const char* what) {
  EXPECT_LE(z_score(sample.mean(), expected, sample.standard_error()), z_max)
      << what << ": " << sample << ", expected " << expected;
}

TEST(SreBimodal, OneInTwentyThatHangsLeavesOneInFiveServed) {
  const double erlangs = 1000.0 * (0.95 * 0.1 + 0.05 * 100.0);
  const double refused = erlang_b(1000, erlangs);
  EXPECT_NEAR(refused, 0.804, 0.0005);                       // the book
  EXPECT_NEAR(1.0 - 0.95 * (1.0 - refused), 0.814, 0.0005);  // with those that hang
  EXPECT_NEAR(1000.0 * (1.0 - refused), 196.0, 0.5);         // a second
  const Shares shares = shares_of(shipped("sre-bimodal"), "long-deadline");
  expect_near(shares.refused, refused, "refused");
  expect_near(shares.not_ok, 1.0 - 0.95 * (1.0 - refused), "not ok");
  expect_near(shares.served_per_s, 1000.0 * (1.0 - refused), "served a second");
}

/// The book's remedy, a deadline of the order of the latency: 145 of 1,000 threads are busy. Of
/// those that ended, 5 % hung, to 4 standard errors of a binomial share.
TEST(SreBimodal, AShortDeadlineLosesOnlyThoseThatHang) {
  const auto bundle = shipped("sre-bimodal");
  double hung = 0, ended = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto record = run(bundle, seed, "short-deadline");
    const auto& users = workload(record, "users");
    EXPECT_EQ(users.rejected, 0U);
    hung += static_cast<double>(users.failed);
    ended += static_cast<double>(users.failed + users.ok);
  }
  EXPECT_NEAR(hung / ended, 0.05, z_max * std::sqrt(0.05 * 0.95 / ended));
}

}  // namespace
}  // namespace truth::sre_bimodal_test
