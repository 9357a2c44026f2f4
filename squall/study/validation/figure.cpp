#include "squall/study/validation/figure.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "squall/base/check.hpp"

namespace squall::study::validation {
namespace {

using metrics::FigureUnit;
using metrics::RunRecord;

template <typename Record>
const Record& named(const std::vector<Record>& records, std::string_view name) {
  for (const Record& record : records) {
    if (record.name == name) return record;
  }
  SQUALL_CHECK(false, "a figure of something that the scenario has not");
  return records.front();
}

const metrics::ServiceRecord& service_of(const RunRecord& run, const Figure& figure) {
  return named(run.services, figure.entity);
}
const metrics::WorkloadRecord& workload_of(const RunRecord& run, const Figure& figure) {
  return named(run.workloads, figure.entity);
}
const metrics::CallRecord& call_of(const RunRecord& run, const Figure& figure) {
  return named(run.calls, figure.entity);
}
const metrics::QueueRecord& queue_of(const RunRecord& run, const Figure& figure) {
  return named(run.queues, figure.entity);
}

/// 0 of nothing.
double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double mean_s(const metrics::Histogram& histogram) { return histogram.mean_ns() / 1e9; }

std::uint64_t ended(const metrics::WorkloadRecord& workload) {
  return workload.offered - workload.unfinished;
}

}  // namespace

Figure mean_wait(const std::string& service) {
  return {.name = "mean wait at " + service,
          .entity = service,
          .unit = FigureUnit::seconds,
          .read = [](const RunRecord& run, const Figure& figure) {
            return mean_s(service_of(run, figure).wait);
          }};
}

Figure share_waiting(const std::string& service, Duration beyond) {
  Figure figure = share_waiting_at_all(service);
  figure.name = "waits longer than t at " + service;
  figure.at = beyond;
  return figure;
}

Figure share_waiting_at_all(const std::string& service) {
  return {.name = "has to wait at " + service,
          .entity = service,
          .unit = FigureUnit::share,
          .at = Duration{1},
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::Histogram& wait = service_of(run, figure).wait;
            return ratio(wait.count() - wait.count_below(figure.at), wait.count());
          }};
}

Figure mean_in_system(const std::string& service) {
  return {.name = "mean number at " + service,
          .entity = service,
          .read = [](const RunRecord& run, const Figure& figure) {
            return service_of(run, figure).mean_in_system;
          }};
}

Figure mean_in_service(const std::string& service) {
  return {.name = "mean number in service at " + service,
          .entity = service,
          .read = [](const RunRecord& run, const Figure& figure) {
            return service_of(run, figure).mean_in_service;
          }};
}

Figure utilization(const std::string& service) {
  return {.name = "utilization of " + service,
          .entity = service,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            return service_of(run, figure).utilization;
          }};
}

Figure share_refused(const std::string& service) {
  return {.name = "refused by " + service,
          .entity = service,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::ServiceRecord& of = service_of(run, figure);
            return ratio(of.refused, of.arrived);
          }};
}

Figure share_skipped(const std::string& service) {
  return {.name = "never started by " + service,
          .entity = service,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::ServiceRecord& of = service_of(run, figure);
            return ratio(of.skipped, of.arrived - of.unfinished);
          }};
}

Figure arrivals_per_request(const std::string& service) {
  return {.name = "arrivals per request at " + service,
          .entity = service,
          .read = [](const RunRecord& run, const Figure& figure) {
            return ratio(service_of(run, figure).arrived, run.workloads.front().offered);
          }};
}

Figure share_wasted(const std::string& service) {
  return {.name = "wasted work of " + service,
          .entity = service,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            return service_of(run, figure).wasted_ratio();
          }};
}

Figure mean_latency(const std::string& workload) {
  return {.name = "mean latency of " + workload,
          .entity = workload,
          .unit = FigureUnit::seconds,
          .read = [](const RunRecord& run, const Figure& figure) {
            return mean_s(workload_of(run, figure).latency);
          }};
}

Figure share_late(const std::string& workload) {
  return {.name = "later than objective of " + workload,
          .entity = workload,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::WorkloadRecord& of = workload_of(run, figure);
            return ratio(of.late, of.ok + of.late);
          }};
}

Figure share_ok(const std::string& workload) {
  return {.name = "ok of " + workload,
          .entity = workload,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::WorkloadRecord& of = workload_of(run, figure);
            return ratio(of.ok, ended(of));
          }};
}

Figure share_failed(const std::string& workload) {
  return {.name = "failed of " + workload,
          .entity = workload,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::WorkloadRecord& of = workload_of(run, figure);
            return ratio(of.failed, ended(of));
          }};
}

Figure share_rejected(const std::string& workload) {
  return {.name = "rejected of " + workload,
          .entity = workload,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::WorkloadRecord& of = workload_of(run, figure);
            return ratio(of.rejected, of.offered);
          }};
}

Figure share_dead_lettered(const std::string& workload) {
  return {.name = "dead letters of " + workload,
          .entity = workload,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::WorkloadRecord& of = workload_of(run, figure);
            return ratio(of.dead_lettered, ended(of));
          }};
}

Figure offered(const std::string& workload) {
  return {.name = "requests of " + workload,
          .entity = workload,
          .read = [](const RunRecord& run, const Figure& figure) {
            return static_cast<double>(workload_of(run, figure).offered);
          }};
}

Figure throughput(const std::string& workload) {
  return {.name = "requests a second of " + workload,
          .entity = workload,
          .read = [](const RunRecord& run, const Figure& figure) {
            return static_cast<double>(workload_of(run, figure).offered) / to_s(run.measured);
          }};
}

Figure attempts_per_call(const std::string& call) {
  return {.name = "attempts per call of " + call,
          .entity = call,
          .read = [](const RunRecord& run, const Figure& figure) {
            return call_of(run, figure).amplification();
          }};
}

Figure share_of_attempts_timed_out(const std::string& call) {
  return {.name = "timeouts per attempt of " + call,
          .entity = call,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::CallRecord& of = call_of(run, figure);
            return ratio(of.timeouts, of.attempts - of.attempts_unfinished);
          }};
}

Figure mean_age(const std::string& queue) {
  return {.name = "mean age in " + queue,
          .entity = queue,
          .unit = FigureUnit::seconds,
          .read = [](const RunRecord& run, const Figure& figure) {
            return mean_s(queue_of(run, figure).age);
          }};
}

Figure mean_from_delivery(const std::string& queue) {
  return {.name = "mean time from delivery in " + queue,
          .entity = queue,
          .unit = FigureUnit::seconds,
          .read = [](const RunRecord& run, const Figure& figure) {
            return mean_s(queue_of(run, figure).from_delivery);
          }};
}

Figure mean_in_queue(const std::string& queue) {
  return {.name = "mean number in " + queue,
          .entity = queue,
          .read = [](const RunRecord& run, const Figure& figure) {
            return queue_of(run, figure).mean_inside;
          }};
}

Figure share_lost(const std::string& queue) {
  return {.name = "lost by " + queue,
          .entity = queue,
          .unit = FigureUnit::share,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::QueueRecord& of = queue_of(run, figure);
            return ratio(of.rejected + of.dropped, of.published);
          }};
}

Figure deliveries_per_message(const std::string& queue) {
  return {.name = "deliveries per message of " + queue,
          .entity = queue,
          .read = [](const RunRecord& run, const Figure& figure) {
            const metrics::QueueRecord& of = queue_of(run, figure);
            return ratio(of.delivered, of.published);
          }};
}

}  // namespace squall::study::validation
