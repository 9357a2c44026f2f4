#include "squall/scenario/names.hpp"

#include "squall/scenario/document_text.hpp"

namespace squall::scenario {

std::string objection_to_name(std::string_view name) {
  constexpr std::size_t longest = 128;
  if (name.empty()) return "a name must not be empty";
  if (name.size() > longest) return "a name has at most " + std::to_string(longest) + " bytes";
  if (name.find('.') != name.npos) return "a name must not contain '.', which separates paths";
  if (name.find("->") != name.npos) return "a name must not contain '->', which joins two names";
  for (std::size_t i = 0; i < name.size();) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const std::size_t length = utf8_length(name.substr(i, 4));
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      return "a name must not contain control characters";
    }
    i += length;
  }
  return {};
}

void NameTable::add(std::string_view name) {
  index_.emplace(name, static_cast<Index>(names_.size()));
  names_.push_back(name);
}

std::optional<Index> NameTable::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? std::nullopt : std::optional<Index>(found->second);
}

std::optional<Index> NameTable::resolve(const Value& reference) const {
  const std::string name = reference.text("the name of a " + std::string(kind_));
  if (reference.errors().any()) return std::nullopt;
  return resolve(reference, name);
}

std::optional<Index> NameTable::resolve(const Value& reference, std::string_view name) const {
  std::optional<Index> index = find(name);
  if (!index && !reference.errors().any()) {
    reference.error("there is no " + std::string(kind_) + " " + shown(name) + hint(name, names_));
  }
  return index;
}

}  // namespace squall::scenario
