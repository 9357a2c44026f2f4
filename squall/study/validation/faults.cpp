// Faults for a known part of the time, and arrivals at a rate that changes.
#include "squall/study/validation/catalogue.hpp"

namespace squall::study::validation {
namespace {

constexpr const char* source = "Little 1961; Poisson thinning";

/// From warm-up to end the line is in balance at both ends, so the means are those of the arrivals.
Case slow_part() {
  return {.name = "fault-latency",
          .title = "M/M/inf, 200/s, mean 10 ms, four times slower for f = 20 of T = 60 s",
          .source = source,
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {poisson: 200/s}}
faults:
  slow: {at: 20s, for: 20s, on: service.server, latency: x4}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 60,
                     .replications_fast = 16,
                     .replications_thorough = 64},
          .claims = {
              {mean_in_system("server"), "lambda E[S] (1 + 3 f / T)", 200.0 * 0.01 * 2.0},
              {mean_latency("clients"), "E[S] (1 + 3 f / T)", 0.02},
          }};
}

Case failing_part() {
  return {.name = "fault-failure",
          .title = "2 % failures, 30 points more for f = 15 of T = 60 s",
          .source = source,
          .scenario = R"(
services:
  server: {latency: 1ms, failure: 2%}
workloads:
  clients: {to: server, arrivals: {poisson: 200/s}}
faults:
  failing: {at: 20s, for: 15s, on: service.server, failure: 30%}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 60,
                     .replications_fast = 16,
                     .replications_thorough = 64},
          .claims = {{share_failed("clients"), "2 % + 30 % f / T", 0.02 + 0.3 * 15.0 / 60.0}}};
}

Case more_load() {
  return {.name = "fault-rate",
          .title = "M/M/inf, 200/s, three times as many for f = 12 of T = 60 s, mean 10 ms",
          .source = source,
          .scenario = R"(
services:
  server: {latency: {exponential: 10ms}}
workloads:
  clients: {to: server, arrivals: {poisson: 200/s}}
faults:
  rush: {at: 20s, for: 12s, on: workload.clients, rate: x3}
)",
          .length = {.warmup_s = 1,
                     .measured_s = 60,
                     .replications_fast = 16,
                     .replications_thorough = 32},
          .claims = {
              {offered("clients"), "lambda (T + 2 f)", 200.0 * (60.0 + 24.0)},
              {mean_in_system("server"), "lambda E[S] (1 + 2 f / T)", 2.0 * (1.0 + 24.0 / 60.0)},
          }};
}

Case profile() {
  return {.name = "profile",
          .title = "arrivals at 100/s for 10 s, a ramp to 300/s in 20 s, 300/s for 10 s, then 50/s",
          .source = "Campbell 1909: the integral of the rate",
          .scenario = R"(
services:
  server: {latency: 1ms}
workloads:
  clients:
    to: server
    arrivals:
      profile:
        - {for: 10s, rate: 100/s}
        - {for: 20s, ramp_to: 300/s}
        - {for: 10s, rate: 300/s}
        - {for: 10s, rate: 50/s}
)",
          .length = {.measured_s = 60, .replications_fast = 16, .replications_thorough = 32},
          .claims = {{offered("clients"), "1000 + (100 + 300) / 2 * 20 + 3000 + 1000", 9000.0}}};
}

}  // namespace

Family faults() {
  return {.name = "Faults and changing load",
          .cases = {slow_part(), failing_part(), more_load(), profile()}};
}

}  // namespace squall::study::validation
