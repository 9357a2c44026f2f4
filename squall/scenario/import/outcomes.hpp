#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "squall/scenario/import/reading.hpp"

namespace squall::scenario {

/// What is worth another attempt, put together from a product's own words.
struct Outcomes {
  bool timeout = false;
  bool error = false;  ///< every one
  bool unavailable = false;
  bool rejected = false;
  std::vector<std::string> names;  ///< of errors that a service of the scenario has to fail with

  /// As the value of `on`.
  [[nodiscard]] Node node() const;
};

/// Adds a status code of gRPC in capitals, as `RESOURCE_EXHAUSTED`.
/// @return whether there is such a code.
bool add_grpc_status(std::string_view code, Outcomes& outcomes);
/// The name of a status code of gRPC; empty for a number that is none.
[[nodiscard]] std::string_view grpc_status_name(std::string_view number);

/// The words of Envoy's `retry_on`, at commas. Those without a counterpart are left.
/// @param numbers_allowed  Istio writes retriable status codes among the words
[[nodiscard]] Outcomes read_retry_on(Reading& reading, const Field& field,
                                     const std::vector<Field>& retriable_status_codes,
                                     bool numbers_allowed);

}  // namespace squall::scenario
