#include "tests/scenario/random_parts.hpp"

namespace squall::scenario {

Node random_throttle(Rng& rng, bool at_callee) {
  Map map(rng);
  const bool is_sre = chance(rng, 50);
  if (is_sre) {
    map.maybe("k", [&] { return pick(rng, {"1", "1.5", "1000"}); }).maybe("window", [&] {
      return pick(rng, {"10ms", "2m", "24h"});
    });
  } else {
    map.maybe("success_rate_threshold", [&] { return pick(rng, {"1%", "0.95", "100%"}); })
        .maybe("aggression", [&] { return pick(rng, {"1", "2.5"}); })
        .maybe("window", [&] { return pick(rng, {"1s", "30s", "1h"}); })
        .maybe("max_rejection", [&] { return share(rng); })
        .maybe("rps_threshold", [&] { return number(rng, 0, 50); });
  }
  if (!at_callee && chance(rng, 30)) {
    Node on = list_node();
    on.items = {plain(std::string("timeout")), plain(std::string("unavailable"))};
    map.always("on", std::move(on));
  }
  return map_of(is_sre ? "sre" : "envoy", map.take());
}

Node random_line(Rng& rng) {
  Map map(rng);
  map.maybe("capacity", [&] { return pick(rng, {"0", "200", "unlimited"}); });
  const std::string order = pick(rng, {"fifo", "lifo", "adaptive_lifo", "priority"});
  if (order != "fifo" || chance(rng, 50)) map.always("order", order);
  if (order == "adaptive_lifo") map.maybe("lifo_after", [&] { return duration(rng); });
  map.maybe("codel", [&] {
    Map codel(rng);
    if (order == "fifo") codel.maybe("mode", [&] { return pick(rng, {"facebook", "classic"}); });
    return codel.maybe("target", [&] { return pick(rng, {"1ns", "5ms"}); })
        .maybe("interval", [&] { return pick(rng, {"6ms", "1h"}); })
        .take();
  });
  return map.take();
}

Node random_admission(Rng& rng) {
  Map map(rng);
  const bool is_limited = chance(rng, 50);
  if (is_limited)
    map.always("limit", "64");
  else
    map.maybe("limit", [] { return std::string("unlimited"); });
  map.maybe("limiter", [&] { return random_limiter(rng); });
  if (is_limited) {
    map.maybe("priority", [&] {
      return Map(rng)
          .maybe("9", [&] { return pick(rng, {"60%", "1"}); })
          .maybe("0", [&] { return pick(rng, {"0%", "0.5"}); })
          .maybe("-5", [] { return std::string("0%"); })
          .take();
    });
  }
  return map.maybe("throttle", [&] { return random_throttle(rng, true); }).take();
}

}  // namespace squall::scenario
