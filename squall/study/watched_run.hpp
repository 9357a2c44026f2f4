#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/run_in_steps.hpp"
#include "squall/study/run_watched.hpp"

namespace squall::study {

/// A run under a Watch: every 100,000 events or so it tells how far it is, looks whether it shall
/// stop, and is held to the limits.
class WatchedRun {
 public:
  /// All of them must outlive this.
  WatchedRun(const scenario::Scenario& scenario, const std::string& variant, const Watch& watch);
  WatchedRun(const WatchedRun&) = delete;
  WatchedRun& operator=(const WatchedRun&) = delete;
  ~WatchedRun();

  enum class Pause : std::uint8_t {
    reached,  ///< the instant; the run is not over
    done,     ///< the run is over
    stopped,  ///< by the watch, before either
  };
  /// Runs what comes before `until`. An Error where the scenario makes no sense as a run, and where
  /// it goes over a limit: that one says what to do. REQUIRES until >= run().model().now().
  [[nodiscard]] Result<Pause> run_until(Instant until);

  [[nodiscard]] RunInSteps& run() noexcept { return run_; }

 private:
  std::uint64_t hold(std::uint64_t bytes);

  const Watch& watch_;
  RunInSteps run_;
  std::uint64_t held_bytes_ = 0;  ///< of watch_.memory_in_use
  std::uint64_t events_at_look_ = 0;
  bool has_looked_ = false;
};

}  // namespace squall::study
