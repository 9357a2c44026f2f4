#pragma once

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/series.hpp"

/// Where the warm-up of a run ends.
namespace squall::metrics {

struct FoundWarmup {
  WarmupRecord::State state = WarmupRecord::State::too_short;
  Duration cut{0};  ///< 0 unless found
};

/// Finds it in the series of a run that left nothing out, by MSER-5 (mser.hpp) on the number of
/// requests that were inside during each interval: those inside at its start and those that arrived
/// in it. By Little's law what is steady in it is steady in latency too; and where few are inside
/// at any instant, it is still not made of zeros.
///
/// What is judged ends at `judged_until`, where a fault would begin, and with the last arrival.
/// The five intervals of a batch become 10, 15 ... where arrivals are sparse or come in bursts, so
/// that a batch is as long as the longest way from one arrival to the next.
///
/// The resolution is a batch, so a series of 1,000 intervals or more is wanted; below 40 batches
/// nothing is judged.
/// @param series  REQUIRES the columns of SeriesColumn, from the start of the run.
[[nodiscard]] FoundWarmup find_warmup(const SeriesTable& series, Duration judged_until);

}  // namespace squall::metrics
