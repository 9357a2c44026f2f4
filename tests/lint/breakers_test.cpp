// breaker-never-opens, breaker-opens-on-noise.
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "squall/lint/probability.hpp"
#include "squall/policy/window_breaker.hpp"
#include "tests/lint/support.hpp"

namespace squall::lint::breakers_test {
namespace {

std::string with_breaker(const std::string& breaker, const std::string& rate,
                         const std::string& failure = "0%", const std::string& more = "") {
  return head + "services: {bank: {latency: 1ms, failure: " + failure + "}}\npolicies:\n  p:\n" +
         "    breaker: {" + breaker + "}\n" + more +
         "workloads: {w: {to: bank, policy: p, arrivals: {constant: " + rate + "}}}\n";
}

TEST(BreakerNeverOpens, WithFewerCallsInTheRunThanItJudges) {
  const std::string text = with_breaker("resilience4j: {}", "1/s");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_never_opens),
            "it judges from 100 results on, and the run has at the most 60");
  EXPECT_EQ(found(text, Code::breaker_never_opens)[0].key,
            "policies.p.breaker.resilience4j.minimum");
  EXPECT_EQ(arithmetic_of(with_breaker("window: {window: 1000}", "5/s"), Code::breaker_never_opens),
            "it judges from 1,000 results on, and the run has at the most 300");
}

TEST(BreakerNeverOpens, LeavesRoomForChanceAtItsLimit) {
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 60, minimum: 60}", "1/s"),
                          Code::breaker_never_opens),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 70, minimum: 70}", "1/s"),
                          Code::breaker_never_opens),
            "no finding")
      << "70 of a mean of 60 happen";
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 100, minimum: 60}", "100/s"),
                          Code::breaker_never_opens),
            "no finding");
}

TEST(BreakerNeverOpens, CountsRetriesAndInstances) {
  EXPECT_EQ(
      arithmetic_of(with_breaker("resilience4j: {}", "1/s", "0%", "    retry: {max_attempts: 4}\n"),
                    Code::breaker_never_opens),
      "no finding")
      << "240 attempts, if all fail";
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {}", "1/s", "0%",
                                       "    retry: {max_attempts: 4}\n"
                                       "    order: [breaker, retry]\n"),
                          Code::breaker_never_opens),
            "it judges from 100 results on, and the run has at the most 60")
      << "outside of the retries it sees calls";
  EXPECT_EQ(arithmetic_of(
                with_breaker("resilience4j: {}", "100/s", "0%", "    state: {instances: 100}\n"),
                Code::breaker_never_opens),
            "it judges from 100 results on, and the run has at the most 60 for each of 100 states");
}

TEST(BreakerNeverOpens, InATimeWindowThatSeesTooFew) {
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 10s, minimum: 100}", "4/s"),
                          Code::breaker_never_opens),
            "it judges from 100 results within 10s on, and sees at the most 4/s x 10s = 40");
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 10s, minimum: 100}", "10/s"),
                          Code::breaker_never_opens),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 10s, minimum: 100}", "8/s"),
                          Code::breaker_never_opens),
            "no finding")
      << "100 of a mean of 80 happen in one window or another";
}

TEST(BreakerOpensOnNoise, SaysHowProbablyAndHowOften) {
  const std::string text = with_breaker("window: {window: 20, failures: 4}", "100/s", "10%");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_opens_on_noise),
            "at 10% failures, 4 or more of 20 fail with probability 0.133; with 6,000 results in "
            "the run it opens about 42.27 times");
  EXPECT_EQ(found(text, Code::breaker_opens_on_noise)[0].key, "policies.p.breaker.window.failures");
}

TEST(BreakerOpensOnNoise, IsSilentWhereThatIsRare) {
  EXPECT_EQ(arithmetic_of(with_breaker("window: {window: 20, failures: 8}", "100/s", "5%"),
                          Code::breaker_opens_on_noise),
            "no finding")
      << "4e-3 times in the run";
  EXPECT_EQ(arithmetic_of(with_breaker("window: {window: 20, failures: 1}", "100/s"),
                          Code::breaker_opens_on_noise),
            "no finding")
      << "nothing fails";
  // In 6,000 results 9 of 20 come together once in eight runs, 10 of 20 once in sixty.
  EXPECT_NE(arithmetic_of(with_breaker("window: {window: 20, failures: 9}", "100/s", "10%"),
                          Code::breaker_opens_on_noise),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_breaker("window: {window: 20, failures: 10}", "100/s", "10%"),
                          Code::breaker_opens_on_noise),
            "no finding");
}

TEST(BreakerOpensOnNoise, KnowsTheFirstJudgementAfterTheMinimum) {
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 100, minimum: 2, failure_rate: 50%}",
                                       "100/s", "10%"),
                          Code::breaker_opens_on_noise),
            "at 10% failures, 1 or more of the first 2 fail with probability 0.19; with 6,000 "
            "results in the run it opens about 0.19 times");
}

TEST(BreakerOpensOnNoise, CountsATimeWindowByItsRate) {
  EXPECT_EQ(arithmetic_of(with_breaker("resilience4j: {window: 1s, minimum: 10, failure_rate: 20%}",
                                       "20/s", "10%"),
                          Code::breaker_opens_on_noise),
            "at 10% failures, 4 or more of 20 fail with probability 0.133; with 1,200 results in "
            "the run it opens about 1.164 times");
}

TEST(BreakerOpensOnNoise, KnowsOnHowManyTrialsItCloses) {
  // On the first 4 of 10: three of them fail with probability 0.18, six of ten with 0.17.
  EXPECT_THAT(arithmetic_of(with_breaker("resilience4j: {window: 20, minimum: 4, failure_rate: "
                                         "60%, open_for: 2s, half_open_calls: 10}",
                                         "100/s", "40%"),
                            Code::breaker_opens_on_noise),
              ::testing::HasSubstr("about 18.02 times"));
}

TEST(BreakerOpensOnNoise, SeesCallsOutsideOfRetries) {
  const std::string retry = "    retry: {max_attempts: 3}\n";
  EXPECT_NE(arithmetic_of(with_breaker("window: {window: 20, failures: 4}", "100/s", "10%", retry),
                          Code::breaker_opens_on_noise),
            "no finding");
  EXPECT_EQ(arithmetic_of(with_breaker("window: {window: 20, failures: 4}", "100/s", "10%",
                                       retry + "    order: [breaker, retry]\n"),
                          Code::breaker_opens_on_noise),
            "no finding")
      << "one call in a thousand fails";
}

/// A breaker of 20 results and a policy around a service of this latency.
std::string with_timeout(const std::string& latency, const std::string& rest,
                         const std::string& failure = "0%") {
  return head + "services: {bank: {latency: " + latency + ", failure: " + failure +
         "}}\npolicies:\n  p:\n    breaker: {window: {window: 20, failures: 10, open_for: 1ns}}\n" +
         rest + "workloads: {w: {to: bank, policy: p, arrivals: {constant: 100/s}}}\n";
}

TEST(BreakerOpensOnNoise, CountsAttemptsThatTheTimeoutEnds) {
  const auto noise = [](const std::string& text) {
    return arithmetic_of(text, Code::breaker_opens_on_noise);
  };
  // P(more than 10 ms x ln 2) = 1/2 of the exponential; of 4,096 draws within 2.5 points.
  const std::string half = noise(with_timeout("{exponential: 10ms}", "    timeout: 6931472ns\n"));
  EXPECT_THAT(half, ::testing::ContainsRegex(
                        "^at (4[789]|5[012])(\\.[0-9]+)?% failures \\(estimated: "
                        "(4[789]|5[012])(\\.[0-9]+)?% of the attempts are too late\\), "));
  EXPECT_EQ(noise(with_timeout("{exponential: 10ms}", "    timeout: 100ms\n")), "no finding");
  EXPECT_EQ(noise(with_timeout("{exponential: 10ms}", "")), "no finding") << "nobody gives up";
  // What fails by itself is no success that comes too late: half of the other 60 %.
  EXPECT_THAT(noise(with_timeout("{uniform: [0ms, 20ms]}", "    timeout: 10ms\n", "40%")),
              ::testing::ContainsRegex(
                  "^at (69|70|71)(\\.[0-9]+)?% failures \\(estimated: (29|30|31)(\\.[0-9]+)?% of"));
}

TEST(BreakerOpensOnNoise, TakesAnAnswerAtTheTimeoutForInTime) {
  const auto noise = [](const std::string& timeout, const std::string& rest = "") {
    return arithmetic_of(with_timeout("20ms", "    timeout: " + timeout + '\n' + rest),
                         Code::breaker_opens_on_noise);
  };
  EXPECT_EQ(noise("20ms"), "no finding");
  EXPECT_THAT(noise("19999999ns"),
              ::testing::StartsWith("at 100% failures (100% of the attempts are too late), 10 or "
                                    "more of 20 fail with probability 1; "))
      << "no draw is needed to know";
  EXPECT_EQ(noise("21ms", "    deadline: 20ms\n"), "no finding");
  EXPECT_NE(noise("21ms", "    deadline: 19ms\n"), "no finding");
  EXPECT_EQ(noise("19ms", "    hedge: {delay: 1ms}\n"), "no finding")
      << "of hedged attempts the fast one counts";
}

TEST(BreakerOpensOnNoise, LetsRetriesMendWhatTheTimeoutEnds) {
  // A third of the attempts come too late; outside of three attempts that is one call in 27.
  const auto noise = [](const std::string& retry, const std::string& limits = "") {
    return arithmetic_of(
        with_timeout("{uniform: [0ms, 30ms]}", (limits.empty() ? "    timeout: 20ms\n" : limits) +
                                                   "    retry: {max_attempts: 3" + retry + "}\n" +
                                                   "    order: [breaker, retry, timeout]\n"),
        Code::breaker_opens_on_noise);
  };
  EXPECT_EQ(noise(""), "no finding");
  EXPECT_EQ(noise(", on: [timeout]"), "no finding");
  EXPECT_THAT(noise(", on: [error]"), ::testing::HasSubstr("% of the attempts are too late), 10"));
  // What the deadline ends is not tried again; where both come at once it is the deadline.
  EXPECT_NE(noise("", "    timeout: 25ms\n    deadline: 20ms\n"), "no finding");
  EXPECT_NE(noise("", "    timeout: 20ms\n    deadline: 20ms\n"), "no finding");
  EXPECT_EQ(noise("", "    timeout: 20ms\n    deadline: 21ms\n"), "no finding");
}

/// The figure is an approximation, so it is held against the breaker itself.
TEST(BreakerOpensOnNoise, AboutAsOftenAsTheBreakerDoes) {
  struct Setting {
    std::uint32_t window, failures;
    const char* about;  ///< in 60,000 results
  };
  for (const Setting& setting :
       {Setting{20, 4, "652.2"}, Setting{20, 6, "120"}, Setting{50, 10, "113.4"}}) {
    const std::string text =
        with_breaker("window: {open_for: 1ns, window: " + std::to_string(setting.window) +
                         ", failures: " + std::to_string(setting.failures) + "}",
                     "1000/s", "10%");
    const std::string arithmetic = arithmetic_of(text, Code::breaker_opens_on_noise);
    EXPECT_THAT(arithmetic,
                ::testing::HasSubstr(std::string(" about ") + setting.about + " times"));
    policy::WindowBreaker breaker(
        {.window = setting.window, .failures = setting.failures, .open_for = Duration{1}});
    Rng rng(7);
    constexpr int runs = 20;
    constexpr int results = 60'000 * runs;
    int opened = 0;
    for (int i = 0; i < results; ++i) {
      const Instant now{Duration{10 * std::int64_t{i}}};
      const bool fails = rng.uniform() < 0.1;
      breaker.on_result({.kind = fails ? policy::OutcomeKind::error : policy::OutcomeKind::ok},
                        Duration{1}, now);
      if (breaker.state(now) == policy::BreakerState::open) ++opened;
    }
    EXPECT_NEAR(std::stod(setting.about) * runs / opened, 1.0, 0.2) << opened;
  }
}

// --- The two laws ---

TEST(Probability, OfBinomialCountsIsTheSumOfTheirTerms) {
  EXPECT_NEAR(binomial_tail(20, 0.1, 4), 0.13295332343433508, 1e-13);
  EXPECT_NEAR(binomial_tail(20, 0.1, 1), 1.0 - 0.12157665459056929, 1e-12);
  EXPECT_NEAR(binomial_tail(100'000, 0.5, 50'000), 0.5012615631071647, 1e-9);
  EXPECT_NEAR(binomial_tail(10, 0.5, 10), 1.0 / 1024.0, 1e-15);
  EXPECT_EQ(binomial_tail(10, 0.5, 0), 1.0);
  EXPECT_EQ(binomial_tail(10, 0.5, 11), 0.0);
  EXPECT_EQ(binomial_tail(10, 0.0, 1), 0.0);
  EXPECT_EQ(binomial_tail(10, 1.0, 10), 1.0);
}

TEST(Probability, OfPoissonCountsIsTheSumOfTheirTerms) {
  EXPECT_NEAR(poisson_tail(1.0, 1), 1.0 - 0.36787944117144233, 1e-14);
  EXPECT_NEAR(poisson_tail(1.0, 3), 0.08030139707139418, 1e-14);
  EXPECT_NEAR(poisson_tail(60.0, 100), 1.481527632646046e-06, 1e-18);
  EXPECT_EQ(poisson_tail(0.0, 1), 0.0);
  EXPECT_EQ(poisson_tail(5.0, 0), 1.0);
  EXPECT_NEAR(poisson_tail(1e6, 1'000'000), 0.5, 1e-3);
}

}  // namespace
}  // namespace squall::lint::breakers_test
