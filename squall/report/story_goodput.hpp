#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "squall/base/time.hpp"
#include "squall/metrics/timeline.hpp"
#include "squall/report/story_counts.hpp"
#include "squall/report/story_signals.hpp"

/// Which of the requests that came ended well, and when it was known that others would not. For
/// story*.cpp only.
///
/// A request is lost when it ends otherwise than ok, or when it has been inside longer than its
/// objective, whichever is first. A timeline counts and does not follow single requests; but of
/// those that are inside at least so many have been for longer than any time as are more than came
/// in that time. So what hangs is held against what arrived, and what came just now is not.
///
/// Without an objective nobody says how long is too long. Then it is twice the p99 of those that
/// ended well before the first fault (without one: in the first tenth of the run), and only what
/// stays inside until the run ends is lost.
namespace squall::report {

/// Of the requests whose end is known, so many more than before the first fault are lost; to end,
/// half of it. The sum of what is above that share has to reach 0.5 % of all requests, and 5 of
/// them, so that chance has no part in it; the episode begins where that sum began to grow (E. S.
/// Page's CUSUM, "Continuous inspection schemes", 1954).
inline constexpr double goodput_lost_begins = 0.1, goodput_lost_ends = 0.05;
inline constexpr double goodput_alarm_share = 0.005, goodput_alarm_min = 5.0;
/// There was no good time before a loss if, of what had come by then, a quarter of that share or
/// more had not ended well; or if fewer had ended well than chance would let, once in 20 times.
inline constexpr double loss_before_share = 0.25;
inline constexpr double chance_ok_max = 3.0;
/// Of the requests of a workload, so many have to stay inside, and 10 of them.
inline constexpr double hanging_share = 0.005, hanging_min = 10.0;

/// Requests of a workload that stay inside to the end of the run.
struct Hanging {
  std::size_t workload = 0;  ///< its place in the timeline
  std::size_t first = 0;     ///< the row from which on there are some
  std::size_t half = 0;      ///< the row in which half of them are there
  std::uint64_t at_half = 0, at_end = 0;
  bool is_growing = false;  ///< to the end of the run
  bool never_end = false;   ///< hardly any end meanwhile that were there for so long
  Duration patience{0};     ///< so long, at least, they have been inside
  /// The innermost call that half of them wait for, its place in the timeline.
  std::optional<std::size_t> call;
};

class Goodput {
 public:
  /// Both must outlive this.
  Goodput(const metrics::Timeline& timeline, const Signals& signals);

  /// Requests whose end became known in some rows.
  struct Known {
    std::uint64_t ok = 0, lost = 0;
    [[nodiscard]] std::uint64_t all() const noexcept { return ok + lost; }
    [[nodiscard]] double lost_share() const noexcept { return ratio_of(lost, all()); }
  };
  [[nodiscard]] Known known_in(const Episode& rows) const;
  [[nodiscard]] std::uint64_t offered_in(const Episode& rows) const {
    return sum_in(offered_, rows);
  }

  /// A loss that was there from the start on: there was no good time before it. Nothing is said of
  /// what comes after the first fault begins.
  [[nodiscard]] const std::optional<Episode>& low_from_start() const noexcept { return low_; }
  /// Whether it lasted until the end, or the first fault.
  [[nodiscard]] bool low_lasts() const noexcept {
    return low_ && low_->end >= (signals_.usual() ? signals_.usual()->end : timeline_.rows);
  }
  /// The share lost before the first fault, without what fell then; 0 where that is not known.
  [[nodiscard]] double usually_lost() const noexcept { return usual_; }
  /// Where goodput falls below what is usual.
  [[nodiscard]] const std::vector<Episode>& falls() const noexcept { return falls_; }
  [[nodiscard]] const std::vector<Hanging>& hanging() const noexcept { return hanging_; }

 private:
  void count(std::size_t workload);
  void find_hanging(std::size_t workload, const Counts& staying, const Counts& ended,
                    Duration patience);
  void find_falls();
  [[nodiscard]] std::optional<std::size_t> call_waited_for(const Hanging& hanging) const;
  [[nodiscard]] Duration usual_patience(const metrics::WorkloadTimeline& workload) const;
  [[nodiscard]] std::vector<Episode> falls_below(double usual, std::size_t first,
                                                 std::size_t end) const;
  [[nodiscard]] bool is_from_start(const Episode& fall) const;

  const metrics::Timeline& timeline_;
  const Signals& signals_;
  Counts offered_, ok_, lost_;
  std::optional<Episode> low_;
  double usual_ = 0.0;
  std::vector<Episode> falls_;
  std::vector<Hanging> hanging_;
};

}  // namespace squall::report
