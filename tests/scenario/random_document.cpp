#include "tests/scenario/random_document.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/node_making.hpp"
#include "tests/scenario/random_parts.hpp"

namespace squall::scenario {
namespace {

std::string rate(Rng& rng) { return pick(rng, {"50/s", "0.5/s", "1000/s", "12.25/s"}); }
std::string factor(Rng& rng) { return pick(rng, {"x0", "x0.5", "x1", "x2", "x10"}); }

Node list_of(std::vector<Node> items) {
  Node list = list_node();
  list.items = std::move(items);
  return list;
}

Node pair_of(std::string_view a, std::string x, std::string_view b, std::string y) {
  Node map = map_node();
  put(map, a, plain(std::move(x)));
  put(map, b, plain(std::move(y)));
  return map;
}

Node distribution(Rng& rng) {
  switch (rng.below(10)) {
    case 0:
      return map_of("uniform", list_of({plain(std::string("2ms")), plain(std::string("0.1s"))}));
    case 1:
      return map_of("exponential", plain(positive(rng)));
    case 2:
      return map_of("normal", pair_of("mean", duration(rng), "sd", duration(rng)));
    case 3:
      return map_of("lognormal", pair_of("median", "10ms", "p99", pick(rng, {"10ms", "80ms"})));
    case 4:
      return map_of("gamma", pair_of("mean", positive(rng), "shape", pick(rng, {"0.5", "3"})));
    case 5:
      return map_of("pareto", pair_of("minimum", positive(rng), "alpha", pick(rng, {"1.1", "3"})));
    case 6:
      return map_of("weibull", pair_of("scale", positive(rng), "shape", pick(rng, {"0.5", "1"})));
    case 7:
      return map_of("hyperexponential", list_of({pair_of("p", "90%", "mean", "0.5ms"),
                                                 pair_of("p", "0.1", "mean", "5.5ms")}));
    case 8:
      return map_of("empirical", plain(std::string("values.csv")));
    default:
      return plain(duration(rng));
  }
}

Node network(Rng& rng) {
  return Map(rng)
      .maybe("latency", [&] { return distribution(rng); })
      .maybe("loss", [&] { return share(rng); })
      .take();
}

Node backoff(Rng& rng) {
  switch (rng.below(8)) {
    case 6:
      return Map(rng)
          .always("cumulative",
                  Map(rng)
                      .always("base", "2ms")
                      .maybe("max", [&] { return pick(rng, {"2ms", "4s", "forever"}); })
                      .maybe("multiplier", [&] { return pick(rng, {"1", "2"}); })
                      .take())
          .maybe("jitter",
                 [&] { return map_of("lognormal", plain(pick(rng, {"0", "0.5", "10"}))); })
          .maybe("unit", [&] { return positive(rng); })
          .take();
    case 7:
      return Map(rng)
          .always("exponential", pair_of("base", "5ms", "max", "1s"))
          .maybe("jitter", [&] { return pick(rng, {"lognormal", "decorrelated_v2", "full"}); })
          .maybe("cap", [&] { return pick(rng, {"before_jitter", "after_jitter"}); })
          .maybe("unit", [&] { return positive(rng); })
          .take();
    case 0:
      return plain(std::string("none"));
    case 1:
      return plain(duration(rng));
    case 2:
      return Map(rng)
          .always("decorrelated", Map(rng)
                                      .always("base", "2ms")
                                      .maybe("max", [&] { return pick(rng, {"4s", "forever"}); })
                                      .take())
          .take();
    case 3:
      return Map(rng)
          .always("fixed", duration(rng))
          .maybe("jitter", [&] { return pick(rng, {"none", "full", "equal", "proportional"}); })
          .take();
    case 4:
      return Map(rng)
          .always("linear",
                  chance(rng, 30) ? plain(duration(rng)) : pair_of("base", "5ms", "max", "1s"))
          .maybe("jitter", [&] { return map_of("proportional", plain(share(rng))); })
          .take();
    default:
      return Map(rng)
          .always("exponential",
                  Map(rng)
                      .always("base", "1ms")
                      .maybe("max", [&] { return pick(rng, {"1ms", "4s", "forever"}); })
                      .maybe("multiplier", [&] { return pick(rng, {"1", "1.6", "3"}); })
                      .take())
          .maybe("jitter", [&] { return pick(rng, {"none", "full", "equal", "decorrelated"}); })
          .take();
  }
}

Node words(Rng& rng, const std::vector<std::string>& from) {
  Node list = list_node();
  for (const std::string& word : from) {
    if (chance(rng, 60)) list.items.push_back(plain(word));
  }
  return list;
}

Node retry_on(Rng& rng) {
  return words(rng, {"timeout", "error", "rejected", "unavailable", "dropped"});
}

/// What may stand beside any preset.
Node backoff_of_preset(Rng& rng) {
  switch (rng.below(5)) {
    case 0:
      return map_of("jitter", plain(pick(rng, {"none", "full", "proportional", "lognormal"})));
    case 1:
      return Map(rng)
          .always("cap", pick(rng, {"before_jitter", "after_jitter"}))
          .maybe("unit", [&] { return pick(rng, {"1ns", "1ms", "2ms"}); })
          .take();
    case 2:
      return Map(rng)
          .always("exponential", Map(rng)
                                     .maybe("base", [&] { return pick(rng, {"7ms", "12ms"}); })
                                     .maybe("max", [&] { return pick(rng, {"5s", "forever"}); })
                                     .maybe("multiplier", [&] { return pick(rng, {"1", "3"}); })
                                     .take())
          .maybe("jitter", [&] { return pick(rng, {"none", "decorrelated_v2", "proportional"}); })
          .take();
    case 3:
      return map_of("decorrelated", pair_of("base", "9ms", "max", "1s"));
    default:
      return plain(pick(rng, {"none", "40ms"}));
  }
}

Node retry(Rng& rng) {
  const bool of_preset = chance(rng, 40);
  Map made(rng);
  if (of_preset) {
    made.always("preset", pick(rng, {"aws", "envoy", "envoy_2018", "folly", "istio", "polly",
                                     "resilience4j"}));
  }
  return made.maybe("max_attempts", [&] { return number(rng, 1, 10); })
      .maybe("on", [&] { return retry_on(rng); })
      .maybe("backoff", [&] { return of_preset ? backoff_of_preset(rng) : backoff(rng); })
      .maybe("honour_pushback", [&] { return pick(rng, {"true", "false"}); })
      .take();
}

Node budget(Rng& rng) {
  switch (rng.below(7)) {
    case 5:
      return map_of("cutoff", Map(rng)
                                  .maybe("failure_rate", [&] { return share(rng); })
                                  .maybe("window", [&] { return pick(rng, {"1s", "forever"}); })
                                  .take());
    case 0:
      return map_of("grpc",
                    Map(rng)
                        .maybe("max_tokens", [&] { return number(rng, 1, 99); })
                        .maybe("token_ratio", [&] { return pick(rng, {"0.1", "0.25", "1"}); })
                        .take());
    case 1:
      return map_of("finagle",
                    Map(rng)
                        .maybe("ttl", [&] { return pick(rng, {"1s", "2500ms", "12.345s", "1m"}); })
                        .maybe("min_retries_per_s", [&] { return number(rng, 0, 99); })
                        .maybe("percent_can_retry",
                               [&] {
                                 return pick(rng, {"0%", "33.3%", "0.25", "1", "250%", "100000%",
                                                   "0.001%", "1e-9"});
                               })
                        .take());
    case 2:
      return map_of("aws", Map(rng)
                               .maybe("capacity", [&] { return number(rng, 0, 999); })
                               .maybe("retry_cost", [&] { return number(rng, 1, 20); })
                               .maybe("timeout_cost", [&] { return number(rng, 1, 20); })
                               .maybe("no_retry_increment", [&] { return number(rng, 0, 5); })
                               .take());
    case 3:
      return map_of("failsafe", Map(rng)
                                    .maybe("max_rate", [&] { return share(rng); })
                                    .maybe("min_concurrency", [&] { return number(rng, 0, 9); })
                                    .take());
    case 4:
      return map_of("bucket",
                    Map(rng)
                        .maybe("capacity", [&] { return number(rng, 1, 50); })
                        .maybe("deposit", [&] { return pick(rng, {"0.1", "0.001", "7.25"}); })
                        .maybe("filled_by", [&] { return pick(rng, {"success", "call"}); })
                        .take());
    default:
      return map_of("envoy", Map(rng)
                                 .maybe("percent", [&] { return share(rng); })
                                 .maybe("min_concurrency", [&] { return number(rng, 0, 9); })
                                 .take());
  }
}

Node policy(Rng& rng) {
  return Map(rng)
      .maybe("deadline", [&] { return pick(rng, {"1s", "forever", "2.5s"}); })
      .maybe("timeout", [&] { return pick(rng, {"120ms", "forever"}); })
      .maybe("retry", [&] { return retry(rng); })
      .maybe("hedge",
             [&] {
               return Map(rng)
                   .maybe("max_attempts", [&] { return number(rng, 2, 9); })
                   .maybe("delay", [&] { return duration(rng); })
                   .maybe("honour_pushback", [&] { return pick(rng, {"true", "false"}); })
                   .maybe("on", [&] { return retry_on(rng); })
                   .take();
             })
      .maybe("budget", [&] { return budget(rng); })
      .maybe("throttle", [&] { return random_throttle(rng, false); })
      .maybe("breaker", [&] { return random_breaker(rng); })
      .maybe("rate_limit", [&] { return random_rate_limit(rng); })
      .maybe("limiter", [&] { return random_limiter(rng); })
      .maybe("bulkhead",
             [&] {
               return Map(rng)
                   .maybe("max_concurrent", [&] { return number(rng, 1, 99); })
                   .maybe("max_waiting", [&] { return pick(rng, {"0", "7", "unlimited"}); })
                   .maybe("max_wait", [&] { return pick(rng, {"0s", "7ms", "forever"}); })
                   .take();
             })
      .maybe("propagate_deadline", [&] { return pick(rng, {"true", "false"}); })
      .maybe("outlier", [&] { return random_outlier(rng); })
      .maybe("fallback",
             [&] {
               return Map(rng)
                   .maybe("on", [&] { return retry_on(rng); })
                   .maybe("latency", [&] { return duration(rng); })
                   .maybe("failure", [&] { return share(rng); })
                   .take();
             })
      .maybe("order",
             [&] {
               Node order = list_node();
               std::vector<std::string> layers = {"retry",      "hedge",   "throttle", "breaker",
                                                  "rate_limit", "limiter", "bulkhead", "timeout"};
               while (!layers.empty()) {
                 const std::size_t at = rng.below(layers.size());
                 order.items.push_back(plain(layers[at]));
                 layers.erase(layers.begin() + static_cast<std::ptrdiff_t>(at));
               }
               return order;
             })
      .maybe("state",
             [&] {
               return Map(rng)
                   .maybe("per", [&] { return pick(rng, {"edge", "callee"}); })
                   .maybe("instances", [&] { return number(rng, 1, 9); })
                   .take();
             })
      .take();
}

std::string service_name(std::uint64_t i) { return "service " + std::to_string(i); }
std::string queue_name(std::uint64_t i) { return "queue-" + std::to_string(i); }

/// How many there are of each.
struct Counts {
  std::uint64_t services;
  std::uint64_t policies;
  std::uint64_t queues;
};

void put_call_options(Map& map, Rng& rng, const Counts& counts) {
  if (counts.policies > 0) {
    map.maybe("policy", [&] { return "p" + std::to_string(rng.below(counts.policies)); });
  }
  map.maybe("network", [&] { return network(rng); });
}

/// A call that leads to services after `caller` only, so that there is no cycle, or is bounded.
Node call(Rng& rng, std::uint64_t caller, const Counts& counts) {
  Map map(rng);
  if (counts.queues > 0 && chance(rng, 30)) {
    map.always("publish", queue_name(rng.below(counts.queues)));
    map.maybe("await", [&] { return std::string("accepted"); });
    map.always("max_depth", number(rng, 1, 9));
  } else {
    const bool forward = caller + 1 < counts.services && chance(rng, 80);
    if (forward) {
      map.always("to", service_name(caller + 1 + rng.below(counts.services - caller - 1)));
    } else {
      map.always("to", service_name(rng.below(counts.services)));
    }
    if (!forward || chance(rng, 20)) map.always("max_depth", number(rng, 1, 1000));
  }
  put_call_options(map, rng, counts);
  map.maybe("on_failure", [&] { return pick(rng, {"fail", "continue"}); });
  return map.take();
}

Node calls(Rng& rng, std::uint64_t caller, const Counts& counts) {
  Node list = list_node();
  for (std::uint64_t i = rng.below(4); i > 0; --i) {
    if (chance(rng, 70)) {
      list.items.push_back(call(rng, caller, counts));
      continue;
    }
    Node inner = list_node();
    for (std::uint64_t k = 1 + rng.below(3); k > 0; --k) {
      inner.items.push_back(call(rng, caller, counts));
    }
    list.items.push_back(map_of("parallel", std::move(inner)));
  }
  return list;
}

Node failure(Rng& rng) {
  if (chance(rng, 40)) return plain(share(rng));
  Node list = list_node();
  for (std::uint64_t i = rng.below(4); i > 0; --i) {
    list.items.push_back(
        Map(rng)
            .always("p", pick(rng, {"5%", "0.1", "0%"}))
            .maybe("as", [&] { return pick(rng, {"error", "unavailable", "invalid", "late"}); })
            .maybe("after", [&] { return duration(rng); })
            .maybe("pushback", [&] { return pick(rng, {"never", "2s", "0s"}); })
            .take());
  }
  return list;
}

Node service(Rng& rng, std::uint64_t i, const Counts& counts) {
  return Map(rng)
      .maybe("replicas", [&] { return number(rng, 1, 4); })
      .maybe("balance",
             [&] { return pick(rng, {"round_robin", "random", "least_requests", "power_of_two"}); })
      .maybe("workers", [&] { return pick(rng, {"1", "40", "unlimited"}); })
      .maybe("queue", [&] { return random_line(rng); })
      .maybe("latency", [&] { return distribution(rng); })
      .maybe("failure", [&] { return failure(rng); })
      .maybe("overload",
             [&] {
               return Map(rng)
                   .always("capacity", pick(rng, {"25", "0.5"}))
                   .maybe("latency", [&] { return duration(rng); })
                   .maybe("failure", [&] { return share(rng); })
                   .maybe("max_failure", [&] { return share(rng); })
                   .take();
             })
      .maybe("contention",
             [&] {
               return map_of("optimistic",
                             Map(rng)
                                 .maybe("rows", [&] { return number(rng, 1, 99); })
                                 .maybe("as", [&] { return pick(rng, {"conflict", "stale"}); })
                                 .take());
             })
      .maybe("demand_at", [&] { return pick(rng, {"start", "arrival"}); })
      .maybe("when_caller_gone", [&] { return pick(rng, {"finish", "skip_queued", "cancel"}); })
      .maybe("during_calls", [&] { return pick(rng, {"hold", "release"}); })
      .maybe("admission", [&] { return random_admission(rng); })
      .maybe("refusal",
             [&] {
               return Map(rng).maybe("pushback", [&] { return pick(rng, {"never", "2s"}); }).take();
             })
      .maybe("calls", [&] { return calls(rng, i, counts); })
      .take();
}

Node queue(Rng& rng, std::uint64_t i, const Counts& counts) {
  Map map(rng);
  map.maybe("capacity", [&] { return pick(rng, {"1", "5000", "unlimited"}); })
      .maybe("overflow", [&] { return pick(rng, {"reject", "drop_oldest", "block"}); })
      .maybe("visibility_timeout", [&] { return pick(rng, {"30s", "forever"}); })
      .maybe("max_deliveries", [&] { return pick(rng, {"4", "unlimited"}); })
      .maybe("redelivery", [&] { return backoff(rng); })
      .maybe("partitions", [&] { return pick(rng, {"1", "16", "unordered"}); });
  if (i + 1 < counts.queues) map.maybe("dead_letter", [&] { return queue_name(i + 1); });
  return map.take();
}

Node consumer(Rng& rng, const Counts& counts) {
  return Map(rng)
      .always("from", queue_name(rng.below(counts.queues)))
      .maybe("concurrency", [&] { return number(rng, 1, 16); })
      .maybe("prefetch", [&] { return number(rng, 1, 9); })
      .maybe("latency", [&] { return distribution(rng); })
      .maybe("calls", [&] { return calls(rng, counts.services, counts); })
      .maybe("on_failure", [&] { return pick(rng, {"redeliver", "dead_letter", "ack"}); })
      .take();
}

Node profile(Rng& rng) {
  Node steps = list_node();
  for (std::uint64_t i = 1 + rng.below(3); i > 0; --i) {
    Node node = map_node();
    put(node, "for", plain(positive(rng)));
    const bool ramps = !steps.items.empty() && chance(rng, 50);
    if (!ramps || chance(rng, 30)) put(node, "rate", plain(rate(rng)));
    if (ramps || chance(rng, 30)) put(node, "ramp_to", plain(rate(rng)));
    steps.items.push_back(std::move(node));
  }
  if (chance(rng, 50)) return steps;
  return Map(rng)
      .maybe("process", [&] { return pick(rng, {"poisson", "constant"}); })
      .always("steps", std::move(steps))
      .take();
}

Node arrivals(Rng& rng) {
  switch (rng.below(6)) {
    case 0:
      return map_of("constant", plain(rate(rng)));
    case 1:
      return map_of("poisson", plain(rate(rng)));
    case 2:
      return map_of("bursts", pair_of("size", number(rng, 1, 999), "every", positive(rng)));
    case 3:
      return map_of("profile", profile(rng));
    case 4:
      return map_of("closed", Map(rng)
                                  .always("users", number(rng, 1, 99))
                                  .maybe("think", [&] { return distribution(rng); })
                                  .take());
    default:
      return map_of("trace", plain(std::string("arrivals.csv")));
  }
}

Node workload(Rng& rng, const Counts& counts) {
  Map map(rng);
  map.always("to", counts.queues > 0 && chance(rng, 30) ? queue_name(rng.below(counts.queues))
                                                        : service_name(rng.below(counts.services)));
  put_call_options(map, rng, counts);
  return map.maybe("objective", [&] { return pick(rng, {"1s", "forever"}); })
      .maybe("priority", [&] { return pick(rng, {"-5", "0", "9"}); })
      .always("arrivals", arrivals(rng))
      .always("requests", pick(rng, {"1", "2400"}))
      .take();
}

Node fault(Rng& rng, const Counts& counts, bool takes_rate) {
  Map map(rng);
  map.always("at", duration(rng));
  map.maybe("for", [&] { return pick(rng, {"650ms", "3s", "forever"}); });
  switch (rng.below(3)) {
    case 0:
      map.always("on", "service." + service_name(rng.below(counts.services)));
      map.always("latency", pick(rng, {"x4", "x0", "+50ms"}));
      map.maybe("replica", [] { return std::string("0"); })
          .maybe("failure", [&] { return share(rng); })
          .maybe("capacity", [&] { return factor(rng); })
          .maybe("down", [&] { return pick(rng, {"refuse", "blackhole"}); })
          .maybe("pause", [&] { return pick(rng, {"true", "false"}); });
      break;
    case 1:
      if (takes_rate) {
        map.always("on", "workload.w0").always("rate", factor(rng));
        break;
      }
      [[fallthrough]];
    default:
      map.always("set", map_of("services." + service_name(rng.below(counts.services)) + ".workers",
                               plain(number(rng, 1, 9))));
  }
  return map.take();
}

Node variants(Rng& rng, const Counts& counts) {
  Node all = map_node();
  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    Node overrides = map_node();
    const std::string first = "services." + service_name(rng.below(counts.services));
    if (chance(rng, 50)) put(overrides, first + ".latency", distribution(rng));
    if (chance(rng, 50)) put(overrides, first + ".failure", failure(rng));
    if (chance(rng, 50)) put(overrides, "network.loss", plain(share(rng)));
    if (chance(rng, 50)) put(overrides, "workloads.w0.requests", plain(number(rng, 1, 9)));
    if (counts.policies > 0 && chance(rng, 50)) put(overrides, "policies.p0", policy(rng));
    put(all, "v" + std::to_string(i), std::move(overrides));
  }
  return all;
}

}  // namespace

Node random_scenario(Rng& rng) {
  const Counts counts{1 + rng.below(4), rng.below(4), rng.below(3)};
  Node services = map_node();
  for (std::uint64_t i = 0; i < counts.services; ++i) {
    put(services, service_name(i), service(rng, i, counts));
  }
  Node policies = map_node();
  for (std::uint64_t i = 0; i < counts.policies; ++i) {
    put(policies, "p" + std::to_string(i), policy(rng));
  }
  Node queues = map_node();
  for (std::uint64_t i = 0; i < counts.queues; ++i) {
    put(queues, queue_name(i), queue(rng, i, counts));
  }
  Node consumers = map_node();
  if (counts.queues > 0) put(consumers, "c", consumer(rng, counts));
  Node workloads = map_node();
  for (std::uint64_t i = 0; i <= rng.below(2); ++i) {
    put(workloads, "w" + std::to_string(i), workload(rng, counts));
  }
  const std::string& kind = workloads.members[0].value.find("arrivals")->members[0].key;
  const bool takes_rate = kind != "closed" && kind != "trace";
  Node faults = map_node();
  for (std::uint64_t i = rng.below(3); i > 0; --i) {
    put(faults, "f" + std::to_string(i), fault(rng, counts, takes_rate));
  }
  const bool drained = chance(rng, 50);
  return Map(rng)
      .always("squall", "1")
      .maybe("name", [&] { return pick(rng, {"checkout", "a name", "'"}); })
      .maybe("description", [&] { return text_node(pick(rng, {"", "one: line", "- x", "12"})); })
      .maybe("seed", [&] { return number(rng, 0, 99); })
      .always(drained ? "until" : "duration", drained ? "drained" : "60s")
      .maybe("warmup", [&] { return pick(rng, {"0s", "5s", drained ? "1s" : "auto"}); })
      .maybe("network", [&] { return network(rng); })
      .always("services", std::move(services))
      .always("policies", std::move(policies))
      .always("queues", std::move(queues))
      .always("consumers", std::move(consumers))
      .always("workloads", std::move(workloads))
      .always("faults", std::move(faults))
      .always("variants", variants(rng, counts))
      .maybe("expect",
             [&] {
               return list_of({pair_of("metric", "goodput_ratio", "at_least",
                                       pick(rng, {"99%", "0.5", "250"}))});
             })
      .take();
}

Node random_document(Rng& rng, int depth) {
  static const std::vector<std::string> texts = {"",
                                                 "x",
                                                 "12ms",
                                                 "-",
                                                 "- x",
                                                 "a: b",
                                                 "a #b",
                                                 "#",
                                                 "null",
                                                 "~",
                                                 "true",
                                                 "False",
                                                 "1",
                                                 "-1",
                                                 "1e3",
                                                 "0x1F",
                                                 ".5",
                                                 "+1",
                                                 "'",
                                                 "\"",
                                                 "\\",
                                                 "a\nb",
                                                 "a\tb",
                                                 "\n",
                                                 " x",
                                                 "x ",
                                                 "[",
                                                 "]",
                                                 "{",
                                                 "}",
                                                 "x, y",
                                                 "&x",
                                                 "*x",
                                                 "!x",
                                                 "|",
                                                 ">",
                                                 "%",
                                                 "@",
                                                 "`",
                                                 "?",
                                                 "? x",
                                                 ":",
                                                 "x:",
                                                 "::",
                                                 "<<",
                                                 "=",
                                                 "---",
                                                 "...",
                                                 "a->b",
                                                 "\x7f",
                                                 "größe",
                                                 "🙂",
                                                 "\xc2\x85",
                                                 "\xe2\x80\xa8",
                                                 "\xef\xbb\xbf",
                                                 "\x01",
                                                 "5%",
                                                 ".inf",
                                                 ".nan",
                                                 "0o7"};
  const auto text = [&] {
    Node node = text_node(pick(rng, texts));
    return node;
  };
  const std::uint64_t kind = rng.below(depth > 0 ? 4 : 2);
  if (kind == 0) {
    return chance(rng, 10)   ? Node()
           : chance(rng, 30) ? plain(pick(rng, {"1", "-5", "1.5", "true", "1e3"}))
                             : text();
  }
  if (kind == 1) return text();
  Node node = kind == 2 ? list_node() : map_node();
  for (std::uint64_t i = rng.below(5); i > 0; --i) {
    Node child = random_document(rng, depth - 1);
    if (kind == 2) {
      node.items.push_back(std::move(child));
      continue;
    }
    std::string key = pick(rng, texts);
    if (node.find(key) == nullptr) put(node, key, std::move(child));
  }
  return node;
}

void mutate(Node& document, Rng& rng) {
  Node* at = &document;
  // Down some random way, stopping at every level now and then.
  while (!chance(rng, 25)) {
    if (!at->members.empty()) {
      at = &at->members[rng.below(at->members.size())].value;
    } else if (!at->items.empty()) {
      at = &at->items[rng.below(at->items.size())];
    } else {
      break;
    }
  }
  static const std::vector<std::string> keys = {"to",    "workers", "timeout",  "rate",  "on",
                                                "p",     "base",    "jitter",   "queue", "latency",
                                                "await", "unknown", "capacity", "steps", "a.b"};
  static const std::vector<std::string> values = {
      "1",    "0", "-1",   "x4",  "12ms", "5%",  "140%",      "50",      "50/s", "none",
      "true", "",  "word", "0.5", "1.5",  "1e3", "unlimited", "forever", "fifo"};
  const auto value = [&]() -> Node {
    switch (rng.below(6)) {
      case 0:
        return {};
      case 1:
        return list_node();
      case 2:
        return map_node();
      case 3: {
        Node quoted = plain(pick(rng, values));
        quoted.quoted = true;
        return quoted;
      }
      default: {
        Node node = plain(pick(rng, values));
        node.quoted = node.text.empty();
        return node;
      }
    }
  };
  if (!at->members.empty() && chance(rng, 60)) {
    const std::size_t which = rng.below(at->members.size());
    if (chance(rng, 50)) {
      at->members.erase(at->members.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      const std::string key = pick(rng, keys);
      if (at->find(key) == nullptr) at->members[which].key = key;
    }
  } else if (at->kind == Node::Kind::map && chance(rng, 50)) {
    const std::string key = pick(rng, keys);
    if (at->find(key) == nullptr) put(*at, key, value());
  } else {
    *at = value();
  }
}

}  // namespace squall::scenario
