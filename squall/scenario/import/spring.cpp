// Spring's way with configurations: dotted keys, several documents and files of which the later
// ones count, profiles, and placeholders.
#include <map>
#include <string>
#include <utility>

#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/reader.hpp"

namespace squall::scenario {
namespace {

/// `a.b[x.y].c` -> a, b, [x.y], c; an index such as [0] is a part of its own too.
std::vector<std::string> parts_of(std::string_view key) {
  std::vector<std::string> parts(1);
  bool inside = false;
  for (const char c : key) {
    if (c == '[' && !inside) {
      inside = true;
      if (!parts.back().empty()) parts.emplace_back();
      parts.back() += c;
    } else if (c == '.' && !inside) {
      if (!parts.back().empty()) parts.emplace_back();
    } else {
      inside = inside && c != ']';
      parts.back() += c;
    }
  }
  if (parts.back().empty() && parts.size() > 1) parts.pop_back();
  return parts;
}

bool is_index(std::string_view part) {
  return part.size() > 2 && part.front() == '[' &&
         part.substr(1, part.size() - 2).find_first_not_of("0123456789") == part.npos;
}

/// Settings, or instances, side by side. They are compared with each other.
constexpr std::size_t members_max = 2'000;

/// Below these stand names, which are taken as they are; all else may be spelled in several ways.
bool holds_names(std::string_view key) {
  return key == "instances" || key == "backends" || key == "configs";
}

class Merge {
 public:
  explicit Merge(std::vector<LeftOut>& overridden) : overridden_(overridden) {}

  void add(const Node& document) {
    file_ = document.file;
    ++document_;
    put_members(root_, document, false, "");
  }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] Node take() && { return std::move(root_); }

 private:
  /// A member, made where there is none yet.
  Node::Member& place(Node& map, const std::string& key, int line, bool exact, bool& is_new) {
    if (map.kind != Node::Kind::map) {
      map.kind = Node::Kind::map;
      map.text.clear();
      map.items.clear();
    }
    for (Node::Member& member : map.members) {
      const bool same = exact ? member.key == key : spelling_free(member.key) == spelling_free(key);
      if (same) {
        is_new = false;
        return member;
      }
    }
    is_new = true;
    if (map.members.size() == members_max && !error_) {
      error_ = Error{.message = "is one setting too many: at most " + grouped(members_max) +
                                " stand side by side",
                     .file = file_,
                     .line = line,
                     .key = key};
    }
    Node::Member& member = map.members.emplace_back();
    member.key = key;
    member.line = line;
    member.value.file = file_;
    member.value.line = line;
    return member;
  }

  void put_members(Node& into, const Node& from, bool exact, const std::string& path) {
    into.kind = Node::Kind::map;
    for (const Node::Member& member : from.members) {
      Node* at = &into;
      Node::Member* holder = nullptr;  // of the value; none for an item of a list
      bool below_names = exact;
      bool is_new = true;
      std::string here = path;
      for (const std::string& part : parts_of(member.key)) {
        if (is_index(part)) {
          at->kind = Node::Kind::list;
          at->file = file_;
          at->line = at->line == 0 ? member.line : at->line;
          at = &at->items.emplace_back();
          holder = nullptr;
          is_new = true;
          continue;
        }
        here += (here.empty() ? "" : ".") + part;
        holder = &place(*at, part, member.line, below_names, is_new);
        at = &holder->value;
        below_names = holds_names(part);
      }
      put_value(*at, member, below_names, is_new, here);
      if (holder != nullptr && holder->value.line != 0) holder->line = holder->value.line;
      if (error_) return;
    }
  }

  void put_value(Node& at, const Node::Member& member, bool below_names, bool is_new,
                 const std::string& path) {
    const Node& value = member.value;
    if (value.kind == Node::Kind::map && (is_new || at.kind == Node::Kind::map)) {
      if (is_new) mark(at, member.line);
      put_members(at, value, below_names, path);
      return;
    }
    if (!is_new && !at.file.empty() && at.kind != Node::Kind::null) {
      const auto earlier = owners_.find(spelling_free(path));
      if (earlier != owners_.end() && earlier->second == document_) {
        error_ = Error{
            .message = "stands here twice; it is on line " + std::to_string(at.line) + " already",
            .file = file_,
            .line = member.line,
            .key = path};
        return;
      }
      overridden_.push_back({at.file, at.line, path,
                             "is overridden by " + file_ + ':' + std::to_string(member.line)});
    }
    at = value;
    set_files(at);
    resolve(at, path);
    mark(at, member.line);
    owners_[spelling_free(path)] = document_;
  }

  void mark(Node& at, int line) const {
    at.file = file_;
    at.line = line;
  }

  void set_files(Node& node) const {
    node.file = file_;
    for (Node& item : node.items) set_files(item);
    for (Node::Member& member : node.members) set_files(member.value);
  }

  /// `${NAME:value}` is the value, unless the environment says otherwise, which nobody knows here.
  void resolve(Node& node, const std::string& path) {
    for (Node& item : node.items) resolve(item, path);
    if (node.kind != Node::Kind::scalar) return;
    const std::string& text = node.text;
    if (!text.starts_with("${") || !text.ends_with('}')) return;
    const std::size_t colon = text.find(':');
    if (colon != text.npos) {
      node.text = text.substr(colon + 1, text.size() - colon - 2);
    } else if (path.starts_with("resilience4j")) {
      error_ = Error{.message = "is " + shown(text) +
                                ", a placeholder without a default; write "
                                "its value",
                     .file = file_,
                     .line = node.line,
                     .key = path};
    }
  }

  std::vector<LeftOut>& overridden_;
  std::string file_;
  int document_ = 0;
  Node root_;
  std::map<std::string, int> owners_;  ///< by path: the document that the value is of
  std::optional<Error> error_;
};

/// `prod`, where a document counts only with that profile.
std::string profile_of(const Node& document) {
  std::vector<LeftOut> ignored;
  Merge merge(ignored);
  merge.add(document);
  const Node whole = std::move(merge).take();
  for (const char* path : {"spring.config.activate.on-profile", "spring.profiles"}) {
    const Node* at = &whole;
    for (const std::string& part : parts_of(path)) {
      if (at != nullptr) at = at->find(part);
    }
    if (at != nullptr && at->kind == Node::Kind::scalar) return at->text;
  }
  return {};
}

}  // namespace

Result<Node> merge_spring_documents(std::vector<Node> documents, std::vector<LeftOut>& overridden) {
  Merge merge(overridden);
  for (const Node& document : documents) {
    if (document.kind != Node::Kind::map) {
      return fail(Error{
          .message = "must be a map of settings", .file = document.file, .line = document.line});
    }
    const std::string profile = documents.size() > 1 ? profile_of(document) : std::string();
    if (!profile.empty()) {
      overridden.push_back({document.file, document.line, "profile " + comment_text(profile),
                            "only the settings without a profile are imported; import this "
                            "document alone to get it"});
      continue;
    }
    merge.add(document);
    if (merge.error()) return fail(*merge.error());
  }
  Node merged = std::move(merge).take();
  merged.kind = Node::Kind::map;
  merged.file = documents.front().file;
  merged.line = documents.front().line;
  return merged;
}

}  // namespace squall::scenario
