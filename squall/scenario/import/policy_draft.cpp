#include "squall/scenario/import/policy_draft.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/node_making.hpp"
#include "squall/scenario/quoting.hpp"

namespace squall::scenario {
namespace {

using Part = PolicyDraft::Part;

std::string_view take_key(std::string_view& path) {
  const std::size_t end = std::min(path.find('.'), path.size());
  const std::string_view key = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return key;
}

template <typename Parts>
auto find_part(Parts& parts, std::string_view key) {
  return std::find_if(parts.begin(), parts.end(), [key](const Part& p) { return p.key == key; });
}

Node node_of(const std::vector<Part>& parts, bool with_places) {
  Node map = map_node();
  for (const Part& part : parts) {
    Node value = part.value ? *part.value : node_of(part.parts, with_places);
    const int line = with_places ? part.origin.line : 0;
    if (with_places) {
      value.file = part.origin.file;
      value.line = line;
      for (Node& item : value.items) item.line = line;
    }
    map.members.push_back({part.key, line, std::move(value)});
  }
  return map;
}

void add_places_of(const std::vector<Part>& parts, std::set<std::string>& places) {
  for (const Part& part : parts) {
    const Origin& origin = part.origin;
    if (part.value && !origin.file.empty()) {
      places.insert(place_of(origin.file, origin.line, origin.path));
    }
    add_places_of(part.parts, places);
  }
}

}  // namespace

std::string place_of(std::string_view file, int line, std::string_view path) {
  std::string place(file);
  place += ':' + std::to_string(line) + ':';
  place += path;
  return place;
}

void PolicyDraft::add_places(std::set<std::string>& places) const { add_places_of(parts_, places); }

void PolicyDraft::set(std::string_view path, Node value, const Origin& origin) {
  std::vector<Part>* parts = &parts_;
  for (;;) {
    const std::string_view key = take_key(path);
    auto found = find_part(*parts, key);
    if (found == parts->end()) {
      parts->push_back({std::string(key), std::nullopt, {}, origin});
      found = std::prev(parts->end());
    }
    if (path.empty()) {
      *found = {std::string(key), std::move(value), {}, origin};
      return;
    }
    found->value.reset();
    parts = &found->parts;
  }
}

void PolicyDraft::set(std::string_view path, std::string_view plain_text, const Origin& origin) {
  set(path, plain(std::string(plain_text)), origin);
}

bool PolicyDraft::has(std::string_view path) const {
  const std::vector<Part>* parts = &parts_;
  while (!path.empty()) {
    const auto found = find_part(*parts, take_key(path));
    if (found == parts->end()) return false;
    parts = &found->parts;
  }
  return true;
}

Node PolicyDraft::node() const { return node_of(parts_, true); }

std::string PolicyDraft::fingerprint() const { return to_json(node_of(parts_, false)); }

void PolicyDraft::sort() {
  constexpr std::array<std::string_view, 12> order = {
      "deadline",   "timeout", "retry",    "hedge",   "budget", "breaker",
      "rate_limit", "limiter", "bulkhead", "outlier", "order",  "state"};
  const auto place = [&order](const Part& part) {
    return std::find(order.begin(), order.end(), part.key) - order.begin();
  };
  // Keys are unique, and all of them are among these.
  std::sort(parts_.begin(), parts_.end(),
            [&place](const Part& a, const Part& b) { return place(a) < place(b); });
}

std::string usable_name(std::string_view text) {
  constexpr std::size_t longest = 96;  // room for a number that tells it from others
  std::string name;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i, 4));
    const std::string_view character = text.substr(i, std::max<std::size_t>(1, length));
    if (name.size() + character.size() > longest) break;
    const bool bad = length == 0 || is_delicate(character) || character == "." ||
                     character == ">" || character == " ";
    name += bad ? std::string_view("-") : character;
    i += character.size();
  }
  return name.empty() ? "imported" : name;
}

std::string comment_text(std::string_view text) {
  constexpr std::size_t longest = 160;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i, 4));
    const std::string_view character = text.substr(i, std::max<std::size_t>(1, length));
    if (out.size() + character.size() > longest) return out + "...";
    out += length == 0 || is_delicate(character) ? std::string_view("?") : character;
    i += character.size();
  }
  return out;
}

}  // namespace squall::scenario
