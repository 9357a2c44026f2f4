#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "squall/base/infinite.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"
#include "squall/policy/milli_tokens.hpp"

namespace squall::lint {
namespace {

/// What one state of a budget sees.
struct SeenByBudget {
  double retryable = 0.0;     ///< share of attempts that fail in a way that is retried
  double fatal = 0.0;         ///< share that fails in another way
  double attempts = 0.0;      ///< expected in the run
  double most = 0.0;          ///< in the run, if every attempt failed
  bool bounded = true;        ///< whether `most` and `under_way` are upper bounds
  double retries_each = 0.0;  ///< of one call at the most, hedges included
  double calls = 0.0;         ///< expected in the run
  double most_calls = 0.0;    ///< in the run, if everything failed on the way
  double most_rate = 0.0;     ///< calls a second likewise, at the peak
  double burst = 0.0;         ///< calls at one instant
  double states = 1.0;
  Duration run = forever;
  bool may_time_out = false;  ///< whether there are retries after timeouts
  /// From the beginning of a call to its last retry at the most, in seconds; nothing without a
  /// timeout.
  std::optional<double> longest_call;
  /// Attempts, and retries with their backoff, under way at once on average if every attempt ran
  /// into its timeout; nothing without one.
  std::optional<double> attempts_under_way;
  std::optional<double> retries_under_way;
  std::optional<double> retries_being_made;  ///< as retries_under_way, without their backoff
  std::string arithmetic;                    ///< of the last two
};

SeenByBudget seen_by_budget(const System& system, const PolicyState& state,
                            const policy::PolicyOptions& options) {
  SeenByBudget seen;
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
  seen.bounded = state.flow.bounded && seen.most < infinite;
  seen.retries_each = attempts - 1.0;
  seen.calls = weight / state.states;
  seen.most_calls = state.flow.worst_count / state.states;
  seen.most_rate = state.flow.worst / state.states;
  seen.burst = state.flow.burst / state.states;
  seen.states = state.states;
  seen.run = system.scenario.duration;
  seen.may_time_out = options.retry && options.retry->on.timeout && options.timeout != forever &&
                      is_outside(options, policy::Layer::retry, policy::Layer::timeout);

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
  seen.retries_being_made = rate * (attempts - 1.0) * (timeout + queued) + burst;
  seen.longest_call = attempts * (timeout + queued) + waits;
  seen.retries_under_way = rate * ((attempts - 1.0) * (timeout + queued) + waits) + burst;
  seen.arithmetic = per_second(rate) + (state.states > 1.0 ? " at each state" : "");
  return seen;
}

/// One budget of one policy.
struct Budget {
  std::string key;      ///< `policies.client.budget`
  std::string edges;    ///< that it stands around
  bool hedges = false;  ///< whether calls are hedged too
  const SeenByBudget& seen;
  Findings& findings;
};

/// A family that nothing is known about: nothing is said. Each family that is has an overload.
template <typename Options>
void check_budget(const Options& /*options*/, const Budget& /*budget*/) {}

void check_budget(const policy::GrpcThrottleOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
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

void check_budget(const policy::EnvoyBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
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

std::string retries_text(double number) {
  return figure(number) + (number == 1.0 ? " retry" : " retries");
}

/// The least number of calls with so many retries. Chance is reckoned in calls, as the retries of
/// one come together.
std::uint64_t calls_that_make(std::uint64_t retries, const SeenByBudget& seen) {
  const double calls = static_cast<double>(retries) / seen.retries_each;
  auto needed = static_cast<std::uint64_t>(calls);
  if (static_cast<double>(needed) < calls) ++needed;
  return needed;
}

/// @param retries  the first that may be denied, counted from 1.
/// @return whether it was reported that the run does not have so many.
bool check_budget_count(const Budget& budget, std::uint64_t retries, const std::string& key,
                        const std::string& allows) {
  const SeenByBudget& seen = budget.seen;
  if (!seen.bounded || !(seen.most_calls > 0.0)) return false;
  const std::uint64_t needed = calls_that_make(retries, seen);
  if (!is_out_of_reach(seen.most_calls, needed)) return false;
  budget.findings.add(Code::budget_never_binds, key,
                      "the budget of " + budget.edges + " never denies a retry in this run",
                      allows + ", and there are " + figure(seen.most_calls) + " calls of " +
                          retries_text(seen.retries_each) + " at the most" +
                          for_each_state(seen.states),
                      "smaller numbers, or fewer instances that each hold a state of their own");
  return true;
}

/// A bucket of tokens that pays a share of the retries that are asked for, if it does not pay all.
/// Nearly every retry is denied where it pays less than this.
constexpr double hardly_any = 0.1;

/// @param given     tokens for each call, on average.
/// @param taken     tokens for each retry, on average, without those given back.
/// @param tokens    at first.
/// @param givers    "90 give 0.001 each".
void check_drained(const Budget& budget, double given, double taken, double tokens,
                   const std::string& givers, const std::string& key) {
  const SeenByBudget& seen = budget.seen;
  const double asked = seen.retryable * taken;
  if (!(asked > 0.0) || !(given < hardly_any * asked)) return;
  const double calls = tokens / (asked - given);
  if (!(seen.calls >= calls)) return;
  budget.findings.add(Code::budget_always_denies, key,
                      "at the stated rate of failures the bucket of " + budget.edges +
                          " drains, and nearly every retry is denied from then on",
                      "of 100 calls " + figure(100.0 * seen.retryable) + " ask for a retry of " +
                          figure(taken) + (taken == 1.0 ? " token" : " tokens on average") + ", " +
                          givers + ": " + figure(100.0 * given) + " pay for " +
                          percentage(given / asked) + " of " + figure(100.0 * asked) +
                          ", and the first " + figure(tokens) + " last for about " + figure(calls) +
                          " of " + figure(seen.calls) + " calls" + for_each_state(seen.states),
                      "more tokens for what succeeds, or another budget");
}

/// Calls whose deposits, or retries, Finagle's window may hold at once. A slice of it is a tenth of
/// ttl long and goes on to the next event: what comes more seldom has up to twice the ttl, but
/// then no more than one event in each slice.
double finagle_calls(const SeenByBudget& seen, double ttl) {
  constexpr double slices = 10.0;
  return std::min(seen.most_rate * 2.0 * ttl, seen.most_rate * ttl + slices) + seen.burst;
}

void check_budget(const policy::FinagleBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
  const std::string key = budget.key + ".finagle";
  const double ttl = to_s(options.ttl);
  if (options.min_retries_per_s == 0) {
    if (!(options.percent_can_retry > 0.0)) {
      budget.findings.add(Code::budget_always_denies, key,
                          "every retry of " + budget.edges + " is denied",
                          "calls deposit nothing at 0%, and the reserve is 0 retries a second",
                          "a percent_can_retry or min_retries_per_s above 0");
      return;
    }
    // Tokens as the product rounds them: 1,000 for each call.
    const auto cost = static_cast<std::uint64_t>(
        std::min(1'000.0 / options.percent_can_retry,
                 static_cast<double>(std::numeric_limits<std::int32_t>::max())));
    const std::uint64_t needed = (cost + 999) / 1'000;
    const double within = finagle_calls(seen, ttl);
    // The call that asks has deposited itself.
    if (!seen.bounded || !(seen.most_rate > 0.0) || !is_out_of_reach(within, needed - 1)) return;
    budget.findings.add(
        Code::budget_always_denies, key + ".min_retries_per_s",
        "hardly ever have enough calls of " + budget.edges + " deposited for one retry",
        "one retry needs the deposits of " + counted(static_cast<double>(needed), "call") +
            " of the last " + time_text(ttl * 1e9) + ", and those are at the most " +
            figure(within) + " on average at " + per_second(seen.most_rate) +
            for_each_state(seen.states),
        "a reserve (min_retries_per_s) or a larger percent_can_retry");
    return;
  }
  // The reserve alone, for so many retries within ttl; what calls deposit only adds to it.
  const auto ttl_s = std::chrono::duration_cast<std::chrono::seconds>(options.ttl).count();
  const std::uint64_t reserve =
      std::uint64_t{options.min_retries_per_s} * static_cast<std::uint64_t>(ttl_s);
  const std::string allows = "its reserve is " + retries_text(static_cast<double>(reserve));
  if (check_budget_count(budget, reserve + 1, key + ".min_retries_per_s", allows)) return;
  if (!seen.bounded || !seen.longest_call || !(seen.most_rate > 0.0)) return;
  // Retries of calls that began earlier may crowd into the window.
  const double calls = finagle_calls(seen, ttl) + seen.most_rate * *seen.longest_call;
  const double windows = seen.run == forever ? 1.0 : std::max(1.0, to_s(seen.run) / ttl);
  const std::uint64_t needed = calls_that_make(reserve + 1, seen);
  if (!is_out_of_reach(calls, needed) ||
      !(poisson_tail(calls, needed) * windows < as_good_as_never * 10.0)) {
    return;
  }
  budget.findings.add(
      Code::budget_never_binds, key + ".min_retries_per_s",
      "the budget of " + budget.edges + " never denies a retry at this load",
      allows + " within " + time_text(ttl * 1e9) + ", and " + per_second(seen.most_rate) + " are " +
          figure(calls) + " calls of " + retries_text(seen.retries_each) +
          " at the most, those still under way included" + for_each_state(seen.states),
      "a smaller min_retries_per_s, or fewer instances that each hold a state of their own");
}

void check_budget(const policy::AwsBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
  const std::string key = budget.key + ".aws";
  const bool errors_pass = options.capacity >= options.retry_cost;
  const bool timeouts_pass = options.capacity >= options.timeout_cost;
  const std::string has = "the bucket holds " + counted(options.capacity, "token") + ", and ";
  if (!errors_pass && (!timeouts_pass || !seen.may_time_out)) {
    budget.findings.add(
        Code::budget_always_denies, key + ".capacity",
        "every retry of " + budget.edges + " is denied",
        has + "a retry takes " + figure(options.retry_cost) +
            (seen.may_time_out ? ", or " + figure(options.timeout_cost) + " after a timeout" : ""),
        "a capacity of one retry's cost or more");
    return;
  }
  if (seen.may_time_out && !timeouts_pass) {
    budget.findings.add(Code::budget_always_denies, key + ".timeout_cost",
                        "every retry of " + budget.edges + " after a timeout is denied",
                        has + "a retry after a timeout takes " + figure(options.timeout_cost),
                        "a capacity of timeout_cost or more");
    return;
  }
  if (!errors_pass) return;
  const std::uint32_t dearest =
      seen.may_time_out ? std::max(options.retry_cost, options.timeout_cost) : options.retry_cost;
  const std::uint32_t cheapest =
      seen.may_time_out ? std::min(options.retry_cost, options.timeout_cost) : options.retry_cost;
  const std::uint32_t retries = options.capacity / dearest;
  if (check_budget_count(budget, std::uint64_t{retries} + 1, key + ".capacity",
                         figure(options.capacity) + " tokens are " + retries_text(retries) +
                             " at " + figure(dearest))) {
    return;
  }
  // A retry that succeeds gives back what it took.
  const double succeeds = 1.0 - seen.retryable - seen.fatal;
  check_drained(budget, succeeds * options.no_retry_increment, cheapest * (1.0 - succeeds),
                options.capacity,
                figure(100.0 * succeeds) + " give " + figure(options.no_retry_increment) + " each",
                key + ".no_retry_increment");
}

void check_budget(const policy::FailsafeBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
  const std::string key = budget.key + ".failsafe";
  // Of one retry after another the call itself is under way too. Hedges have no such bound.
  constexpr double most_share = 0.5;
  if (options.max_rate >= (budget.hedges ? 1.0 : most_share)) {
    budget.findings.add(
        Code::budget_never_binds, key + ".max_rate",
        "the budget of " + budget.edges + " never denies a retry",
        "it denies above " + percentage(options.max_rate) + " of all executions, and " +
            (budget.hedges ? std::string("retries and hedges are 100% at the most")
                           : std::string("retries, each beside its call, are below 50%")),
        budget.hedges ? "a max_rate below 100%" : "a max_rate below 50%");
    return;
  }
  if (!seen.bounded || !seen.retries_being_made || !(*seen.retries_being_made > 0.0)) return;
  if (options.min_concurrency == 0) return;
  if (!is_out_of_reach(*seen.retries_being_made, options.min_concurrency)) return;
  budget.findings.add(Code::budget_never_binds, key + ".min_concurrency",
                      "the budget of " + budget.edges + " never denies a retry at this load",
                      figure(options.min_concurrency) + " retries at once are always allowed; " +
                          seen.arithmetic + " are " + figure(*seen.retries_being_made) +
                          " on average, even if every attempt times out",
                      "a smaller min_concurrency, or fewer instances that each hold a state of "
                      "their own");
}

void check_budget(const policy::BucketBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
  const std::string key = budget.key + ".bucket";
  // What is put in only adds to those that are there at first.
  if (check_budget_count(budget, std::uint64_t{options.capacity} + 1, key + ".capacity",
                         "a retry takes one of " + counted(options.capacity, "token"))) {
    return;
  }
  const double deposit =
      static_cast<double>(policy::milli_tokens(options.deposit, options.capacity)) /
      static_cast<double>(policy::milli);
  const bool by_success = options.filled_by == policy::BucketBudgetOptions::FilledBy::success;
  const double givers = by_success ? 1.0 - seen.retryable - seen.fatal : 1.0;
  check_drained(budget, givers * deposit, 1.0, options.capacity,
                figure(100.0 * givers) + " give " + figure(deposit) + " each", key + ".deposit");
}

/// In the long run failures for each call are no fewer than its first attempt's. Chance is left
/// room: a share that is only just above the rate is below it now and then.
void check_budget(const policy::CutoffBudgetOptions& options, const Budget& budget) {
  const SeenByBudget& seen = budget.seen;
  const double p = seen.retryable;
  if (!exceeds(p, options.failure_rate)) return;
  // Four standard deviations of the share, among the calls that one state sees in its window.
  const double seen_share = options.window == forever || seen.run == forever
                                ? 1.0
                                : std::min(1.0, to_s(options.window) / to_s(seen.run));
  if (!(seen.calls * seen_share * (p - options.failure_rate) * (p - options.failure_rate) >=
        16.0 * p * (1.0 - p))) {
    return;
  }
  budget.findings.add(
      Code::budget_always_denies, budget.key + ".cutoff.failure_rate",
      "at the stated rate of failures nearly every retry of " + budget.edges + " is denied",
      "of 100 calls " + figure(100.0 * p) + " fail at their first attempt, and above " +
          percentage(options.failure_rate) + " nothing is retried",
      "a failure_rate above " + percentage(p) + ", or another budget");
}

}  // namespace

void lint_budgets(const System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    if (!state.flow.is_any()) continue;
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    // A budget is asked for retries alone.
    if (!has_budget(policy.options) || !retries(policy.options)) continue;
    const SeenByBudget seen = seen_by_budget(system, state, policy.options);
    const Budget budget{.key = "policies." + policy.name + ".budget",
                        .edges = edge_names(system, state),
                        .hedges = policy.options.hedge.has_value(),
                        .seen = seen,
                        .findings = findings};
    std::visit([&budget](const auto& options) { check_budget(options, budget); },
               policy.options.budget);
  }
}

}  // namespace squall::lint
