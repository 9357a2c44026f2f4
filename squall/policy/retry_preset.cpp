#include "squall/policy/retry_preset.hpp"

#include <chrono>

#include "squall/base/check.hpp"

namespace squall::policy {
namespace {

using namespace std::chrono_literals;

/// 25 ms, at most ten times that, full jitter in whole milliseconds; what the callee says about
/// retrying counts only with rate_limited_retry_back_off, which is not there by default.
RetryOptions envoy(BackoffShape shape, Cap cap, std::uint32_t retries) noexcept {
  return {.max_attempts = 1 + retries,
          .backoff = {.shape = shape,
                      .base = 25ms,
                      .max = 250ms,
                      .jitter = Jitter::full,
                      .cap = cap,
                      .unit = 1ms},
          .honour_pushback = false};
}

/// The values of the example in the proposal; gRPC itself has no defaults.
RetryOptions grpc(Jitter jitter) noexcept {
  return {.max_attempts = 4,
          .backoff = {.base = 100ms, .max = 1s, .jitter = jitter, .spread = 0.2},
          .honour_pushback = true};
}

}  // namespace

RetryOptions preset_options(RetryPreset preset) noexcept {
  switch (preset) {
    case RetryPreset::aws:
      return {.max_attempts = 3,
              .backoff = {.base = 1s, .max = 20s, .jitter = Jitter::full},
              .honour_pushback = false};
    case RetryPreset::envoy:
      return envoy(BackoffShape::exponential, Cap::before_jitter, 1);
    case RetryPreset::envoy_2018:
      return envoy(BackoffShape::cumulative, Cap::after_jitter, 1);
    case RetryPreset::folly:
      // folly has no defaults either; these are the values of its tests.
      return {.max_attempts = 3,
              .backoff = {.base = 100ms,
                          .max = 1s,
                          .jitter = Jitter::lognormal,
                          .sigma = 0.1,
                          .cap = Cap::after_jitter,
                          .unit = 1ms},
              .honour_pushback = false};
    case RetryPreset::grpc:
      return grpc(Jitter::proportional);
    case RetryPreset::grpc_2017:
      return grpc(Jitter::full);
    case RetryPreset::istio:
      return envoy(BackoffShape::exponential, Cap::before_jitter, 2);
    case RetryPreset::polly:
      return {.max_attempts = 4,
              .backoff = {.shape = BackoffShape::fixed,
                          .base = 2s,
                          .spread = 0.25,
                          .cap = Cap::after_jitter},
              .honour_pushback = false};
    case RetryPreset::resilience4j:
      return {.max_attempts = 3,
              .backoff = {.shape = BackoffShape::fixed,
                          .base = 500ms,
                          .multiplier = 1.5,
                          .spread = 0.5,
                          .cap = Cap::after_jitter,
                          .unit = 1ms},
              .honour_pushback = false};
    case RetryPreset::none:
      break;
  }
  SQUALL_CHECK(false, "a preset that is none");
  return {};
}

PresetRules preset_rules(RetryPreset preset) noexcept {
  switch (preset) {
    case RetryPreset::envoy:
    case RetryPreset::envoy_2018:
    case RetryPreset::istio:
      return {.min_base = 1ms, .bases_to_max = 10};
    case RetryPreset::grpc:
    case RetryPreset::grpc_2017:
      return {.min_attempts = 2, .attempts_act_as = 5, .min_base = 1ns};
    case RetryPreset::resilience4j:
      return {.min_base = 1ms};
    case RetryPreset::aws:
    case RetryPreset::folly:
    case RetryPreset::polly:
    case RetryPreset::none:
      break;
  }
  return {};
}

}  // namespace squall::policy
