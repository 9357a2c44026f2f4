#pragma once

#include <string>

#include "squall/study/compare.hpp"

namespace squall::study {

/// The progress of a piece of work as a part of that of a whole. Outlives what as_progress() gives.
struct ProgressPart {
  const Progress& whole;
  double from;   ///< share of the whole that is behind when the piece begins
  double share;  ///< of the whole that the piece is

  [[nodiscard]] Progress as_progress() {
    return {.report =
                [](void* context, double done, const std::string& variant) {
                  const auto& part = *static_cast<ProgressPart*>(context);
                  if (part.whole.report == nullptr) return;
                  part.whole.report(part.whole.context, part.from + part.share * done, variant);
                },
            .context = this};
  }
};

}  // namespace squall::study
