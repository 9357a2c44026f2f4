#include "squall/policy/option_error.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace squall::policy {

std::string text_of(std::uint32_t value) { return std::to_string(value); }

std::string text_of(double value) {
  std::array<char, 32> digits{};  // the shortest text that reads back as the same value; at most 24
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general)
          .ptr;
  return std::string(digits.data(), end);
}

std::string text_of(Duration value) {
  struct Unit {
    std::int64_t ns;
    const char* name;
  };
  static constexpr std::array<Unit, 6> units = {{{3'600'000'000'000, "h"},
                                                 {60'000'000'000, "m"},
                                                 {1'000'000'000, "s"},
                                                 {1'000'000, "ms"},
                                                 {1'000, "us"},
                                                 {1, "ns"}}};
  if (value == forever) return "forever";
  if (value == Duration{0}) return "0s";
  const Unit* unit = units.data();
  while (value.count() % unit->ns != 0) ++unit;
  return std::to_string(value.count() / unit->ns) + unit->name;
}

std::string percent_text(double value) { return text_of(value) + '%'; }

Unexpected out_of_range(std::string_view key, std::string_view allowed, std::string_view found) {
  Error error;
  error.message.append("must be ").append(allowed).append(", is ").append(found);
  error.key = key;
  return fail(std::move(error));
}

Result<void> below_key(std::string_view prefix, Result<void> result) {
  if (result) return result;
  Error error = result.error();
  std::string key(prefix);
  key += '.';
  key += error.key;
  error.key = std::move(key);
  return fail(std::move(error));
}

}  // namespace squall::policy
