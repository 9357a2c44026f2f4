#include "tests/property/random_scenario.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace squall::test {

namespace {

using Json = nlohmann::ordered_json;

/// At full size from the first case on: RapidCheck's small sizes would draw the low ends only.
int pick(int low, int high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}
bool chance(int percent) { return pick(0, 99) < percent; }
std::string ms(int value) { return std::to_string(value) + "ms"; }
std::string percent(int value) { return std::to_string(value) + "%"; }
std::string service(int index) { return "s" + std::to_string(index); }

template <typename... Names>
std::string one_of(Names... names) {
  const std::vector<std::string> all{names...};
  return all[static_cast<std::size_t>(pick(0, static_cast<int>(all.size()) - 1))];
}

Json latency() {
  switch (pick(0, 4)) {
    case 0:
      return ms(pick(0, 30));
    case 1:
      return {{"exponential", ms(pick(1, 20))}};
    case 2:
      return {{"uniform", {ms(pick(0, 5)), ms(pick(5, 30))}}};
    case 3:
      return {{"lognormal", {{"median", ms(pick(1, 10))}, {"p99", ms(pick(10, 80))}}}};
    default:
      return {{"hyperexponential",
               {{{"p", 0.75}, {"mean", "2ms"}}, {{"p", 0.25}, {"mean", ms(pick(2, 40))}}}}};
  }
}

Json network() {
  Json made = {{"latency", chance(50) ? Json(ms(pick(0, 3))) : Json{{"uniform", {"0ms", "2ms"}}}}};
  if (chance(40)) made["loss"] = percent(pick(0, 15));
  return made;
}

Json backoff() {
  Json made;
  switch (pick(0, 3)) {
    case 0:
      made = {{"fixed", ms(pick(0, 20))}};
      break;
    case 1:
      made = {{"exponential", {{"base", ms(pick(1, 10))}, {"max", ms(pick(10, 60))}}}};
      break;
    case 2:
      return {{"decorrelated", {{"base", ms(pick(1, 10))}, {"max", ms(pick(10, 60))}}}};
    default:
      made = {{"linear", {{"base", ms(pick(0, 10))}, {"max", ms(pick(10, 60))}}}};
      break;
  }
  if (chance(60)) made["jitter"] = one_of("none", "full", "equal", "lognormal");
  if (made.contains("exponential") && chance(15)) made["jitter"] = "decorrelated_v2";
  if (chance(20)) made["cap"] = "after_jitter";
  if (chance(20)) made["unit"] = "1ms";
  return made;
}

/// Of a product, as it is or with attempts of its own.
Json retry_of_product() {
  Json made = {{"preset", one_of("aws", "envoy", "envoy_2018", "folly", "grpc", "grpc_2017",
                                 "istio", "polly", "resilience4j")}};
  if (chance(50)) made["max_attempts"] = pick(2, 4);
  if (chance(70)) made["backoff"] = {{"exponential", {{"base", ms(pick(1, 5))}, {"max", "40ms"}}}};
  return made;
}

/// Of any kind; touchy, so that short runs see each of its states.
Json breaker() {
  const std::string open_for = ms(pick(5, 80));
  switch (pick(0, 5)) {
    case 0:
      return {{"window", {{"window", 8}, {"failures", pick(2, 8)}, {"open_for", open_for}}}};
    case 1:
      return {{"resilience4j",
               {{"window", pick(4, 10)},
                {"minimum", 4},
                {"failure_rate", "40%"},
                {"open_for", open_for},
                {"half_open_calls", pick(1, 3)}}}};
    case 2:
      return {{"polly",
               {{"failure_ratio", percent(pick(0, 60))},
                {"minimum_throughput", pick(2, 6)},
                {"sampling", ms(pick(20, 300))},
                {"break_for", open_for}}}};
    case 3: {
      const int snapshot = pick(5, 20);
      return {{"hystrix",
               {{"request_volume", pick(1, 5)},
                {"error_threshold", percent(pick(1, 60))},
                {"window", ms(snapshot * pick(1, 10))},
                {"snapshot", ms(snapshot)},
                {"sleep_window", open_for}}}};
    }
    case 4: {
      Json made = {{"minimum", pick(1, 4)}, {"interval", ms(pick(5, 100))}, {"open_for", open_for}};
      const std::string strategy = one_of("slow_ratio", "error_ratio", "error_count");
      made[strategy] = strategy == "error_count" ? Json(pick(0, 3)) : Json(percent(pick(0, 100)));
      if (strategy == "slow_ratio") made["slow_call"] = ms(pick(0, 30));
      return {{"sentinel", made}};
    }
    default:
      return {{"linkerd",
               {{"max_failures", pick(1, 4)},
                {"min_penalty", open_for},
                {"max_penalty", ms(pick(80, 300))},
                {"jitter", chance(30) ? 0.0 : 0.5}}}};
  }
}

Json budget() {
  switch (pick(0, 6)) {
    case 5:
      return {{"cutoff",
               {{"failure_rate", percent(pick(0, 60))}, {"window", one_of("1s", "forever")}}}};
    case 0:
      return {{"envoy", {{"percent", percent(pick(0, 50))}, {"min_concurrency", pick(0, 3)}}}};
    case 1:
      return {{"grpc", {{"max_tokens", pick(2, 8)}, {"token_ratio", 0.5}}}};
    case 2:
      return {{"finagle",
               {{"ttl", "1s"},
                {"min_retries_per_s", pick(0, 5)},
                {"percent_can_retry", percent(pick(0, 150))}}}};
    case 3:
      return {{"aws",
               {{"capacity", pick(0, 60)},
                {"retry_cost", pick(1, 6)},
                {"timeout_cost", pick(1, 12)},
                {"no_retry_increment", pick(0, 2)}}}};
    case 4:
      return {{"failsafe", {{"max_rate", percent(pick(0, 50))}, {"min_concurrency", pick(0, 3)}}}};
    default:
      return {{"bucket",
               {{"capacity", pick(1, 5)},
                {"deposit", 0.25},
                {"filled_by", one_of("success", "call")}}}};
  }
}

/// Touchy, so that short runs see replicas ejected and taken back.
Json outlier() {
  Json made = {{"consecutive_5xx", pick(0, 3)},
               {"interval", ms(pick(1, 40))},
               {"base_ejection_time", ms(pick(1, 60))},
               {"max_ejection_time", ms(pick(60, 120))},
               {"max_ejection_percent", percent(pick(0, 100))},
               {"always_eject_one_host", chance(50)},
               {"panic_threshold", percent(pick(1, 100))}};
  if (chance(30)) made["max_ejection_time_jitter"] = ms(pick(0, 10));
  if (chance(40))
    made["success_rate"] = {
        {"minimum_hosts", pick(0, 3)}, {"request_volume", pick(0, 3)}, {"stdev_factor", 0.5}};
  if (chance(40))
    made["failure_percentage"] = {
        {"threshold", percent(pick(0, 100))}, {"minimum_hosts", 1}, {"request_volume", pick(0, 3)}};
  if (chance(40))
    made["enforcing"] = {{"consecutive_5xx", percent(pick(0, 100))},
                         {"consecutive_gateway_failure", percent(pick(0, 100))},
                         {"failure_percentage", percent(pick(0, 100))}};
  return {{"envoy", made}};
}

/// Touchy, so that short runs see it refuse and recover.
Json throttle() {
  if (chance(50)) {
    return {{"sre", {{"k", 1.0 + 0.25 * pick(0, 6)}, {"window", ms(pick(10, 200))}}}};
  }
  return {{"envoy",
           {{"success_rate_threshold", percent(pick(50, 100))},
            {"aggression", pick(1, 3)},
            {"window", std::to_string(pick(1, 3)) + "s"},
            {"max_rejection", percent(pick(20, 100))},
            {"rps_threshold", chance(30) ? pick(1, 5) : 0}}}};
}

Json rate_limit() {
  switch (pick(0, 2)) {
    case 0:
      return {{"token_bucket",
               {{"rate", std::to_string(pick(20, 300)) + "/s"},
                {"burst", pick(1, 4)},
                {"max_wait", ms(chance(40) ? 0 : pick(1, 40))}}}};
    case 1:
      return {{"resilience4j",
               {{"limit_for_period", pick(1, 4)},
                {"limit_refresh_period", ms(pick(5, 50))},
                {"timeout", ms(chance(30) ? 0 : pick(1, 60))},
                {"blocking", chance(60)}}}};
    default:
      return {{"envoy",
               {{"max_tokens", pick(1, 8)},
                {"tokens_per_fill", pick(1, 8)},
                {"fill_interval", ms(pick(50, 90))}}}};
  }
}

/// Quick and small, so that short runs see the limit move.
Json limiter() {
  const int least = pick(1, 4);
  const int most = pick(4, 12);
  const int initial = pick(1, 4);
  Json made;
  switch (pick(0, 3)) {
    case 0:
      made = {{"vegas",
               {{"initial", initial},
                {"max", most},
                {"smoothing", percent(pick(20, 100))},
                {"probe_multiplier", pick(1, 5)}}}};
      break;
    case 1:
      made = {{"gradient2",
               {{"initial", initial},
                {"min", least},
                {"max", most},
                {"smoothing", percent(pick(20, 100))},
                {"long_window", pick(1, 50)}}}};
      break;
    case 2:
      made = {{"aimd",
               {{"initial", initial},
                {"min", least},
                {"max", most},
                {"backoff_ratio", 0.5},
                {"timeout", ms(pick(5, 40))}}}};
      break;
    default:
      return {{"envoy_gradient",
               {{"max_concurrency_limit", most},
                {"concurrency_update_interval", ms(pick(1, 20))},
                {"interval", ms(pick(10, 80))},
                {"request_count", pick(1, 5)},
                {"jitter", percent(pick(0, 100))},
                {"min_concurrency", least}}}};
  }
  if (chance(40))
    made.front()["drop_on"] = {one_of("timeout", "rejected"), one_of("error", "unavailable")};
  return made;
}

Json policy() {
  Json made = Json::object();
  if (chance(75)) made["timeout"] = ms(pick(5, 60));
  if (chance(25)) made["deadline"] = ms(pick(20, 150));
  if (chance(40)) made["propagate_deadline"] = true;
  if (chance(20)) {
    made["fallback"] = {{"latency", ms(pick(0, 4))}, {"failure", percent(pick(0, 40))}};
    if (chance(50))
      made["fallback"]["on"] = {one_of("timeout", "error", "unavailable"), "deadline"};
  }
  if (chance(75)) {
    made["retry"] = chance(25) ? retry_of_product()
                               : Json{{"max_attempts", pick(1, 4)}, {"backoff", backoff()}};
    if (chance(30)) made["retry"]["on"] = {"timeout", one_of("error", "unavailable")};
  }
  if (chance(20)) {
    made["hedge"] = {{"max_attempts", pick(2, 3)},
                     {"delay", chance(15) ? std::string("forever") : ms(pick(0, 20))},
                     {"honour_pushback", chance(70)}};
    if (chance(20)) made["hedge"]["preset"] = one_of("envoy", "grpc", "polly");
  }
  if ((made.contains("retry") || made.contains("hedge")) && chance(45)) made["budget"] = budget();
  if (chance(20)) made["throttle"] = throttle();
  if (chance(30)) made["breaker"] = breaker();
  if (chance(20)) made["rate_limit"] = rate_limit();
  if (chance(25)) made["limiter"] = limiter();
  if (chance(35)) {
    made["bulkhead"] = {{"max_concurrent", pick(1, 6)},
                        {"max_waiting", pick(0, 10)},
                        {"max_wait", ms(pick(0, 40))}};
  }
  if (chance(25)) made["outlier"] = outlier();
  if (chance(40)) {
    made["order"] = one_of("a", "b") == "a" ? Json{"breaker",  "retry", "limiter",    "bulkhead",
                                                   "throttle", "hedge", "rate_limit", "timeout"}
                                            : Json{"throttle", "timeout", "rate_limit", "bulkhead",
                                                   "hedge",    "limiter", "retry",      "breaker"};
  }
  if (chance(20)) made["state"] = {{"per", one_of("edge", "callee")}, {"instances", pick(1, 3)}};
  return made;
}

constexpr int policies = 3;

Json call_to(const std::string& target) {
  Json made = {{"to", target}};
  if (chance(75)) made["policy"] = "p" + std::to_string(pick(0, policies - 1));
  if (chance(25)) made["network"] = network();
  if (chance(25)) made["on_failure"] = "continue";
  return made;
}

Json publish_to(const std::string& queue) {
  Json made = {{"publish", queue}};
  if (chance(40)) made["await"] = "effect";
  if (chance(60)) made["policy"] = "p" + std::to_string(pick(0, policies - 1));
  return made;
}

/// Steps that lead to services with a larger index, so that there is no cycle but the one made on
/// purpose.
Json steps(int index, int services, bool may_publish) {
  Json made = Json::array();
  const int count = index + 1 < services ? pick(0, 2) : 0;
  for (int i = 0; i < count; ++i) {
    if (chance(45)) {
      Json parallel = Json::array();
      for (int j = pick(2, 3); j > 0; --j)
        parallel.push_back(call_to(service(pick(index + 1, services - 1))));
      made.push_back({{"parallel", parallel}});
    } else {
      made.push_back(call_to(service(pick(index + 1, services - 1))));
    }
  }
  if (may_publish && chance(25)) made.push_back(publish_to("side"));
  if (chance(10)) {
    made.push_back({{"to", service(pick(0, index))}, {"max_depth", pick(1, 4)}});
  }
  return made;
}

/// A line that is cut by time, in every order that goes with it.
Json watched_line() {
  Json made = Json::object();
  if (chance(50)) made["capacity"] = pick(2, 12);
  const bool is_classic = chance(40);
  made["order"] = is_classic ? std::string("fifo")
                             : one_of("fifo", "lifo", "adaptive_lifo", "adaptive_lifo", "priority");
  if (made["order"] == "adaptive_lifo") made["lifo_after"] = ms(pick(0, 20));
  if (made["order"] != "adaptive_lifo" || chance(70)) {
    const int target = pick(1, 8);
    made["codel"] = {{"target", ms(target)}, {"interval", ms(target + pick(1, 25))}};
    if (is_classic) made["codel"]["mode"] = "classic";
  }
  return made;
}

Json admission() {
  Json made = {{"limit", pick(1, 8)}};
  if (chance(40)) {
    const int lower = pick(0, 60);
    made["priority"] = {{"0", percent(lower)}, {"1", percent(lower + pick(0, 40))}};
  }
  if (chance(30)) made["throttle"] = throttle();
  return made;
}

Json make_service(int index, int services) {
  Json made = {{"latency", latency()}};
  if (chance(70)) {
    made["workers"] = pick(1, 4);
    if (chance(60))
      made["queue"] = {{"capacity", pick(0, 6)},
                       {"order", one_of("fifo", "lifo", "priority", "priority")}};
    else if (chance(50))
      made["queue"] = watched_line();
  }
  if (chance(30)) {
    made["replicas"] = pick(2, 3);
    made["balance"] = one_of("round_robin", "random", "least_requests", "power_of_two");
  }
  if (chance(40)) {
    made["failure"] =
        chance(50)
            ? Json(percent(pick(0, 50)))
            : Json{{{"p", percent(pick(0, 40))}, {"as", "invalid"}, {"after", ms(pick(0, 5))}},
                   {{"p", percent(pick(0, 20))},
                    {"as", "busy"},
                    {"pushback", one_of("5ms", "never")}}};
  }
  if (chance(30))
    made["overload"] = {{"capacity", pick(1, 4)},
                        {"latency", ms(pick(0, 30))},
                        {"failure", "20%"},
                        {"max_failure", "90%"}};
  if (chance(25)) made["contention"] = {{"optimistic", {{"rows", pick(1, 3)}}}};
  if (chance(30)) made["demand_at"] = "arrival";
  made["when_caller_gone"] = one_of("finish", "finish", "skip_queued", "cancel");
  if (chance(30)) made["during_calls"] = "release";
  if (chance(25)) made["admission"] = admission();
  if (chance(15)) made["admission"]["limiter"] = limiter();
  if (chance(15)) made["refusal"] = {{"pushback", one_of("3ms", "never")}};
  const Json made_steps = steps(index, services, true);
  if (!made_steps.empty()) made["calls"] = made_steps;
  return made;
}

Json queue(bool dead_letters) {
  Json made = Json::object();
  if (chance(60)) {
    made["capacity"] = pick(1, 12);
    made["overflow"] = one_of("reject", "drop_oldest", "block");
  }
  if (chance(50)) made["visibility_timeout"] = ms(pick(5, 80));
  made["max_deliveries"] = pick(1, 4);
  if (chance(60)) made["redelivery"] = backoff();
  if (dead_letters && chance(60)) made["dead_letter"] = "dlq";
  if (chance(20)) made["partitions"] = pick(1, 3);
  return made;
}

Json workload(int services) {
  Json made;
  const bool closed = chance(30);
  if (chance(35)) {
    made = {{"to", "orders"}};
  } else {
    made = {{"to", service(pick(0, services - 1))}};
  }
  if (chance(70)) made["policy"] = "p" + std::to_string(pick(0, policies - 1));
  if (chance(50)) made["objective"] = ms(pick(5, 150));
  if (closed) {
    made["arrivals"] = {
        {"closed",
         {{"users", pick(1, 6)},
          {"think", chance(50) ? Json(ms(pick(1, 20))) : Json{{"exponential", "10ms"}}}}}};
  } else {
    switch (pick(0, 3)) {
      case 0:
        made["arrivals"] = {{"constant", std::to_string(pick(20, 300)) + "/s"}};
        break;
      case 1:
        made["arrivals"] = {{"poisson", std::to_string(pick(20, 300)) + "/s"}};
        break;
      case 2:
        made["arrivals"] = {{"bursts", {{"size", pick(1, 12)}, {"every", ms(pick(5, 60))}}}};
        break;
      default:
        made["arrivals"] = {
            {"profile",
             {{"process", one_of("poisson", "constant")},
              {"steps",
               {{{"for", ms(pick(10, 80))}, {"rate", "100/s"}},
                {{"for", ms(pick(10, 80))}, {"ramp_to", std::to_string(pick(0, 400)) + "/s"}}}}}}};
    }
  }
  made["requests"] = pick(1, 30);
  return made;
}

Json fault(const Json& services, bool rate_allowed) {
  Json made = {{"at", ms(pick(0, 150))}, {"for", ms(pick(1, 150))}};
  if (rate_allowed && chance(15)) {
    made["on"] = "workload.w0";
    made["rate"] = "x" + std::to_string(pick(0, 4));
    return made;
  }
  if (chance(15)) {
    made["set"] = {{"services.s0.latency", ms(pick(0, 40))}};
    return made;
  }
  const std::string name = service(pick(0, static_cast<int>(services.size()) - 1));
  made["on"] = "service." + name;
  const Json& target = services[name];
  if (target.contains("replicas") && chance(60))
    made["replica"] = pick(0, target["replicas"].get<int>() - 1);
  switch (pick(0, 5)) {
    case 0:
      made["latency"] = "x" + std::to_string(pick(0, 5));
      break;
    case 1:
      made["failure"] = percent(pick(0, 100));
      break;
    case 2:
      made["capacity"] = one_of("x0", "x0.4", "x2");
      break;
    case 3:
      made["pause"] = true;
      break;
    default:
      made["down"] = one_of("refuse", "blackhole");
      break;
  }
  return made;
}

}  // namespace

std::string random_scenario() {
  Json made = {{"squall", 1}, {"name", "random"}, {"seed", pick(0, 1'000'000)}};
  made["duration"] = ms(pick(50, 400));
  if (chance(30)) made["warmup"] = ms(pick(1, 40));
  if (chance(30)) made["network"] = network();
  const int services = pick(1, 4);
  for (int i = 0; i < services; ++i) made["services"][service(i)] = make_service(i, services);
  for (int i = 0; i < policies; ++i) made["policies"]["p" + std::to_string(i)] = policy();
  made["queues"]["orders"] = queue(true);
  made["queues"]["side"] = queue(false);
  made["queues"]["dlq"] = Json::object();
  for (const char* const from : {"orders", "side"}) {
    Json consumer = {{"from", from}, {"concurrency", pick(1, 4)}, {"latency", latency()}};
    if (chance(40)) consumer["prefetch"] = pick(1, 4);
    consumer["on_failure"] = one_of("redeliver", "redeliver", "redeliver", "dead_letter", "ack");
    // The side queue's handler calls only the last service, which never leads back to the queue.
    if (std::string(from) == "orders")
      consumer["calls"] = Json::array({call_to(service(pick(0, services - 1)))});
    made["consumers"][std::string(from) + "-worker"] = consumer;
  }
  const int workloads = pick(1, 3);
  for (int i = 0; i < workloads; ++i) {
    Json one = workload(services);
    if (chance(40)) one["priority"] = pick(-1, 2);
    made["workloads"]["w" + std::to_string(i)] = one;
  }
  const bool rate_allowed = !made["workloads"]["w0"]["arrivals"].contains("closed");
  const int faults = pick(0, 3);
  for (int i = 0; i < faults; ++i) {
    made["faults"]["f" + std::to_string(i)] = fault(made["services"], rate_allowed);
  }
  return made.dump(2);
}

}  // namespace squall::test
