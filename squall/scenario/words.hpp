#pragma once

#include <array>
#include <string_view>

#include "squall/scenario/reader.hpp"
#include "squall/scenario/scenario.hpp"

/// The fixed vocabularies of the format: what is read, what is written, what a message lists.
namespace squall::scenario {

inline constexpr std::array<Word<Balance>, 4> balance_words = {{
    {"round_robin", Balance::round_robin},
    {"random", Balance::random},
    {"least_requests", Balance::least_requests},
    {"power_of_two", Balance::power_of_two},
}};
inline constexpr std::array<Word<QueueOrder>, 4> queue_order_words = {{
    {"fifo", QueueOrder::fifo},
    {"lifo", QueueOrder::lifo},
    {"adaptive_lifo", QueueOrder::adaptive_lifo},
    {"priority", QueueOrder::priority},
}};
inline constexpr std::array<Word<policy::CodelOptions::Mode>, 2> codel_mode_words = {{
    {"facebook", policy::CodelOptions::Mode::facebook},
    {"classic", policy::CodelOptions::Mode::classic},
}};
inline constexpr std::array<Word<DemandAt>, 2> demand_at_words = {{
    {"start", DemandAt::start},
    {"arrival", DemandAt::arrival},
}};
inline constexpr std::array<Word<WhenCallerGone>, 3> when_caller_gone_words = {{
    {"finish", WhenCallerGone::finish},
    {"skip_queued", WhenCallerGone::skip_queued},
    {"cancel", WhenCallerGone::cancel},
}};
inline constexpr std::array<Word<DuringCalls>, 2> during_calls_words = {{
    {"hold", DuringCalls::hold},
    {"release", DuringCalls::release},
}};
inline constexpr std::array<Word<OnFailure>, 2> on_failure_words = {{
    {"fail", OnFailure::fail},
    {"continue", OnFailure::proceed},
}};
inline constexpr std::array<Word<Await>, 2> await_words = {{
    {"accepted", Await::accepted},
    {"effect", Await::effect},
}};
inline constexpr std::array<Word<Overflow>, 3> overflow_words = {{
    {"reject", Overflow::reject},
    {"drop_oldest", Overflow::drop_oldest},
    {"block", Overflow::block},
}};
inline constexpr std::array<Word<OnHandlerFailure>, 3> on_handler_failure_words = {{
    {"redeliver", OnHandlerFailure::redeliver},
    {"dead_letter", OnHandlerFailure::dead_letter},
    {"ack", OnHandlerFailure::ack},
}};
inline constexpr std::array<Word<ProfileArrivals::Process>, 2> process_words = {{
    {"poisson", ProfileArrivals::Process::poisson},
    {"constant", ProfileArrivals::Process::constant},
}};
inline constexpr std::array<Word<Fault::Down>, 2> down_words = {{
    {"refuse", Fault::Down::refuse},
    {"blackhole", Fault::Down::blackhole},
}};
inline constexpr std::array<Word<policy::StatePer>, 2> state_per_words = {{
    {"edge", policy::StatePer::edge},
    {"callee", policy::StatePer::callee},
}};
/// The key of the strategy's threshold.
inline constexpr std::array<Word<policy::SentinelBreakerOptions::Strategy>, 3>
    sentinel_strategy_words = {{
        {"slow_ratio", policy::SentinelBreakerOptions::Strategy::slow_ratio},
        {"error_ratio", policy::SentinelBreakerOptions::Strategy::error_ratio},
        {"error_count", policy::SentinelBreakerOptions::Strategy::error_count},
    }};
inline constexpr std::array<Word<policy::BucketBudgetOptions::FilledBy>, 2> filled_by_words = {{
    {"success", policy::BucketBudgetOptions::FilledBy::success},
    {"call", policy::BucketBudgetOptions::FilledBy::call},
}};
inline constexpr std::array<Word<policy::Jitter>, 7> jitter_words = {{
    {"none", policy::Jitter::none},
    {"full", policy::Jitter::full},
    {"equal", policy::Jitter::equal},
    {"decorrelated", policy::Jitter::decorrelated},
    {"proportional", policy::Jitter::proportional},
    {"lognormal", policy::Jitter::lognormal},
    {"decorrelated_v2", policy::Jitter::decorrelated_v2},
}};
inline constexpr std::array<Word<policy::Cap>, 2> cap_words = {{
    {"before_jitter", policy::Cap::before_jitter},
    {"after_jitter", policy::Cap::after_jitter},
}};
inline constexpr std::array<Word<policy::HedgePreset>, 4> hedge_preset_words = {{
    {"brpc", policy::HedgePreset::brpc},
    {"envoy", policy::HedgePreset::envoy},
    {"grpc", policy::HedgePreset::grpc},
    {"polly", policy::HedgePreset::polly},
}};
inline constexpr std::array<Word<policy::RetryPreset>, 9> retry_preset_words = {{
    {"aws", policy::RetryPreset::aws},
    {"envoy", policy::RetryPreset::envoy},
    {"envoy_2018", policy::RetryPreset::envoy_2018},
    {"folly", policy::RetryPreset::folly},
    {"grpc", policy::RetryPreset::grpc},
    {"grpc_2017", policy::RetryPreset::grpc_2017},
    {"istio", policy::RetryPreset::istio},
    {"polly", policy::RetryPreset::polly},
    {"resilience4j", policy::RetryPreset::resilience4j},
}};

/// The word of a value. REQUIRES that the table holds it.
template <typename E, std::size_t N>
[[nodiscard]] constexpr std::string_view name_of(const std::array<Word<E>, N>& table, E value) {
  for (const Word<E>& word : table) {
    if (word.value == value) return word.name;
  }
  return {};
}

}  // namespace squall::scenario
