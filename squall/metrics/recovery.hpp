#pragma once

#include <chrono>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/series.hpp"

/// Whether, and how soon, a run served its users again after the last fault.
namespace squall::metrics {

/// When the faults of a run were.
struct FaultSpan {
  Instant first_start = never;  ///< of the first one; `never`: the scenario has none
  Instant last_end = never;     ///< of the last one; `never`: there is none, or one does not end
};

struct RecoveryOptions {
  /// How long a stretch is judged at once. Longer where arrivals are sparse; see judge_recovery.
  /// > 0. Default 1 s.
  Duration window = std::chrono::seconds{1};
  /// Of the goodput before the faults, how much counts as recovered: percent, 1 to 100.
  int share_percent = 90;
  /// The baseline starts here: the end of the warm-up.
  Instant baseline_from{};
};

/// Judges the goodput of `series` (the columns offered and goodput) after the last fault.
///
/// *Baseline*: goodput / offered over the intervals that lie wholly between `baseline_from` and the
/// first fault; at most 1. Where nothing was served in them, or there are none (a fault from the
/// start), there is no level to come back to, and so no verdict.
///
/// *Windows*: every stretch of w intervals from the end of the last fault to the last interval with
/// an arrival. w spans `window`, or more where arrivals are sparse: four times the longest silence
/// between two of them (bursts), or the time in which the baseline would have served 100 of them;
/// but never more than half of the time there is to judge. A window in which nothing arrived does
/// not count.
///
/// *Good*: the goodput of a window is not 0 and at least `share_percent` of baseline x offered;
/// where the baseline is below 1, so that chance has a part in it, less three standard deviations.
/// An effect comes later than its arrival, so it may be held against the arrivals of any stretch of
/// w intervals that lies up to one window earlier, after the fault. The effects of a backlog count:
/// goodput above what is offered is good.
///
/// *Verdict*: recovered, if from some window on every window that counts is good to the end;
/// `recovered_after` is then the time from the end of the fault to the start of the first of them,
/// or to the first effect in it; 0 if that is the very first window. A relapse is no recovery, and
/// neither is a good stretch of less than three windows at the very end: that may be chance. The
/// resolution is the interval of the series, and the 10 % may hide up to a tenth of a window.
/// no_fault when no fault ends before `simulated`; not_judged when no window counts, or without a
/// baseline.
///
/// Closed users send less while they wait, so for them the verdict says that requests get
/// through again, not that as many do.
///
/// @param simulated  virtual time at the end of the run.
[[nodiscard]] Verdict judge_recovery(const SeriesTable& series, Duration simulated,
                                     const FaultSpan& faults, const RecoveryOptions& options = {});

}  // namespace squall::metrics
