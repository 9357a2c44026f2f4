#pragma once

#include <optional>
#include <vector>

namespace squall::metrics {

/// Where a list of goodputs (0 to 1, one for each replication) falls clearly into two groups: the
/// smallest value of the higher one. Collapse is bimodal: some runs live, others do not, and the
/// mean of all describes none of them.
///
/// The cut is the one that leaves the least variance within the groups (N. Otsu, "A threshold
/// selection method from gray-level histograms", 1979). It is clear where that takes 92 % of all
/// variance away (97 % below 20 values) and the means of the groups are at least 0.1 apart; with
/// fewer than 10 values nothing is clear. Of 20 values of one kind, be they normal, uniform or
/// exponential, fewer than 1 in 100 lists look like two (tests/metrics/worlds_test.cpp); one
/// outlier that lies far enough away is a group.
[[nodiscard]] std::optional<double> find_split(std::vector<double> values);

}  // namespace squall::metrics
