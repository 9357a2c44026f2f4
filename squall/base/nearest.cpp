#include "squall/base/nearest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace squall {

namespace {

constexpr std::size_t length_max = 64;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The edits between two names (F. J. Damerau 1964 and V. I. Levenshtein 1966; the restricted
/// form, "optimal string alignment"). REQUIRES both at most length_max long.
std::size_t edits_between(std::string_view a, std::string_view b) noexcept {
  using Row = std::array<std::size_t, length_max + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool exchanged = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                             lower(a[i - 2]) == lower(b[j - 1]);
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

template <typename Name>
std::vector<const Name*> nearest_of(std::string_view wrong, std::span<const Name> allowed) {
  if (wrong.empty() || wrong.size() > length_max) return {};
  const std::size_t edits_max =
      std::min(std::max<std::size_t>(1, wrong.size() / 3), wrong.size() - 1);
  std::vector<const Name*> nearest;
  std::size_t fewest = edits_max + 1;
  for (const Name& name : allowed) {
    if (name.empty() || name.size() > length_max) continue;
    const std::size_t longer = std::max(name.size(), wrong.size());
    const std::size_t shorter = std::min(name.size(), wrong.size());
    if (longer - shorter > fewest) continue;
    const std::size_t edits = edits_between(wrong, name);
    if (edits < fewest) nearest.clear();
    if (edits < fewest || (edits == fewest && !nearest.empty())) nearest.push_back(&name);
    fewest = std::min(fewest, edits);
  }
  return nearest;
}

template <typename Name>
std::optional<std::string> first_of(const std::vector<const Name*>& names) {
  if (names.empty()) return std::nullopt;
  return std::string(*names.front());
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wrong,
                                        std::span<const std::string_view> allowed) {
  return first_of(nearest_of(wrong, allowed));
}

std::optional<std::string> nearest_name(std::string_view wrong,
                                        std::span<const std::string> allowed) {
  return first_of(nearest_of(wrong, allowed));
}

std::vector<std::string> nearest_names(std::string_view wrong,
                                       std::span<const std::string> allowed) {
  std::vector<std::string> names;
  for (const std::string* name : nearest_of(wrong, allowed)) names.push_back(*name);
  return names;
}

}  // namespace squall
