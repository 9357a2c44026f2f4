#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "squall/base/time.hpp"

/// The pieces of a large JSON text. A page has tens of thousands of numbers, and somebody waits for
/// it at a slider.
namespace squall::report {

/// A text that grows at its end. Numbers are written where they are going to stand.
class JsonText {
 public:
  void add(char c) {
    *room(1) = c;
    ++size_;
  }
  void add(std::string_view text) {
    std::ranges::copy(text, room(text.size()));
    size_ += text.size();
  }
  void add_integer(std::uint64_t value);
  /// units / 10^places, in as few digits as that takes: 1.5, -0.02, 7. REQUIRES 0 <= places < 10.
  void add_decimal(std::int64_t units, int places);
  /// As short as reads back the same, without an exponent as long as that is below 64 characters.
  /// REQUIRES a finite value.
  void add_double(double value);
  /// To three decimals, which are more than can be seen; `null` where it has no value.
  void add_gauge(double value);
  /// In milliseconds.
  void add_ms(Duration duration);

  /// The whole. Nothing is left.
  [[nodiscard]] std::string take() &&;

 private:
  /// Where the next `size` characters go.
  char* room(std::size_t size) {
    if (text_.size() - size_ < size) text_.resize(std::max(2 * text_.size(), size_ + size));
    return text_.data() + size_;
  }
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - text_.data()); }

  std::string text_;      ///< longer than what is written
  std::size_t size_ = 0;  ///< of what is written
};

/// JSON without the blanks between its tokens. REQUIRES valid JSON.
[[nodiscard]] std::string compact(std::string_view json);

/// The same JSON without what might end a script element, or a line of a script: that stands in
/// strings only, and so can be escaped wherever it stands.
[[nodiscard]] std::string inert(std::string_view json);

}  // namespace squall::report
