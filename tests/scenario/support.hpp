#pragma once

#include <map>
#include <string>
#include <string_view>

#include "squall/scenario/load.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::scenario {

/// Files as a test hands them out.
class Files {
 public:
  Files() = default;
  Files(const std::string& path, std::string text) { add(path, std::move(text)); }
  void add(const std::string& path, std::string text) { texts_.emplace(path, std::move(text)); }
  [[nodiscard]] FileReader reader() const { return {&Files::read, this}; }

 private:
  static Result<std::string> read(const void* context, const std::string& path);

  std::map<std::string, std::string> texts_;
};

/// The document of YAML text that must parse; "checkout.yaml" is its file.
[[nodiscard]] Node parsed(std::string_view yaml);
/// The bundle of YAML text that must build.
[[nodiscard]] Bundle built(std::string_view yaml, const Files& files = {});
/// The base scenario of it.
[[nodiscard]] Scenario scenario_of(std::string_view yaml);
/// What is wrong with YAML text, as the command would print it; empty when nothing is.
[[nodiscard]] std::string error_of(std::string_view yaml, const Files& files = {});

/// A scenario around a piece of itself: `squall`, a duration, a service "bank" and a workload
/// "shoppers" that calls it, as far as the text has no such sections. Errors count lines from the
/// first line of `yaml`.
[[nodiscard]] std::string around(std::string_view yaml);

/// The whole text of a file; fails the test if it cannot be read.
[[nodiscard]] std::string file_text(const std::string& path);
/// Paths of scenarios/*.yaml in the source tree.
[[nodiscard]] std::vector<std::string> shipped_scenarios();

/// The example of the reference, with every section of the format.
[[nodiscard]] std::string whole_example();

}  // namespace squall::scenario
