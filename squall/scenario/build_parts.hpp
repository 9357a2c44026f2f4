#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "squall/scenario/load.hpp"
#include "squall/scenario/names.hpp"
#include "squall/scenario/reader.hpp"
#include "squall/scenario/scenario.hpp"

/// The pieces that build() is made of; nothing here is for other modules.
namespace squall::scenario {

/// Files that scenarios name, read once for all variants.
class FileCache {
 public:
  explicit FileCache(const FileReader& files) : files_(files) {}

  [[nodiscard]] Result<Empirical> empirical(const std::string& path);
  [[nodiscard]] Result<TraceArrivals> trace(const std::string& path);

 private:
  [[nodiscard]] Result<std::string> read(const std::string& path) const;

  FileReader files_;
  std::map<std::string, Empirical> empirical_;
  std::map<std::string, TraceArrivals> traces_;
};

/// Takes over what went wrong with the file that `value` names: an error inside the file keeps its
/// place there, any other stands at the value.
void add_file_error(const Value& value, Error error);

/// Where something was written.
struct Place {
  const std::string* file = nullptr;
  int line = 0;
};

/// One scenario on its way from a document.
struct Building {
  explicit Building(Errors& all_errors, FileCache& cache) : errors(all_errors), files(cache) {}

  Errors& errors;
  FileCache& files;
  Scenario scenario;
  Network network;  ///< what a call without a network of its own gets
  NameTable services{"service"};
  NameTable policies{"policy"};
  NameTable queues{"queue"};
  NameTable consumers{"consumer"};
  NameTable workloads{"workload"};
  std::vector<Place> service_places;  ///< of each service
  std::vector<Place> queue_places;
  std::vector<Place> consumer_places;
  std::vector<Place> call_places;  ///< of each call of services, then of consumers, in order
};

[[nodiscard]] DistributionSpec read_distribution(const Value& value, Building& building);
/// What the map does not say is as in `inherited`.
[[nodiscard]] Network read_network(const Value& value, const Network& inherited,
                                   Building& building);
/// `policy`, `network` and their flags, as every kind of call has them.
void read_call_options(MapReader& in, Call& call, Building& building);
[[nodiscard]] std::vector<Step> read_steps(const Value& value, Building& building);
[[nodiscard]] Service read_service(const std::string& name, const Value& value, Building& building);
/// What `value` does not say is as `preset` has it, or as it always is.
[[nodiscard]] policy::BackoffOptions read_backoff(
    const Value& value, policy::RetryPreset preset = policy::RetryPreset::none);
[[nodiscard]] policy::RetryOptions read_retry(const Value& value, const Scenario& scenario);
/// A list of outcomes worth another attempt.
[[nodiscard]] policy::RetryOn read_retry_on(const Value& value, const Scenario& scenario);
[[nodiscard]] policy::RetryBudgetOptions read_budget(const Value& value);
[[nodiscard]] policy::EnvoyOutlierOptions read_outlier(const Value& value,
                                                       const Scenario& scenario);
[[nodiscard]] policy::FallbackOptions read_fallback(const Value& value, const Scenario& scenario);
/// At a caller. Without `scenario` at a callee, where no `on` is known.
[[nodiscard]] policy::ThrottleOptions read_throttle(const Value& value,
                                                    const Scenario* scenario = nullptr);
[[nodiscard]] policy::RateLimitOptions read_rate_limit(const Value& value);
/// Where a limiter stands, which says what its defaults make of an outcome.
enum class LimiterAt : std::uint8_t { caller, callee };
[[nodiscard]] policy::LimiterOptions read_limiter(const Value& value, LimiterAt at,
                                                  const Scenario& scenario);
[[nodiscard]] policy::PolicyOptions read_policy(const Value& value, const Building& building);
[[nodiscard]] Queue read_queue(const std::string& name, const Value& value, Building& building);
[[nodiscard]] Consumer read_consumer(const std::string& name, const Value& value,
                                     Building& building);
[[nodiscard]] Arrivals read_arrivals(const Value& value, Building& building);
[[nodiscard]] Workload read_workload(const std::string& name, const Value& value,
                                     Building& building);
/// REQUIRES that all entities but faults are built.
[[nodiscard]] std::vector<Fault> read_faults(const Value& value, Building& building);
[[nodiscard]] std::vector<Expectation> read_expectations(const Value& value,
                                                         const NameTable& variants);

/// The index of an error code; a name that is new takes the next one.
[[nodiscard]] std::uint8_t read_error_code(const Value& value, Scenario& scenario);
/// The same of a name that nobody wrote; what is wrong with it is recorded at `value`.
[[nodiscard]] std::uint8_t error_code_named(const std::string& name, const Value& value,
                                            Scenario& scenario);

/// Sizes, cycles and depth of the call graph, and effects that nobody brings about.
void check_graph(const Building& building);

/// Builds one scenario, without its settings changes. Empty when there were errors.
[[nodiscard]] Scenario build_scenario(const Node& document, Errors& errors, FileCache& files);

/// Fills Scenario::changes from the faults with `set`.
void build_changes(const Node& document, Scenario& scenario, Errors& errors, FileCache& files);

}  // namespace squall::scenario
