#include "bench/support/request_case.hpp"

namespace squall::bench {
namespace {

using Load = RequestCase::Load;

constexpr std::int64_t ms = 1'000'000;

/// Requests in a second: 80 or 110 for each worker, which can do 100.
std::uint64_t rate_of(const RequestCase& request_case) {
  return (request_case.load == Load::overloaded ? 110U : 80U) * std::uint64_t{request_case.workers};
}

std::int64_t service_ns(const RequestCase& request_case) {
  return (request_case.load == Load::storm ? 40 : 10) * ms;
}

std::int64_t open_for_ns(const RequestCase& request_case) {
  return 1'000 * ms / request_case.workers;
}

std::uint32_t bulkhead_of(const RequestCase& request_case) { return 8 * request_case.workers; }

}  // namespace

std::string RequestCase::name() const {
  const char* const what = load == Load::healthy      ? "healthy"
                           : load == Load::overloaded ? "overloaded"
                                                      : "storm";
  return std::string(what) + "/" + std::to_string(workers);
}

std::vector<std::string> RequestCase::assignments() const {
  return {
      "workloads.shoppers.requests=" + std::to_string(requests),
      "workloads.shoppers.arrivals={poisson: " + std::to_string(rate_of(*this)) + "/s}",
      "services.bank.workers=" + std::to_string(workers),
      "services.bank.latency={exponential: " + std::to_string(service_ns(*this)) + "ns}",
      "policies.careful.bulkhead.max_concurrent=" + std::to_string(bulkhead_of(*this)),
      "policies.careful.breaker.window.open_for=" + std::to_string(open_for_ns(*this)) + "ns",
  };
}

baseline::RequestOptions RequestCase::options() const {
  return {.requests = requests,
          .arrival_mean_ns = 1e9 / static_cast<double>(rate_of(*this)),
          .workers = workers,
          .service_mean_ns = static_cast<double>(service_ns(*this)),
          .timeout_ns = 50 * ms,
          .attempts_max = 4,
          .backoff_base_ns = 10 * ms,
          .backoff_max_ns = 80 * ms,
          .breaker_window = 100,
          .breaker_failures = 100,
          .breaker_open_ns = open_for_ns(*this),
          .bulkhead = bulkhead_of(*this),
          .seed = 1};
}

}  // namespace squall::bench
