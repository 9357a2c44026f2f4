#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint64_t workers_max = 1'000'000'000;
constexpr std::uint32_t replicas_max = 10'000;
constexpr std::uint32_t rows_max = 1'000'000;
/// Decimals do not add up exactly.
constexpr double sum_slack = 1e-9;

policy::Pushback read_pushback(const Value& value) {
  if (value.is_word("never")) return {policy::Pushback::Kind::never, Duration{0}};
  return {policy::Pushback::Kind::after, read_duration(value)};
}

FailureMode read_failure_mode(const Value& value, Scenario& scenario) {
  FailureMode mode;
  MapReader in(value);
  if (const auto p = in.require("p")) mode.p = read_share(*p);
  if (const auto as = in.find("as")) mode.code = read_error_code(*as, scenario);
  if (const auto after = in.find("after")) mode.after = read_duration(*after);
  if (const auto pushback = in.find("pushback")) mode.pushback = read_pushback(*pushback);
  return mode;
}

std::vector<FailureMode> read_failure(const Value& value, Scenario& scenario) {
  std::vector<FailureMode> modes;
  if (value.is_scalar()) {
    const double p = read_share(value);
    if (p > 0.0) modes.push_back({.p = p, .code = code_error, .after = {}, .pushback = {}});
    return modes;
  }
  if (!value.is_list()) {
    value.must_be("a share such as 5%, or a list of {p, as, after, pushback}");
    return modes;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    modes.push_back(read_failure_mode(value.at(i), scenario));
    sum += modes.back().p;
  }
  if (sum > 1.0 + sum_slack) {
    value.error("the probabilities add up to more than 100%");
  }
  return modes;
}

Overload read_overload(const Value& value) {
  Overload overload;
  MapReader in(value);
  if (const auto capacity = in.require("capacity")) {
    overload.capacity = read_number(*capacity);
    if (!(overload.capacity > 0.0)) capacity->must_be("a number greater than 0");
  }
  if (const auto latency = in.find("latency")) overload.latency = read_duration(*latency);
  if (const auto failure = in.find("failure")) overload.failure = read_share(*failure);
  if (const auto most = in.find("max_failure")) overload.max_failure = read_share(*most);
  return overload;
}

OptimisticContention read_contention(const Value& value, Scenario& scenario) {
  OptimisticContention contention;
  MapReader in(value);
  const auto optimistic = in.require("optimistic");
  if (!optimistic) return contention;
  MapReader of(*optimistic);
  if (const auto rows = of.find("rows")) contention.rows = rows->whole32(1, rows_max);
  const auto as = of.find("as");
  contention.code =
      as ? read_error_code(*as, scenario) : error_code_named("conflict", *optimistic, scenario);
  return contention;
}

policy::CodelOptions read_codel(const Value& value) {
  policy::CodelOptions options;
  MapReader in(value);
  if (const auto mode = in.find("mode")) options.mode = mode->word(codel_mode_words);
  if (const auto target = in.find("target")) options.target = read_duration(*target);
  if (const auto interval = in.find("interval")) options.interval = read_duration(*interval);
  return options;
}

void read_line(const Value& value, Service& service) {
  MapReader in(value);
  if (const auto capacity = in.find("capacity")) {
    service.queue_capacity = capacity->whole_or_unlimited(0, unlimited - 1, unlimited);
  }
  if (const auto order = in.find("order")) service.queue_order = order->word(queue_order_words);
  if (const auto after = in.find("lifo_after")) {
    service.adaptive_lifo.after = read_duration(*after);
    if (service.queue_order != QueueOrder::adaptive_lifo) {
      after->error("goes with order: adaptive_lifo only");
    }
  }
  if (const auto codel = in.find("codel")) {
    service.codel = read_codel(*codel);
    if (service.codel->mode == policy::CodelOptions::Mode::classic &&
        service.queue_order != QueueOrder::fifo) {
      codel->error("of mode classic goes with order: fifo only");
    }
  }
}

/// `{0: 50%, 1: 80%}`: which share of the limit each priority may take, in any order.
std::vector<policy::PriorityShare> read_shares(const Value& value) {
  std::vector<policy::PriorityShare> shares;
  if (!value.expect_map()) return shares;
  for (const Node::Member& member : value.node().members) {
    const Value share = value.at(member);
    constexpr std::int32_t least = -std::numeric_limits<std::int32_t>::max();
    std::int32_t priority = 0;
    const char* const end = member.key.data() + member.key.size();
    const auto [stop, why] = std::from_chars(member.key.data(), end, priority);
    if (why != std::errc{} || stop != end || priority < least) {
      share.error(
          "the key must be a priority, a whole number from -2,147,483,647 to "
          "2,147,483,647, is " +
          shown(member.key));
      return shares;
    }
    shares.push_back({.priority = priority, .share = read_share(share)});
  }
  // Two of one priority, as 0 and -0, are told apart by nothing but their share, and refused later.
  std::ranges::sort(shares, [](const policy::PriorityShare& a, const policy::PriorityShare& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.share < b.share;
  });
  return shares;
}

policy::AdmissionOptions read_admission(const Value& value, const Scenario& scenario) {
  policy::AdmissionOptions options;
  MapReader in(value);
  if (const auto limit = in.find("limit")) {
    options.limit =
        static_cast<std::uint32_t>(limit->whole_or_unlimited(1, options.limit - 1, options.limit));
  }
  if (const auto priority = in.find("priority")) options.shares = read_shares(*priority);
  if (const auto throttle = in.find("throttle")) options.throttle = read_throttle(*throttle);
  if (const auto limiter = in.find("limiter"))
    options.limiter = read_limiter(*limiter, LimiterAt::callee, scenario);
  return options;
}

policy::Pushback read_refusal(const Value& value) {
  policy::Pushback pushback{};
  MapReader in(value);
  if (const auto v = in.find("pushback")) pushback = read_pushback(*v);
  return pushback;
}

}  // namespace

std::uint8_t read_error_code(const Value& value, Scenario& scenario) {
  const std::string name = value.text("the name of an error");
  if (value.errors().any()) return code_error;
  return error_code_named(name, value, scenario);
}

std::uint8_t error_code_named(const std::string& name, const Value& value, Scenario& scenario) {
  constexpr std::size_t codes_max = 64;
  std::vector<std::string>& codes = scenario.error_codes;
  const auto found = std::find(codes.begin(), codes.end(), name);
  if (found != codes.end()) return static_cast<std::uint8_t>(found - codes.begin());
  if (const std::string objection = objection_to_name(name); !objection.empty()) {
    value.error(objection);
    return code_error;
  }
  for (const std::string_view word : {"timeout", "rejected", "deadline"}) {
    if (name == word) {
      value.error("'" + name + "' is not an error but an outcome; choose another name");
      return code_error;
    }
  }
  if (codes.size() == codes_max) {
    value.error("more than " + std::to_string(codes_max) + " kinds of error");
    return code_error;
  }
  codes.push_back(name);
  return static_cast<std::uint8_t>(codes.size() - 1);
}

Service read_service(const std::string& name, const Value& value, Building& building) {
  Service service;
  service.name = name;
  MapReader in(value);
  if (const auto v = in.find("replicas")) service.replicas = v->whole32(1, replicas_max);
  if (const auto v = in.find("balance")) service.balance = v->word(balance_words);
  if (const auto v = in.find("workers")) {
    service.workers = v->whole_or_unlimited(1, workers_max, unlimited);
  }
  if (const auto v = in.find("queue")) read_line(*v, service);
  if (service.codel) {
    if (const Result<void> valid = service.codel->validate(); !valid) value.error(valid.error());
  }
  if (const Result<void> valid = service.adaptive_lifo.validate(); !valid) {
    value.error(valid.error());
  }
  if (const auto v = in.find("latency")) service.latency = read_distribution(*v, building);
  if (const auto v = in.find("failure")) service.failure = read_failure(*v, building.scenario);
  if (const auto v = in.find("overload")) service.overload = read_overload(*v);
  if (const auto v = in.find("contention")) {
    service.contention = read_contention(*v, building.scenario);
  }
  if (const auto v = in.find("demand_at")) service.demand_at = v->word(demand_at_words);
  if (const auto v = in.find("when_caller_gone")) {
    service.when_caller_gone = v->word(when_caller_gone_words);
  }
  if (const auto v = in.find("during_calls")) service.during_calls = v->word(during_calls_words);
  if (const auto v = in.find("admission"))
    service.admission = read_admission(*v, building.scenario);
  if (const Result<void> valid = service.admission.validate(); !valid) value.error(valid.error());
  if (const auto v = in.find("refusal")) service.refusal_pushback = read_refusal(*v);
  if (const auto v = in.find("calls")) service.steps = read_steps(*v, building);
  return service;
}

}  // namespace squall::scenario
