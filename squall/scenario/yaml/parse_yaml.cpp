#include "squall/scenario/yaml/parse_yaml.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h>
#include <yaml-cpp/parser.h>

#include "squall/base/byte_order_mark.hpp"
#include "squall/scenario/document_builder.hpp"
#include "squall/scenario/document_text.hpp"

namespace squall::scenario {
namespace {

/// Thrown through the library to end its work; the reason is the builder's error().
struct Stopped {};

int line_of(const YAML::Mark& mark) { return mark.line + 1; }

int depth_of(const Node& node) {
  int deepest = 0;
  for (const Node& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (const Node::Member& member : node.members) {
    deepest = std::max(deepest, depth_of(member.value));
  }
  return deepest + 1;
}

/// Whether the bracket that `text` begins with is closed in it. Brackets in quotes and comments do
/// not count.
bool closes(std::string_view text) {
  int depth = 0;
  char before = ' ';
  for (std::size_t i = 0; i < text.size(); before = text[i], ++i) {
    const char c = text[i];
    const bool value_may_begin =
        std::string_view(" \t\r\n{[,:").find(before) != std::string_view::npos;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return true;
    if ((c == '"' || c == '\'') && value_may_begin) {
      for (++i; i < text.size() && text[i] != c; ++i) i += c == '"' && text[i] == '\\' ? 1U : 0U;
    } else if (c == '#' && std::string_view(" \t\r\n").find(before) != std::string_view::npos) {
      i = std::min(text.find('\n', i), text.size());
    }
    if (i >= text.size()) break;
  }
  return false;
}

class Handler final : public YAML::EventHandler {
 public:
  /// @param text  of the document, which must outlive the handler.
  Handler(DocumentBuilder& builder, std::string_view text) : builder_(builder), text_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      stop(line_of(mark), "a second document begins here; a scenario is one document");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (builder_.wants_key()) stop(line_of(mark), "a key is missing before ':'");
    // The library puts a missing value where it noticed, which is some line further down.
    const int key_line = builder_.key_line();
    go_on(builder_.null(key_line != 0 ? key_line : line_of(mark)));
    keep(anchor, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(line_of(mark), "an alias stands inside its own anchor");
    const Anchored& target = found->second;
    if (builder_.wants_key()) {
      if (target.node.kind != Node::Kind::scalar) stop(line_of(mark), key_is_not_a_word);
      go_on(builder_.key(target.node.text, line_of(mark)));
      return;
    }
    go_on(builder_.copy(target.node, target.nodes, target.depth, line_of(mark)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    const bool quoted = tag == "!";
    if (builder_.wants_key()) {
      if (value == "<<" && !quoted) {
        stop(line_of(mark), "merge keys (<<) are not supported; write the keys out");
      }
      if (anchor != YAML::NullAnchor) {
        anchors_.insert_or_assign(anchor, Anchored{scalar_at(mark, value, quoted), 1, 1});
      }
      go_on(builder_.key(value, line_of(mark)));
      return;
    }
    go_on(builder_.scalar(value, quoted, line_of(mark)));
    keep(anchor, 1);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    start(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    start(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { end(); }

 private:
  static constexpr const char* key_is_not_a_word = "a key must be a word, not a list or a map";

  /// A finished value that an alias may copy.
  struct Anchored {
    Node node;
    std::size_t nodes = 0;
    int depth = 0;
  };
  struct Open {
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t nodes_before = 0;
  };

  [[noreturn]] void stop(int line, std::string message) {
    (void)builder_.fail_at(line, std::move(message));
    throw Stopped{};
  }
  static void go_on(bool ok) {
    if (!ok) throw Stopped{};
  }
  static Node scalar_at(const YAML::Mark& mark, const std::string& text, bool quoted) {
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = text;
    node.quoted = quoted;
    node.line = line_of(mark);
    return node;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    constexpr std::string_view core = "tag:yaml.org,2002:";
    const std::string shown = tag.starts_with(core) ? "!!" + tag.substr(core.size()) : tag;
    stop(line_of(mark), "tags (" + shown + ") are not supported");
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             Node::Kind kind) {
    refuse_tag(mark, tag);
    if (builder_.wants_key()) {
      // To the library a bracket that is never closed may be the beginning of a key.
      const char open = bracket_at(mark);
      if (open == '\0' || is_closed(mark)) stop(line_of(mark), key_is_not_a_word);
      stop(line_of(mark), std::string("is not YAML: a '") + open + "' is never closed");
    }
    open_.push_back({anchor, builder_.nodes()});
    go_on(builder_.start(kind, line_of(mark)));
  }
  void end() {
    go_on(builder_.end());
    const Open closed = open_.back();
    open_.pop_back();
    keep(closed.anchor, builder_.nodes() - closed.nodes_before);
  }
  void keep(YAML::anchor_t anchor, std::size_t nodes) {
    if (anchor == YAML::NullAnchor) return;
    const Node& node = builder_.last();
    go_on(builder_.count(nodes, node.line));
    anchors_.insert_or_assign(anchor, Anchored{node, nodes, depth_of(node)});
  }

  /// '{' or '[' if that is what stands there; 0 otherwise.
  [[nodiscard]] char bracket_at(const YAML::Mark& mark) const {
    if (mark.pos < 0 || static_cast<std::size_t>(mark.pos) >= text_.size()) return '\0';
    const char c = text_[static_cast<std::size_t>(mark.pos)];
    return c == '{' || c == '[' ? c : '\0';
  }
  [[nodiscard]] bool is_closed(const YAML::Mark& mark) const {
    return closes(text_.substr(static_cast<std::size_t>(mark.pos)));
  }

  DocumentBuilder& builder_;
  std::string_view text_;  ///< without a byte order mark, which the library does not count
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::vector<Open> open_;
  int documents_ = 0;
};

/// The library's messages that leave one guessing, in words that say what to do.
std::string explained(const std::string& message) {
  using Entry = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Entry, 9> table = {{
      {"illegal map value", "a ':' that cannot stand here; mend the indentation or quote the text"},
      {"end of map not found", "the indentation is wrong here, or a ':' is missing above"},
      {"end of sequence not found", "the indentation is wrong here, or a '-' is missing above"},
      {"end of map flow not found", "a '{' is never closed"},
      {"end of sequence flow not found", "a '[' is never closed"},
      {"illegal EOF in scalar", "a quoted text is never closed"},
      {"illegal tab when looking for indentation", "a tab in the indentation; indent with spaces"},
      {"unknown token", "a character that cannot start a value; quote the text"},
      {"illegal flow end", "a closing bracket without its opening one"},
  }};
  for (const auto& [theirs, ours] : table) {
    if (message == theirs) return "is not YAML: " + std::string(ours);
  }
  return "is not YAML: " + message;
}

/// The library takes a quoted text that is never closed for a finished one if a line ends there.
std::string without_last_line_ends(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(" \r\n") + 1));
}

/// Lets `work` drive the library. Nothing where that went well.
template <typename Work>
std::optional<Error> guarded(const std::string& file, const Work& work) {
  try {
    return work();
  } catch (const YAML::Exception& error) {
    return Error{
        .message = explained(error.msg), .file = file, .line = std::max(1, error.mark.line + 1)};
  } catch (const std::exception& error) {
    return Error{.message = std::string("is not YAML: ") + error.what(), .file = file};
  }
}

/// What the library makes of its next document; false where there is none.
Result<bool> handle_next(YAML::Parser& parser, DocumentBuilder& builder, std::string_view text) {
  Handler handler(builder, without_byte_order_mark(text));
  try {
    return parser.HandleNextDocument(handler);
  } catch (const Stopped&) {
    return fail(builder.error());
  }
}

}  // namespace

Result<Node> parse_yaml(std::string_view text, const std::string& file) {
  if (std::optional<Error> error = check_text(text, file)) return fail(std::move(*error));
  if (std::optional<Error> error = check_yaml_text(text, file)) return fail(std::move(*error));
  DocumentBuilder builder(file);
  std::optional<Error> failed = guarded(file, [&]() -> std::optional<Error> {
    std::istringstream stream{without_last_line_ends(text)};
    YAML::Parser parser(stream);
    Handler handler(builder, without_byte_order_mark(text));
    try {
      if (!parser.HandleNextDocument(handler)) return Error{.message = "is empty", .file = file};
      while (parser.HandleNextDocument(handler)) {
      }
    } catch (const Stopped&) {
      return builder.error();
    }
    return std::nullopt;
  });
  if (failed) return fail(std::move(*failed));
  return std::move(builder).take();
}

Result<std::vector<Node>> parse_yaml_documents(std::string_view text, const std::string& file) {
  if (std::optional<Error> error = check_text(text, file)) return fail(std::move(*error));
  if (std::optional<Error> error = check_yaml_text(text, file)) return fail(std::move(*error));
  std::vector<Node> documents;
  std::optional<Error> failed = guarded(file, [&]() -> std::optional<Error> {
    std::istringstream stream{without_last_line_ends(text)};
    YAML::Parser parser(stream);
    std::size_t nodes = 0;
    for (;;) {
      DocumentBuilder builder(file);
      // The bound on values holds for all documents together.
      if (!builder.count(nodes, 0)) return builder.error();
      const Result<bool> found = handle_next(parser, builder, text);
      if (!found) return found.error();
      if (!*found) break;
      nodes = builder.nodes();
      Node document = std::move(builder).take();
      if (document.kind == Node::Kind::null) continue;
      if (documents.size() == DocumentLimits::documents_max) {
        return Error{.message = "holds more than " + std::to_string(DocumentLimits::documents_max) +
                                " documents",
                     .file = file,
                     .line = document.line};
      }
      documents.push_back(std::move(document));
    }
    return std::nullopt;
  });
  if (failed) return fail(std::move(*failed));
  if (documents.empty()) return fail(Error{.message = "is empty", .file = file});
  return documents;
}

}  // namespace squall::scenario
