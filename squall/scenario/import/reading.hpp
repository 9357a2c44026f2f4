#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/scenario/import/import.hpp"
#include "squall/scenario/import/policy_draft.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/reader.hpp"

/// Reading another product's configuration: what is taken over is marked, and what nobody took is
/// told at the end. Like everything that reads documents here, a failed conversion records the
/// first error and gives a fallback.
namespace squall::scenario {

/// A value of a configuration and where it stands.
struct Field {
  const Node* node = nullptr;
  const std::string* file = nullptr;
  int line = 0;
  std::string path;  ///< dotted, as written
  std::string name;  ///< its key, as written; empty at the root

  [[nodiscard]] bool is_map() const noexcept { return node->kind == Node::Kind::map; }
  [[nodiscard]] bool is_list() const noexcept { return node->kind == Node::Kind::list; }
  [[nodiscard]] bool is_scalar() const noexcept { return node->kind == Node::Kind::scalar; }
};

/// How a product writes a length of time.
enum class DurationForm : unsigned char {
  protobuf,  ///< `0.25s`
  go,        ///< `25ms`, `1m30s`
  spring,    ///< `500` (milliseconds), `500ms`, `2s`, `PT2S`
};

/// Why a field has no counterpart, by its name without '_' and '-' in lower case.
struct Reason {
  std::string_view name;
  std::string_view why;
  bool each = false;  ///< what acts on calls: tell of every field in it, not only of the whole
};

class Reading {
 public:
  Reading(std::vector<Node> documents, std::span<const Reason> reasons);
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  [[nodiscard]] const std::vector<Field>& documents() const noexcept { return roots_; }

  /// Records the error, at the field; the first one counts.
  void error(const Field& at, std::string message);
  void must_be(const Field& at, std::string_view expected);
  [[nodiscard]] bool failed() const noexcept { return errors_.any(); }
  /// REQUIRES failed().
  [[nodiscard]] const Error& first_error() const { return errors_.first(); }

  /// The member of this name, in snake_case, camelCase or kebab-case. One that is null counts as
  /// absent. A value that is no map has no members; one in two spellings is an error.
  [[nodiscard]] std::optional<Field> find(const Field& map, std::string_view name);
  /// As above; an error where the value is no map.
  [[nodiscard]] std::optional<Field> find_map(const Field& map, std::string_view name);
  /// The items of the list of this name; none where there is none. An error where it is no list.
  [[nodiscard]] std::vector<Field> list(const Field& map, std::string_view name);
  [[nodiscard]] static std::vector<Field> members(const Field& map);
  [[nodiscard]] static std::vector<Field> items(const Field& list);
  [[nodiscard]] static Field item(const Field& list, std::size_t index);

  // The value of a field, which is then taken.
  [[nodiscard]] std::string text(const Field& field);
  [[nodiscard]] bool boolean(const Field& field);
  [[nodiscard]] std::uint64_t whole(const Field& field, std::uint64_t min, std::uint64_t max);
  [[nodiscard]] std::uint32_t whole32(
      const Field& field, std::uint32_t min,
      std::uint32_t max = std::numeric_limits<std::uint32_t>::max());
  /// As Java's int: negative ones too.
  [[nodiscard]] std::int32_t integer(const Field& field);
  /// A decimal; 0 or more.
  [[nodiscard]] double number(const Field& field);
  [[nodiscard]] Duration duration(const Field& field, DurationForm form);
  /// As above, above 0.
  [[nodiscard]] Duration positive_duration(const Field& field, DurationForm form);

  /// All of it went into a policy, or was needed to find out where it goes.
  void take(const Field& field);
  /// It is understood; of its members each is told of that nobody takes.
  void open(const Field& field);
  /// None of it has a counterpart, for this reason.
  void leave(const Field& field, std::string_view why);

  /// A part of a field that was taken has no counterpart: one word of a list in a text.
  void remark(const Field& field, std::string why);

  /// Everything that was left, or that nobody took; in the order of the documents.
  /// @param used  places of fields that went into some policy, whoever else left them
  [[nodiscard]] std::vector<LeftOut> left_out(const std::set<std::string>& used) const;

 private:
  enum class Mark : unsigned char { taken, left, open };
  [[nodiscard]] bool is_touched(const Node& node) const;
  void collect(const Field& field, const std::set<std::string>& used,
               std::vector<LeftOut>& out) const;
  [[nodiscard]] Reason reason_for(const Field& field) const;

  std::vector<Node> documents_;
  std::vector<Field> roots_;
  std::span<const Reason> reasons_;
  std::map<const Node*, std::pair<Mark, std::string>> marks_;
  std::map<const Node*, std::vector<std::string>> remarks_;
  Errors errors_;
};

/// A name without '_' and '-', in lower case: the same for every spelling.
[[nodiscard]] std::string spelling_free(std::string_view name);

/// `edge.yaml:14 num_retries: 2`, and a remark.
[[nodiscard]] Origin from(const Field& field, std::string_view remark = {});
[[nodiscard]] Origin by_default(std::string_view text);

/// A value and where it comes from.
template <typename T>
struct Sourced {
  T value{};
  Origin origin;
  std::optional<Field> field;  ///< nothing: by default
};

}  // namespace squall::scenario
