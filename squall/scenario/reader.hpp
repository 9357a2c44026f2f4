#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"

/// Reading a document with its errors in their places. A failed conversion records an error and
/// gives a fallback, so that the code that builds reads like the format; whoever started the
/// reading looks at Errors at the end.
namespace squall::scenario {

/// Keeps the first error.
class Errors {
 public:
  void add(Error error) {
    if (!first_) first_ = std::move(error);
  }
  [[nodiscard]] bool any() const noexcept { return first_.has_value(); }
  /// REQUIRES any().
  [[nodiscard]] const Error& first() const { return *first_; }

 private:
  std::optional<Error> first_;
};

/// One word of a fixed vocabulary.
template <typename E>
struct Word {
  std::string_view name;
  E value;
};

/// A value of the document and where it stands. Points to the value it is part of: a Value must
/// not outlive the one, or the MapReader, that it came from.
class Value {
 public:
  Value(const Node& document, Errors& errors)
      : node_(&document), errors_(&errors), file_(&document.file), line_(document.line) {}

  [[nodiscard]] const Node& node() const noexcept { return *node_; }
  [[nodiscard]] Errors& errors() const noexcept { return *errors_; }
  [[nodiscard]] const std::string& file() const noexcept { return *file_; }
  [[nodiscard]] int line() const noexcept { return line_; }
  /// Dotted, as overrides write it.
  [[nodiscard]] std::string path() const;
  [[nodiscard]] Value at(const Node::Member& member) const { return {*this, member}; }
  [[nodiscard]] Value at(std::size_t index) const { return {*this, index}; }

  [[nodiscard]] bool is_map() const noexcept { return node_->kind == Node::Kind::map; }
  [[nodiscard]] bool is_list() const noexcept { return node_->kind == Node::Kind::list; }
  [[nodiscard]] bool is_scalar() const noexcept { return node_->kind == Node::Kind::scalar; }
  /// A scalar that is this word.
  [[nodiscard]] bool is_word(std::string_view word) const noexcept {
    return is_scalar() && node_->text == word;
  }

  /// Records an error at this value; `inside` is a further part of the path.
  void error(std::string message, std::string_view inside = {}) const;
  /// Takes over an Error that knows no place, but perhaps a key within this value.
  void error(const Error& why) const;
  /// Records "must be <expected>, is <what stands here>".
  void must_be(std::string_view expected) const;

  /// Whether it is a list (a map); records an error otherwise.
  [[nodiscard]] bool expect_list(std::string_view of_what) const;
  [[nodiscard]] bool expect_map() const;

  /// Text that is not to be taken for a number, a truth value or nothing.
  [[nodiscard]] std::string text(std::string_view what) const;
  [[nodiscard]] bool boolean() const;
  /// A whole number from `min` to `max`; `what` completes the message ("or unlimited").
  [[nodiscard]] std::uint64_t whole(std::uint64_t min, std::uint64_t max,
                                    std::string_view what = {}) const;
  [[nodiscard]] std::uint32_t whole32(
      std::uint32_t min, std::uint32_t max = std::numeric_limits<std::uint32_t>::max()) const;
  /// As whole(), or `unlimited`, which gives `unlimited_value`.
  [[nodiscard]] std::uint64_t whole_or_unlimited(std::uint64_t min, std::uint64_t max,
                                                 std::uint64_t unlimited_value) const;

  template <typename E, std::size_t N>
  [[nodiscard]] E word(const std::array<Word<E>, N>& table) const {
    std::array<std::string_view, N> names;
    for (std::size_t i = 0; i < N; ++i) {
      names[i] = table[i].name;
      if (is_word(table[i].name)) return table[i].value;
    }
    unknown_word(names);
    return table[0].value;
  }
  void unknown_word(std::span<const std::string_view> known) const;

 private:
  Value(const Value& parent, const Node::Member& member)
      : node_(&member.value),
        errors_(parent.errors_),
        file_(member.value.file.empty() ? parent.file_ : &member.value.file),
        line_(member.line != 0 ? member.line : member.value.line),
        parent_(&parent),
        key_(member.key) {}
  Value(const Value& parent, std::size_t index)
      : node_(&parent.node_->items[index]),
        errors_(parent.errors_),
        file_(node_->file.empty() ? parent.file_ : &node_->file),
        line_(node_->line),
        parent_(&parent),
        index_(index) {}

  const Node* node_;
  Errors* errors_;
  const std::string* file_;
  int line_;
  const Value* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
};

/// A map of fixed keys. Every key that is asked for is known; when the reader goes, the keys that
/// nobody asked for are errors, with the nearest known key, and so are the required ones that are
/// missing.
class MapReader {
 public:
  explicit MapReader(const Value& value) : value_(value), is_map_(value.expect_map()) {}
  ~MapReader() { finish(); }
  MapReader(const MapReader&) = delete;
  MapReader& operator=(const MapReader&) = delete;

  [[nodiscard]] const Value& value() const noexcept { return value_; }
  [[nodiscard]] bool is_map() const noexcept { return is_map_; }
  [[nodiscard]] bool has(std::string_view key);
  [[nodiscard]] std::optional<Value> find(std::string_view key);
  [[nodiscard]] std::optional<Value> require(std::string_view key);

  struct Chosen {
    std::size_t index = 0;  ///< into the names given
    Value value;
  };
  /// Exactly one of these keys must be there; nothing when that is not so.
  [[nodiscard]] std::optional<Chosen> choose(std::span<const std::string_view> names);

  /// Reports unknown and missing keys; the destructor does it too.
  void finish();

 private:
  const Value value_;
  bool is_map_;
  bool finished_ = false;
  std::vector<std::string_view> known_;
  std::optional<std::string> missing_;
};

/// `1,000,000`: a number as messages and the reference show it.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// `a, b or c`.
[[nodiscard]] std::string listed(std::span<const std::string_view> names,
                                 std::string_view last = "or");

/// `; did you mean 'x'?`, or `; known: a, b and c` when nothing is near and the list is short.
[[nodiscard]] std::string hint(std::string_view name, std::span<const std::string_view> known);

/// A scalar as a message shows it: in quotes, shortened.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace squall::scenario
