#include "squall/scenario/reader.hpp"

#include <algorithm>
#include <charconv>

#include "squall/base/nearest.hpp"
#include "squall/scenario/document_text.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

std::string found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return shown(node.text);
    case Node::Kind::list:
      return "a list of " + std::to_string(node.items.size());
    case Node::Kind::map:
      return "a map";
  }
  return {};
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Nothing where the text is not of digits, or too large.
std::optional<std::uint64_t> parse_whole(std::string_view text) {
  if (!all_digits(text)) return std::nullopt;
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  return number;
}

/// What is allowed, in words for someone who wrote `text`.
std::string whole_from(std::uint64_t min, std::uint64_t max, std::string_view text) {
  constexpr std::uint64_t as_good_as_endless = std::numeric_limits<std::uint64_t>::max() - 1;
  constexpr std::size_t digits_that_fit = 19;
  const bool too_large = all_digits(text) && text.size() > digits_that_fit;
  if (max >= as_good_as_endless && !too_large) {
    return "a whole number of " + grouped(min) + " or more";
  }
  return "a whole number from " + grouped(min) + " to " + grouped(max);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  return digits;
}

std::string listed(std::span<const std::string_view> names, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " " + std::string(last) + " " : std::string(", ");
    text += names[i];
  }
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "'";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text.substr(i, 4)));
    if (i + length > longest) {
      out += "...";
      break;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    out += byte < 0x20 || byte == 0x7f ? std::string(" ") : std::string(text.substr(i, length));
    i += length;
  }
  return out + "'";
}

std::string hint(std::string_view name, std::span<const std::string_view> known) {
  if (known.empty()) return {};
  if (const std::optional<std::string> near = nearest_name(name, known)) {
    return "; did you mean '" + *near + "'?";
  }
  constexpr std::size_t few = 24;
  return known.size() <= few ? "; known: " + listed(known, "and") : std::string();
}

std::string Value::path() const {
  if (parent_ == nullptr) return {};
  std::string path = parent_->path();
  if (!path.empty()) path += '.';
  path += parent_->is_list() ? std::to_string(index_) : std::string(key_);
  return path;
}

void Value::error(std::string message, std::string_view inside) const {
  if (errors_->any()) return;
  std::string key = path();
  if (!key.empty() && !inside.empty()) key += '.';
  key += inside;
  // What comes from the command line has no lines.
  const int line = *file_ == "--set" ? 0 : line_;
  errors_->add(
      Error{.message = std::move(message), .file = *file_, .line = line, .key = std::move(key)});
}

void Value::error(const Error& why) const {
  std::string_view rest = why.key;
  const Value* at = this;
  std::vector<Value> down;  // each is a part of the one before
  down.reserve(static_cast<std::size_t>(DocumentLimits::depth_max));
  while (!rest.empty() && down.size() < down.capacity()) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    const auto& members = at->node().members;
    const auto member = std::find_if(members.begin(), members.end(),
                                     [part](const Node::Member& m) { return m.key == part; });
    if (member == members.end()) break;
    at = &down.emplace_back(at->at(*member));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  at->error(why.message, rest);
}

void Value::must_be(std::string_view expected) const {
  if (errors_->any()) return;
  error("must be " + std::string(expected) + ", is " + found(*node_));
}

bool Value::expect_list(std::string_view of_what) const {
  if (!is_list()) must_be("a list of " + std::string(of_what));
  return is_list();
}

bool Value::expect_map() const {
  if (!is_map()) must_be("a map");
  return is_map();
}

std::string Value::text(std::string_view what) const {
  if (!is_scalar()) {
    must_be(what);
    return {};
  }
  const bool ambiguous = !node_->quoted && needs_quotes(node_->text);
  if (ambiguous) must_be(std::string(what) + " (quote it if it is one)");
  return node_->text;
}

bool Value::boolean() const {
  if (is_scalar() && !node_->quoted) {
    if (node_->text == "true") return true;
    if (node_->text == "false") return false;
  }
  must_be("true or false");
  return false;
}

std::uint64_t Value::whole(std::uint64_t min, std::uint64_t max, std::string_view what) const {
  if (is_scalar() && !node_->quoted) {
    const std::optional<std::uint64_t> number = parse_whole(node_->text);
    if (number && *number >= min && *number <= max) return *number;
  }
  const bool in_quotes = is_scalar() && node_->quoted && all_digits(node_->text);
  must_be(whole_from(min, max, node_->text) + std::string(what) +
          (in_quotes ? ", without quotes" : ""));
  return min;
}

std::uint32_t Value::whole32(std::uint32_t min, std::uint32_t max) const {
  return static_cast<std::uint32_t>(whole(min, max));
}

std::uint64_t Value::whole_or_unlimited(std::uint64_t min, std::uint64_t max,
                                        std::uint64_t unlimited_value) const {
  if (is_word("unlimited")) return unlimited_value;
  return whole(min, max, ", or 'unlimited'");
}

void Value::unknown_word(std::span<const std::string_view> known) const {
  if (errors_->any()) return;
  if (!is_scalar()) {
    must_be(listed(known));
    return;
  }
  const std::optional<std::string> near = nearest_name(node_->text, known);
  error("must be " + listed(known) + ", is " + found(*node_) +
        (near ? "; did you mean '" + *near + "'?" : ""));
}

bool MapReader::has(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  return is_map_ && value_.node().find(key) != nullptr;
}

std::optional<Value> MapReader::find(std::string_view key) {
  if (!has(key)) return std::nullopt;
  for (const Node::Member& member : value_.node().members) {
    if (member.key != key) continue;
    Value value = value_.at(member);
    if (value.node().kind == Node::Kind::null) {
      value.error("has no value; give it one or leave the key out");
      return std::nullopt;
    }
    return value;
  }
  return std::nullopt;
}

std::optional<Value> MapReader::require(std::string_view key) {
  std::optional<Value> value = find(key);
  if (!value && is_map_ && !missing_) missing_ = "needs '" + std::string(key) + "'";
  return value;
}

std::optional<MapReader::Chosen> MapReader::choose(std::span<const std::string_view> names) {
  std::optional<Chosen> chosen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::optional<Value> value = find(names[i]);
    if (!value) continue;
    if (chosen) {
      value_.error("has both '" + std::string(names[chosen->index]) + "' and '" +
                   std::string(names[i]) + "'; only one can stand");
      return std::nullopt;
    }
    chosen.emplace(Chosen{i, *value});
  }
  if (!chosen && is_map_ && !missing_) {
    missing_ = (names.size() == 1 ? "needs " : "needs one of ") + listed(names);
  }
  return chosen;
}

void MapReader::finish() {
  if (finished_ || !is_map_) return;
  finished_ = true;
  for (const Node::Member& member : value_.node().members) {
    if (value_.errors().any()) return;
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    value_.at(member).error("unknown key" + hint(member.key, known_));
  }
  if (missing_) value_.error(*missing_);
}

}  // namespace squall::scenario
