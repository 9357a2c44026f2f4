#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "squall/metrics/timeline.hpp"
#include "squall/report/story_counts.hpp"

/// When something of a timeline is the matter: the thresholds of the story. For story*.cpp only.
///
/// Every signal has two thresholds, one to begin and a lower one to end, so that what wavers about
/// one of them is one episode; and what begins again soon after it ended has not ended.
namespace squall::report {

/// A share of the run: what begins again within it has not ended. Where requests come in bursts,
/// the time between two of them, and a quarter of it, if that is longer.
inline constexpr double same_episode_share = 0.05;

// Levels. A service with an overload is above its limit where it has more in service than its
// capacity. With workers, load cannot pass 1; there the line tells.

/// To begin above, and to end below, in units of the capacity.
inline constexpr double load_begins = 1.0, load_ends = 0.9;
/// Where the time before the first fault shows what is usual: so many times the most of it.
inline constexpr double unusual_begins = 3.0, unusual_ends = 1.5;
/// Fewer than so many are no crowd, whatever is usual.
inline constexpr double crowd_min = 10.0;
/// A line is too long, too, when more stand in it than left the service in the time that its
/// callers wait: whoever comes now will be answered too late. To end: when half as many do. So
/// many, and as many as there are workers, at least.
inline constexpr double line_min = 5.0;
/// Where neither is known, so many stand for each worker, and ten times as many in all.
inline constexpr double line_of_worker = 10.0;

// Shares, over a window of rows that reaches as far ahead as an attempt may take. Each has to be
// double what it is before the first fault, too.

/// Of a call's attempts.
inline constexpr double timeouts_begin = 0.05, errors_begin = 0.1;
/// Of a call's attempts, so that there are 1.5 of them for each request; of a queue's deliveries.
inline constexpr double repeats_begin = 1.0 / 3.0;
/// Of what a service is sent, that it refuses.
inline constexpr double refusals_begin = 0.01;
/// Of the retries that are wanted, that the budget denies.
inline constexpr double denials_begin = 0.1;
/// To end, of the share to begin.
inline constexpr double share_ends = 0.5;
/// Fewer events than that in a window are chance, and so is what lies within that many standard
/// deviations of the share, or happens while there is less to do than that share of what there is
/// on average.
inline constexpr std::uint64_t events_min = 5;
inline constexpr double deviations_min = 3.0;
inline constexpr double traffic_min = 0.5;
/// Retries and redeliveries feed a storm if they make more of it: no fewer attempts, or deliveries,
/// than that share of what there are on average; and among them that share of first ones, since a
/// time of nothing but retries is the end of a storm.
inline constexpr double feeding_traffic_min = 0.8;
inline constexpr double feeding_firsts_min = 0.05;

/// Of the breaker's states, that are open; to end, that are closed.
inline constexpr double breaker_begins = 0.5, breaker_ends = 0.5;

/// What is looked at, and what of it is usual.
class Signals {
 public:
  explicit Signals(const metrics::Timeline& timeline);

  using Row = std::function<bool(std::size_t)>;
  /// Where `begins` holds in a row, until `ends` does.
  [[nodiscard]] std::vector<Episode> episodes(const Row& begins, const Row& ends) const;

  [[nodiscard]] std::vector<Episode> load(const metrics::ServiceTimeline& service) const;
  [[nodiscard]] std::vector<Episode> line(const metrics::ServiceTimeline& service) const;
  [[nodiscard]] std::vector<Episode> crowd(const metrics::ServiceTimeline& service) const;
  [[nodiscard]] std::vector<Episode> refusals(const metrics::ServiceTimeline& service) const;
  [[nodiscard]] std::vector<Episode> backlog(const metrics::QueueTimeline& queue) const;
  [[nodiscard]] std::vector<Episode> overflow(const metrics::QueueTimeline& queue) const;
  [[nodiscard]] std::vector<Episode> redeliveries(const metrics::QueueTimeline& queue) const;
  [[nodiscard]] std::vector<Episode> dead_letters(const metrics::QueueTimeline& queue) const;
  /// Of a queue that keeps dead letters: that some come.
  [[nodiscard]] std::vector<Episode> collected(const metrics::QueueTimeline& queue) const;
  [[nodiscard]] std::vector<Episode> timeouts(const metrics::CallTimeline& call) const;
  [[nodiscard]] std::vector<Episode> errors(const metrics::CallTimeline& call) const;
  [[nodiscard]] std::vector<Episode> retries(const metrics::CallTimeline& call) const;
  [[nodiscard]] std::vector<Episode> breaker(const metrics::CallTimeline& call) const;
  [[nodiscard]] std::vector<Episode> denials(const metrics::CallTimeline& call) const;
  /// The rows before the first fault and after the warm-up; nothing where they are too few to tell
  /// what is usual.
  [[nodiscard]] const std::optional<Episode>& usual() const noexcept { return usual_; }

  /// Rows: what begins again within so many has not ended.
  [[nodiscard]] std::size_t gap() const noexcept { return gap_; }
  /// Rows that the duration spans, rounded up; of one that is longer than the run a row more than
  /// the run has.
  [[nodiscard]] std::size_t rows_of(Duration duration) const;

 private:
  /// Where `part` is more than that share of `whole`.
  [[nodiscard]] std::vector<Episode> share(const Counts& part, const Counts& whole, double begins,
                                           std::size_t window) const;
  [[nodiscard]] std::vector<Episode> feeding(const Counts& repeated, const Counts& whole,
                                             std::size_t window) const;
  /// Where any of these are counted, until none is.
  [[nodiscard]] std::vector<Episode> any(const Counts& counts) const;
  [[nodiscard]] std::size_t longest_silence() const;
  [[nodiscard]] std::optional<double> most_usual(const std::vector<double>& gauge) const;
  [[nodiscard]] std::size_t window_of(const metrics::CallTimeline& call) const;
  [[nodiscard]] std::optional<Duration> patience_with(
      const metrics::ServiceTimeline& service) const;

  const metrics::Timeline& timeline_;
  std::optional<Episode> usual_;
  std::size_t gap_ = 0;  ///< rows
};

}  // namespace squall::report
