#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace squall::scenario {

/// A document that is YAML but no scenario.
struct BrokenDocument {
  const char* name;
  std::string yaml;     ///< the file is called checkout.yaml
  std::string message;  ///< what the command prints
  bool seen_by_schema;  ///< whether a schema can see what is wrong
};

inline void PrintTo(const BrokenDocument& document, std::ostream* out) { *out << document.name; }

/// All of them.
[[nodiscard]] std::vector<BrokenDocument> broken_documents();
/// Those of them that have a service or call with something wrong.
[[nodiscard]] std::vector<BrokenDocument> broken_services();
/// Those of queues, consumers, workloads and faults.
[[nodiscard]] std::vector<BrokenDocument> broken_flows();
/// Those of breakers.
[[nodiscard]] std::vector<BrokenDocument> broken_breakers();
/// Those that have a rate limit or a limiter with something wrong.
[[nodiscard]] std::vector<BrokenDocument> broken_limits();
/// Those of retries and their presets.
[[nodiscard]] std::vector<BrokenDocument> broken_retries();
/// Those of outlier ejection.
[[nodiscard]] std::vector<BrokenDocument> broken_outliers();
/// Those of throttles, lines and admission.
[[nodiscard]] std::vector<BrokenDocument> broken_shedding();

}  // namespace squall::scenario
