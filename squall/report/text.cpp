#include "squall/report/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace squall::report {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The character at the front. REQUIRES !text.empty().
Character first_of(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes > text.size()) return {lead, 1, false};
  char32_t code = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {lead, 1, false};
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (overlong || surrogate || code > 0x10ffff) return {lead, 1, false};
  return {code, bytes, true};
}

struct Range {
  char32_t from;
  char32_t to;
};

constexpr std::array<Range, 14> zero_width = {{{0x0300, 0x036f},
                                               {0x0483, 0x0489},
                                               {0x0591, 0x05bd},
                                               {0x0610, 0x061a},
                                               {0x064b, 0x065f},
                                               {0x0e34, 0x0e3a},
                                               {0x1ab0, 0x1aff},
                                               {0x1dc0, 0x1dff},
                                               {0x200b, 0x200f},
                                               {0x2060, 0x2064},
                                               {0x20d0, 0x20ff},
                                               {0xfe00, 0xfe0f},
                                               {0xfe20, 0xfe2f},
                                               {0xfeff, 0xfeff}}};

constexpr std::array<Range, 12> double_width = {{{0x1100, 0x115f},
                                                 {0x2e80, 0x303e},
                                                 {0x3041, 0x4dbf},
                                                 {0x4e00, 0xa4cf},
                                                 {0xa960, 0xa97f},
                                                 {0xac00, 0xd7a3},
                                                 {0xf900, 0xfaff},
                                                 {0xfe30, 0xfe6f},
                                                 {0xff00, 0xff60},
                                                 {0xffe0, 0xffe6},
                                                 {0x1f300, 0x1faff},
                                                 {0x20000, 0x3fffd}}};

template <std::size_t n>
bool holds(const std::array<Range, n>& ranges, char32_t code) {
  return std::ranges::any_of(ranges, [code](Range r) { return code >= r.from && code <= r.to; });
}

std::size_t width_of(const Character& c) {
  if (!c.valid) return 1;
  if (holds(zero_width, c.code)) return 0;
  return holds(double_width, c.code) ? 2 : 1;
}

/// Control characters, and those that turn the direction of the line around.
bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x200e || code == 0x200f;
}

/// The first of `units` and number of decimals that shows `ns` with three digits.
std::string three_digits(std::uint64_t ns, bool unicode, bool shorten) {
  struct Unit {
    std::uint64_t ns;
    const char* name;
    const char* ascii_name;
  };
  static constexpr std::array<Unit, 3> units = {
      {{1'000, "µs", "us"}, {1'000'000, "ms", "ms"}, {1'000'000'000, "s", "s"}}};
  if (ns == 0) return "0 ms";
  if (ns < 1'000) return fmt::format("{} ns", ns);
  for (const Unit& unit : units) {
    std::uint64_t power = 100;
    for (int decimals = 2; decimals >= 0; --decimals, power /= 10) {
      if (ns / unit.ns >= 1'000) break;
      const std::uint64_t scaled = (ns * power + unit.ns / 2) / unit.ns;
      if (scaled >= 1'000) continue;
      std::string digits = fmt::format("{}", scaled / power);
      if (decimals > 0) {
        std::string fraction = fmt::format("{:0{}}", scaled % power, decimals);
        while (shorten && fraction.ends_with('0')) fraction.pop_back();
        if (!fraction.empty()) digits += "." + fraction;
      }
      return digits + " " + (unicode ? unit.name : unit.ascii_name);
    }
  }
  return grouped(ns / 1'000'000'000 + (ns % 1'000'000'000 >= 500'000'000 ? 1 : 0)) + " s";
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character c = first_of(text);
    width += width_of(c);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string printable(std::string_view text, bool unicode) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_of(text);
    const bool shown = c.valid && !is_control(c.code) && (unicode || c.code < 0x80);
    // Without Unicode a mark goes with its letter, and a wide character keeps its width.
    const std::size_t marks = c.valid && !is_control(c.code) ? width_of(c) : 1;
    out += shown ? std::string(text.substr(0, c.bytes)) : std::string(marks, '?');
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string fitted(std::string_view text, std::size_t width, bool unicode) {
  if (display_width(text) <= width) return std::string(text);
  const std::string ellipsis = unicode ? "…" : width >= 4 ? ".." : ".";
  const std::size_t room = width - std::min(display_width(ellipsis), width);
  std::size_t taken = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character c = first_of(text.substr(bytes));
    if (taken + width_of(c) > room) break;
    taken += width_of(c);
    bytes += c.bytes;
  }
  return std::string(text.substr(0, bytes)) + ellipsis;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t taken = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t word_width = display_width(word);
    if (taken > indent && taken + 1 + word_width > width) {
      out += "\n" + std::string(indent, ' ');
      taken = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++taken;
    }
    out += word;
    taken += word_width;
  }
  return out;
}

std::string left_aligned(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ') + std::string(text);
}

std::string grouped(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

std::string duration_text(Duration duration, bool unicode) {
  return three_digits(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)),
                      unicode, false);
}

std::string duration_text_short(Duration duration, bool unicode) {
  return three_digits(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)),
                      unicode, true);
}

std::string rate_text(double per_s) {
  if (per_s == 0.0) return "0/s";
  if (per_s < 9.995) return fmt::format("{:.2f}/s", per_s);
  if (per_s < 99.95) return fmt::format("{:.1f}/s", per_s);
  if (per_s >= 1e18) return fmt::format("{:.2e}/s", per_s);
  return grouped(static_cast<std::uint64_t>(per_s + 0.5)) + "/s";
}

std::uint64_t permille_of(std::uint64_t part, std::uint64_t whole) {
  __extension__ using Wide = unsigned __int128;
  const auto rounded = static_cast<std::uint64_t>((Wide{part} * 2'000 + whole) / (Wide{whole} * 2));
  if (part == 0 || part == whole) return rounded;
  return std::clamp<std::uint64_t>(rounded, 1, 999);
}

std::uint64_t permille_of(double share) {
  if (!(share > 0.0)) return 0;
  if (share >= 1.0) return 1'000;
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(share * 1'000.0 + 0.5), 1, 999);
}

std::string percent_text(std::uint64_t permille) {
  return fmt::format("{}.{} %", permille / 10, permille % 10);
}

std::string whole_percent_text(double share) {
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100.0 + 0.5);
  const bool all_or_nothing = !(share > 0.0) || share >= 1.0;
  if (all_or_nothing || (percent > 0 && percent < 100)) return fmt::format("{} %", percent);
  return percent_text(permille_of(share));
}

std::string factor_text(double factor) {
  if (factor > 1.0 && factor < 1.005) return "1.01";
  const bool is_whole = factor >= 2.0 && factor < 1e15 &&
                        factor == static_cast<double>(static_cast<std::uint64_t>(factor));
  if (is_whole) return grouped(static_cast<std::uint64_t>(factor));
  return factor < 1.995 ? fmt::format("{:.2f}", factor) : fmt::format("{:.1f}", factor);
}

}  // namespace squall::report
