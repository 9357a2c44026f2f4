#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/timeline.hpp"

/// Several runs over time, on many threads.
namespace squall::study {

/// A run to look at.
struct Sight {
  const scenario::Scenario* scenario = nullptr;  ///< outlives the work
  std::string variant;
  TimelinePlan plan;
};

struct SightsPlan {
  /// Threads that run at one time; > 0. With 1 everything happens in the calling thread.
  std::size_t jobs = 1;
  Limits limits{};
  /// When it becomes true the work stops within some milliseconds. May be nullptr.
  const std::atomic<bool>* stop = nullptr;
  Progress progress{};  ///< of all of them
};

/// Told what came of the sight of that number, by the thread that ran it: several at one time, each
/// once. Never of one that was cut.
using TakeSampled = std::function<void(std::size_t sight, SampledRun run)>;

/// Looks at each of them, as sample_run(). What is told of one does not depend on `jobs`.
///
/// Where one fails, or the work is stopped, those before it have been told of, and of those after
/// it some may have been. The Error is the one that a single thread would have met first: what
/// several at one time have no room for within --max-memory is tried alone. A thread that cannot be
/// started is done without.
[[nodiscard]] Result<void> sample_each(const std::vector<Sight>& sights, const SightsPlan& plan,
                                       const TakeSampled& take);

}  // namespace squall::study
