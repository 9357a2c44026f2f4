#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace squall::bench {

/// How much work a benchmark does.
class Size {
 public:
  static constexpr Size full() noexcept { return Size{1, 10'000'000}; }
  /// For a first look.
  static constexpr Size quick() noexcept { return Size{8, 1'000'000}; }
  /// For ctest: does it work at all?
  static constexpr Size tiny() noexcept { return Size{2'000, 1'000}; }
  static constexpr std::optional<Size> named(std::string_view name) noexcept {
    if (name == "full") return full();
    if (name == "quick") return quick();
    if (name == "tiny") return tiny();
    return std::nullopt;
  }

  /// So many operations, of `n` in full.
  [[nodiscard]] constexpr std::uint64_t of(std::uint64_t n) const noexcept {
    return std::max<std::uint64_t>(n / divisor_, std::min<std::uint64_t>(n, 1'000));
  }
  /// Whether something so large (pending events, workers, services) is looked at.
  [[nodiscard]] constexpr bool reaches(std::uint64_t extent) const noexcept {
    return extent <= extent_max_;
  }

 private:
  constexpr Size(std::uint64_t divisor, std::uint64_t extent_max) noexcept
      : divisor_(divisor), extent_max_(extent_max) {}

  std::uint64_t divisor_;
  std::uint64_t extent_max_;
};

}  // namespace squall::bench
