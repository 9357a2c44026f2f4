#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "squall/lint/figures.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/probability.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"

namespace squall::lint {
namespace {

/// In one run of ten, or more often.
constexpr double often_enough = 0.1;

/// What one state of a breaker sees.
struct Seen {
  double rate = 0.0;        ///< results a second on average, as stated
  double count = 0.0;       ///< results in the run
  double most_rate = 0.0;   ///< at the peak, if everything failed
  double most_count = 0.0;  ///< in the run, if everything failed
  double burst = 0.0;       ///< at one instant
  bool bounded = true;      ///< whether the three before are upper bounds
  double failure = 0.0;     ///< share of the results that are failures, as stated
  double states = 1.0;
  Duration run = forever;
};

Seen seen_by(const System& system, const PolicyState& state, const policy::PolicyOptions& options) {
  // Outside of retries it sees calls and how they ended, inside each attempt.
  const bool sees_calls = is_outside(options, policy::Layer::breaker, policy::Layer::retry);
  Seen seen;
  double failures = 0.0;
  for (const EdgeIndex e : state.edges) {
    const Estimates::EdgeFigures& figures = system.estimates.edges[e];
    const Flow& flow = system.flows.edges[e];
    const double each = sees_calls ? 1.0 : figures.attempts;
    seen.rate += flow.mean * each;
    seen.count += flow.count * each;
    failures +=
        flow.count * each * (sees_calls ? figures.call_failure : figures.retryable + figures.fatal);
  }
  if (seen.count > 0.0) seen.failure = std::min(1.0, failures / seen.count);
  const double most = sees_calls ? 1.0 : attempts_at_most(options);
  seen.most_rate = state.flow.worst * most / state.states;
  seen.most_count = state.flow.worst_count * most / state.states;
  seen.burst = state.flow.burst * most / state.states;
  seen.bounded = state.flow.bounded && state.flow.worst_count > 0.0 &&
                 state.flow.worst_count < std::numeric_limits<double>::infinity();
  seen.rate /= state.states;
  seen.count /= state.states;
  seen.states = state.states;
  seen.run = system.scenario.duration;
  return seen;
}

/// One breaker of one policy.
struct Breaker {
  std::string key;
  std::string edges;
  const Seen& seen;
  Findings& findings;
};

std::string for_each_state(const Seen& seen) {
  return seen.states > 1.0 ? " for each of " + figure(seen.states) + " states" : "";
}

/// @param minimum  results before it judges; all in one run, none is forgotten but for newer ones.
/// @return whether it was reported.
bool check_count(const Breaker& breaker, std::uint32_t minimum, const std::string& key) {
  const Seen& seen = breaker.seen;
  if (!seen.bounded || !is_out_of_reach(seen.most_count, minimum)) return false;
  breaker.findings.add(
      Code::breaker_never_opens, key,
      "the breaker around " + breaker.edges + " never has enough results to judge them",
      "it judges from " + figure(minimum) + " results on, and the run has at the most " +
          figure(seen.most_count) + for_each_state(seen),
      "a smaller minimum or window, or fewer instances that each hold a state of their own");
  return true;
}

bool check_time(const Breaker& breaker, std::uint32_t minimum, Duration window,
                const std::string& key) {
  const Seen& seen = breaker.seen;
  if (!seen.bounded || !(seen.most_rate > 0.0)) return false;
  const double length = to_s(window);
  const double within = seen.most_rate * length + seen.burst;
  // Any of the windows in the run might be the one that is full enough.
  const double windows = seen.run == forever ? 1.0 : std::max(1.0, to_s(seen.run) / length);
  const bool never = is_out_of_reach(within, minimum) &&
                     poisson_tail(within, minimum) * windows < as_good_as_never * 10.0;
  if (!never) return false;
  breaker.findings.add(
      Code::breaker_never_opens, key,
      "the breaker around " + breaker.edges + " never has enough results to judge them",
      "it judges from " + figure(minimum) + " results within " + time_text(length * 1e9) +
          " on, and sees at the most " + per_second(seen.most_rate) + " x " +
          time_text(length * 1e9) + " = " + figure(seen.most_rate * length) +
          (seen.burst > 0.0 ? " and a burst of " + figure(seen.burst) : "") + for_each_state(seen),
      "a smaller minimum, a longer window, or fewer instances that each hold a state of their own");
  return true;
}

/// How a breaker judges: the first time with `first` results, from then on with `window`.
struct Judging {
  std::uint64_t first = 0;
  std::uint64_t first_failures = 0;  ///< so many of them open it
  std::uint64_t window = 0;
  std::uint64_t window_failures = 0;
};

/// How often, of each result, a full window comes to hold the failures that open it. Crossings come
/// in clumps, of which the first opens it; counted one by one (a failure comes in, a success goes
/// out) they are too many, counted as clumps around the level (P(k) x the drift back to the mean;
/// D. Aldous, "Probability approximations via the Poisson clumping heuristic", 1989) too few where
/// the level is near the mean. Between the two lies the truth, and their geometric mean near it.
double crossings(const Judging& judging, double failure) {
  const auto window = static_cast<double>(judging.window);
  const double level = static_cast<double>(judging.window_failures) / window;
  const double at_level = binomial_tail(judging.window, failure, judging.window_failures) -
                          binomial_tail(judging.window, failure, judging.window_failures + 1);
  const double one_by_one = at_level * level * (1.0 - failure);
  if (!(level > failure)) return one_by_one;
  return std::sqrt(one_by_one * at_level * (level - failure));
}

void check_noise(const Breaker& breaker, const Judging& judging, const std::string& key) {
  const Seen& seen = breaker.seen;
  const auto first = static_cast<double>(judging.first);
  const auto window = static_cast<double>(judging.window);
  if (!(seen.failure > 0.0) || seen.count < first) return;
  const double p_first = binomial_tail(judging.first, seen.failure, judging.first_failures);
  const double p_window = binomial_tail(judging.window, seen.failure, judging.window_failures);
  // From one opening to the next: a new window fills, and if that does not open it, it takes as
  // long as such crossings are apart.
  const double crossed = crossings(judging, seen.failure);
  const double between = first + (crossed > 0.0 ? (1.0 - p_first) / crossed : 0.0);
  const double later = crossed > 0.0 || p_first >= 1.0 ? (seen.count - first) / between : 0.0;
  const double times = (p_first + later) * seen.states;
  if (times < often_enough) return;
  const bool mostly_first = judging.first < judging.window && p_first > later;
  breaker.findings.add(
      Code::breaker_opens_on_noise, key,
      "the breaker around " + breaker.edges + " opens without anything being wrong",
      "at " + percentage(seen.failure) + " failures, " +
          figure(static_cast<double>(mostly_first ? judging.first_failures
                                                  : judging.window_failures)) +
          " or more of " + (mostly_first ? "the first " : "") +
          figure(mostly_first ? first : window) + " fail with probability " +
          figure(mostly_first ? p_first : p_window) + "; with " + figure(seen.count * seen.states) +
          " results in the run it opens about " + figure(times) + " times",
      mostly_first ? "a larger minimum, or a higher threshold"
                   : "a larger window, or a higher threshold");
}

/// The least number of `n` results that is a rate of at least `percent`, as the product compares.
std::uint64_t failures_for(double percent, std::uint64_t n) {
  const auto count = static_cast<double>(n);
  auto failures = static_cast<std::uint64_t>(percent * count / 100.0);
  if (failures > 0) --failures;
  while (100.0 * static_cast<double>(failures) / count < percent) ++failures;
  return std::max<std::uint64_t>(failures, 1);
}

/// A kind that nothing is known about: nothing is said. Each kind that is has an overload.
template <typename Options>
void check(const Options& /*options*/, const Breaker& /*breaker*/) {}

void check(const policy::WindowBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".window";
  if (check_count(breaker, options.window, key + ".window")) return;
  check_noise(breaker,
              {.first = options.window,
               .first_failures = options.failures,
               .window = options.window,
               .window_failures = options.failures},
              key + ".failures");
}

void check(const policy::Resilience4jBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".resilience4j";
  std::uint64_t window = options.window;
  if (options.window_type == policy::Resilience4jBreakerOptions::Window::count) {
    const std::uint32_t minimum = std::min(options.minimum, options.window);
    if (check_count(breaker, minimum, key + ".minimum")) return;
    check_noise(breaker,
                {.first = minimum,
                 .first_failures = failures_for(options.failure_rate, minimum),
                 .window = window,
                 .window_failures = failures_for(options.failure_rate, window)},
                key + ".failure_rate");
    return;
  }
  if (check_count(breaker, options.minimum, key + ".minimum")) return;
  if (check_time(breaker, options.minimum, options.window_time, key + ".minimum")) return;
  window = static_cast<std::uint64_t>(breaker.seen.rate * to_s(options.window_time) + 0.5);
  // It judges less often than once a window then, and how often is not said here.
  if (window < options.minimum) return;
  check_noise(breaker,
              {.first = options.minimum,
               .first_failures = failures_for(options.failure_rate, options.minimum),
               .window = window,
               .window_failures = failures_for(options.failure_rate, window)},
              key + ".failure_rate");
}

}  // namespace

void lint_breakers(const System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    if (!has_breaker(policy.options)) continue;
    const Seen seen = seen_by(system, state, policy.options);
    const Breaker breaker{.key = "policies." + policy.name + ".breaker",
                          .edges = edge_names(system, state),
                          .seen = seen,
                          .findings = findings};
    std::visit([&breaker](const auto& options) { check(options, breaker); },
               policy.options.breaker);
  }
}

}  // namespace squall::lint
