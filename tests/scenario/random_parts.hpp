#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/scenario/node_making.hpp"

/// What random documents are put together from.
namespace squall::scenario {

inline bool chance(Rng& rng, std::uint64_t percent) { return rng.below(100) < percent; }

inline std::string pick(Rng& rng, const std::vector<std::string>& from) {
  return from[rng.below(from.size())];
}

inline std::string number(Rng& rng, std::uint64_t low, std::uint64_t high) {
  return std::to_string(low + rng.below(high - low + 1));
}

inline std::string duration(Rng& rng) {
  return pick(rng, {"1ns", "250us", "1.5ms", "12ms", "0.25s", "3s", "2m", "0.5h", "0s", "7ms"});
}
inline std::string positive(Rng& rng) {
  return pick(rng, {"1ns", "250us", "1.5ms", "12ms", "3s", "2m"});
}
inline std::string share(Rng& rng) {
  return pick(rng, {"0%", "5%", "0.1", "33.3%", "100%", "0", "1"});
}

/// Makes maps member by member.
class Map {
 public:
  explicit Map(Rng& rng) : rng_(rng), node_(map_node()) {}
  Map& always(std::string_view key, Node value) {
    put(node_, key, std::move(value));
    return *this;
  }
  Map& always(std::string_view key, std::string text) {
    return always(key, plain(std::move(text)));
  }
  /// In about half the maps.
  template <typename Make>
  Map& maybe(std::string_view key, Make make) {
    if (chance(rng_, 50)) put(node_, key, as_node(make()));
    return *this;
  }
  [[nodiscard]] Node take() { return std::move(node_); }

 private:
  static Node as_node(Node node) { return node; }
  static Node as_node(std::string text) { return plain(std::move(text)); }

  Rng& rng_;
  Node node_;
};

/// A breaker of any kind, every option of which may be there.
[[nodiscard]] Node random_breaker(Rng& rng);
/// The same of outlier ejection.
[[nodiscard]] Node random_outlier(Rng& rng);
/// A throttle of either kind, the same way. At a callee there is no `on`.
[[nodiscard]] Node random_throttle(Rng& rng, bool at_callee);
/// A service's line, and what it refuses.
[[nodiscard]] Node random_line(Rng& rng);
[[nodiscard]] Node random_admission(Rng& rng);
/// A rate limit, a limiter of any kind; the same.
[[nodiscard]] Node random_rate_limit(Rng& rng);
[[nodiscard]] Node random_limiter(Rng& rng);

}  // namespace squall::scenario
