#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_breakers() {
  return {
      {"UnknownBreaker",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {resilence4j: {}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.resilence4j: unknown key; did you mean"
       " 'resilience4j'?",
       seen},
      {"BreakerNeverTrips",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {window: {window: 10, failures: 11}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.window.failures: must be a whole number from 1 "
       "to 10, the window, is '11'",
       unseen},
      {"BreakerOfNoWindow",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {window: {window: 0}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.window.window: must be a whole number "
       "from 1 to 100,000, is '0'",
       seen},
      {"BreakerOfHalfACall",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {resilience4j: {window: 2.5}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.resilience4j.window: must be a whole number "
       "from 1 to 100,000, or a duration, is '2.5'",
       seen},
      {"BreakerWithoutMinimum",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {resilience4j: {minimum: 0}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.resilience4j.minimum: must be a whole number "
       "from 1 to 4,294,967,295, is '0'",
       seen},
      {"BreakerWithoutTrials",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {resilience4j: {half_open_calls: 0}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.resilience4j.half_open_calls: must be a whole "
       "number "
       "from 1 to 100,000, is '0'",
       seen},
      {"BreakerTripsAtZero",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {resilience4j: {failure_rate: 0%}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.resilience4j.failure_rate: must be "
       "above 0% and at most 100%, is 0%",
       unseen},
      {"PollyOfOneCall",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {polly: {minimum_throughput: 1}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.polly.minimum_throughput: must be a whole number "
       "from 2 to 4,294,967,295, is '1'",
       seen},
      {"PollyRatioAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {polly: {failure_ratio: 101%}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.polly.failure_ratio: must be from 0% to 100%, is "
       "101%",
       seen},
      {"PollySamplesForDays",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {polly: {sampling: 25h}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.polly.sampling: must be above 0s and at most "
       "24h, is 25h",
       unseen},
      {"PollyDoesNotBreak",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {polly: {break_for: 0s}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.polly.break_for: must be above 0s, is 0s",
       unseen},
      {"HystrixWithoutVolume",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {request_volume: 0}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.request_volume: must be a whole number "
       "from 1 to 4,294,967,295, is '0'",
       seen},
      {"HystrixOfHalfAPercent",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {error_threshold: 50.5%}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.error_threshold: must be a whole "
       "percentage from 1% to 100%, is '50.5%'",
       unseen},
      {"HystrixOfNoPercent",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {error_threshold: 0%}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.error_threshold: must be a whole "
       "percentage from 1% to 100%, is '0%'",
       unseen},
      {"HystrixOfPartsOfASnapshot",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {window: 10s, snapshot: 3s}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.window: must be 1 to 10,000 times the "
       "snapshot, 3s, a whole number, is 10s",
       unseen},
      {"HystrixWithoutSnapshots",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {snapshot: 0ms}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.snapshot: must be above 0s, is 0s",
       unseen},
      {"HystrixUnknownKey",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {hystrix: {sleep_windw: 1s}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.hystrix.sleep_windw: unknown key; did you mean "
       "'sleep_window'?",
       seen},
      {"SentinelOfTwoStrategies",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {sentinel: {slow_ratio: 50%, error_count: 3}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.sentinel: has both 'slow_ratio' and "
       "'error_count'; only one can stand",
       seen},
      {"SentinelSlowWithoutSlowRatio",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {sentinel: {error_ratio: 50%, slow_call: 1s}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.sentinel.slow_call: goes with slow_ratio only",
       seen},
      {"SentinelErrorCountOfLess",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {sentinel: {error_count: -1}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.sentinel.error_count: must be a whole number "
       "from 0 to 4,294,967,295, is '-1'",
       seen},
      {"SentinelErrorRatioAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {sentinel: {error_ratio: 1.5}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.sentinel.error_ratio: 1.5: a share is from 0 to "
       "1, or from 0% to 100%; did you mean '1.5%'?",
       seen},
      {"SentinelWithoutInterval",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {sentinel: {interval: 0s}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.sentinel.interval: must be above 0s, is 0s",
       unseen},
      {"LinkerdOfNoFailure",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {linkerd: {max_failures: 0}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.linkerd.max_failures: must be a whole number "
       "from 1 to 4,294,967,295, is '0'",
       seen},
      {"LinkerdPenaltiesTheWrongWayRound",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {linkerd: {min_penalty: 2m}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.linkerd.max_penalty: must be at least the "
       "min_penalty, 2m, is 1m",
       unseen},
      {"LinkerdJitterAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {linkerd: {jitter: 101}}}\n"),
       "checkout.yaml:3: policies.careful.breaker.linkerd.jitter: must be from 0 to 100, is 101",
       seen},
      {"TwoBreakers",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {polly: {}, linkerd: {}}}\n"),
       "checkout.yaml:3: policies.careful.breaker: has both 'polly' and 'linkerd'; only one can "
       "stand",
       seen},
      {"NoKindOfBreaker",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {breaker: {}}\n"),
       "checkout.yaml:3: policies.careful.breaker: needs one of window, resilience4j, polly, "
       "hystrix, sentinel or linkerd",
       seen},
  };
}

}  // namespace squall::scenario
