#include "squall/scenario/node.hpp"

namespace squall::scenario {

const Node* Node::find(std::string_view key) const noexcept {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) noexcept {
  for (Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

}  // namespace squall::scenario
