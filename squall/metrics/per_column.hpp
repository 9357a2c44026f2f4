#pragma once

#include <array>
#include <cstddef>

namespace squall::metrics {

/// A value for each enumerator of `Column`, an enumeration that ends in `count`.
template <typename Column, typename Value>
class PerColumn {
 public:
  static constexpr std::size_t size = static_cast<std::size_t>(Column::count);

  [[nodiscard]] constexpr Value& operator[](Column column) noexcept {
    return values_[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] constexpr const Value& operator[](Column column) const noexcept {
    return values_[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] constexpr Value& at(std::size_t index) noexcept { return values_[index]; }
  [[nodiscard]] constexpr const Value& at(std::size_t index) const noexcept {
    return values_[index];
  }
  [[nodiscard]] constexpr auto begin() noexcept { return values_.begin(); }
  [[nodiscard]] constexpr auto end() noexcept { return values_.end(); }
  [[nodiscard]] constexpr auto begin() const noexcept { return values_.begin(); }
  [[nodiscard]] constexpr auto end() const noexcept { return values_.end(); }

 private:
  std::array<Value, size> values_{};
};

}  // namespace squall::metrics
