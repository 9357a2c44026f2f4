#include <array>
#include <charconv>
#include <limits>
#include <string_view>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint32_t users_max = 10'000'000;
constexpr std::uint32_t burst_max = 10'000'000;

enum class ArrivalsForm : std::size_t { constant, poisson, bursts, profile, closed, trace };
constexpr std::array<std::string_view, 6> arrivals_forms = {"constant", "poisson", "bursts",
                                                            "profile",  "closed",  "trace"};

Rate read_positive_rate(const Value& value) {
  const Rate rate = read_rate(value);
  if (rate.per_second_micro <= 0) value.must_be("a rate above 0/s");
  return rate;
}

BurstArrivals read_bursts(const Value& value) {
  BurstArrivals arrivals;
  MapReader in(value);
  if (const auto v = in.require("size")) arrivals.size = v->whole32(1, burst_max);
  if (const auto v = in.require("every")) arrivals.every = read_positive_duration(*v);
  return arrivals;
}

/// @param before  the step that goes before, if any.
ProfileArrivals::Step read_profile_step(const Value& value, const ProfileArrivals::Step* before) {
  ProfileArrivals::Step step;
  MapReader in(value);
  if (const auto v = in.require("for")) step.length = read_positive_duration(*v);
  const std::optional<Value> rate = in.find("rate");
  const std::optional<Value> ramp = in.find("ramp_to");
  if (rate) {
    step.from = read_rate(*rate);
  } else if (before != nullptr && ramp) {
    step.from = before->to;
  } else if (in.is_map()) {
    value.error(before == nullptr ? "the first step needs 'rate'" : "needs 'rate' or 'ramp_to'");
  }
  step.to = ramp ? read_rate(*ramp) : step.from;
  return step;
}

void read_profile_steps(const Value& value, ProfileArrivals& arrivals) {
  if (!value.expect_list("steps {for, rate} or {for, ramp_to}")) return;
  if (value.node().items.empty()) value.error("is empty; a profile has at least one step");
  for (std::size_t i = 0; i < value.node().items.size() && !value.errors().any(); ++i) {
    const ProfileArrivals::Step* before = i == 0 ? nullptr : &arrivals.steps.back();
    const ProfileArrivals::Step step = read_profile_step(value.at(i), before);
    arrivals.steps.push_back(step);
  }
}

ProfileArrivals read_profile(const Value& value) {
  ProfileArrivals arrivals;
  if (value.is_list()) {
    read_profile_steps(value, arrivals);
    return arrivals;
  }
  MapReader in(value);
  if (const auto v = in.find("process")) arrivals.process = v->word(process_words);
  if (const auto v = in.require("steps")) read_profile_steps(*v, arrivals);
  return arrivals;
}

ClosedArrivals read_closed(const Value& value, Building& building) {
  ClosedArrivals arrivals;
  MapReader in(value);
  if (const auto v = in.require("users")) arrivals.users = v->whole32(1, users_max);
  if (const auto v = in.find("think")) arrivals.think = read_distribution(*v, building);
  return arrivals;
}

Arrivals read_trace(const Value& value, Building& building) {
  const std::string path = value.text("the name of a file");
  if (building.errors.any()) return ConstantArrivals{};
  Result<TraceArrivals> arrivals = building.files.trace(path);
  if (!arrivals) {
    add_file_error(value, arrivals.error());
    return ConstantArrivals{};
  }
  return std::move(*arrivals);
}

std::int32_t read_priority(const Value& value) {
  std::int32_t priority = 0;
  const std::string& text = value.node().text;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), priority);
  const bool whole = value.is_scalar() && !value.node().quoted && parsed.ec == std::errc{} &&
                     parsed.ptr == text.data() + text.size() &&
                     priority != std::numeric_limits<std::int32_t>::min();
  if (!whole) value.must_be("a whole number from -2,147,483,647 to 2,147,483,647");
  return priority;
}

void read_workload_target(const Value& value, Call& call, Building& building) {
  const std::string name = value.text("the name of a service or a queue");
  if (building.errors.any()) return;
  if (const std::optional<Index> service = building.services.find(name)) {
    call.to = {Target::Kind::service, *service};
  } else if (const std::optional<Index> queue = building.queues.find(name)) {
    call.to = {Target::Kind::queue, *queue};
  } else {
    std::vector<std::string_view> known = building.services.names();
    known.insert(known.end(), building.queues.names().begin(), building.queues.names().end());
    value.error("there is no service or queue " + shown(name) + hint(name, known));
  }
}

}  // namespace

Arrivals read_arrivals(const Value& value, Building& building) {
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(arrivals_forms);
  if (!chosen) return ConstantArrivals{};
  switch (static_cast<ArrivalsForm>(chosen->index)) {
    case ArrivalsForm::constant:
      return ConstantArrivals{read_positive_rate(chosen->value)};
    case ArrivalsForm::poisson:
      return PoissonArrivals{read_positive_rate(chosen->value)};
    case ArrivalsForm::bursts:
      return read_bursts(chosen->value);
    case ArrivalsForm::profile:
      return read_profile(chosen->value);
    case ArrivalsForm::closed:
      return read_closed(chosen->value, building);
    case ArrivalsForm::trace:
      return read_trace(chosen->value, building);
  }
  return ConstantArrivals{};
}

Workload read_workload(const std::string& name, const Value& value, Building& building) {
  Workload workload;
  workload.name = name;
  MapReader in(value);
  if (const auto v = in.require("to")) read_workload_target(*v, workload.call, building);
  read_call_options(in, workload.call, building);
  if (const auto v = in.find("objective")) {
    workload.objective = read_duration_or_forever(*v);
    if (workload.objective <= Duration{0}) v->must_be("longer than 0");
  }
  if (const auto v = in.find("priority")) workload.priority = read_priority(*v);
  if (const auto v = in.require("arrivals")) workload.arrivals = read_arrivals(*v, building);
  if (const auto v = in.find("requests")) {
    workload.requests = v->whole_or_unlimited(1, unlimited - 1, unlimited);
  }
  return workload;
}

}  // namespace squall::scenario
