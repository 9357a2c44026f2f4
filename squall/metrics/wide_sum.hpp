#pragma once

#include <cstdint>

namespace squall::metrics {

__extension__ using Int128 = __int128;

/// A sum of 64-bit numbers in 128 bits. In two halves, of which the upper one changes once in
/// thousands of numbers: that is two instructions for a number, where g++ 12 takes nine for an
/// __int128, and one access to memory, not two. WebAssembly has no carry to add.
class WideSum {
 public:
  [[gnu::always_inline]] void add(std::uint64_t number) noexcept {
    low_ += number;
    if (low_ < number) [[unlikely]]
      ++high_;
  }
  /// Of either sign, though seldom below 0.
  [[gnu::always_inline]] void add_signed(std::int64_t number) noexcept {
    add(static_cast<std::uint64_t>(number));
    if (number < 0) [[unlikely]]
      --high_;
  }
  WideSum& operator+=(Int128 more) noexcept {
    const Int128 sum = value() + more;
    low_ = static_cast<std::uint64_t>(sum);
    high_ = static_cast<std::uint64_t>(sum >> 64U);
    return *this;
  }
  [[nodiscard]] Int128 value() const noexcept {
    return static_cast<Int128>(high_) << 64U | static_cast<Int128>(low_);
  }
  [[nodiscard]] friend bool operator==(const WideSum&, const WideSum&) = default;

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

}  // namespace squall::metrics
