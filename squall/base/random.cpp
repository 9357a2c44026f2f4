#include "squall/base/random.hpp"

#include "squall/base/check.hpp"

namespace squall {

// D. Lemire, "Fast random integer generation in an interval", 2019.
std::uint64_t Rng::below(std::uint64_t bound) noexcept {
  SQUALL_CHECK(bound > 0, "a number below 0 was asked for");
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(next()) * bound;
  auto low = static_cast<std::uint64_t>(product);
  if (low < bound) {
    const std::uint64_t threshold = (0 - bound) % bound;
    while (low < threshold) {
      product = static_cast<Wide>(next()) * bound;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace squall
