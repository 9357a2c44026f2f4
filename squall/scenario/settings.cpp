#include "squall/scenario/settings.hpp"

#include <string>
#include <string_view>

namespace squall::scenario {
namespace {

/// Compares along a path and keeps the first difference.
class Comparison {
 public:
  template <typename T>
  void same(const T& from, const T& to, std::string_view key) {
    if (!(from == to)) differs(key);
  }
  void differs(std::string_view key) {
    if (!failed_)
      difference_ = base_ + (base_.empty() || key.empty() ? "" : ".") + std::string(key);
    failed_ = true;
  }
  /// Where the following keys stand.
  void at(std::string base) { base_ = std::move(base); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const std::string& difference() const { return difference_; }

 private:
  std::string base_;
  std::string difference_;
  bool failed_ = false;
};

void compare_calls(const Call& a, const Call& b, Comparison& compare) {
  if (a.to.kind != b.to.kind || a.to.index != b.to.index) compare.differs("calls");
  if (a.policy != b.policy || a.await != b.await || a.on_failure != b.on_failure) {
    compare.differs("calls");
  }
}

void compare_steps(const std::vector<Step>& a, const std::vector<Step>& b, Comparison& compare) {
  if (a.size() != b.size()) return compare.differs("calls");
  for (std::size_t i = 0; i < a.size() && !compare.failed(); ++i) {
    if (a[i].calls.size() != b[i].calls.size()) return compare.differs("calls");
    for (std::size_t k = 0; k < a[i].calls.size(); ++k) {
      compare_calls(a[i].calls[k], b[i].calls[k], compare);
    }
  }
}

void compare_services(const Service& a, const Service& b, Comparison& compare) {
  compare.at("services." + a.name);
  compare.same(a.name, b.name, "");
  compare.same(a.replicas, b.replicas, "replicas");
  compare.same(a.balance, b.balance, "balance");
  compare.same(a.queue_order, b.queue_order, "queue.order");
  compare.same(a.contention.has_value(), b.contention.has_value(), "contention");
  if (a.contention && b.contention) {
    compare.same(a.contention->rows, b.contention->rows, "contention.optimistic.rows");
  }
  compare.same(a.codel.has_value(), b.codel.has_value(), "queue.codel");
  if (a.codel && b.codel) compare.same(a.codel->mode, b.codel->mode, "queue.codel.mode");
  compare.same(a.admission.throttle.index(), b.admission.throttle.index(), "admission.throttle");
  compare.same(a.demand_at, b.demand_at, "demand_at");
  compare.same(a.when_caller_gone, b.when_caller_gone, "when_caller_gone");
  compare.same(a.during_calls, b.during_calls, "during_calls");
  compare.same(a.admission.limiter.index(), b.admission.limiter.index(), "admission.limiter");
  compare_steps(a.steps, b.steps, compare);
}

/// Numbers may change, and what makes a wait of none, or none of it; how it grows and is spread may
/// not, since a call carries the wait before over to the next.
void compare_backoffs(const policy::BackoffOptions& a, const policy::BackoffOptions& b,
                      const std::string& key, Comparison& compare) {
  const auto waits = [](const policy::BackoffOptions& backoff) {
    return backoff.base > Duration{0};
  };
  if (!waits(a) || !waits(b)) return;
  // Where two of them differ the whole is another one, and is what its author changed.
  const bool is_another = a.shape != b.shape && a.jitter != b.jitter;
  if (is_another) return compare.differs(key);
  compare.same(a.shape, b.shape, key);
  compare.same(a.jitter, b.jitter, key + ".jitter");
  compare.same(a.cap, b.cap, key + ".cap");
}

void compare_retries(const policy::RetryOptions& a, const policy::RetryOptions& b,
                     Comparison& compare) {
  compare.same(a.preset, b.preset, "retry.preset");
  compare_backoffs(a.backoff, b.backoff, "retry.backoff", compare);
}

void compare_budgets(const policy::RetryBudgetOptions& a, const policy::RetryBudgetOptions& b,
                     Comparison& compare) {
  compare.same(a.index(), b.index(), "budget");
  if (a.index() != b.index()) return;
  if (const auto* from = std::get_if<policy::BucketBudgetOptions>(&a)) {
    const auto* to = std::get_if<policy::BucketBudgetOptions>(&b);
    compare.same(from->filled_by, to->filled_by, "budget.bucket.filled_by");
  }
}

void compare_breakers(const policy::BreakerOptions& a, const policy::BreakerOptions& b,
                      Comparison& compare) {
  compare.same(a.index(), b.index(), "breaker");
  if (a.index() != b.index()) return;
  if (const auto* from = std::get_if<policy::Resilience4jBreakerOptions>(&a)) {
    const auto* to = std::get_if<policy::Resilience4jBreakerOptions>(&b);
    compare.same(from->window_type, to->window_type, "breaker.resilience4j.window");
  } else if (const auto* before = std::get_if<policy::SentinelBreakerOptions>(&a)) {
    const auto* after = std::get_if<policy::SentinelBreakerOptions>(&b);
    compare.same(before->strategy, after->strategy, "breaker.sentinel");
  }
}

void compare_policies(const Policy& a, const Policy& b, Comparison& compare) {
  compare.at("policies." + a.name);
  compare.same(a.name, b.name, "");
  const policy::PolicyOptions& from = a.options;
  const policy::PolicyOptions& to = b.options;
  compare.same(from.deadline == forever, to.deadline == forever, "deadline");
  compare.same(from.timeout == forever, to.timeout == forever, "timeout");
  compare.same(from.propagate_deadline, to.propagate_deadline, "propagate_deadline");
  compare.same(from.retry.has_value(), to.retry.has_value(), "retry");
  if (from.retry && to.retry) compare_retries(*from.retry, *to.retry, compare);
  compare.same(from.hedge.has_value(), to.hedge.has_value(), "hedge");
  compare_budgets(from.budget, to.budget, compare);
  compare.same(from.throttle.index(), to.throttle.index(), "throttle");
  compare_breakers(from.breaker, to.breaker, compare);
  compare.same(from.rate_limit.index(), to.rate_limit.index(), "rate_limit");
  compare.same(from.limiter.index(), to.limiter.index(), "limiter");
  compare.same(from.bulkhead.has_value(), to.bulkhead.has_value(), "bulkhead");
  compare.same(from.outlier.has_value(), to.outlier.has_value(), "outlier");
  compare.same(from.fallback.has_value(), to.fallback.has_value(), "fallback");
  compare.same(from.order, to.order, "order");
  compare.same(from.state_per, to.state_per, "state.per");
  compare.same(from.instances, to.instances, "state.instances");
}

void compare_queues(const Queue& a, const Queue& b, Comparison& compare) {
  compare.at("queues." + a.name);
  compare.same(a.name, b.name, "");
  compare.same(a.overflow, b.overflow, "overflow");
  compare_backoffs(a.redelivery, b.redelivery, "redelivery", compare);
  compare.same(a.dead_letter, b.dead_letter, "dead_letter");
  compare.same(a.partitions, b.partitions, "partitions");
}

void compare_consumers(const Consumer& a, const Consumer& b, Comparison& compare) {
  compare.at("consumers." + a.name);
  compare.same(a.name, b.name, "");
  compare.same(a.from, b.from, "from");
  compare.same(a.on_failure, b.on_failure, "on_failure");
  compare_steps(a.steps, b.steps, compare);
}

void compare_workloads(const Workload& a, const Workload& b, Comparison& compare) {
  compare.at("workloads." + a.name);
  compare.same(a.name, b.name, "");
  compare.same(a.arrivals.index(), b.arrivals.index(), "arrivals");
  compare_calls(a.call, b.call, compare);
}

template <typename T, typename Compare>
void compare_all(const std::vector<T>& a, const std::vector<T>& b, std::string_view section,
                 Comparison& compare, Compare compare_one) {
  compare.at(std::string(section));
  compare.same(a.size(), b.size(), "");
  for (std::size_t i = 0; i < a.size() && !compare.failed(); ++i) {
    compare_one(a[i], b[i], compare);
  }
}

}  // namespace

Result<void> settings_compatible(const Scenario& from, const Scenario& to) {
  Comparison compare;
  compare_all(from.services, to.services, "services", compare, compare_services);
  compare_all(from.policies, to.policies, "policies", compare, compare_policies);
  compare_all(from.queues, to.queues, "queues", compare, compare_queues);
  compare_all(from.consumers, to.consumers, "consumers", compare, compare_consumers);
  compare_all(from.workloads, to.workloads, "workloads", compare, compare_workloads);
  compare.at("services");
  compare.same(from.error_codes, to.error_codes, "");
  if (!compare.failed()) return {};
  return fail(Error{.message = "cannot change while it runs; numbers, times, shares and "
                               "distributions can",
                    .key = compare.difference()});
}

}  // namespace squall::scenario
