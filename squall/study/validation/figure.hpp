#pragma once

#include <string>

#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/validation_record.hpp"

/// Which number of a run a formula speaks of.
namespace squall::study::validation {

/// One number of a run, and how to read it.
struct Figure {
  std::string name;    ///< in words
  std::string entity;  ///< the service, workload, call or queue that it is read from
  metrics::FigureUnit unit = metrics::FigureUnit::number;
  Duration at{0};  ///< for shares beyond a time
  double (*read)(const metrics::RunRecord& run, const Figure& figure) = nullptr;
};

/// Of a service: from arrival there to the start of service.
[[nodiscard]] Figure mean_wait(const std::string& service);
/// Share of those that began service whose wait was `beyond` or longer. Exact where a bucket of the
/// histogram begins at `beyond` + 1 ns or, from 128 ns on, at `beyond`: at n * 2^k ns, n <= 128.
[[nodiscard]] Figure share_waiting(const std::string& service, Duration beyond);
/// Share of those that began service that did not find a free worker: their wait was not 0.
[[nodiscard]] Figure share_waiting_at_all(const std::string& service);
[[nodiscard]] Figure mean_in_system(const std::string& service);
[[nodiscard]] Figure mean_in_service(const std::string& service);
[[nodiscard]] Figure utilization(const std::string& service);
/// refused / arrived.
[[nodiscard]] Figure share_refused(const std::string& service);
/// skipped / arrived.
[[nodiscard]] Figure share_skipped(const std::string& service);
/// arrived / offered of the first workload.
[[nodiscard]] Figure arrivals_per_request(const std::string& service);
/// service time worked off for callers that had gone / all service time.
[[nodiscard]] Figure share_wasted(const std::string& service);

/// Of a workload: from arrival to effect, of the requests that had one.
[[nodiscard]] Figure mean_latency(const std::string& workload);
/// late / (ok + late): P(latency > objective) of the requests that had an effect.
[[nodiscard]] Figure share_late(const std::string& workload);
/// ok / those that ended.
[[nodiscard]] Figure share_ok(const std::string& workload);
/// failed / those that ended.
[[nodiscard]] Figure share_failed(const std::string& workload);
/// rejected / offered.
[[nodiscard]] Figure share_rejected(const std::string& workload);
/// dead-lettered / those that ended.
[[nodiscard]] Figure share_dead_lettered(const std::string& workload);
/// Requests that arrived.
[[nodiscard]] Figure offered(const std::string& workload);
/// Requests that arrived, a second of measured time.
[[nodiscard]] Figure throughput(const std::string& workload);

/// Of a call: attempts / requests.
[[nodiscard]] Figure attempts_per_call(const std::string& call);
/// timeouts / attempts.
[[nodiscard]] Figure share_of_attempts_timed_out(const std::string& call);

/// Of a queue: from acceptance to the acknowledgement.
[[nodiscard]] Figure mean_age(const std::string& queue);
/// From the delivery that was acknowledged to the acknowledgement.
[[nodiscard]] Figure mean_from_delivery(const std::string& queue);
[[nodiscard]] Figure mean_in_queue(const std::string& queue);
/// (rejected + dropped) / published.
[[nodiscard]] Figure share_lost(const std::string& queue);
/// deliveries / published.
[[nodiscard]] Figure deliveries_per_message(const std::string& queue);

}  // namespace squall::study::validation
