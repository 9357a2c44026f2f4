#include "tests/scenario/random_parts.hpp"

namespace squall::scenario {
namespace {

Node drop_on(Rng& rng) {
  Node list = list_node();
  for (const char* word : {"timeout", "error", "rejected", "unavailable"}) {
    if (chance(rng, 50)) list.items.push_back(plain(std::string(word)));
  }
  return list;
}

}  // namespace

Node random_rate_limit(Rng& rng) {
  switch (rng.below(3)) {
    case 0:
      return map_of("token_bucket",
                    Map(rng)
                        .maybe("rate", [&] { return pick(rng, {"50/s", "0.5/s", "7/m"}); })
                        .maybe("burst", [&] { return number(rng, 1, 99); })
                        .maybe("max_wait", [&] { return pick(rng, {"0s", "7ms", "forever"}); })
                        .take());
    case 1:
      return map_of("resilience4j",
                    Map(rng)
                        .maybe("limit_for_period", [&] { return number(rng, 1, 99); })
                        .maybe("limit_refresh_period", [&] { return positive(rng); })
                        .maybe("timeout", [&] { return pick(rng, {"0s", "5s", "forever"}); })
                        .maybe("blocking", [&] { return pick(rng, {"true", "false"}); })
                        .take());
    default:
      return map_of("envoy", Map(rng)
                                 .always("max_tokens", number(rng, 1, 99))
                                 .maybe("tokens_per_fill", [&] { return number(rng, 1, 99); })
                                 .always("fill_interval", pick(rng, {"50ms", "1s", "1m"}))
                                 .take());
  }
}

Node random_limiter(Rng& rng) {
  switch (rng.below(4)) {
    case 0:
      return map_of("vegas", Map(rng)
                                 .maybe("initial", [&] { return number(rng, 1, 20); })
                                 .maybe("max", [&] { return number(rng, 20, 99); })
                                 .maybe("smoothing", [&] { return pick(rng, {"5%", "0.5", "1"}); })
                                 .maybe("alpha", [&] { return number(rng, 0, 3); })
                                 .maybe("beta", [&] { return number(rng, 3, 9); })
                                 .maybe("probe_multiplier", [&] { return number(rng, 1, 99); })
                                 .maybe("drop_on", [&] { return drop_on(rng); })
                                 .take());
    case 1:
      return map_of("gradient2",
                    Map(rng)
                        .maybe("initial", [&] { return number(rng, 1, 50); })
                        .maybe("min", [&] { return number(rng, 1, 50); })
                        .maybe("max", [&] { return number(rng, 50, 99); })
                        .maybe("smoothing", [&] { return pick(rng, {"5%", "0.5", "1"}); })
                        .maybe("tolerance", [&] { return pick(rng, {"1", "1.5", "20"}); })
                        .maybe("long_window", [&] { return number(rng, 1, 999); })
                        .maybe("queue_size", [&] { return number(rng, 0, 9); })
                        .maybe("drop_on", [&] { return drop_on(rng); })
                        .take());
    case 2:
      return map_of("aimd",
                    Map(rng)
                        .maybe("initial", [&] { return number(rng, 1, 50); })
                        .maybe("min", [&] { return number(rng, 1, 50); })
                        .maybe("max", [&] { return number(rng, 50, 99); })
                        .maybe("backoff_ratio", [&] { return pick(rng, {"0.5", "0.75", "0.99"}); })
                        .maybe("timeout", [&] { return pick(rng, {"1ns", "5s", "forever"}); })
                        .maybe("drop_on", [&] { return drop_on(rng); })
                        .take());
    default:
      return map_of(
          "envoy_gradient",
          Map(rng)
              .maybe("sample_aggregate_percentile", [&] { return share(rng); })
              .maybe("max_concurrency_limit", [&] { return number(rng, 9, 99); })
              .maybe("concurrency_update_interval", [&] { return pick(rng, {"1ms", "0.25s"}); })
              .maybe("interval", [&] { return pick(rng, {"1ms", "30s", "2m"}); })
              .maybe("request_count", [&] { return number(rng, 1, 99); })
              .maybe("jitter", [&] { return share(rng); })
              .maybe("min_concurrency", [&] { return number(rng, 1, 9); })
              .maybe("buffer", [&] { return share(rng); })
              .take());
  }
}

}  // namespace squall::scenario
