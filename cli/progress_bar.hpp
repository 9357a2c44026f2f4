#pragma once

#include <chrono>
#include <string>

#include "squall/study/compare.hpp"

namespace squall::cli {

/// A line on standard error that says how far the work is. Appears when the work has taken a
/// second, and only on a terminal; its destructor clears it. Must not move while a Progress refers
/// to it.
class ProgressBar {
 public:
  /// @param wanted  false: never appears.
  explicit ProgressBar(bool wanted);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  /// For those who do the work; this must outlive it.
  [[nodiscard]] study::Progress progress();

 private:
  using Clock = std::chrono::steady_clock;

  void show(double share, const std::string& variant);

  bool wanted_;
  bool shown_ = false;
  Clock::time_point next_;  ///< not before this
};

/// `variant  [####......]  42 %` in at most `width` columns; without the variant where that is
/// too narrow.
[[nodiscard]] std::string progress_line(double share, const std::string& variant, int width);

}  // namespace squall::cli
