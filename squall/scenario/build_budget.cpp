#include <array>
#include <string_view>

#include "squall/policy/budget.hpp"
#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

policy::EnvoyBudgetOptions read_envoy_budget(const Value& value) {
  policy::EnvoyBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("percent")) options.percent = read_percent(*v);
  if (const auto v = in.find("min_concurrency")) options.min_concurrency = v->whole32(0);
  return options;
}

policy::GrpcThrottleOptions read_grpc_throttle(const Value& value) {
  policy::GrpcThrottleOptions options;
  MapReader in(value);
  if (const auto v = in.find("max_tokens")) options.max_tokens = v->whole32(1, 1'000);
  if (const auto v = in.find("token_ratio")) options.token_ratio = read_number(*v);
  return options;
}

policy::FinagleBudgetOptions read_finagle_budget(const Value& value) {
  policy::FinagleBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("ttl")) options.ttl = read_duration(*v);
  if (const auto v = in.find("min_retries_per_s"))
    options.min_retries_per_s = v->whole32(0, 1'000'000);
  if (const auto v = in.find("percent_can_retry")) options.percent_can_retry = read_ratio(*v);
  return options;
}

policy::AwsBudgetOptions read_aws_budget(const Value& value) {
  policy::AwsBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("capacity")) options.capacity = v->whole32(0, 1'000'000);
  if (const auto v = in.find("retry_cost")) options.retry_cost = v->whole32(1, 1'000'000);
  if (const auto v = in.find("timeout_cost")) options.timeout_cost = v->whole32(1, 1'000'000);
  if (const auto v = in.find("no_retry_increment"))
    options.no_retry_increment = v->whole32(0, 1'000'000);
  return options;
}

policy::FailsafeBudgetOptions read_failsafe_budget(const Value& value) {
  policy::FailsafeBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("max_rate")) options.max_rate = read_share(*v);
  if (const auto v = in.find("min_concurrency")) options.min_concurrency = v->whole32(0);
  return options;
}

policy::BucketBudgetOptions read_bucket_budget(const Value& value) {
  policy::BucketBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("capacity")) options.capacity = v->whole32(1, 1'000'000);
  if (const auto v = in.find("deposit")) options.deposit = read_number(*v);
  if (const auto v = in.find("filled_by")) options.filled_by = v->word(filled_by_words);
  return options;
}

policy::CutoffBudgetOptions read_cutoff_budget(const Value& value) {
  policy::CutoffBudgetOptions options;
  MapReader in(value);
  if (const auto v = in.find("failure_rate")) options.failure_rate = read_share(*v);
  if (const auto v = in.find("window")) options.window = read_duration_or_forever(*v);
  return options;
}

}  // namespace

policy::RetryBudgetOptions read_budget(const Value& value) {
  struct Family {
    std::string_view name;
    policy::RetryBudgetOptions (*read)(const Value& value);
  };
  static constexpr std::array<Family, 7> families = {{
      {"aws", [](const Value& v) -> policy::RetryBudgetOptions { return read_aws_budget(v); }},
      {"bucket",
       [](const Value& v) -> policy::RetryBudgetOptions { return read_bucket_budget(v); }},
      {"cutoff",
       [](const Value& v) -> policy::RetryBudgetOptions { return read_cutoff_budget(v); }},
      {"envoy", [](const Value& v) -> policy::RetryBudgetOptions { return read_envoy_budget(v); }},
      {"failsafe",
       [](const Value& v) -> policy::RetryBudgetOptions { return read_failsafe_budget(v); }},
      {"finagle",
       [](const Value& v) -> policy::RetryBudgetOptions { return read_finagle_budget(v); }},
      {"grpc", [](const Value& v) -> policy::RetryBudgetOptions { return read_grpc_throttle(v); }},
  }};
  std::array<std::string_view, families.size()> names;
  for (std::size_t i = 0; i < families.size(); ++i) names[i] = families[i].name;
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(names);
  if (!chosen) return {};
  return families[chosen->index].read(chosen->value);
}

}  // namespace squall::scenario
