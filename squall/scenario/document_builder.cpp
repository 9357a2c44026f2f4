#include "squall/scenario/document_builder.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace squall::scenario {
namespace {

/// The member that repeats an earlier key, the first such in the document, and that earlier one.
struct Duplicate {
  const Node::Member* first = nullptr;
  const Node::Member* second = nullptr;
};

Duplicate find_duplicate(const std::vector<Node::Member>& members) {
  constexpr std::size_t few = 16;
  if (members.size() <= few) {
    for (std::size_t later = 1; later < members.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        if (members[earlier].key == members[later].key) return {&members[earlier], &members[later]};
      }
    }
    return {};
  }
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&members](std::size_t a, std::size_t b) {
    const int compared = members[a].key.compare(members[b].key);
    return compared != 0 ? compared < 0 : a < b;
  });
  Duplicate found;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Node::Member& earlier = members[order[i - 1]];
    const Node::Member& later = members[order[i]];
    if (earlier.key != later.key) continue;
    if (found.second == nullptr || &later < found.second) found = {&earlier, &later};
  }
  return found;
}

}  // namespace

bool DocumentBuilder::wants_key() const noexcept {
  return !open_.empty() && open_.back().node->kind == Node::Kind::map && open_.back().wants_key;
}

int DocumentBuilder::key_line() const noexcept {
  if (open_.empty() || open_.back().node->kind != Node::Kind::map || open_.back().wants_key) {
    return 0;
  }
  return open_.back().node->members.back().line;
}

bool DocumentBuilder::fail_at(int line, std::string message) {
  error_ = Error{.message = std::move(message), .file = file_, .line = line};
  return false;
}

bool DocumentBuilder::count(std::size_t nodes, int line) {
  if (nodes > DocumentLimits::nodes_max - nodes_) {
    return fail_at(line, "holds more than " + std::to_string(DocumentLimits::nodes_max) +
                             " values (aliases expanded)");
  }
  nodes_ += nodes;
  return true;
}

/// Where the next value goes; counted already.
Node* DocumentBuilder::place(int line) {
  Node* node = &root_;
  if (!open_.empty()) {
    Open& parent = open_.back();
    if (parent.node->kind == Node::Kind::list) {
      node = &parent.node->items.emplace_back();
    } else {
      node = &parent.node->members.back().value;
      parent.wants_key = true;
    }
  }
  node->line = line;
  last_ = node;
  return node;
}

bool DocumentBuilder::null(int line) {
  if (!count(1, line)) return false;
  place(line);
  return true;
}

bool DocumentBuilder::scalar(std::string text, bool quoted, int line) {
  if (!count(1, line)) return false;
  Node* node = place(line);
  node->kind = Node::Kind::scalar;
  node->text = std::move(text);
  node->quoted = quoted;
  return true;
}

bool DocumentBuilder::start(Node::Kind kind, int line) {
  if (open_.size() >= static_cast<std::size_t>(DocumentLimits::depth_max)) {
    return fail_at(
        line, "is nested deeper than " + std::to_string(DocumentLimits::depth_max) + " levels");
  }
  if (!count(1, line)) return false;
  Node* node = place(line);
  node->kind = kind;
  open_.push_back({node, kind == Node::Kind::map});
  return true;
}

bool DocumentBuilder::end() {
  const Node* node = open_.back().node;
  const Duplicate duplicate = find_duplicate(node->members);
  if (duplicate.second != nullptr) {
    return fail_at(duplicate.second->line, "duplicate key '" + duplicate.second->key +
                                               "'; it stands on line " +
                                               std::to_string(duplicate.first->line) + " already");
  }
  open_.pop_back();
  last_ = node;
  return true;
}

bool DocumentBuilder::key(std::string text, int line) {
  Open& map = open_.back();
  Node::Member& member = map.node->members.emplace_back();
  member.key = std::move(text);
  member.line = line;
  map.wants_key = false;
  return true;
}

bool DocumentBuilder::copy(const Node& value, std::size_t nodes, int depth, int line) {
  if (open_.size() + static_cast<std::size_t>(depth) >
      static_cast<std::size_t>(DocumentLimits::depth_max) + 1) {
    return fail_at(line, "is nested deeper than " + std::to_string(DocumentLimits::depth_max) +
                             " levels, aliases expanded");
  }
  if (!count(nodes, line)) return false;
  *place(line) = value;
  return true;
}

Node DocumentBuilder::take() && {
  root_.file = file_;
  return std::move(root_);
}

}  // namespace squall::scenario
