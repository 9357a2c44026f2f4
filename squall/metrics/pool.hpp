#pragma once

#include "squall/metrics/run_record.hpp"

namespace squall::metrics {

/// Adds the record of a further replication of the same variant to those in `pooled`: counts and
/// times add up, histograms and series are those of all requests together, maxima are the larger,
/// and time averages are weighted by the measured time. So everything in the result is counted
/// once, as in one run: its buckets add up.
///
/// The verdict stays what it was if both say the same, else it is `mixed`. `recovered_after` is the
/// mean over the runs while all of them recovered, in whole nanoseconds; else nothing.
///
/// The same records in the same order give the same bits; time averages may differ in the last bits
/// in another order. REQUIRES records of the same scenario, so with the same parts.
void pool(RunRecord& pooled, const RunRecord& next);

}  // namespace squall::metrics
