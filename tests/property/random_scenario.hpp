#pragma once

#include <string>

/// Random scenarios: small graphs of services, queues and consumers with random policies, faults
/// and workloads, crowded enough that most of them misbehave.
namespace squall::test {

/// A scenario document in JSON, always valid. Draws from RapidCheck, so it shrinks; call it within
/// a property only.
[[nodiscard]] std::string random_scenario();

}  // namespace squall::test
