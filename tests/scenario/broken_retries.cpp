#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_retries() {
  return {
      {"FixedAndDecorrelatedV2",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, jitter: decorrelated_v2}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: decorrelated_v2 jitter grows as an "
       "exponential does; write it beside 'exponential'",
       unseen},
      {"LognormalTooWide",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, jitter: {lognormal: 11}}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.jitter.lognormal: must be a number from 0 "
       "to 10, is '11'",
       seen},
      {"UnknownCap",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, cap: after_jiter}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.cap: must be before_jitter or "
       "after_jitter, is 'after_jiter'; did you mean 'after_jitter'?",
       seen},
      {"UnitOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, unit: 0s}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.unit: must be longer than 0, is '0s'",
       unseen},
      {"BackoffWithoutBase",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {cumulative: {max: 5ms}}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.cumulative: needs 'base'", unseen},
      {"UnknownPreset",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {preset: resilence4j}}\n"),
       "checkout.yaml:3: policies.careful.retry.preset: must be aws, envoy, envoy_2018, folly, "
       "grpc, grpc_2017, istio, polly or resilience4j, is 'resilence4j'; did you mean "
       "'resilience4j'?",
       seen},
      {"GrpcOneAttempt",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {preset: grpc, max_attempts: 1}}\n"),
       "checkout.yaml:3: policies.careful.retry.max_attempts: must be a whole number from 2 to "
       "1,000,000, is '1'",
       unseen},
      {"GrpcBackoffOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {preset: grpc, backoff: {exponential: 0s}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff: with preset 'grpc' the base must be at "
       "least 1ns, is 0s",
       unseen},
      {"EnvoyBelowAMillisecond",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {preset: envoy, backoff: {exponential: 999us}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff: with preset 'envoy' the base must be at "
       "least 1ms, is 999us",
       unseen},
      {"EnvoyMaxBelowBase",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {preset: envoy, backoff: {exponential: {max: 24ms}}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.exponential.max: must be at least the "
       "base, 25ms, is 24ms",
       unseen},
  };
}

}  // namespace squall::scenario
