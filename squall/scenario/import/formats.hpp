#pragma once

#include <span>
#include <vector>

#include "squall/scenario/import/policy_draft.hpp"
#include "squall/scenario/import/reading.hpp"

/// One function a format: documents -> policies. Names may repeat and need not be allowed yet; an
/// error is recorded in the Reading. No policy: the documents hold nothing of the format.
namespace squall::scenario {

[[nodiscard]] std::vector<PolicyDraft> read_envoy(Reading& reading);
[[nodiscard]] std::vector<PolicyDraft> read_istio(Reading& reading);
[[nodiscard]] std::vector<PolicyDraft> read_grpc(Reading& reading);
[[nodiscard]] std::vector<PolicyDraft> read_resilience4j(Reading& reading);

/// Spring's documents as one: dotted keys taken apart, later documents over earlier ones.
/// @param overridden  what a later document says otherwise, and the documents of profiles
[[nodiscard]] Result<Node> merge_spring_documents(std::vector<Node> documents,
                                                  std::vector<LeftOut>& overridden);

/// Why fields have no counterpart, where the name alone says it.
extern const std::span<const Reason> envoy_reasons;
extern const std::span<const Reason> istio_reasons;
extern const std::span<const Reason> grpc_reasons;
extern const std::span<const Reason> resilience4j_reasons;

}  // namespace squall::scenario
