#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "squall/base/infinite.hpp"
#include "squall/lint/figures.hpp"
#include "squall/lint/nanoseconds.hpp"
#include "squall/lint/noise.hpp"
#include "squall/lint/policy_shape.hpp"
#include "squall/lint/probability.hpp"
#include "squall/lint/reach.hpp"
#include "squall/lint/system.hpp"
#include "squall/policy/percent_of.hpp"

namespace squall::lint {
namespace {

/// In one run of ten, or more often.
constexpr double often_enough = 0.1;

/// What one state of a breaker sees.
struct SeenByBreaker {
  double rate = 0.0;        ///< results a second on average, as stated
  double count = 0.0;       ///< results in the run
  double most_rate = 0.0;   ///< at the peak, if everything failed
  double most_count = 0.0;  ///< in the run, if everything failed
  double burst = 0.0;       ///< at one instant
  bool bounded = true;      ///< whether the three before are upper bounds
  double failure = 0.0;     ///< share of the results that are failures, timeouts included
  double late = 0.0;        ///< of all attempts, the share that fails by the timeout alone
  bool is_drawn = false;    ///< whether draws say so, and not the scenario
  double states = 1.0;
  Duration run = forever;
};

/// The share of an edge's attempts that would be good, but take longer than the caller waits.
struct Late {
  double share = 0.0;
  bool is_drawn = false;
};

Late late_share(System& system, EdgeIndex e, const policy::PolicyOptions& options) {
  const Duration limit = attempt_limit(options);
  const bool is_rpc = system.graph.edges()[e].call->to.kind == scenario::Target::Kind::service;
  // Of hedged attempts it is not the slow one that counts.
  if (limit == forever || !is_rpc || options.hedge || system.graph.closes_cycle(e)) return {};
  const Estimates::EdgeFigures& figures = system.estimates.edges[e];
  const double good = std::max(0.0, 1.0 - figures.retryable - figures.fatal);
  const std::optional<SampledTimes> times = system.sampling.good_attempt(e);
  if (!times) return {};
  return {.share = good * times->share_above(ns_of(limit)), .is_drawn = !times->is_exact()};
}

SeenByBreaker seen_by_breaker(System& system, const PolicyState& state,
                              const policy::PolicyOptions& options) {
  // Outside of retries it sees calls and how they ended, inside each attempt.
  const bool sees_calls = is_outside(options, policy::Layer::breaker, policy::Layer::retry);
  SeenByBreaker seen;
  double failures = 0.0;
  double late = 0.0;
  double calls = 0.0;
  for (const EdgeIndex e : state.edges) {
    const Flow& flow = system.flows.edges[e];
    double retryable = system.estimates.edges[e].retryable;
    double fatal = system.estimates.edges[e].fatal;
    const Late by_timeout = late_share(system, e, options);
    if (by_timeout.share > 0.0) {
      const bool is_retried =
          retries(options) && options.retry->on.timeout && options.timeout < options.deadline;
      (is_retried ? retryable : fatal) += by_timeout.share;
      seen.is_drawn = seen.is_drawn || by_timeout.is_drawn;
    }
    const Trying trying =
        try_again(retryable, fatal, retries(options) ? options.retry->max_attempts : 1);
    const double each = sees_calls ? 1.0 : trying.attempts;
    seen.rate += flow.mean * each;
    seen.count += flow.count * each;
    failures += flow.count * each * (sees_calls ? trying.failure : retryable + fatal);
    late += flow.count * by_timeout.share;
    calls += flow.count;
  }
  if (seen.count > 0.0) seen.failure = std::min(1.0, failures / seen.count);
  if (calls > 0.0) seen.late = late / calls;
  const double most = sees_calls ? 1.0 : attempts_at_most(options);
  seen.most_rate = state.flow.worst * most / state.states;
  seen.most_count = state.flow.worst_count * most / state.states;
  seen.burst = state.flow.burst * most / state.states;
  seen.bounded =
      state.flow.bounded && state.flow.worst_count > 0.0 && state.flow.worst_count < infinite;
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
  const policy::PolicyOptions& options;  ///< of its policy
  const SeenByBreaker& seen;
  Findings& findings;
};

/// "10% failures", and where they come from if they are not stated.
std::string failures_of(const SeenByBreaker& seen) {
  std::string text = percentage(seen.failure) + " failures";
  if (!(seen.late > 0.0)) return text;
  text += seen.is_drawn ? " (estimated: " : " (";
  return text + percentage(seen.late) + " of the attempts are too late)";
}

/// What a breaker must have seen before it can open.
struct Need {
  std::uint64_t results = 0;
  std::string begin;  ///< "it judges from 100 results"
  std::string end;    ///< " on"
};

Need judged_from(std::uint32_t minimum) {
  return {
      .results = minimum, .begin = "it judges from " + figure(minimum) + " results", .end = " on"};
}

/// @param need  in one run, as none is forgotten but for newer ones.
/// @return whether it was reported.
bool check_breaker_count(const Breaker& breaker, const Need& need, const std::string& key) {
  const SeenByBreaker& seen = breaker.seen;
  if (!seen.bounded || !is_out_of_reach(seen.most_count, need.results)) return false;
  breaker.findings.add(
      Code::breaker_never_opens, key,
      "the breaker around " + breaker.edges + " never has enough results to judge them",
      need.begin + need.end + ", and the run has at the most " + figure(seen.most_count) +
          for_each_state(seen.states),
      "a smaller minimum or window, or fewer instances that each hold a state of their own");
  return true;
}

/// @param need  within the window.
bool check_time(const Breaker& breaker, const Need& need, Duration window, const std::string& key) {
  const SeenByBreaker& seen = breaker.seen;
  if (!seen.bounded || !(seen.most_rate > 0.0)) return false;
  const double length = to_s(window);
  const double within = seen.most_rate * length + seen.burst;
  // Any of the windows in the run might be the one that is full enough.
  const double windows = seen.run == forever ? 1.0 : std::max(1.0, to_s(seen.run) / length);
  const bool never = is_out_of_reach(within, need.results) &&
                     poisson_tail(within, need.results) * windows < as_good_as_never * 10.0;
  if (!never) return false;
  breaker.findings.add(
      Code::breaker_never_opens, key,
      "the breaker around " + breaker.edges + " never has enough results to judge them",
      need.begin + " within " + time_text(length * 1e9) + need.end + ", and sees at the most " +
          per_second(seen.most_rate) + " x " + time_text(length * 1e9) + " = " +
          figure(seen.most_rate * length) +
          (seen.burst > 0.0 ? " and a burst of " + figure(seen.burst) : "") +
          for_each_state(seen.states),
      "a smaller minimum, a longer window, or fewer instances that each hold a state of their own");
  return true;
}

/// Results that come from the time that the breaker opens until it is closed again.
/// @param trials    results on which it closes
/// @param reopened  the probability that it opens again on them instead
double lost_until_closed(const SeenByBreaker& seen, Duration open_for, double trials,
                         double reopened) {
  return (seen.rate * to_s(open_for) + trials) / (1.0 - reopened);
}

/// With one trial call, which fails as others do.
double lost_until_closed(const SeenByBreaker& seen, Duration open_for) {
  return lost_until_closed(seen, open_for, 1.0, seen.failure);
}

/// How often it opens, if it would `times` were it closed again at once.
/// @param apart  results from one opening to the next then; beyond the first it is not reached in
///               step with them, so that their scatter counts, as in every renewal process
double with_losses(double times, double apart, double lost) {
  if (times <= 1.0) return times;
  const double share = apart / (apart + lost);
  return 1.0 + std::max(0.0, (times - 1.0) * share + (share * share - 1.0) / 2.0);
}

/// How a breaker judges: the first time with `first` results, from then on with `window`.
struct Judging {
  std::uint64_t first = 0;
  std::uint64_t first_failures = 0;  ///< so many of them open it
  std::uint64_t window = 0;
  std::uint64_t window_failures = 0;
  double lost = 0.0;  ///< results that pass each time until it is closed again
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
  const SeenByBreaker& seen = breaker.seen;
  const auto first = static_cast<double>(judging.first);
  const auto window = static_cast<double>(judging.window);
  if (!(seen.failure > 0.0) || seen.count < first) return;
  const double p_first = binomial_tail(judging.first, seen.failure, judging.first_failures);
  const double p_window = binomial_tail(judging.window, seen.failure, judging.window_failures);
  // From one opening to the next: a new window fills, and if that does not open it, it takes as
  // long as such crossings are apart.
  const double crossed = crossings(judging, seen.failure);
  const double apart = first + (crossed > 0.0 ? (1.0 - p_first) / crossed : 0.0);
  const double later = crossed > 0.0 || p_first >= 1.0 ? (seen.count - first) / apart : 0.0;
  const double times = with_losses(p_first + later, apart, judging.lost) * seen.states;
  if (times < often_enough) return;
  const bool mostly_first = judging.first < judging.window && p_first > later;
  breaker.findings.add(
      Code::breaker_opens_on_noise, key,
      "the breaker around " + breaker.edges + " opens without anything being wrong",
      "at " + failures_of(seen) + ", " +
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
void check_breaker(const Options& /*options*/, const Breaker& /*breaker*/) {}

void check_breaker(const policy::WindowBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".window";
  if (check_breaker_count(breaker, judged_from(options.window), key + ".window")) return;
  check_noise(breaker,
              {.first = options.window,
               .first_failures = options.failures,
               .window = options.window,
               .window_failures = options.failures,
               .lost = breaker.seen.rate * to_s(options.open_for)},
              key + ".failures");
}

/// Results that pass until a breaker of resilience4j that has opened is closed again.
double lost_of(const policy::Resilience4jBreakerOptions& options, const SeenByBreaker& seen) {
  const std::uint32_t trials = std::min(options.half_open_calls, options.minimum);
  const double reopened =
      binomial_tail(trials, seen.failure, failures_for(options.failure_rate, trials));
  return lost_until_closed(seen, options.open_for, trials, reopened);
}

void check_breaker(const policy::Resilience4jBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".resilience4j";
  std::uint64_t window = options.window;
  if (options.window_type == policy::Resilience4jBreakerOptions::Window::count) {
    const std::uint32_t minimum = std::min(options.minimum, options.window);
    if (check_breaker_count(breaker, judged_from(minimum), key + ".minimum")) return;
    check_noise(breaker,
                {.first = minimum,
                 .first_failures = failures_for(options.failure_rate, minimum),
                 .window = window,
                 .window_failures = failures_for(options.failure_rate, window),
                 .lost = lost_of(options, breaker.seen)},
                key + ".failure_rate");
    return;
  }
  const Need need = judged_from(options.minimum);
  if (check_breaker_count(breaker, need, key + ".minimum")) return;
  if (check_time(breaker, need, options.window_time, key + ".minimum")) return;
  window = static_cast<std::uint64_t>(breaker.seen.rate * to_s(options.window_time) + 0.5);
  // It judges less often than once a window then, and how often is not said here.
  if (window < options.minimum) return;
  check_noise(breaker,
              {.first = options.minimum,
               .first_failures = failures_for(options.failure_rate, options.minimum),
               .window = window,
               .window_failures = failures_for(options.failure_rate, window),
               .lost = lost_of(options, breaker.seen)},
              key + ".failure_rate");
}

/// So many results, to the next whole number.
std::uint64_t results_in(const SeenByBreaker& seen, Duration time) {
  constexpr double most = 1e15;  // more than any run has
  return static_cast<std::uint64_t>(std::min(seen.rate * to_s(time), most) + 0.5);
}

/// Of windows that hold `from` to `to` results: the failures that open the breaker.
/// @param opens  bool(failures, results), the product's own rule.
template <typename Opens>
std::vector<std::uint64_t> levels_of(std::uint64_t from, std::uint64_t to, Opens opens) {
  std::vector<std::uint64_t> levels;
  levels.reserve(to - from + 1);
  std::uint64_t level = 0;
  for (std::uint64_t not_yet = from + 1; level < not_yet;) {
    const std::uint64_t middle = level + (not_yet - level) / 2;
    if (opens(middle, from)) {
      not_yet = middle;
    } else {
      level = middle + 1;
    }
  }
  for (std::uint64_t results = from; results <= to; ++results) {
    // The level never falls from one to the next, so it is looked for from the last one on.
    while (level <= results && !opens(level, results)) ++level;
    levels.push_back(level);
  }
  return levels;
}

/// A window of time that moves on by a bucket at a time, as results fill it.
struct TimedWindow {
  std::uint64_t buckets = 1;
  std::uint64_t in_bucket = 1;
  std::uint64_t minimum = 1;  ///< results before it is judged
  bool only_full_buckets = false;
  bool only_at_failures = false;
  Duration open_for{};
};

template <typename Opens>
void check_noise(const Breaker& breaker, const TimedWindow& window, const std::string& key,
                 Opens opens) {
  const SeenByBreaker& seen = breaker.seen;
  const double p = seen.failure;
  const std::uint64_t full = window.buckets * window.in_bucket;
  // It judges less often than once a window then, and how often is not said here.
  if (!(p > 0.0) || full < window.minimum) return;
  const auto levels = [&](std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> made = levels_of(from, to, opens);
    for (std::uint64_t results = from; results <= to; ++results) {
      const bool is_judged = results >= window.minimum &&
                             !(window.only_full_buckets && results % window.in_bucket != 0);
      if (!is_judged) made[results - from] = results + 1;
    }
    return made;
  };
  const auto held = static_cast<double>(full);
  const auto followed =
      static_cast<std::uint64_t>(std::min({held, seen.count, static_cast<double>(fill_max)}));
  const Filling filling = fill(levels(1, followed), p, window.only_at_failures);
  double times = filling.opens;
  std::string later;
  if (seen.count > held) {
    const bool is_followed = can_slide(full, p);
    const std::vector<std::uint64_t> last =
        levels(is_followed ? full - window.in_bucket + 1 : full, full);
    // Whatever it does on the way, a full window opens it at least so often.
    const double replaced = is_followed ? slide(window.buckets, last, p, window.only_at_failures)
                                        : binomial_tail(full, p, last.back());
    if (replaced > 0.0) {
      const double until_replaced = held * (1.0 / replaced - 0.5);
      const double apart = filling.results + (1.0 - filling.opens) * until_replaced;
      // Each time that it opens while it fills it begins to fill anew, until once it does not.
      const double fillings = 1.0 / std::max(1.0 - filling.opens, 1e-9);
      const double filled = fillings * filling.results;
      times = filled < seen.count ? fillings - 1.0 + (seen.count - filled) / apart
                                  : std::max(times, seen.count / apart);
      times = with_losses(times, apart, lost_until_closed(seen, window.open_for));
      later = std::string(", and with probability ") + (is_followed ? "" : "at least ") +
              figure(replaced) + " while those are replaced";
    }
  }
  times *= seen.states;
  if (times < often_enough) return;
  // So many more or less are in a window where results come at random.
  const double scatter = 2.0 * std::sqrt(held);
  const bool is_near_minimum = held < static_cast<double>(window.minimum) + scatter;
  breaker.findings.add(
      Code::breaker_opens_on_noise, key,
      "the breaker around " + breaker.edges + " opens without anything being wrong",
      "at " + failures_of(seen) + " it opens with probability " + figure(filling.opens) +
          " before its window holds " + figure(static_cast<double>(followed)) + " results" + later +
          "; with " + figure(seen.count * seen.states) + " results in the run about " +
          figure(times) + " times" +
          (is_near_minimum ? ", if results come evenly; at random that is off by far, as a window "
                             "holds little more than the minimum"
                           : ""),
      filling.opens * seen.states >= often_enough ? "a larger minimum, or a higher threshold"
                                                  : "a longer window, or a higher threshold");
}

void check_breaker(const policy::PollyBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".polly";
  const Need need = judged_from(options.minimum_throughput);
  if (check_breaker_count(breaker, need, key + ".minimum_throughput")) return;
  if (check_time(breaker, need, options.sampling, key + ".minimum_throughput")) return;
  constexpr Duration several_buckets_from = std::chrono::milliseconds{200};
  const std::uint64_t held = std::max<std::uint64_t>(1, results_in(breaker.seen, options.sampling));
  const std::uint64_t buckets =
      options.sampling < several_buckets_from ? 1 : std::min<std::uint64_t>(10, held);
  check_noise(breaker,
              {.buckets = buckets,
               .in_bucket = (held + buckets / 2) / buckets,
               .minimum = options.minimum_throughput,
               .only_at_failures = true,
               .open_for = options.break_for},
              key + ".failure_ratio", [&options](std::uint64_t failures, std::uint64_t results) {
                return policy::percent_of(failures, results) >= options.failure_ratio;
              });
}

void check_breaker(const policy::HystrixBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".hystrix";
  const Need need = judged_from(options.request_volume);
  if (check_breaker_count(breaker, need, key + ".request_volume")) return;
  if (check_time(breaker, need, options.window, key + ".request_volume")) return;
  const std::uint64_t held = std::max<std::uint64_t>(1, results_in(breaker.seen, options.window));
  const std::uint64_t in_bucket =
      std::max<std::uint64_t>(1, results_in(breaker.seen, options.snapshot));
  check_noise(breaker,
              {.buckets = std::max<std::uint64_t>(1, (held + in_bucket / 2) / in_bucket),
               .in_bucket = in_bucket,
               .minimum = options.request_volume,
               .only_full_buckets = true,
               .open_for = options.sleep_window},
              key + ".error_threshold", [&options](std::uint64_t failures, std::uint64_t results) {
                // Cut off after two roundings, as there.
                const double percent =
                    static_cast<double>(failures) / static_cast<double>(results) * 100.0;
                return static_cast<std::uint32_t>(percent) >= options.error_threshold;
              });
}

/// How long a call can take as the breaker measures it: by a deadline, or a timeout further in
/// where nothing between the two waits or tries again.
Duration longest_inside(const policy::PolicyOptions& options) {
  bool is_inside = false;
  for (const policy::Layer layer : options.order) {
    if (layer == policy::Layer::breaker) is_inside = true;
    if (!is_inside) continue;
    const bool takes_longer = (layer == policy::Layer::retry && retries(options)) ||
                              (layer == policy::Layer::hedge && options.hedge) ||
                              (layer == policy::Layer::bulkhead && options.bulkhead &&
                               options.bulkhead->max_wait > Duration{0});
    if (takes_longer) break;
    if (layer == policy::Layer::timeout) return attempt_limit(options);
  }
  return options.deadline;
}

/// Settings of Sentinel's that nothing can meet. @return whether one was reported.
bool check_unmeetable(const policy::SentinelBreakerOptions& options, const Breaker& breaker,
                      const std::string& key) {
  using Strategy = policy::SentinelBreakerOptions::Strategy;
  if (options.strategy == Strategy::error_ratio && options.ratio >= 100.0) {
    breaker.findings.add(
        Code::breaker_never_opens, key + ".error_ratio",
        "the breaker around " + breaker.edges + " opens at no share of failures",
        "it opens above " + figure(options.ratio) + "% of failures, and all that fail are 100%",
        "an error_ratio below 100%");
    return true;
  }
  const Duration longest = longest_inside(breaker.options);
  if (options.strategy == Strategy::slow_ratio && options.slow_call >= longest) {
    breaker.findings.add(
        Code::breaker_never_opens, key + ".slow_call",
        "to the breaker around " + breaker.edges + " no call is slow, and failures are nothing",
        "slow is what takes longer than " + time_text(to_s(options.slow_call) * 1e9) +
            ", and calls end after " + time_text(to_s(longest) * 1e9) + " at the latest",
        "a slow_call below that, or error_ratio");
    return true;
  }
  return false;
}

void check_breaker(const policy::SentinelBreakerOptions& options, const Breaker& breaker) {
  using Strategy = policy::SentinelBreakerOptions::Strategy;
  const std::string key = breaker.key + ".sentinel";
  if (check_unmeetable(options, breaker, key)) return;
  const bool counts = options.strategy == Strategy::error_count;
  Need need = judged_from(options.minimum);
  std::string needing = key + ".minimum";
  if (counts && options.count >= options.minimum) {
    // Above the count, so one more.
    need.results = std::uint64_t{options.count} + 1;
    need.begin = "it opens at " + counted(static_cast<double>(need.results), "failure");
    need.end.clear();
    needing = key + ".error_count";
  }
  if (check_breaker_count(breaker, need, needing)) return;
  if (check_time(breaker, need, options.interval, needing)) return;

  const SeenByBreaker& seen = breaker.seen;
  const std::uint64_t held = results_in(seen, options.interval);
  if (options.strategy == Strategy::slow_ratio || !(seen.failure > 0.0) || held < need.results) {
    return;
  }
  const auto opens = [&options, counts](std::uint64_t failures, std::uint64_t results) {
    if (counts) return failures > options.count;
    return policy::percent_of(failures, results) > options.ratio;
  };
  std::vector<std::uint64_t> levels = levels_of(1, std::min(held, fill_max), opens);
  for (std::uint64_t results = 1; results < options.minimum; ++results) {
    if (results <= levels.size()) levels[results - 1] = results + 1;
  }
  const Filling interval = fill(levels, seen.failure, false);
  if (!(interval.opens > 0.0)) return;
  // Every interval is a new one, so it takes 1 / opens of them, the last of which ends there.
  const double apart = interval.results / interval.opens;
  const double times =
      with_losses(seen.count / apart, apart, lost_until_closed(seen, options.open_for)) *
      seen.states;
  if (times < often_enough) return;
  breaker.findings.add(
      Code::breaker_opens_on_noise, key + (counts ? ".error_count" : ".error_ratio"),
      "the breaker around " + breaker.edges + " opens without anything being wrong",
      "at " + failures_of(seen) + " " + figure(static_cast<double>(held)) + " results within " +
          time_text(to_s(options.interval) * 1e9) + " open it with probability " +
          figure(interval.opens) + "; with " + figure(seen.count * seen.states) +
          " results in the run about " + figure(times) + " times",
      "a larger minimum, a longer interval, or a higher threshold");
}

void check_breaker(const policy::LinkerdBreakerOptions& options, const Breaker& breaker) {
  const std::string key = breaker.key + ".linkerd.max_failures";
  const Need need{.results = options.max_failures,
                  .begin = "it opens at " + counted(options.max_failures, "failure") +
                           (options.max_failures > 1 ? " in a row" : ""),
                  .end = {}};
  if (check_breaker_count(breaker, need, key)) return;
  const SeenByBreaker& seen = breaker.seen;
  if (!(seen.failure > 0.0) || seen.count < options.max_failures) return;
  const double apart = results_until_run(options.max_failures, seen.failure);
  const double times =
      with_losses(seen.count / apart, apart, lost_until_closed(seen, options.min_penalty)) *
      seen.states;
  if (times < often_enough) return;
  breaker.findings.add(
      Code::breaker_opens_on_noise, key,
      "the breaker around " + breaker.edges + " opens without anything being wrong",
      "at " + failures_of(seen) + " " + figure(options.max_failures) + " in a row come after " +
          figure(apart) + " results on average; with " + figure(seen.count * seen.states) +
          " results in the run about " + figure(times) + " times",
      "more max_failures");
}

}  // namespace

void lint_breakers(System& system, Findings& findings) {
  for (const PolicyState& state : system.states) {
    const scenario::Policy& policy = *system.graph.policy(state.edges.front());
    if (!has_breaker(policy.options)) continue;
    const SeenByBreaker seen = seen_by_breaker(system, state, policy.options);
    const Breaker breaker{.key = "policies." + policy.name + ".breaker",
                          .edges = edge_names(system, state),
                          .options = policy.options,
                          .seen = seen,
                          .findings = findings};
    std::visit([&breaker](const auto& options) { check_breaker(options, breaker); },
               policy.options.breaker);
  }
}

}  // namespace squall::lint
