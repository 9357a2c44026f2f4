#include <algorithm>
#include <string>
#include <string_view>

#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/quoting.hpp"
#include "squall/scenario/scalar_form.hpp"

namespace squall::scenario {
namespace {

/// A list or map that fits into this many columns stands on one line.
constexpr std::size_t columns = 96;

/// Whether every YAML parser reads the text back as it is, in a flow list too.
bool is_safe_plain(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  if (is_json_number(text)) return true;
  constexpr std::string_view indicators = "-?:,[]{}#&*!|>'\"%@`~=<";
  if (indicators.find(text.front()) != indicators.npos || text.starts_with("...")) return false;
  if (text.find_first_of(":#,[]{}\"\\") != text.npos) return false;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || is_delicate(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_text(std::string_view text, bool as_text, std::string& out) {
  if (is_safe_plain(text) && !(as_text && needs_quotes(text))) {
    out += text;
  } else {
    append_quoted(text, out);
  }
}

void append_yaml_scalar(const Node& node, std::string& out) {
  if (node.kind == Node::Kind::null) {
    out += "null";
  } else {
    append_text(node.text, node.quoted, out);
  }
}

void append_key(std::string_view key, std::string& out) {
  append_text(key, true, out);
  out += ": ";
}

/// Appends the node on one line, or returns false where that takes `out` past `limit`.
bool append_flow(const Node& node, std::size_t limit, std::string& out) {
  const auto fits = [&] { return out.size() <= limit; };
  if (node.kind == Node::Kind::list) {
    out += '[';
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) out += ", ";
      if (!append_flow(node.items[i], limit, out)) return false;
    }
    out += ']';
  } else if (node.kind == Node::Kind::map) {
    out += '{';
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      if (i > 0) out += ", ";
      append_key(node.members[i].key, out);
      if (!append_flow(node.members[i].value, limit, out)) return false;
    }
    out += '}';
  } else {
    append_yaml_scalar(node, out);
  }
  return fits();
}

bool is_leaf(const Node& node) {
  return node.kind == Node::Kind::null || node.kind == Node::Kind::scalar;
}

bool is_empty(const Node& node) { return node.items.empty() && node.members.empty(); }

/// Whether all of a map's or list's entries are single values or lists and maps of such.
bool is_small(const Node& node, int levels) {
  if (is_leaf(node)) return true;
  if (levels == 0) return false;
  return std::all_of(node.items.begin(), node.items.end(),
                     [levels](const Node& item) { return is_small(item, levels - 1); }) &&
         std::all_of(node.members.begin(), node.members.end(),
                     [levels](const auto& member) { return is_small(member.value, levels - 1); });
}

class Writer {
 public:
  [[nodiscard]] std::string take() && { return std::move(out_); }

  /// The entries of a map or list, each on its own line. What comes first stands where the text
  /// ends now, which is column `indent` of its line.
  void block(const Node& node, std::size_t indent) {
    bool first = true;
    const auto start_line = [&] {
      if (!first) out_.append(indent, ' ');
      first = false;
    };
    for (const Node::Member& member : node.members) {
      start_line();
      append_key(member.key, out_);
      value_of_key(member.value, indent);
    }
    for (const Node& item : node.items) {
      start_line();
      out_ += "- ";
      value(item, indent + 2);
    }
  }

  /// A value whose text may begin right here, at column `indent`.
  void value(const Node& node, std::size_t indent) {
    if (!one_line(node, indent)) block(node, indent);
  }

 private:
  void value_of_key(const Node& node, std::size_t indent) {
    const std::size_t line_start = out_.rfind('\n') + 1;
    if (one_line(node, out_.size() - line_start)) return;
    out_.back() = '\n';  // the blank after the colon
    out_.append(indent + 2, ' ');
    block(node, indent + 2);
  }

  bool one_line(const Node& node, std::size_t column) {
    if (is_leaf(node)) {
      append_yaml_scalar(node, out_);
      out_ += '\n';
      return true;
    }
    const std::size_t start = out_.size();
    // At the margin stand the sections, which are easier to read and to change as blocks.
    const bool may = is_empty(node) || (column > 0 && is_small(node, 3));
    const std::size_t room = column < columns ? columns - column : 0;
    if (may && append_flow(node, start + (is_empty(node) ? columns : room), out_)) {
      out_ += '\n';
      return true;
    }
    out_.resize(start);
    return false;
  }

  std::string out_;
};

}  // namespace

std::string to_yaml(const Node& document) {
  Writer writer;
  writer.value(document, 0);
  return std::move(writer).take();
}

}  // namespace squall::scenario
