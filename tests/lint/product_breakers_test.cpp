// breaker-never-opens and breaker-opens-on-noise of Polly's, Hystrix's, Sentinel's and Linkerd's.
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/base/random.hpp"
#include "squall/policy/breaker.hpp"
#include "tests/lint/support.hpp"

namespace squall::lint::product_breakers_test {
namespace {

std::string with_breaker(const std::string& breaker, const std::string& rate,
                         const std::string& failure = "0%", const std::string& more = "") {
  return head + "services: {bank: {latency: 1ms, failure: " + failure + "}}\npolicies:\n  p:\n" +
         "    breaker: {" + breaker + "}\n" + more +
         "workloads: {w: {to: bank, policy: p, arrivals: {constant: " + rate + "}}}\n";
}

std::string never(const std::string& breaker, const std::string& rate,
                  const std::string& more = "") {
  return arithmetic_of(with_breaker(breaker, rate, "0%", more), Code::breaker_never_opens);
}

std::string noise(const std::string& breaker, const std::string& rate, const std::string& failure) {
  return arithmetic_of(with_breaker(breaker, rate, failure), Code::breaker_opens_on_noise);
}

std::string key_of(const std::string& text, Code code) {
  const std::vector<Finding> findings = found(text, code);
  return findings.empty() ? "no finding" : findings.front().key;
}

/// How often the breaker itself opens, from closed, in so many runs of a minute whose results come
/// evenly. A trial call is made as soon as may be.
int openings(const policy::BreakerOptions& options, double failure, int per_second, int runs) {
  Rng draws(7);
  Rng jitter(0);
  const Duration apart = Duration{std::chrono::seconds{1}} / per_second;
  int opened = 0;
  for (int run = 0; run < runs; ++run) {
    policy::Breaker breaker(options);
    bool was_closed = true;
    const auto note = [&](Instant now) {
      const policy::BreakerState state = breaker.state(now);
      if (was_closed && state != policy::BreakerState::closed) ++opened;
      was_closed = state == policy::BreakerState::closed;
    };
    for (int i = 0; i < 60 * per_second; ++i) {
      const Instant now = Instant{} + i * apart;
      const bool passes = breaker.try_acquire(now);
      note(now);
      if (!passes) continue;
      const bool fails = draws.uniform() < failure;
      breaker.on_result({.kind = fails ? policy::OutcomeKind::error : policy::OutcomeKind::ok},
                        Duration{1}, now, jitter);
      note(now);
    }
  }
  return opened;
}

/// The number before " times".
double about(const std::string& arithmetic) {
  const std::size_t at = arithmetic.rfind("about ");
  if (at == std::string::npos) {
    ADD_FAILURE() << arithmetic;
    return 0.0;
  }
  std::string number = arithmetic.substr(at + 6);
  std::erase(number, ',');
  return std::stod(number);
}

/// One of which nearly every kind opens again and again, and is shut for long.
TEST(BreakerOpensOnNoise, AboutAsOftenAsItDoesWhereItIsShutForLong) {
  using Strategy = policy::SentinelBreakerOptions::Strategy;
  struct Setting {
    const char* text;
    policy::BreakerOptions options;
    double failure;
  };
  const auto second = std::chrono::seconds{1};
  for (const Setting& s :
       {Setting{"window: {window: 20, failures: 4, open_for: 1s}",
                policy::WindowBreakerOptions{.window = 20, .failures = 4, .open_for = second}, 0.1},
        Setting{"window: {window: 20, failures: 6, open_for: 3s}",
                policy::WindowBreakerOptions{.window = 20, .failures = 6, .open_for = 3 * second},
                0.1},
        // A little more than once, and then it is shut for half of the run.
        Setting{"window: {window: 20, failures: 8, open_for: 30s}",
                policy::WindowBreakerOptions{.window = 20, .failures = 8, .open_for = 30 * second},
                0.13},
        Setting{"resilience4j: {window: 20, minimum: 20, failure_rate: 20%, open_for: 2s}",
                policy::Resilience4jBreakerOptions{
                    .window = 20, .minimum = 20, .failure_rate = 20.0, .open_for = 2 * second},
                0.1},
        Setting{"resilience4j: {window: 20, minimum: 4, failure_rate: 60%, open_for: 2s, "
                "half_open_calls: 10}",
                policy::Resilience4jBreakerOptions{
                    .window = 20, .minimum = 4, .failure_rate = 60.0, .open_for = 2 * second},
                0.4},
        Setting{"polly: {minimum_throughput: 20, sampling: 1s, failure_ratio: 50%, break_for: 2s}",
                policy::PollyBreakerOptions{.failure_ratio = 50.0,
                                            .minimum_throughput = 20,
                                            .sampling = second,
                                            .break_for = 2 * second},
                0.4},
        Setting{"hystrix: {window: 1s, snapshot: 100ms, sleep_window: 2s, error_threshold: 45%}",
                policy::HystrixBreakerOptions{.error_threshold = 45,
                                              .window = second,
                                              .snapshot = std::chrono::milliseconds{100},
                                              .sleep_window = 2 * second},
                0.4},
        Setting{"sentinel: {error_ratio: 70%, open_for: 4s}",
                policy::SentinelBreakerOptions{
                    .strategy = Strategy::error_ratio, .ratio = 70.0, .open_for = 4 * second},
                0.4},
        Setting{"linkerd: {max_failures: 5, min_penalty: 2s, max_penalty: 2s, jitter: 0}",
                policy::LinkerdBreakerOptions{.max_failures = 5,
                                              .min_penalty = 2 * second,
                                              .max_penalty = 2 * second,
                                              .jitter = 0.0},
                0.4}}) {
    const std::string arithmetic = noise(s.text, "100/s", std::to_string(s.failure * 100.0) + "%");
    constexpr int minutes = 300;
    const int opened = openings(s.options, s.failure, 100, minutes);
    EXPECT_NEAR(about(arithmetic) * minutes / opened, 1.0, 0.2) << s.text << ": " << opened;
  }
}

// --- Polly ---

TEST(PollyBreaker, NeverOpensBelowItsMinimumInTheRunOrTheSampling) {
  EXPECT_EQ(never("polly: {}", "1/s"),
            "it judges from 100 results on, and the run has at the most 60");
  EXPECT_EQ(never("polly: {sampling: 10s}", "4/s"),
            "it judges from 100 results within 10s on, and sees at the most 4/s x 10s = 40");
  EXPECT_EQ(key_of(with_breaker("polly: {sampling: 10s}", "4/s"), Code::breaker_never_opens),
            "policies.p.breaker.polly.minimum_throughput");
  EXPECT_EQ(never("polly: {sampling: 10s}", "8/s"), "no finding")
      << "100 of a mean of 80 happen in one window or another";
  EXPECT_EQ(never("polly: {}", "4/s"), "no finding") << "120 in 30 s";
}

TEST(PollyBreaker, OpensOnNoiseAtItsRatioOrMore) {
  const std::string text = with_breaker(
      "polly: {failure_ratio: 20%, minimum_throughput: 50, sampling: 1s}", "100/s", "10%");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_opens_on_noise),
            "at 10% failures it opens with probability 0.0251 before its window holds 100 results, "
            "and with probability 0.01166 while those are replaced; with 6,000 results in the run "
            "about 0.7272 times");
  EXPECT_EQ(key_of(text, Code::breaker_opens_on_noise), "policies.p.breaker.polly.failure_ratio");
  EXPECT_EQ(
      noise("polly: {failure_ratio: 40%, minimum_throughput: 50, sampling: 1s}", "100/s", "10%"),
      "no finding");
  EXPECT_EQ(
      noise("polly: {failure_ratio: 20%, minimum_throughput: 50, sampling: 1s}", "100/s", "0%"),
      "no finding");
  EXPECT_EQ(noise("polly: {minimum_throughput: 50, sampling: 1s}", "40/s", "10%"), "no finding")
      << "it judges less often than once a window, and how often is not said";
}

TEST(PollyBreaker, OpensOnNoiseAboutAsOftenAsItDoes) {
  struct Setting {
    const char* text;
    policy::PollyBreakerOptions options;
    double failure;
  };
  const auto brief = std::chrono::nanoseconds{1};
  for (const Setting& s :
       {Setting{"failure_ratio: 20%, minimum_throughput: 50, sampling: 1s",
                {.failure_ratio = 20.0,
                 .minimum_throughput = 50,
                 .sampling = std::chrono::seconds{1},
                 .break_for = brief},
                0.1},
        Setting{"failure_ratio: 10%, minimum_throughput: 100, sampling: 10s",
                {.failure_ratio = 10.0,
                 .minimum_throughput = 100,
                 .sampling = std::chrono::seconds{10},
                 .break_for = brief},
                0.08},
        // Nearly as much as the window holds, so that it is judged at the end of a bucket alone.
        Setting{"failure_ratio: 10%, minimum_throughput: 400, sampling: 4s",
                {.failure_ratio = 10.0,
                 .minimum_throughput = 400,
                 .sampling = std::chrono::seconds{4},
                 .break_for = brief},
                0.09},
        // Any failure from the tenth result on.
        Setting{"failure_ratio: 0%, minimum_throughput: 10, sampling: 1s",
                {.failure_ratio = 0.0,
                 .minimum_throughput = 10,
                 .sampling = std::chrono::seconds{1},
                 .break_for = brief},
                0.1}}) {
    const std::string arithmetic = noise(std::string("polly: {break_for: 1ns, ") + s.text + "}",
                                         "100/s", std::to_string(s.failure * 100.0) + "%");
    constexpr int minutes = 1'000;
    const int opened = openings(s.options, s.failure, 100, minutes);
    EXPECT_NEAR(about(arithmetic) * minutes / opened, 1.0, 0.2) << s.text << ": " << opened;
  }
}

TEST(PollyBreaker, OfALargeWindowIsLookedAtOnce) {
  EXPECT_THAT(noise("polly: {minimum_throughput: 100}", "10000/s", "9%"),
              ::testing::HasSubstr("about 2.305 times"));
  // 30,000 results, of which 10 % fail where 9.8 % is the mean: 1.15 standard deviations.
  EXPECT_THAT(noise("polly: {minimum_throughput: 30000}", "1000/s", "9.8%"),
              ::testing::HasSubstr("and with probability at least 0.12"));
  EXPECT_EQ(noise("polly: {sampling: 24h, minimum_throughput: 1000}", "100000/s", "1%"),
            "no finding")
      << "it never gets full";
}

// --- Hystrix ---

TEST(HystrixBreaker, NeverOpensBelowItsVolumeInTheRunOrTheWindow) {
  EXPECT_EQ(never("hystrix: {}", "0.1/s"),
            "it judges from 20 results on, and the run has at the most 6");
  EXPECT_EQ(never("hystrix: {}", "0.5/s"),
            "it judges from 20 results within 10s on, and sees at the most 0.5/s x 10s = 5");
  EXPECT_EQ(key_of(with_breaker("hystrix: {}", "0.5/s"), Code::breaker_never_opens),
            "policies.p.breaker.hystrix.request_volume");
  EXPECT_EQ(never("hystrix: {}", "1/s"), "no finding") << "20 of a mean of 10 happen";
}

TEST(HystrixBreaker, OpensOnNoiseAtItsWholePercentage) {
  const std::string text = with_breaker(
      "hystrix: {request_volume: 100, error_threshold: 20%, window: 1s, snapshot: 50ms}", "100/s",
      "10%");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_opens_on_noise),
            "at 10% failures it opens with probability 0.001979 before its window holds 100 "
            "results, and with probability 0.0104 while those are replaced; with 6,000 results in "
            "the run about 0.6134 times, if results come evenly; at random that is off by far, as "
            "a window holds little more than the minimum");
  EXPECT_EQ(key_of(text, Code::breaker_opens_on_noise),
            "policies.p.breaker.hystrix.error_threshold");
  EXPECT_EQ(noise("hystrix: {}", "100/s", "10%"), "no finding") << "half of them never fail";
  EXPECT_EQ(noise("hystrix: {error_threshold: 10%}", "1/s", "10%"), "no finding")
      << "it judges less often than once a window, and how often is not said";
}

TEST(HystrixBreaker, CutsThePercentageOffAsItDoes) {
  // One snapshot of 100 results in the window. 29 of them come to 28.999..., so it takes 30.
  const auto text = [](const char* threshold) {
    return noise(std::string("hystrix: {request_volume: 100, window: 1s, snapshot: 1s, "
                             "error_threshold: ") +
                     threshold + "}",
                 "100/s", "25%");
  };
  EXPECT_THAT(text("29%"), ::testing::HasSubstr("probability 0.1495 before"));  // P(X >= 30)
  EXPECT_THAT(text("28%"), ::testing::HasSubstr("probability 0.2776 before"));  // P(X >= 28)
}

TEST(HystrixBreaker, OpensOnNoiseAboutAsOftenAsItDoes) {
  struct Setting {
    const char* text;
    policy::HystrixBreakerOptions options;
  };
  const auto brief = std::chrono::nanoseconds{1};
  for (const Setting& s :
       {Setting{"request_volume: 100, error_threshold: 20%, window: 1s, snapshot: 50ms",
                {.request_volume = 100,
                 .error_threshold = 20,
                 .window = std::chrono::seconds{1},
                 .snapshot = std::chrono::milliseconds{50},
                 .sleep_window = brief}},
        Setting{"error_threshold: 12%, window: 10s",
                {.error_threshold = 12, .sleep_window = brief}},
        // One bucket, which tumbles.
        Setting{"error_threshold: 14%, window: 1s, snapshot: 1s",
                {.error_threshold = 14,
                 .window = std::chrono::seconds{1},
                 .snapshot = std::chrono::seconds{1},
                 .sleep_window = brief}}}) {
    const std::string arithmetic =
        noise(std::string("hystrix: {sleep_window: 1ns, ") + s.text + "}", "100/s", "10%");
    constexpr int minutes = 1'000;
    const int opened = openings(s.options, 0.1, 100, minutes);
    EXPECT_NEAR(about(arithmetic) * minutes / opened, 1.0, 0.2) << s.text << ": " << opened;
  }
}

// --- Sentinel ---

TEST(SentinelBreaker, NeverOpensBelowItsMinimumInTheRunOrTheInterval) {
  EXPECT_EQ(never("sentinel: {error_ratio: 50%}", "0.01/s"),
            "it judges from 5 results on, and the run has at the most 0.6");
  EXPECT_EQ(never("sentinel: {error_ratio: 50%, minimum: 20}", "2/s"),
            "it judges from 20 results within 1s on, and sees at the most 2/s x 1s = 2");
  EXPECT_EQ(key_of(with_breaker("sentinel: {error_ratio: 50%, minimum: 20}", "2/s"),
                   Code::breaker_never_opens),
            "policies.p.breaker.sentinel.minimum");
  EXPECT_EQ(never("sentinel: {error_ratio: 50%, minimum: 20}", "10/s"), "no finding");
  EXPECT_EQ(never("sentinel: {minimum: 20}", "2/s"),
            "it judges from 20 results within 1s on, and sees at the most 2/s x 1s = 2")
      << "slow calls too";
}

TEST(SentinelBreaker, NeverOpensBelowACountOfFailures) {
  EXPECT_EQ(never("sentinel: {error_count: 19}", "2/s"),
            "it opens at 20 failures within 1s, and sees at the most 2/s x 1s = 2");
  EXPECT_EQ(key_of(with_breaker("sentinel: {error_count: 19}", "2/s"), Code::breaker_never_opens),
            "policies.p.breaker.sentinel.error_count");
  EXPECT_EQ(never("sentinel: {error_count: 5}", "2/s"), "no finding");
}

TEST(SentinelBreaker, NeverOpensAboveAllFailures) {
  EXPECT_EQ(never("sentinel: {error_ratio: 100%}", "100/s"),
            "it opens above 100% of failures, and all that fail are 100%");
  EXPECT_EQ(never("sentinel: {error_ratio: 99%}", "100/s"), "no finding");
  EXPECT_EQ(openings(
                policy::SentinelBreakerOptions{
                    .strategy = policy::SentinelBreakerOptions::Strategy::error_ratio},
                1.0, 100, 1),
            0);
}

TEST(SentinelBreaker, NeverOpensWhereTimeoutsEndWhatWouldBeSlow) {
  const std::string text = with_breaker("sentinel: {}", "100/s", "0%", "    timeout: 1s\n");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_never_opens),
            "slow is what takes longer than 1s, and calls end after 1s at the latest");
  EXPECT_EQ(key_of(text, Code::breaker_never_opens), "policies.p.breaker.sentinel.slow_call");
  EXPECT_EQ(never("sentinel: {}", "100/s", "    timeout: 1001ms\n"), "no finding");
  EXPECT_EQ(never("sentinel: {}", "100/s"), "no finding") << "without a timeout";
  EXPECT_EQ(never("sentinel: {error_ratio: 50%}", "100/s", "    timeout: 1s\n"), "no finding");
  EXPECT_EQ(never("sentinel: {}", "100/s",
                  "    timeout: 1s\n    retry: {max_attempts: 2}\n"
                  "    order: [breaker, retry, timeout]\n"),
            "no finding")
      << "two attempts may take longer";
  EXPECT_EQ(never("sentinel: {}", "100/s",
                  "    timeout: 1s\n    bulkhead: {max_concurrent: 9, max_wait: 1s}\n"),
            "no finding")
      << "in line it may take longer";
  EXPECT_EQ(never("sentinel: {}", "100/s",
                  "    deadline: 500ms\n    timeout: 2s\n    retry: {max_attempts: 2}\n"
                  "    order: [breaker, retry, timeout]\n"),
            "slow is what takes longer than 1s, and calls end after 500ms at the latest");
}

TEST(SentinelBreaker, OpensOnNoiseAboveItsRatio) {
  // Of an interval of 20, from 5 on: more than half of the first 5, 6 ... 20.
  const std::string text = with_breaker("sentinel: {error_ratio: 50%}", "20/s", "10%");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_opens_on_noise),
            "at 10% failures 20 results within 1s open it with probability 0.009511; with 1,200 "
            "results in the run about 0.5747 times");
  EXPECT_EQ(key_of(text, Code::breaker_opens_on_noise), "policies.p.breaker.sentinel.error_ratio");
  EXPECT_EQ(noise("sentinel: {error_ratio: 50%, minimum: 20}", "20/s", "10%"), "no finding")
      << "11 of 20 is once in a million";
  EXPECT_EQ(noise("sentinel: {}", "20/s", "10%"), "no finding") << "failures are nothing to it";
  // Of intervals of 5 results, exactly: 3 of 5, and not 2 of 5, is above two in five.
  EXPECT_THAT(noise("sentinel: {error_ratio: 40%}", "5/s", "10%"),
              ::testing::HasSubstr("open it with probability 0.00856;"));
}

TEST(SentinelBreaker, OpensOnNoiseAboveItsCount) {
  // 6 or more of 20.
  EXPECT_EQ(noise("sentinel: {error_count: 5}", "20/s", "10%"),
            "at 10% failures 20 results within 1s open it with probability 0.01125; with 1,200 "
            "results in the run about 0.6762 times");
  EXPECT_EQ(noise("sentinel: {error_count: 11}", "20/s", "10%"), "no finding");
}

TEST(SentinelBreaker, OpensOnNoiseAboutAsOftenAsItDoes) {
  using Strategy = policy::SentinelBreakerOptions::Strategy;
  struct Setting {
    const char* text;
    policy::SentinelBreakerOptions options;
  };
  const auto brief = std::chrono::nanoseconds{1};
  for (const Setting& s :
       {Setting{"error_ratio: 50%",
                {.strategy = Strategy::error_ratio, .ratio = 50.0, .open_for = brief}},
        Setting{
            "error_ratio: 20%, minimum: 10",
            {.strategy = Strategy::error_ratio, .ratio = 20.0, .minimum = 10, .open_for = brief}},
        Setting{"error_count: 5",
                {.strategy = Strategy::error_count, .count = 5, .open_for = brief}}}) {
    const std::string arithmetic =
        noise(std::string("sentinel: {open_for: 1ns, ") + s.text + "}", "20/s", "10%");
    constexpr int minutes = 2'000;
    const int opened = openings(s.options, 0.1, 20, minutes);
    EXPECT_NEAR(about(arithmetic) * minutes / opened, 1.0, 0.2) << s.text << ": " << opened;
  }
}

TEST(SentinelBreaker, OpensNoMoreOftenThanItCanWhileItIsShutForLong) {
  // Every interval of 100 has one failure: it opens each time, and is shut for ten seconds.
  EXPECT_LT(about(noise("sentinel: {error_count: 0}", "100/s", "10%")), 6.1);
}

// --- Linkerd ---

TEST(LinkerdBreaker, NeverOpensWithFewerCallsThanItTakes) {
  EXPECT_EQ(never("linkerd: {max_failures: 200}", "2/s"),
            "it opens at 200 failures in a row, and the run has at the most 120");
  EXPECT_EQ(key_of(with_breaker("linkerd: {max_failures: 200}", "2/s"), Code::breaker_never_opens),
            "policies.p.breaker.linkerd.max_failures");
  EXPECT_EQ(never("linkerd: {max_failures: 130}", "2/s"), "no finding")
      << "130 of a mean of 120 happen";
  EXPECT_EQ(never("linkerd: {}", "100/s", "    state: {instances: 1000}\n"), "no finding");
  EXPECT_EQ(never("linkerd: {}", "1/s", "    state: {instances: 60}\n"),
            "it opens at 7 failures in a row, and the run has at the most 1 for each of 60 states");
}

TEST(LinkerdBreaker, OpensOnNoiseAtARunOfFailures) {
  // 5 + 25 + 125 results until three of one in five came in a row; 126 more pass by in a penalty
  // and a quarter, as a trial in five fails.
  const std::string text = with_breaker("linkerd: {max_failures: 3}", "100/s", "20%");
  EXPECT_EQ(arithmetic_of(text, Code::breaker_opens_on_noise),
            "at 20% failures 3 in a row come after 155 results on average; with 6,000 results in "
            "the run about 21.43 times");
  EXPECT_EQ(key_of(text, Code::breaker_opens_on_noise), "policies.p.breaker.linkerd.max_failures");
  // 1.1e5 and 1.1e4 results for 6,000 of them.
  EXPECT_EQ(noise("linkerd: {max_failures: 5}", "100/s", "10%"), "no finding");
  EXPECT_NE(noise("linkerd: {max_failures: 4}", "100/s", "10%"), "no finding");
  EXPECT_EQ(noise("linkerd: {}", "100/s", "0%"), "no finding");
  // 1.54 times if it were closed again at once; but once it is open, half of the run has passed.
  EXPECT_THAT(noise("linkerd: {max_failures: 5, min_penalty: 30s}", "100/s", "20%"),
              ::testing::HasSubstr("about 1 times"));
}

TEST(LinkerdBreaker, OpensOnNoiseAboutAsOftenAsItDoes) {
  const auto brief = std::chrono::nanoseconds{1};
  for (const std::uint32_t max_failures : {2U, 3U, 5U}) {
    const std::string arithmetic =
        noise("linkerd: {min_penalty: 1ns, max_failures: " + std::to_string(max_failures) + "}",
              "100/s", "20%");
    constexpr int minutes = 1'000;
    const int opened = openings(policy::LinkerdBreakerOptions{.max_failures = max_failures,
                                                              .min_penalty = brief,
                                                              .max_penalty = brief,
                                                              .jitter = 0.0},
                                0.2, 100, minutes);
    EXPECT_NEAR(about(arithmetic) * minutes / opened, 1.0, 0.2) << max_failures << ": " << opened;
  }
}

}  // namespace
}  // namespace squall::lint::product_breakers_test
