#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/scenario/node.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/compare.hpp"
#include "squall/task/stepped_looks.hpp"
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

  struct Plan {
    task::SteppedStudy::Plan study;
    bool page = false;  ///< look at the runs over time, after the study
  };
  [[nodiscard]] Result<void> begin_compare(const Plan& plan);
  [[nodiscard]] Result<void> begin_run(const std::string& variant, const Plan& plan);
  /// @return whether all is done
  [[nodiscard]] Result<bool> step();
  /// 0 without a study.
  [[nodiscard]] double progress() const noexcept;
  [[nodiscard]] Result<std::string> label() const;
  [[nodiscard]] Result<std::string> result() const;
  [[nodiscard]] Result<std::string> page() const;
  [[nodiscard]] Result<std::vector<std::string>> unmet() const;
  void end();

 private:
  [[nodiscard]] Result<void> check_built() const;
  [[nodiscard]] Unexpected in_scenario(Error error) const;
  void begin(std::vector<study::Subject> subjects, const scenario::Scenario& named_after,
             const Plan& plan);
  /// Of the study; whole once that is done.
  [[nodiscard]] metrics::Comparison comparison() const;

  std::string file_;
  std::string text_;
  std::optional<scenario::Node> document_;
  std::optional<scenario::Bundle> bundle_;
  std::unique_ptr<task::SteppedStudy> study_;  ///< refers to the bundle
  Plan plan_;
  std::optional<metrics::Comparison> whole_;   ///< what came of the study
  std::unique_ptr<task::SteppedLooks> looks_;  ///< refers to the study
  bool of_base_ = false;  ///< it runs the scenario without any variant's changes
};

}  // namespace squall::wasm
