#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_in_steps.hpp"
#include "squall/task/stepped_study.hpp"

namespace squall::wasm {

/// The scenario and the study that the module holds; engine.h says what its functions do.
class Session {
 public:
  [[nodiscard]] Result<void> open(std::string file, std::string_view text, std::string_view tree);
  [[nodiscard]] Result<void> assign(std::string_view assignment, std::string_view tree);
  [[nodiscard]] Result<void> set_seed(const std::string& digits);
  /// @return the warnings
  [[nodiscard]] Result<std::vector<std::string>> build();

  [[nodiscard]] Result<std::string> check() const;

  [[nodiscard]] Result<void> begin_compare(const task::SteppedStudy::Plan& plan);
  [[nodiscard]] Result<void> begin_run(const std::string& variant,
                                       const task::SteppedStudy::Plan& plan);
  /// The study under way.
  [[nodiscard]] Result<task::SteppedStudy*> study();
  [[nodiscard]] Result<std::vector<std::string>> unmet() const;
  /// The scenario's, as messages call it.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  void end() { study_.reset(); }

 private:
  [[nodiscard]] Result<void> check_built() const;
  void begin(std::vector<study::Subject> subjects, const scenario::Scenario& named_after,
             const task::SteppedStudy::Plan& plan);

  std::string file_;
  std::optional<scenario::Node> document_;
  std::optional<scenario::Bundle> bundle_;
  std::unique_ptr<task::SteppedStudy> study_;  ///< refers to the bundle
  bool of_base_ = false;  ///< it runs the scenario without any variant's changes
};

}  // namespace squall::wasm
