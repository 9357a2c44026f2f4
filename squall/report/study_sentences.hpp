#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"
#include "squall/report/sentences.hpp"

/// What a person would say of several replications, and of a part of what was asked.
namespace squall::report {

/// That the replications of a variant disagree in kind: how many of each, with the interval of the
/// share, what they served, and the seed of one of the worse. REQUIRES a study in which they do.
[[nodiscard]] std::vector<std::string> world_sentences(const metrics::Comparison& comparison,
                                                       std::size_t variant,
                                                       const SentenceOptions& options);

/// Which variants served the largest share, by paired differences: a difference whose interval
/// holds 0 is said to be none. Variants of two kinds are left out. REQUIRES a study.
[[nodiscard]] std::vector<std::string> ranking_sentences(const metrics::Comparison& comparison,
                                                         const SentenceOptions& options);

/// How much all of it rests on. REQUIRES a study.
[[nodiscard]] std::vector<std::string> replication_sentences(const metrics::Comparison& comparison);

/// That this is less than was asked. REQUIRES a partial comparison.
[[nodiscard]] std::string partial_sentence(const metrics::Comparison& comparison,
                                           const SentenceOptions& options);

}  // namespace squall::report
