#include "tests/scenario/random_parts.hpp"

namespace squall::scenario {

Node random_outlier(Rng& rng) {
  const auto enforced = [&rng] { return pick(rng, {"0%", "7%", "100%", "0.5", "1"}); };
  return map_of(
      "envoy",
      Map(rng)
          .maybe("consecutive_5xx", [&] { return number(rng, 0, 9); })
          .maybe("consecutive_gateway_failure", [&] { return number(rng, 0, 9); })
          .maybe("interval", [&] { return pick(rng, {"1ms", "10s", "0.5h"}); })
          .maybe("base_ejection_time", [&] { return pick(rng, {"1ns", "30s", "400s"}); })
          .maybe("max_ejection_time", [&] { return pick(rng, {"400s", "1h"}); })
          .maybe("max_ejection_time_jitter", [&] { return duration(rng); })
          .maybe("max_ejection_percent", [&] { return share(rng); })
          .maybe("always_eject_one_host", [&] { return pick(rng, {"true", "false"}); })
          .maybe("success_rate",
                 [&] {
                   return Map(rng)
                       .maybe("minimum_hosts", [&] { return number(rng, 0, 9); })
                       .maybe("request_volume", [&] { return number(rng, 0, 200); })
                       .maybe("stdev_factor", [&] { return pick(rng, {"0", "1.9", "3"}); })
                       .take();
                 })
          .maybe("failure_percentage",
                 [&] {
                   return Map(rng)
                       .maybe("threshold", [&] { return share(rng); })
                       .maybe("minimum_hosts", [&] { return number(rng, 0, 9); })
                       .maybe("request_volume", [&] { return number(rng, 0, 200); })
                       .take();
                 })
          .maybe("enforcing",
                 [&] {
                   return Map(rng)
                       .maybe("consecutive_5xx", enforced)
                       .maybe("consecutive_gateway_failure", enforced)
                       .maybe("success_rate", enforced)
                       .maybe("failure_percentage", enforced)
                       .take();
                 })
          .maybe("panic_threshold", [&] { return pick(rng, {"0.5%", "50%", "1"}); })
          .maybe("on",
                 [&] {
                   Node list = list_node();
                   list.items.push_back(plain(pick(rng, {"timeout", "error", "rejected"})));
                   return list;
                 })
          .take());
}

}  // namespace squall::scenario
