#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/reader.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// Why a text cannot name an entity; empty if it can: 1 to 128 bytes of UTF-8 without '.', "->"
/// and control characters.
[[nodiscard]] std::string objection_to_name(std::string_view name);

/// The names of all entities of one kind, with their indexes. Refers to the text it was given.
class NameTable {
 public:
  /// @param kind  one of them, as messages call it: "service".
  explicit NameTable(std::string_view kind) : kind_(kind) {}

  /// Takes the next index. The names of one table are unique, as keys of one map.
  void add(std::string_view name);
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] const std::vector<std::string_view>& names() const noexcept { return names_; }
  [[nodiscard]] std::optional<Index> find(std::string_view name) const;
  /// The index of the name that `reference` is; records an error when there is none such.
  [[nodiscard]] std::optional<Index> resolve(const Value& reference) const;
  /// As above for a name that is a part of the text of `reference`.
  [[nodiscard]] std::optional<Index> resolve(const Value& reference, std::string_view name) const;

 private:
  std::string_view kind_;
  std::vector<std::string_view> names_;
  std::map<std::string_view, Index> index_;
};

}  // namespace squall::scenario
