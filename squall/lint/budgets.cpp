#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "squall/lint/figures.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

/// What one state of a budget sees.
struct Seen {
  double retryable = 0.0;  ///< share of attempts that fail in a way that is retried
  double fatal = 0.0;      ///< share that fails in another way
  double attempts = 0.0;   ///< expected in the run
  double most = 0.0;       ///< in the run, if every attempt failed
  bool bounded = true;     ///< whether `most` and `under_way` are upper bounds
  /// Attempts, and retries with their backoff, under way at once on average if every attempt ran
  /// into its timeout; nothing without one.
  std::optional<double> attempts_under_way;
  std::optional<double> retries_under_way;
  std::string arithmetic;  ///< of the last two
};

Seen seen_by(const System& system, const PolicyState& state, const policy::PolicyOptions& options) {
  Seen seen;
  double weight = 0.0;
  for (const EdgeIndex e : state.edges) {
    const Estimates::EdgeFigures& figures = system.estimates.edges[e];
    const double calls = system.flows.edges[e].count;
    seen.retryable += calls * figures.retryable;
    seen.fatal += calls * figures.fatal;
    seen.attempts += calls * figures.attempts;
    weight += calls;
  }
  if (weight > 0.0) {
    seen.retryable /= weight;
    seen.fatal /= weight;
  }
  const double attempts = attempts_at_most(options);
  seen.attempts /= state.states;
  seen.most = state.flow.worst_count * attempts / state.states;
  seen.bounded = state.flow.bounded && seen.most < std::numeric_limits<double>::infinity();

  const Duration limit = attempt_limit(options);
  if (limit == forever || !options.retry) return seen;
  const double timeout = to_s(limit);
  const std::uint32_t retries = options.retry->max_attempts - 1;
  const double waits = longest_backoff_sum(options.retry->backoff, retries) / 1e9;
  // A burst may come on top of what the rate alone keeps under way.
  const double rate = state.flow.worst / state.states;
  const double burst = state.flow.burst / state.states;
  double queued = 0.0;
  if (options.bulkhead && options.bulkhead->max_wait > Duration{0}) {
    if (options.bulkhead->max_wait == forever) {
      seen.bounded = false;
    } else {
      queued = to_s(options.bulkhead->max_wait);
    }
  }
  seen.attempts_under_way = rate * attempts * (timeout + queued) + burst;
  seen.retries_under_way = rate * ((attempts - 1.0) * (timeout + queued) + waits) + burst;
  seen.arithmetic = per_second(rate) + (state.states > 1.0 ? " at each state" : "");
  return seen;
}

/// One budget of one policy.
struct Budget {
  std::string key;    ///< `policies.client.budget`
  std::string edges;  ///< that it stands around
  const Seen& seen;
  Findings& findings;
};

/// A family that nothing is known about: nothing is said. Each family that is has an overload.
template <typename Options>
void check(const Options& /*options*/, const Budget& /*budget*/) {}

void check(const policy::GrpcThrottleOptions& options, const Budget& budget) {
  const Seen& seen = budget.seen;
  const double tokens = options.max_tokens;
  const double half = tokens / 2.0;
  const std::string key = budget.key + ".grpc";
  // The failure that asks for a retry has taken its token before the retry is asked for.
  if (!(tokens - 1.0 > half)) {
    budget.findings.add(Code::budget_always_denies, key + ".max_tokens",
                        "every retry of " + budget.edges + " is denied",
                        "a failure leaves " + figure(tokens - 1.0) + " of " + figure(tokens) +
                            " tokens, and a retry needs more than " + figure(half),
                        "give it 3 max_tokens or more");
    return;
  }
  // Thousandths are what the product counts in.
  const double ratio =
      static_cast<double>(static_cast<std::int64_t>(options.token_ratio * 1e3 + 1e-9)) / 1e3;
  const double taken = seen.retryable;
  const double given = (1.0 - seen.retryable - seen.fatal) * ratio;
  if (exceeds(taken, given) && seen.attempts * (taken - given) >= half) {
    budget.findings.add(
        Code::budget_always_denies, key + ".token_ratio",
        "at the stated rate of failures the bucket of " + budget.edges +
            " drains, and nearly every retry is denied",
        "of 100 attempts " + figure(100.0 * taken) + " fail and take a token each, " +
            figure(100.0 * (1.0 - seen.retryable - seen.fatal)) + " succeed and give " +
            figure(ratio) + " each: " + figure(100.0 * taken) + " > " + figure(100.0 * given),
        "a token_ratio above " + figure(taken / (1.0 - seen.retryable - seen.fatal)) +
            ", or another budget");
    return;
  }
  const auto needed = static_cast<std::uint64_t>((options.max_tokens + 1U) / 2U);
  if (seen.bounded && seen.most > 0.0 && is_out_of_reach(seen.most, needed)) {
    budget.findings.add(Code::budget_never_binds, key + ".max_tokens",
                        "the budget of " + budget.edges + " never denies a retry in this run",
                        "it denies after " + figure(static_cast<double>(needed)) +
                            " failures, and there are " + figure(seen.most) +
                            " attempts for each state in all",
                        "fewer max_tokens, or fewer instances that each hold a state of their own");
  }
}

void check(const policy::EnvoyBudgetOptions& options, const Budget& budget) {
  const Seen& seen = budget.seen;
  const std::string key = budget.key + ".envoy";
  if (options.min_concurrency == 0 && !(options.percent > 0.0)) {
    budget.findings.add(Code::budget_always_denies, key,
                        "every retry of " + budget.edges + " is denied",
                        "0% of the calls under way, and 0 retries in any case",
                        "a percent or a min_concurrency above 0");
    return;
  }
  if (!seen.bounded || !seen.attempts_under_way || !(*seen.attempts_under_way > 0.0)) return;
  if (options.min_concurrency == 0) {
    const double for_one = 100.0 / options.percent;
    auto needed = static_cast<std::uint64_t>(for_one);
    if (static_cast<double>(needed) < for_one) ++needed;
    if (!is_out_of_reach(*seen.attempts_under_way, needed)) return;
    budget.findings.add(
        Code::budget_always_denies, key + ".min_concurrency",
        "hardly ever are enough calls of " + budget.edges + " under way for one retry",
        "one retry needs " + figure(static_cast<double>(needed)) + " calls under way at " +
            figure(options.percent) + "%; " + seen.arithmetic + " are " +
            figure(*seen.attempts_under_way) + " on average, even if every attempt times out",
        "a min_concurrency of 1 or more");
    return;
  }
  if (is_out_of_reach(*seen.retries_under_way, options.min_concurrency)) {
    budget.findings.add(Code::budget_never_binds, key + ".min_concurrency",
                        "the budget of " + budget.edges + " never denies a retry at this load",
                        figure(options.min_concurrency) + " retries at once are always allowed; " +
                            seen.arithmetic + " are " + figure(*seen.retries_under_way) +
                            " on average, even if every attempt times out",
                        "a smaller min_concurrency, or fewer instances that each hold a state of "
                        "their own");
  }
}

}  // namespace

void lint_budgets(const System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    if (!state.flow.is_any()) continue;
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    // A budget is asked for retries alone.
    if (!has_budget(policy.options) || !retries(policy.options)) continue;
    const Seen seen = seen_by(system, state, policy.options);
    const Budget budget{.key = "policies." + policy.name + ".budget",
                        .edges = edge_names(system, state),
                        .seen = seen,
                        .findings = findings};
    std::visit([&budget](const auto& options) { check(options, budget); }, policy.options.budget);
  }
}

}  // namespace squall::lint
