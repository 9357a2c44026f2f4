// What is found in the scenarios that ship: exactly this. Most of them show what goes wrong, so
// most have findings; a new one, or one that has gone, is to be looked at.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/support.hpp"

namespace squall::lint::shipped_test {
namespace {

/// Severity, code, key, and the variants where it is not all of them.
using Pinned = std::map<std::string, std::vector<std::string>>;

const Pinned& pinned() {
  static const Pinned all = {
      // Meant so: what comes of many clients that try again at once is what it shows.
      {"aws-jitter",
       {"warning retry-without-jitter policies.writer.retry: none-10, none-50, none-100",
        "warning retry-without-guard policies.writer.retry: none-10, exponential-10, full-10, "
        "equal-10, decorrelated-10",
        "warning retry-without-jitter policies.writer.retry.backoff: exponential-10, "
        "exponential-50, exponential-100",
        "warning retry-without-guard policies.writer.retry: none-50, exponential-50, full-50, "
        "equal-50, decorrelated-50",
        "warning retry-without-guard policies.writer.retry: none-100, exponential-100, full-100, "
        "equal-100, decorrelated-100"}},
      {"breakers", {"warning unbounded-queue services.bank.queue.capacity"}},
      {"checkout",
       {"info attempts-multiply services.checkout.calls.0: careful, naive",
        "warning timeout-inversion policies.careful.timeout: careful, naive",
        "warning bulkhead-too-small policies.careful.bulkhead.max_concurrent: careful",
        "warning unbounded-queue services.checkout.queue.capacity: careful, naive",
        "warning dead-letters-unread queues.orders-dlq"}},
      {"budget-as-rate", {"warning retry-without-jitter policies.proxy.retry.backoff"}},
      // Meant so: it shows that what runs agrees.
      {"breaker-opens",
       {"warning breaker-never-opens policies.client.breaker.resilience4j.minimum: window-15s"}},
      {"envoy-min-retry", {"warning unbounded-queue services.bank.queue.capacity"}},
      {"hotos21",
       {"warning retry-without-jitter policies.application.retry",
        "warning retry-without-guard policies.application.retry: load-280, lost",
        "warning overloaded-by-one-retry services.database.workers: load-280, lost",
        "warning unbounded-queue services.database.queue.capacity",
        "warning retry-without-guard policies.application.retry: load-160",
        "warning overloaded-by-one-retry services.database.workers: load-160",
        "warning retry-without-guard policies.application.retry: load-140",
        "warning retry-without-guard policies.application.retry: cut-to-200",
        "warning overloaded-by-one-retry services.database.workers: cut-to-200",
        "warning retry-without-guard policies.application.retry: cut-to-140",
        "warning overloaded-by-one-retry services.database.workers: cut-to-140"}},
      // Meant so: more is asked for than can be done, and the limits say what is left of it.
      {"limits",
       {"error overloaded services.bank.workers: none, bulkhead, vegas, gradient2, aimd, envoy",
        "warning unbounded-queue services.bank.queue.capacity"}},
      {"osdi22-retry",
       {"warning retry-without-jitter policies.client.retry",
        "warning retry-without-guard policies.client.retry: minus-78, minus-80, shorter",
        "warning unbounded-queue services.primary.queue.capacity",
        "warning retry-without-guard policies.client.retry: less-load"}},
      // Meant so: with Envoy's defaults nine replicas never lose one.
      {"outliers",
       {"warning outlier-never-ejects policies.client.outlier.envoy.max_ejection_percent: "
        "ejecting-of-nine"}},
      // Meant so: the variant without a budget is there to be compared with, and never recovers.
      {"retry-budgets",
       {"warning retry-without-guard policies.client.retry: none",
        "warning overloaded-by-one-retry services.bank.workers: none",
        "warning unbounded-queue services.bank.queue.capacity"}},
      // Meant so: it is asked for half as much again as it can do, and most variants try again
      // freely.
      {"shedding",
       {"warning retry-without-guard policies.client.retry: none, short, codel, adaptive-lifo, "
        "priority",
        "error overloaded services.api.workers"}},
      {"sre-amplification",
       {"warning attempts-multiply services.backend.calls.0: three-layers",
        "warning retry-without-jitter policies.layer.retry: three-layers, budgets",
        "warning retry-without-guard policies.layer.retry: three-layers",
        "warning attempts-multiply services.shard.calls.0: five-layers",
        "warning retry-without-jitter policies.layer.retry: five-layers",
        "warning retry-without-guard policies.layer.retry: five-layers",
        "warning retry-without-jitter policies.layer.retry: top-only",
        "warning retry-without-guard policies.layer.retry: top-only",
        "info attempts-multiply services.backend.calls.0: budgets"}},
      {"sre-bimodal", {"error overloaded services.frontend.workers: long-deadline"}},
      {"tipping-point",
       {"warning retry-without-jitter policies.impatient.retry",
        "warning retry-without-guard policies.impatient.retry",
        "warning unbounded-queue services.server.queue.capacity"}},
      {"tutorial",
       {"warning overloaded-by-one-retry services.downstream.overload.capacity: rpc",
        "warning overloaded consumers.handler.concurrency: event",
        "warning dead-letters-unread queues.events-dlq: event"}},
      // Meant so: from retries that kill to bounds that hold, and each step lacks what the next
      // has.
      {"tour",
       {"warning unbounded-queue services.bank.queue.capacity: once-blip, retries-blip, once, "
        "retries, backoff, budget",
        "warning retry-without-jitter policies.retries.retry: retries-blip, retries",
        "warning retry-without-guard policies.retries.retry: retries-blip, retries",
        "warning overloaded-by-one-retry services.bank.workers: retries-blip, retries, backoff",
        "warning retry-without-guard policies.backoff.retry: backoff",
        "info unbounded-queue services.bank.queue.capacity: events",
        "warning dead-letters-unread queues.lost-orders: events"}},
      {"tutorial-bursts",
       {"warning retry-without-guard policies.naive.retry: rpc-naive",
        "warning overloaded services.payments.overload.capacity: rpc-naive",
        "warning bulkhead-too-small policies.safe.bulkhead.max_concurrent: rpc-safe",
        "warning overloaded services.payments.overload.capacity: rpc-safe",
        "warning overloaded consumers.handler.concurrency: event-naive, event-safe",
        "warning dead-letters-unread queues.orders-dlq: event-naive, event-safe",
        "warning retry-without-guard policies.queued.retry: rpc-queued",
        "warning bulkhead-too-small policies.queued.bulkhead.max_concurrent: rpc-queued"}},
      {"retry-layers",
       {"warning attempts-multiply services.stock.calls.0: every-layer-some, every-layer-all",
        "warning retry-without-guard policies.top.retry: every-layer-some, outermost-some, "
        "every-layer-all, outermost-all",
        "warning retry-without-guard policies.outer.retry: every-layer-some, every-layer-all",
        "warning retry-without-guard policies.middle.retry: every-layer-some, every-layer-all",
        "warning retry-without-guard policies.inner.retry: every-layer-some, nearest-some, "
        "every-layer-all, nearest-all",
        "info attempts-multiply services.stock.calls.0: budgets-some, budgets-all"}},
  };
  return all;
}

std::string summary_of(const Finding& finding) {
  std::string text = std::string(word_of(finding.severity)) + " " +
                     std::string(rule_of(finding.code).name) + " " + finding.key;
  for (std::size_t i = 0; i < finding.variants.size(); ++i) {
    text += (i == 0 ? ": " : ", ") + finding.variants[i];
  }
  return text;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ShippedScenarios, HaveExactlyTheFindingsPinned) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SQUALL_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string name = entry.path().stem().string();
    names.push_back(name);
    const auto expected = pinned().find(name);
    if (expected == pinned().end()) {
      ADD_FAILURE() << name << " has no row in the table";
      continue;
    }
    std::vector<std::string> findings;
    for (const Finding& finding : linted(text_of(entry.path())).findings) {
      findings.push_back(summary_of(finding));
      EXPECT_GT(finding.line, 0) << name << ": " << findings.back();
      EXPECT_FALSE(finding.arithmetic.empty()) << name << ": " << findings.back();
      EXPECT_FALSE(finding.remedy.empty()) << name << ": " << findings.back();
    }
    EXPECT_EQ(findings, expected->second) << name;
  }
  EXPECT_EQ(names.size(), pinned().size());
}

/// The published outcome: at 160/s the outage is never over, at 140/s it is. The lint says the
/// same.
TEST(ShippedScenarios, TellTheTippingPointOfHotOS21) {
  const std::vector<Finding> findings =
      found(text_of(SQUALL_SOURCE_DIR "/scenarios/hotos21.yaml"), Code::overloaded_by_one_retry);
  const auto is_found = [&findings](const std::string& variant) {
    return std::any_of(findings.begin(), findings.end(), [&variant](const Finding& finding) {
      return std::count(finding.variants.begin(), finding.variants.end(), variant) > 0;
    });
  };
  EXPECT_TRUE(is_found("load-280"));
  EXPECT_TRUE(is_found("load-160"));
  EXPECT_FALSE(is_found("load-140"));
}

}  // namespace
}  // namespace squall::lint::shipped_test
