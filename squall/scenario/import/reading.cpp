#include "squall/scenario/import/reading.hpp"

#include <algorithm>
#include <charconv>

#include "squall/base/decimal.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

/// Where a value is missing there is null, in all of these formats.
bool is_absent(const Node& node) {
  return node.kind == Node::Kind::null ||
         (node.kind == Node::Kind::scalar && !node.quoted && is_null_form(node.text));
}

Field member_of(const Field& map, const Node::Member& member) {
  return {.node = &member.value,
          .file = member.value.file.empty() ? map.file : &member.value.file,
          .line = member.line != 0 ? member.line : member.value.line,
          .path = map.path.empty() ? member.key : map.path + '.' + member.key,
          .name = member.key};
}

std::optional<std::uint64_t> parse_digits(std::string_view text) {
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// Every value below the field.
void tell_each(const Field& field, std::string_view why, std::vector<LeftOut>& out) {
  if (field.node->members.empty() && field.node->items.empty()) {
    out.push_back({*field.file, field.line, field.path, std::string(why)});
  }
  for (const Field& member : Reading::members(field)) tell_each(member, why, out);
  for (const Field& item : Reading::items(field)) tell_each(item, why, out);
}

}  // namespace

std::string spelling_free(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '_' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

Origin from(const Field& field, std::string_view remark) {
  std::string text = *field.file + ':' + std::to_string(field.line) + ' ' + field.name;
  if (field.is_scalar()) text += ": " + field.node->text;
  if (!remark.empty()) text += " (" + std::string(remark) + ')';
  return {.text = comment_text(text), .file = *field.file, .line = field.line, .path = field.path};
}

Origin by_default(std::string_view text) { return {.text = std::string(text)}; }

Reading::Reading(std::vector<Node> documents, std::span<const Reason> reasons)
    : documents_(std::move(documents)), reasons_(reasons) {
  for (const Node& document : documents_) {
    roots_.push_back(
        {.node = &document, .file = &document.file, .line = document.line, .path = {}, .name = {}});
  }
}

void Reading::error(const Field& at, std::string message) {
  errors_.add(
      Error{.message = std::move(message), .file = *at.file, .line = at.line, .key = at.path});
}

void Reading::must_be(const Field& at, std::string_view expected) {
  std::string found = "nothing";
  if (at.is_scalar()) found = shown(at.node->text);
  if (at.is_list()) found = "a list";
  if (at.is_map()) found = "a map";
  error(at, "must be " + std::string(expected) + ", is " + found);
}

std::optional<Field> Reading::find(const Field& map, std::string_view name) {
  const std::string wanted = spelling_free(name);
  std::optional<Field> found;
  for (const Node::Member& member : map.node->members) {
    if (spelling_free(member.key) != wanted) continue;
    Field field = member_of(map, member);
    if (found) {
      error(field, "stands here as '" + found->name + "' already, on line " +
                       std::to_string(found->line) + "; leave one of the two out");
      return found;
    }
    if (is_absent(member.value)) {
      take(field);
    } else {
      found = std::move(field);
    }
  }
  return found;
}

std::optional<Field> Reading::find_map(const Field& map, std::string_view name) {
  std::optional<Field> found = find(map, name);
  if (found && !found->is_map()) {
    must_be(*found, "a map");
    return std::nullopt;
  }
  return found;
}

std::vector<Field> Reading::list(const Field& map, std::string_view name) {
  const std::optional<Field> found = find(map, name);
  if (!found) return {};
  if (!found->is_list()) must_be(*found, "a list");
  return items(*found);
}

std::vector<Field> Reading::members(const Field& map) {
  std::vector<Field> all;
  all.reserve(map.node->members.size());
  for (const Node::Member& member : map.node->members) all.push_back(member_of(map, member));
  return all;
}

Field Reading::item(const Field& list, std::size_t index) {
  const Node& node = list.node->items[index];
  const std::string number = std::to_string(index);
  return {.node = &node,
          .file = node.file.empty() ? list.file : &node.file,
          .line = node.line,
          .path = list.path.empty() ? number : list.path + '.' + number,
          .name = list.name};
}

std::vector<Field> Reading::items(const Field& list) {
  std::vector<Field> all;
  all.reserve(list.node->items.size());
  for (std::size_t i = 0; i < list.node->items.size(); ++i) all.push_back(item(list, i));
  return all;
}

std::string Reading::text(const Field& field) {
  take(field);
  if (field.is_scalar()) return field.node->text;
  must_be(field, "a word");
  return {};
}

bool Reading::boolean(const Field& field) {
  take(field);
  const std::string word = field.is_scalar() ? spelling_free(field.node->text) : std::string();
  if (word != "true" && word != "false") must_be(field, "true or false");
  return word == "true";
}

std::uint64_t Reading::whole(const Field& field, std::uint64_t min, std::uint64_t max) {
  take(field);
  if (field.is_scalar()) {
    // In quotes too: so JSON of protobuf writes large numbers, and Spring all of them.
    const std::optional<std::uint64_t> number = parse_digits(field.node->text);
    if (number && *number >= min && *number <= max) return *number;
  }
  must_be(field, "a whole number from " + grouped(min) + " to " + grouped(max));
  return min;
}

std::uint32_t Reading::whole32(const Field& field, std::uint32_t min, std::uint32_t max) {
  return static_cast<std::uint32_t>(whole(field, min, max));
}

std::int32_t Reading::integer(const Field& field) {
  take(field);
  std::int32_t number = 0;
  if (field.is_scalar()) {
    const std::string& text = field.node->text;
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (!text.empty() && result.ec == std::errc{} && result.ptr == end) return number;
  }
  must_be(field, "a whole number from -2,147,483,648 to 2,147,483,647");
  return 0;
}

double Reading::number(const Field& field) {
  take(field);
  if (field.is_scalar()) {
    if (const std::optional<double> found = nearest_double(field.node->text)) return *found;
  }
  must_be(field, "a number of 0 or more");
  return 0.0;
}

void Reading::take(const Field& field) { marks_[field.node] = {Mark::taken, {}}; }

void Reading::open(const Field& field) { marks_.try_emplace(field.node, Mark::open, ""); }

void Reading::leave(const Field& field, std::string_view why) {
  marks_[field.node] = {Mark::left, std::string(why)};
}

void Reading::remark(const Field& field, std::string why) {
  std::vector<std::string>& known = remarks_[field.node];
  // A field of a base configuration is read for each policy that is made of it.
  if (std::find(known.begin(), known.end(), why) == known.end()) known.push_back(std::move(why));
}

bool Reading::is_touched(const Node& node) const {
  if (marks_.contains(&node)) return true;
  return std::any_of(node.items.begin(), node.items.end(),
                     [this](const Node& item) { return is_touched(item); }) ||
         std::any_of(node.members.begin(), node.members.end(),
                     [this](const Node::Member& member) { return is_touched(member.value); });
}

Reason Reading::reason_for(const Field& field) const {
  const std::string name = spelling_free(field.name);
  const auto found = std::find_if(reasons_.begin(), reasons_.end(),
                                  [&name](const Reason& reason) { return reason.name == name; });
  return found == reasons_.end() ? Reason{{}, "has no counterpart in a policy"} : *found;
}

void Reading::collect(const Field& field, const std::set<std::string>& used,
                      std::vector<LeftOut>& out) const {
  if (const auto remarked = remarks_.find(field.node); remarked != remarks_.end()) {
    for (const std::string& why : remarked->second) {
      out.push_back({*field.file, field.line, field.path, why});
    }
  }
  const auto marked = marks_.find(field.node);
  if (marked != marks_.end() && marked->second.first != Mark::open) {
    const auto& [mark, why] = marked->second;
    const bool is_used = used.contains(place_of(*field.file, field.line, field.path));
    if (mark == Mark::left && !is_used) out.push_back({*field.file, field.line, field.path, why});
    return;
  }
  const bool is_root = field.path.empty() && !field.is_scalar();
  if (!is_root && !is_touched(*field.node)) {
    const Reason reason = reason_for(field);
    if (reason.each) {
      tell_each(field, reason.why, out);
    } else {
      out.push_back({*field.file, field.line, field.path, std::string(reason.why)});
    }
    return;
  }
  for (const Field& member : members(field)) collect(member, used, out);
  for (const Field& one : items(field)) collect(one, used, out);
}

std::vector<LeftOut> Reading::left_out(const std::set<std::string>& used) const {
  std::vector<LeftOut> out;
  for (const Field& root : roots_) collect(root, used, out);
  return out;
}

}  // namespace squall::scenario
