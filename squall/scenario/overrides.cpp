#include "squall/scenario/overrides.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "squall/scenario/reader.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

constexpr std::array<std::string_view, 6> entity_maps = {"services",  "policies",  "queues",
                                                         "consumers", "workloads", "faults"};
constexpr std::array<std::string_view, 6> entity_kinds = {"service",  "policy",   "queue",
                                                          "consumer", "workload", "fault"};
/// Maps whose absence means the same as an empty one, so that a setting in them can be made where
/// they are not written.
constexpr std::array<std::string_view, 5> implied_maps = {"network", "queue", "admission",
                                                          "refusal", "state"};

template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& list,
                                    std::string_view word) {
  const auto found = std::find(list.begin(), list.end(), word);
  if (found == list.end()) return std::nullopt;
  return static_cast<std::size_t>(found - list.begin());
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = path.find('.');
    parts.push_back(path.substr(0, dot));
    if (dot == path.npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

std::vector<std::string_view> keys_of(const Node& map) {
  std::vector<std::string_view> keys;
  keys.reserve(map.members.size());
  for (const Node::Member& member : map.members) keys.push_back(member.key);
  return keys;
}

Node map_with(std::string key, Node value) {
  Node map;
  map.kind = Node::Kind::map;
  map.line = value.line;
  const int line = value.line;
  map.members.push_back({std::move(key), line, std::move(value)});
  return map;
}

/// Walks down a document along a path, and says in words where the path leaves it.
class Walk {
 public:
  Walk(Node& document, std::string_view path) : path_(path), parts_(split(path)), at_(&document) {}

  Result<void> apply(Node value) {
    for (const std::string_view part : parts_) {
      if (part.empty()) return fail("the path '" + std::string(path_) + "' has an empty part");
    }
    for (unify_profile(); depth_ + 1 < parts_.size(); unify_profile()) {
      const Result<void> went = descend();
      if (!went) return went;
    }
    return at_->kind == Node::Kind::list ? replace_item(std::move(value))
                                         : replace_member(std::move(value));
  }

 private:
  [[nodiscard]] std::string_view part() const { return parts_[depth_]; }
  /// The path down to here, the current part left out.
  [[nodiscard]] std::string walked() const {
    std::string text;
    for (std::size_t i = 0; i < depth_; ++i) text += (i == 0 ? "" : ".") + std::string(parts_[i]);
    return text;
  }
  [[nodiscard]] std::string here() const {
    return depth_ == 0 ? std::string("the scenario") : "'" + walked() + "'";
  }
  [[nodiscard]] std::optional<std::size_t> entity_map() const {
    return depth_ == 1 ? index_in(entity_maps, parts_[0]) : std::nullopt;
  }

  [[nodiscard]] Unexpected no_such_member() const {
    const std::vector<std::string_view> keys = keys_of(*at_);
    if (const std::optional<std::size_t> kind = entity_map()) {
      return fail("there is no " + std::string(entity_kinds[*kind]) + " " + shown(part()) +
                  hint(part(), keys));
    }
    return fail(here() + " has no " + shown(part()) +
                (remedy().empty() ? hint(part(), keys) : remedy()));
  }
  /// What a preset says stands nowhere in the document, so that no path leads into it.
  [[nodiscard]] std::string remedy() const {
    constexpr std::array<std::string_view, 4> shapes = {"linear", "exponential", "cumulative",
                                                        "decorrelated"};
    const bool no_backoff = depth_ > 0 && parts_[depth_ - 1] == "retry" && part() == "backoff" &&
                            at_->find("preset") != nullptr;
    const bool no_shape = depth_ > 1 && parts_[depth_ - 2] == "retry" &&
                          parts_[depth_ - 1] == "backoff" && index_in(shapes, part());
    if (!no_backoff && !no_shape) return {};
    std::string opened;
    std::string closed;
    for (std::size_t i = depth_ + 1; i < parts_.size(); ++i) {
      opened += "{\"" + std::string(parts_[i]) + "\": ";
      closed += '}';
    }
    return std::string(no_backoff ? ": it is the preset's" : "") + "; give it whole, as in " +
           walked() + '.' + std::string(part()) + '=' + opened + "..." + closed;
  }
  [[nodiscard]] Unexpected not_a_container() const {
    return fail(here() + " is a single value, not a map; override it whole");
  }

  /// A profile may be written as a bare list of its steps; paths reach into both forms.
  void unify_profile() {
    if (depth_ == 0 || parts_[depth_ - 1] != "profile" || depth_ < 2 ||
        parts_[depth_ - 2] != "arrivals") {
      return;
    }
    const bool is_number = part().find_first_not_of("0123456789") == part().npos;
    if (at_->kind == Node::Kind::list && !is_number) {
      Node steps = std::move(*at_);
      *at_ = map_with("steps", std::move(steps));
    } else if (at_->kind == Node::Kind::map && is_number) {
      parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(depth_), "steps");
    }
  }

  Result<void> descend() {
    if (at_->kind == Node::Kind::list) {
      const Result<std::size_t> index = item_index();
      if (!index) return fail(index.error());
      at_ = &at_->items[*index];
    } else if (at_->kind == Node::Kind::map) {
      Node* next = at_->find(part());
      if (next == nullptr) {
        const bool implied = (depth_ == 0 || depth_ >= 2) && index_in(implied_maps, part());
        if (!implied) return no_such_member();
        Node empty;
        empty.kind = Node::Kind::map;
        empty.line = at_->line;
        next =
            &at_->members.emplace_back(Node::Member{std::string(part()), at_->line, empty}).value;
      }
      at_ = next;
    } else {
      return not_a_container();
    }
    ++depth_;
    return {};
  }

  [[nodiscard]] Result<std::size_t> item_index() const {
    std::size_t index = 0;
    const std::string_view text = part();
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), index);
    if (parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() &&
        index < at_->items.size())
      return index;
    if (at_->items.empty()) return fail(here() + " is an empty list");
    return fail(here() + " is a list; its entries are 0 to " +
                std::to_string(at_->items.size() - 1) + ", not " + shown(part()));
  }

  Result<void> replace_item(Node value) {
    const Result<std::size_t> index = item_index();
    if (!index) return fail(index.error());
    if (value.kind == Node::Kind::null) {
      at_->items.erase(at_->items.begin() + static_cast<std::ptrdiff_t>(*index));
    } else {
      at_->items[*index] = std::move(value);
    }
    return {};
  }

  Result<void> replace_member(Node value) {
    if (at_->kind != Node::Kind::map) return not_a_container();
    const auto member = std::find_if(at_->members.begin(), at_->members.end(),
                                     [this](const Node::Member& m) { return m.key == part(); });
    const bool removes = value.kind == Node::Kind::null;
    if (member == at_->members.end()) {
      if (entity_map()) return no_such_member();
      if (removes) {
        return fail("there is nothing to remove: " + here() + " has no " + shown(part()) +
                    hint(part(), keys_of(*at_)));
      }
      const int line = value.line;
      at_->members.push_back({std::string(part()), line, std::move(value)});
    } else if (removes) {
      at_->members.erase(member);
    } else {
      member->line = value.line;
      member->value = std::move(value);
    }
    return {};
  }

  std::string_view path_;
  std::vector<std::string_view> parts_;
  Node* at_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string to_inline(const Node& value) {
  if (value.kind == Node::Kind::null) return "null";
  const bool plain = value.kind == Node::Kind::scalar && !value.quoted;
  return plain ? value.text : to_json(value);
}

Result<Node> from_inline(std::string_view text, const std::string& file) {
  if (!text.empty() && (text.front() == '{' || text.front() == '[' || text.front() == '"')) {
    return parse_json(text, file);
  }
  Node node;
  node.file = file;
  node.line = 1;
  if (is_null_form(text)) return node;
  node.kind = Node::Kind::scalar;
  node.text = std::string(text);
  return node;
}

Result<void> apply_override(Node& document, std::string_view path, Node value) {
  Error where{.file = value.file, .line = value.file == "--set" ? 0 : value.line};
  where.key = std::string(path);
  const Result<void> applied = Walk(document, path).apply(std::move(value));
  if (applied) return {};
  where.message = applied.error().message;
  return fail(std::move(where));
}

Result<void> apply_overrides(Node& document, const std::vector<Override>& overrides) {
  for (const Override& change : overrides) {
    const Result<void> applied = apply_override(document, change.path, change.value);
    if (!applied) return applied;
  }
  return {};
}

Result<std::pair<std::string, std::string>> split_assignment(std::string_view text) {
  const auto error = [](std::string message) {
    return fail(Error{.message = std::move(message), .file = "--set"});
  };
  const auto trim = [](std::string_view part) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    return part;
  };
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    return error(shown(text) + " is not PATH=VALUE, as in services.bank.workers=40");
  }
  const std::string_view path = trim(text.substr(0, equals));
  const std::string_view value = trim(text.substr(equals + 1));
  if (path.empty()) return error(shown(text) + " has no path before '='");
  if (value.empty()) {
    return error(std::string(path) + " gets no value; write null to remove what stands there");
  }
  return std::pair(std::string(path), std::string(value));
}

}  // namespace squall::scenario
