#pragma once

#include <nlohmann/json_fwd.hpp>

#include "squall/metrics/run_record.hpp"

/// What several replications add to the JSON of a comparison. For json.cpp only.
namespace squall::report {

/// At the top: how many were asked for, and what --precision came to.
void add_study(nlohmann::ordered_json& comparison, const metrics::StudyRecord& study);

/// To a variant: `verdicts`, `worlds` and `estimates`.
void add_variant_study(nlohmann::ordered_json& variant, const metrics::VariantStudy& study);

/// The paired differences. REQUIRES a study.
[[nodiscard]] nlohmann::ordered_json paired(const metrics::Comparison& comparison);

/// Whether it is an interval, which stands on one line.
[[nodiscard]] bool is_interval(const nlohmann::ordered_json& value);

}  // namespace squall::report
