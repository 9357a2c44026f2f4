#include "tests/scenario/random_parts.hpp"

namespace squall::scenario {
namespace {

Node sentinel(Rng& rng) {
  Map map(rng);
  switch (rng.below(3)) {
    case 0:
      map.maybe("slow_ratio", [&] { return share(rng); }).maybe("slow_call", [&] {
        return duration(rng);
      });
      break;
    case 1:
      map.always("error_ratio", share(rng));
      break;
    default:
      map.always("error_count", number(rng, 0, 9));
      break;
  }
  return map.maybe("minimum", [&] { return number(rng, 1, 50); })
      .maybe("interval", [&] { return positive(rng); })
      .maybe("open_for", [&] { return positive(rng); })
      .take();
}

}  // namespace

Node random_breaker(Rng& rng) {
  switch (rng.below(6)) {
    case 0:
      return map_of("window", Map(rng)
                                  .always("window", number(rng, 10, 50))
                                  .maybe("failures", [&] { return number(rng, 1, 10); })
                                  .maybe("open_for", [&] { return positive(rng); })
                                  .take());
    case 1:
      return map_of("resilience4j",
                    Map(rng)
                        .maybe("window", [&] { return pick(rng, {"20", "10s", "1m"}); })
                        .maybe("minimum", [&] { return number(rng, 1, 50); })
                        .maybe("failure_rate", [&] { return pick(rng, {"7%", "0.5", "100%"}); })
                        .maybe("slow_call_rate", [&] { return pick(rng, {"14%", "0.07"}); })
                        .maybe("slow_call", [&] { return positive(rng); })
                        .maybe("open_for", [&] { return positive(rng); })
                        .maybe("half_open_calls", [&] { return number(rng, 1, 9); })
                        .maybe("max_half_open", [&] { return duration(rng); })
                        .maybe("automatic_half_open", [&] { return pick(rng, {"true", "false"}); })
                        .take());
    case 2:
      return map_of("polly", Map(rng)
                                 .maybe("failure_ratio", [&] { return share(rng); })
                                 .maybe("minimum_throughput", [&] { return number(rng, 2, 50); })
                                 .maybe("sampling", [&] { return positive(rng); })
                                 .maybe("break_for", [&] { return positive(rng); })
                                 .take());
    case 3:
      return map_of(
          "hystrix",
          Map(rng)
              .maybe("request_volume", [&] { return number(rng, 1, 50); })
              .maybe("error_threshold", [&] { return pick(rng, {"7%", "0.29", "1", "100%"}); })
              .maybe("window", [&] { return pick(rng, {"10s", "1.5s", "1m"}); })
              .maybe("snapshot", [&] { return pick(rng, {"0.1s", "500ms", "250ms"}); })
              .maybe("sleep_window", [&] { return positive(rng); })
              .take());
    case 4:
      return map_of("sentinel", sentinel(rng));
    default:
      return map_of("linkerd", Map(rng)
                                   .maybe("max_failures", [&] { return number(rng, 1, 9); })
                                   .maybe("min_penalty", [&] { return pick(rng, {"1ns", "3s"}); })
                                   .maybe("max_penalty", [&] { return pick(rng, {"3s", "1h"}); })
                                   .maybe("jitter", [&] { return pick(rng, {"0", "1.25", "100"}); })
                                   .take());
  }
}

}  // namespace squall::scenario
