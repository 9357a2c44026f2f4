#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// Where a value of an imported policy comes from.
struct Origin {
  std::string text;    ///< for the comment; on one line
  std::string file{};  ///< of the configuration; empty: the product's default
  int line = 0;
  std::string path{};  ///< of the field there
};

/// A policy on its way into a scenario: values by dotted path, each with its origin.
class PolicyDraft {
 public:
  struct Part {
    std::string key;
    std::optional<Node> value;  ///< nothing: a map of `parts`
    std::vector<Part> parts;
    Origin origin;
  };

  explicit PolicyDraft(std::string name) : name_(std::move(name)) {}

  /// Sets the value at a path such as `retry.max_attempts`; one that is there is replaced.
  void set(std::string_view path, Node value, const Origin& origin);
  void set(std::string_view path, std::string_view plain_text, const Origin& origin);
  [[nodiscard]] bool has(std::string_view path) const;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  /// What the policy stands for in the configuration; lines of comment above it.
  [[nodiscard]] std::vector<std::string>& about() noexcept { return about_; }
  [[nodiscard]] const std::vector<std::string>& about() const noexcept { return about_; }
  [[nodiscard]] std::vector<Part>& parts() noexcept { return parts_; }
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }

  /// The map of the policy. Each value knows its file and line, so that an error names them.
  [[nodiscard]] Node node() const;
  /// The values without their origins; equal for policies that do the same.
  [[nodiscard]] std::string fingerprint() const;
  /// The places of all fields that its values come from, as place_of() gives them.
  void add_places(std::set<std::string>& places) const;
  /// Puts the parts into the order of the reference.
  void sort();

 private:
  std::string name_;
  std::vector<std::string> about_;
  std::vector<Part> parts_;
};

/// What tells a field of a configuration from all others.
[[nodiscard]] std::string place_of(std::string_view file, int line, std::string_view path);

/// A name that an entity may have, made of any text: what is not allowed becomes '-'.
[[nodiscard]] std::string usable_name(std::string_view text);

/// Text for a comment: on one line, without anything that steers a terminal.
[[nodiscard]] std::string comment_text(std::string_view text);

}  // namespace squall::scenario
