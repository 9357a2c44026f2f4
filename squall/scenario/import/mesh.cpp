#include "squall/scenario/import/mesh.hpp"

#include <algorithm>
#include <string>

#include "squall/base/quantity.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint32_t hedges_max = 100;

void write_budget(PolicyDraft& draft, const MeshLimits& limits, std::string_view product) {
  const std::string name(product);
  if (limits.budget_percent || limits.budget_min) {
    const Sourced<double> percent = limits.budget_percent.value_or(
        Sourced<double>{20.0, by_default(name + "'s default"), std::nullopt});
    const Sourced<std::uint32_t> min = limits.budget_min.value_or(
        Sourced<std::uint32_t>{3, by_default(name + "'s default"), std::nullopt});
    draft.set("budget.envoy.percent", percent_text(percent.value), percent.origin);
    draft.set("budget.envoy.min_concurrency", plain(min.value), min.origin);
    return;
  }
  if (limits.retries.value == MeshLimits::unlimited) return;
  draft.set("budget.envoy.percent", "0%",
            by_default("no share of the calls, only a number of retries at once"));
  draft.set("budget.envoy.min_concurrency", plain(limits.retries.value), limits.retries.origin);
}

void write_bulkhead(Reading& reading, PolicyDraft& draft, const MeshLimits& limits) {
  const auto leave = [&reading](const Sourced<std::uint32_t>& limit, std::string_view why) {
    if (limit.field) reading.leave(*limit.field, why);
  };
  if (limits.http2) {
    leave(limits.connections, "with HTTP/2 requests share connections");
    leave(limits.pending, "with HTTP/2 requests only wait for a connection");
    if (limits.requests.value == MeshLimits::unlimited) return;
    draft.set("bulkhead.max_concurrent", plain(limits.requests.value), limits.requests.origin);
    draft.set("bulkhead.max_wait", "0s", by_default("HTTP/2: no line before it"));
    return;
  }
  const bool by_connections = limits.connections.value <= limits.requests.value;
  const Sourced<std::uint32_t>& limit = by_connections ? limits.connections : limits.requests;
  const Sourced<std::uint32_t>& other = by_connections ? limits.requests : limits.connections;
  if (limit.value == MeshLimits::unlimited) {
    leave(limits.pending, "nothing waits where nothing limits connections or requests");
    return;
  }
  if (other.field) {
    reading.leave(*other.field,
                  "has no effect: with HTTP/1 the lower of the limits of "
                  "connections and requests counts");
  }
  draft.set("bulkhead.max_concurrent", plain(limit.value), limit.origin);
  if (limits.pending.value == MeshLimits::unlimited) {
    draft.set("bulkhead.max_waiting", "unlimited", limits.pending.origin);
  } else {
    draft.set("bulkhead.max_waiting", plain(limits.pending.value), limits.pending.origin);
  }
  draft.set("bulkhead.max_wait", "forever",
            by_default("until a connection is free, or the time is up"));
}

}  // namespace

std::string percent_text(double percent) {
  const std::string number = format_number(percent);
  // A percentage has no exponent.
  return number.find('e') == number.npos ? number + '%' : format_number(percent / 100.0);
}

Sourced<std::uint32_t> limit_of(Reading& reading, const std::optional<Field>& field,
                                std::uint32_t otherwise, std::string_view origin) {
  if (!field) return {otherwise, by_default(origin), std::nullopt};
  return {reading.whole32(*field, 0), from(*field), field};
}

void write_mesh_retry(PolicyDraft& draft, const MeshRetry& retry, Duration hedge_after,
                      const Origin& hedge_origin) {
  if (retry.retries == 0) return;
  const std::uint32_t attempts =
      retry.retries == MeshLimits::unlimited ? retry.retries : retry.retries + 1;
  if (hedge_after > Duration{0}) {
    Outcomes at_once = retry.on;
    at_once.timeout = false;  // that is what the delay stands for
    Origin origin = retry.retries_origin;
    if (attempts > hedges_max) origin.text += "; a hedge has at most 100";
    draft.set("hedge.max_attempts", plain(std::min(attempts, hedges_max)), origin);
    draft.set("hedge.delay", format_duration(hedge_after), hedge_origin);
    draft.set("hedge.on", at_once.node(), retry.on_origin);
    draft.set("hedge.honour_pushback", "false", by_default("Envoy does not for hedges"));
    return;
  }
  draft.set("retry.max_attempts", plain(attempts), retry.retries_origin);
  draft.set("retry.on", retry.on.node(), retry.on_origin);
  const Duration max = retry.max > Duration{0}     ? retry.max
                       : retry.base > forever / 10 ? forever
                                                   : retry.base * 10;
  const std::string shape = "retry.backoff.exponential.";
  draft.set(shape + "base", format_duration(retry.base), retry.base_origin);
  draft.set(shape + "max", max == forever ? "forever" : format_duration(max), retry.max_origin);
  draft.set(shape + "multiplier", "2", by_default("Envoy doubles"));
  draft.set("retry.backoff.jitter", "full", by_default("Envoy draws from 0 up"));
  draft.set("retry.honour_pushback", retry.pushback ? "true" : "false", retry.pushback_origin);
}

void write_mesh_limits(Reading& reading, PolicyDraft& draft, const MeshLimits& limits,
                       std::string_view product) {
  if (draft.has("retry") || draft.has("hedge")) {
    write_budget(draft, limits, product);
  } else {
    constexpr std::string_view why = "no retries, so nothing to bound";
    if (limits.retries.field) reading.leave(*limits.retries.field, why);
    if (limits.budget_percent && limits.budget_percent->field) {
      reading.leave(*limits.budget_percent->field, why);
    }
    if (limits.budget_min && limits.budget_min->field) {
      reading.leave(*limits.budget_min->field, why);
    }
  }
  write_bulkhead(reading, draft, limits);
  Node order = list_node();
  for (const char* layer : {"bulkhead", "retry", "hedge", "breaker", "rate_limit", "timeout"}) {
    order.items.push_back(plain(std::string(layer)));
  }
  draft.set("order", std::move(order),
            by_default("Envoy retries no overflow, so that the bulkhead stands outside"));
}

}  // namespace squall::scenario
