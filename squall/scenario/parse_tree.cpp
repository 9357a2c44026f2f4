#include "squall/scenario/parse_tree.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "squall/scenario/document_builder.hpp"

namespace squall::scenario {
namespace {

using Json = nlohmann::json;

/// Hands the values of a tree to a builder, which stops it at the limit of depth.
class TreeReader {
 public:
  explicit TreeReader(DocumentBuilder& builder) : builder_(builder) {}

  [[nodiscard]] bool read(const Json& value) {
    const Json* line_number = member(value, "n");
    if (line_number == nullptr || !line_number->is_number_integer()) return malformed(0);
    const int line = line_number->get<int>();
    if (const Json* message = member(value, "e")) {
      return message->is_string() ? builder_.fail_at(line, message->get<std::string>())
                                  : malformed(line);
    }
    if (const Json* text = member(value, "s")) {
      const Json* quoted = member(value, "q");
      if (!text->is_string() || (quoted != nullptr && !quoted->is_boolean())) {
        return malformed(line);
      }
      return builder_.scalar(text->get<std::string>(), quoted != nullptr && quoted->get<bool>(),
                             line);
    }
    if (const Json* items = member(value, "l")) return read_list(*items, line);
    if (const Json* members = member(value, "m")) return read_map(*members, line);
    return builder_.null(line);
  }

 private:
  [[nodiscard]] static const Json* member(const Json& value, const char* key) {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(key);
    return found == value.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool malformed(int line) {
    return builder_.fail_at(line, "is no document: a value is not as parse_tree() reads it");
  }

  [[nodiscard]] bool read_list(const Json& items, int line) {
    if (!items.is_array()) return malformed(line);
    if (!builder_.start(Node::Kind::list, line)) return false;
    for (const Json& item : items) {
      if (!read(item)) return false;
    }
    return builder_.end();
  }

  [[nodiscard]] bool read_map(const Json& members, int line) {
    if (!members.is_array()) return malformed(line);
    if (!builder_.start(Node::Kind::map, line)) return false;
    for (const Json& entry : members) {
      const bool is_whole = entry.is_array() && entry.size() == 3 && entry[0].is_string() &&
                            entry[1].is_number_integer();
      if (!is_whole) return malformed(line);
      if (!builder_.key(entry[0].get<std::string>(), entry[1].get<int>())) return false;
      if (!read(entry[2])) return false;
    }
    return builder_.end();
  }

  DocumentBuilder& builder_;
};

}  // namespace

Result<Node> parse_tree(std::string_view text, const std::string& file) {
  const Json tree = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  DocumentBuilder builder(file);
  if (tree.is_discarded()) return fail(Error{.message = "is no document: not JSON", .file = file});
  if (!TreeReader(builder).read(tree)) return fail(builder.error());
  return std::move(builder).take();
}

}  // namespace squall::scenario
