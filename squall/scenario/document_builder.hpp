#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// Builds a document from the events of a parser, within DocumentLimits. Every event returns
/// whether to go on; after false, error() says why, and nothing but error() may be called.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(std::string file) : file_(std::move(file)) {}

  [[nodiscard]] bool null(int line);
  [[nodiscard]] bool scalar(std::string text, bool quoted, int line);
  [[nodiscard]] bool start(Node::Kind kind, int line);
  /// Ends the list or map started last. Duplicate keys are found here.
  [[nodiscard]] bool end();
  /// The key of the value that comes next. REQUIRES wants_key().
  [[nodiscard]] bool key(std::string text, int line);
  /// A finished value of `nodes` nodes and `depth` levels (1: a scalar), copied in.
  [[nodiscard]] bool copy(const Node& value, std::size_t nodes, int depth, int line);
  /// Counts nodes that are kept elsewhere, so that they fall under the limit too.
  [[nodiscard]] bool count(std::size_t nodes, int line);

  /// Whether the next event must be a key or the end of the map.
  [[nodiscard]] bool wants_key() const noexcept;
  /// The line of the key whose value comes next; 0 in a list or at the root.
  [[nodiscard]] int key_line() const noexcept;
  /// The value finished last.
  [[nodiscard]] const Node& last() const noexcept { return *last_; }
  [[nodiscard]] std::size_t nodes() const noexcept { return nodes_; }

  bool fail_at(int line, std::string message);
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  /// The document. REQUIRES that every start() was ended.
  [[nodiscard]] Node take() &&;

 private:
  struct Open {
    Node* node;
    bool wants_key;
  };
  Node* place(int line);

  std::string file_;
  Node root_;
  std::vector<Open> open_;
  const Node* last_ = &root_;
  std::size_t nodes_ = 0;
  Error error_;
};

}  // namespace squall::scenario
