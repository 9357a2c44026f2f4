#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

std::string with(const std::string& part) {
  return around("services: {bank: {}}\npolicies:\n  careful: {" + part + "}\n");
}

}  // namespace

std::vector<BrokenDocument> broken_limits() {
  return {
      {"UnknownRateLimit", with("rate_limit: {token_buckets: {}}"),
       "checkout.yaml:3: policies.careful.rate_limit.token_buckets: unknown key; did you mean "
       "'token_bucket'?",
       seen},
      {"RateLimitOfTwoKinds",
       with("rate_limit: {token_bucket: {}, envoy: {max_tokens: 1, fill_interval: 1s}}"),
       "checkout.yaml:3: policies.careful.rate_limit: has both 'token_bucket' and 'envoy'; only "
       "one can stand",
       seen},
      {"RateLimitWithoutARate", with("rate_limit: {token_bucket: {rate: 0/s}}"),
       "checkout.yaml:3: policies.careful.rate_limit.token_bucket.rate: must be above 0/s, is 0/s",
       unseen},
      {"RateLimitOfANumber", with("rate_limit: {token_bucket: {rate: 50}}"),
       "checkout.yaml:3: policies.careful.rate_limit.token_bucket.rate: 50: a rate needs a unit "
       "(/s /m /h); did you mean '50/s'?",
       seen},
      {"BucketWithoutRoom", with("rate_limit: {token_bucket: {burst: 0}}"),
       "checkout.yaml:3: policies.careful.rate_limit.token_bucket.burst: must be a whole number "
       "from 1 to 4,294,967,295, is '0'",
       seen},
      {"CyclesOfNoTime", with("rate_limit: {resilience4j: {limit_refresh_period: 0s}}"),
       "checkout.yaml:3: policies.careful.rate_limit.resilience4j.limit_refresh_period: must be "
       "above 0s, is 0s",
       unseen},
      {"EnvoyRateLimitWithoutTokens", with("rate_limit: {envoy: {fill_interval: 1s}}"),
       "checkout.yaml:3: policies.careful.rate_limit.envoy: needs 'max_tokens'", seen},
      {"EnvoyRateLimitThatFillsTooFast",
       with("rate_limit: {envoy: {max_tokens: 1, fill_interval: 49ms}}"),
       "checkout.yaml:3: policies.careful.rate_limit.envoy.fill_interval: must be at least 50ms, "
       "is 49ms",
       unseen},
      {"UnknownLimiter", with("limiter: {gradient: {}}"),
       "checkout.yaml:3: policies.careful.limiter.gradient: unknown key; did you mean "
       "'gradient2'?",
       seen},
      {"LimiterThatBeginsAboveItsMost", with("limiter: {vegas: {initial: 30, max: 20}}"),
       "checkout.yaml:3: policies.careful.limiter.vegas.initial: must be from 1 to the max, 20, is "
       "30",
       unseen},
      {"LimiterThatGrowsPastShrinking", with("limiter: {vegas: {alpha: 7}}"),
       "checkout.yaml:3: policies.careful.limiter.vegas.beta: must be at least the alpha, 7, is 6",
       unseen},
      {"LimiterThatNeverChanges", with("limiter: {gradient2: {smoothing: 0%}}"),
       "checkout.yaml:3: policies.careful.limiter.gradient2.smoothing: must be above 0 and at most "
       "1, is 0",
       unseen},
      {"LimiterWithoutTolerance", with("limiter: {gradient2: {tolerance: 0.5}}"),
       "checkout.yaml:3: policies.careful.limiter.gradient2.tolerance: must be a number from 1, is "
       "0.5",
       seen},
      {"LimiterThatBacksOffByNothing", with("limiter: {aimd: {backoff_ratio: 1}}"),
       "checkout.yaml:3: policies.careful.limiter.aimd.backoff_ratio: must be from 0.5 to below 1, "
       "is 1",
       seen},
      {"LimiterThatDropsOnLatency", with("limiter: {aimd: {drop_on: 5}}"),
       "checkout.yaml:3: policies.careful.limiter.aimd.drop_on: must be a list of timeout, error, "
       "rejected and names of errors, is '5'",
       seen},
      {"GradientOfMoreThanAll", with("limiter: {envoy_gradient: {buffer: 125%}}"),
       "checkout.yaml:3: policies.careful.limiter.envoy_gradient.buffer: must be from 0% to 100%, "
       "is 125%",
       seen},
      {"GradientWithALeastAboveItsMost",
       with("limiter: {envoy_gradient: {max_concurrency_limit: 2}}"),
       "checkout.yaml:3: policies.careful.limiter.envoy_gradient.min_concurrency: must be from 1 "
       "to the max_concurrency_limit, 2, is 3",
       unseen},
      {"LimiterThatTheOrderLeavesOut", with("limiter: {aimd: {}}, order: [retry, timeout]"),
       "checkout.yaml:3: policies.careful.order: must name every part that the policy has, leaves "
       "out limiter",
       unseen},
      {"AdmissionOfNoLimiter", around("services:\n  bank: {admission: {limiter: {}}}\n"),
       "checkout.yaml:2: services.bank.admission.limiter: needs one of vegas, gradient2, aimd "
       "or envoy_gradient",
       seen},
      {"AdmissionLimiterOutOfRange",
       around("services:\n  bank: {admission: {limiter: {aimd: {timeout: 0s}}}}\n"),
       "checkout.yaml:2: services.bank.admission.limiter.aimd.timeout: must be above 0s, is 0s",
       unseen},
  };
}

}  // namespace squall::scenario
