#include "squall/report/story_conclusion.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::CallCount;
using metrics::CallTimeline;
using metrics::FaultTimeline;
using metrics::QueueCount;
using metrics::QueueTimeline;
using metrics::ServiceCount;
using metrics::ServiceTimeline;
using metrics::Timeline;
using metrics::Verdict;
using Kind = StoryStep::Kind;

/// Amplification below it feeds nothing.
constexpr double feeding_min = 1.2;
/// A policy that kept less than this share of what came from going on did not stop it.
constexpr double stopping_min = 0.1;
/// Of more than that share lost it is said that it never keeps up.
constexpr double hardly_any = 0.5;

bool is_of_node(Kind kind) {
  return kind == Kind::crosses_load || kind == Kind::line_grows || kind == Kind::crowd_grows ||
         kind == Kind::queue_full || kind == Kind::refuses;
}

/// " In all 63 % of the work of bank was for callers that had gone." By service time, as the table
/// has it.
std::string wasted_work(const Plot& plot) {
  const metrics::ServiceRecord* worst = nullptr;
  for (const metrics::ServiceRecord& service : plot.record.services) {
    if (service.wasted_ratio() < stopping_min) continue;
    if (worst == nullptr || service.wasted_ratio() > worst->wasted_ratio()) worst = &service;
  }
  if (worst == nullptr) return "";
  return fmt::format(" In all {} of the work of {} was for callers that had gone.",
                     whole_percent_text(worst->wasted_ratio()), worst->name);
}

const FaultTimeline* last_fault_over(const Timeline& timeline) {
  const FaultTimeline* last = nullptr;
  for (const FaultTimeline& fault : timeline.faults) {
    if (fault.to <= timeline.end && (last == nullptr || fault.to >= last->to)) last = &fault;
  }
  return last;
}

/// Those that began and were not over when the run ended, by time.
std::vector<const FaultTimeline*> lasting_faults(const Timeline& timeline) {
  std::vector<const FaultTimeline*> lasting;
  for (const FaultTimeline& fault : timeline.faults) {
    if (fault.from < timeline.end && fault.to > timeline.end) lasting.push_back(&fault);
  }
  return lasting;
}

// --- What stopped it ---

bool has_recovered(const Plot& plot) {
  const std::vector<Episode>& falls = plot.goodput.falls();
  if (falls.empty()) return false;
  if (plot.record.verdict.state == Verdict::State::recovered) return true;
  return plot.record.verdict.state != Verdict::State::not_recovered &&
         falls.back().end < plot.timeline.rows;
}

/// Whether goodput came back at that time, or so soon after it that it may have been then.
bool came_back_at(const Plot& plot, Instant at) {
  constexpr std::int64_t rows = 8, part_of_run = 50;
  const Timeline& timeline = plot.timeline;
  const Instant back = end_of(timeline, plot.goodput.falls().back());
  const Duration near =
      std::max(timeline.interval * rows, timeline.end.time_since_epoch() / part_of_run);
  return at - back <= near && back - at <= near;
}

/// That goodput came back with the end of a fault; empty where it did not.
std::string fault_that_ended(const Plot& plot) {
  const Timeline& timeline = plot.timeline;
  const Episode& fall = plot.goodput.falls().back();
  const FaultTimeline* found = nullptr;
  for (const FaultTimeline& fault : timeline.faults) {
    if (fault.to > timeline.end || fault.to <= begin_of(timeline, fall)) continue;
    if (!came_back_at(plot, fault.to)) continue;
    if (found == nullptr || fault.to > found->to) found = &fault;
  }
  if (found == nullptr) return "";
  const Duration after = end_of(timeline, fall) - found->to;
  return fmt::format(
      "{} ended at {}, and goodput was back {}; nothing kept it going.", found->name,
      time_text(found->to),
      after > Duration{0} ? duration_text_short(after, true) + " later" : std::string("with it"));
}

/// That goodput came back when a breaker closed, with nothing else the matter any more; empty where
/// it did not.
std::string breaker_that_closed(const Plot& plot) {
  const FaultTimeline* fault = last_fault_over(plot.timeline);
  const Instant back = end_of(plot.timeline, plot.goodput.falls().back());
  if (fault == nullptr || fault->to >= back) return "";
  for (const CallTimeline& call : plot.timeline.calls) {
    for (const Episode& open : plot.signals.breaker(call)) {
      const Instant closes = end_of(plot.timeline, open);
      if (open.end >= plot.timeline.rows || closes <= fault->to) continue;
      if (begin_of(plot.timeline, open) > fault->to || !came_back_at(plot, closes)) continue;
      return fmt::format(
          "{} was over at {}; goodput came back when the breaker of {} closed, at {}.", fault->name,
          time_text(fault->to), call.name, time_text(closes));
    }
  }
  return "";
}

/// The policy that kept most from going on; empty where none kept much of what came.
std::string policy_that_held(const Plot& plot) {
  std::string text;
  std::uint64_t most = 0;
  const auto is_more = [&most](std::uint64_t kept, std::uint64_t of) {
    if (kept <= most || ratio_of(kept, of) <= stopping_min) return false;
    most = kept;
    return true;
  };
  for (const CallTimeline& call : plot.timeline.calls) {
    const auto sum = [&](CallCount column) { return sum_in(call.counts[column], *plot.trouble); };
    const std::uint64_t refused = sum(CallCount::refused_local);
    const std::uint64_t all = refused + sum(CallCount::attempts);
    if (is_more(refused, all))
      text = fmt::format(
          "{} of {} kept {} of {} attempts from being made.",
          2 * sum(CallCount::refused_by_breaker) >= refused ? "The breaker" : "The limits",
          call.name, grouped(refused), grouped(all));
    const std::uint64_t denied = sum(CallCount::denied_by_budget);
    const std::uint64_t wanted = denied + sum(CallCount::retries);
    if (is_more(denied, wanted))
      text = fmt::format("The retry budget of {} denied {} of {} retries.", call.name,
                         grouped(denied), grouped(wanted));
  }
  for (const ServiceTimeline& service : plot.timeline.services) {
    const std::uint64_t refused = sum_in(service.counts[ServiceCount::refused], *plot.trouble);
    const std::uint64_t arrived = sum_in(service.counts[ServiceCount::arrived], *plot.trouble);
    if (is_more(refused, arrived))
      text = fmt::format("{} shed load: it refused {} of {}.", service.name, grouped(refused),
                         counted(arrived, "request", "requests"));
  }
  return text;
}

/// When goodput came back fewer requests came than before the first fault.
std::string fewer_requests(const Plot& plot) {
  if (!plot.signals.usual()) return "";
  const Episode& fall = plot.goodput.falls().back();
  const std::size_t span = std::max<std::size_t>(1, (fall.end - fall.first) / 10);
  const Episode before_end{fall.end - std::min(span, fall.end), fall.end, 0};
  const auto rate = [&plot](const Episode& rows) {
    const auto offered = static_cast<double>(plot.goodput.offered_in(rows));
    return offered /
           to_s(plot.timeline.interval * static_cast<std::int64_t>(rows.end - rows.first));
  };
  const double usual_rate = rate(*plot.signals.usual());
  const double last_rate = rate(before_end);
  if (last_rate > 0.8 * usual_rate) return "";
  return fmt::format("Fewer requests came: {} in place of {}.", rate_text(last_rate),
                     rate_text(usual_rate));
}

// --- The headline ---

class Headline {
 public:
  explicit Headline(const Plot& plot)
      : plot_(plot),
        timeline_(plot.timeline),
        falls_(plot.goodput.falls()),
        low_(plot.goodput.low_from_start()),
        fault_(last_fault_over(plot.timeline)),
        lasting_(lasting_faults(plot.timeline)) {
    for (const metrics::WorkloadRecord& workload : plot.record.workloads) {
      offered_ += workload.offered;
      ok_ += workload.ok;
    }
  }

  [[nodiscard]] std::string text() const {
    const Verdict::State state = plot_.record.verdict.state;
    const bool is_judged = fault_ != nullptr && (state == Verdict::State::recovered ||
                                                 state == Verdict::State::not_recovered);
    return (is_judged ? of_faults() : of_itself()) + still_there();
  }

 private:
  /// As the table counts: "701 of 11,550 requests (6 %)".
  [[nodiscard]] std::string served() const {
    return fmt::format("{} of {} ({})", grouped(ok_), counted(offered_, "request", "requests"),
                       whole_percent_text(ratio_of(ok_, offered_)));
  }
  [[nodiscard]] bool lasts(const Episode& episode) const { return episode.end >= timeline_.rows; }
  [[nodiscard]] double lost_share() const {
    return offered_ == 0 ? 0.0 : 1.0 - ratio_of(ok_, offered_);
  }

  /// Of a run that is judged by how it comes out of its faults.
  [[nodiscard]] std::string of_faults() const {
    const std::string& first = timeline_.faults.front().name;
    const double before = plot_.goodput.usually_lost();
    if (plot_.goodput.low_lasts() && before >= hardly_any)
      return fmt::format(
          "It does not keep up, with {0} or without: before {0} {1} of the requests are lost, and "
          "in all {2} end well.",
          first, whole_percent_text(before), served());
    return after_fault(first) + low_before(first, before);
  }

  [[nodiscard]] std::string after_fault(const std::string& first) const {
    if (!falls_.empty() && begin_of(timeline_, falls_.front()) <= timeline_.faults.front().from)
      return fmt::format("It falters before {} begins, at {}: {} end well.", first,
                         time_text(begin_of(timeline_, falls_.front())), served());
    if (plot_.record.verdict.state == Verdict::State::not_recovered)
      return fmt::format(
          "It never recovers: {} after {} was over, goodput has not come back; {} "
          "end well.",
          duration_text_short(timeline_.end - fault_->to, true), fault_->name, served());
    const Duration after = plot_.record.verdict.recovered_after.value_or(Duration{0});
    if (after > Duration{0})
      return fmt::format("It recovers {} after {} was over: {} end well.",
                         duration_text_short(after, true), fault_->name, served());
    if (!falls_.empty())
      return fmt::format("It recovers as soon as {} is over: {} end well.", fault_->name, served());
    return fmt::format("It withstands {}: {} end well.",
                       timeline_.faults.size() == 1 ? fault_->name : std::string("all faults"),
                       served());
  }

  /// What it loses whether or not there is a fault.
  [[nodiscard]] std::string low_before(const std::string& first, double before) const {
    if (!plot_.goodput.low_lasts()) return "";
    return fmt::format(" Before {} it loses {}, from the start on.", first,
                       whole_percent_text(before));
  }

  /// Of a run without a fault, or of one whose faults leave nothing to judge.
  [[nodiscard]] std::string of_itself() const {
    if (!falls_.empty() && lasts(falls_.back()))
      return fmt::format("It {} at {}{} and does not come back: {} end well.",
                         plot_.goodput.known_in(falls_.back()).lost_share() >= hardly_any
                             ? "collapses"
                             : "falters",
                         time_text(begin_of(timeline_, falls_.back())), under(blamed()), served());
    if (plot_.goodput.low_lasts())
      return fmt::format("It {} from the start to the end: {} end well.",
                         plot_.goodput.known_in(*low_).lost_share() >= hardly_any
                             ? "does not keep up,"
                             : "loses requests",
                         served());
    if (!falls_.empty())
      return fmt::format("It falters at {} and comes back: {} end well.",
                         time_text(begin_of(timeline_, falls_.front())), served());
    if (low_ && low_->end > plot_.signals.rows_of(timeline_.warmup))
      return fmt::format("It keeps up from {} on only: {} end well.",
                         time_text(end_of(timeline_, *low_)), served());
    if (!plot_.goodput.hanging().empty())
      return fmt::format("Requests hang from {} on: {} end well.",
                         time_text(timeline_.end_of(plot_.goodput.hanging().front().first)),
                         served());
    if (lost_share() >= goodput_lost_begins)
      return fmt::format("It loses requests now and then: {} end well.", served());
    if (!plot_.trouble)
      return fmt::format("It stayed below its limits the whole time: {} end well.", served());
    return fmt::format("It crosses limits, and bears it: {} end well.", served());
  }

  /// The last of the lasting faults that had begun when goodput fell for good; null: there is none.
  [[nodiscard]] const FaultTimeline* blamed() const {
    const FaultTimeline* last = nullptr;
    if (falls_.empty() || !lasts(falls_.back())) return last;
    for (const FaultTimeline* fault : lasting_) {
      if (fault->from <= begin_of(timeline_, falls_.back())) last = fault;
    }
    return last;
  }
  [[nodiscard]] static std::string under(const FaultTimeline* fault) {
    return fault == nullptr ? "" : fmt::format(" under {}, which lasts to the end,", fault->name);
  }

  /// " slow, from 20 s on, lasts to the end.": the lasting faults that are not blamed.
  [[nodiscard]] std::string still_there() const {
    std::vector<const FaultTimeline*> others = lasting_;
    std::erase(others, blamed());
    if (others.empty()) return "";
    const auto named = [](const FaultTimeline& fault) {
      return fmt::format("{}, from {} on,", fault.name,
                         fault.from > Instant{} ? time_text(fault.from) : std::string("the start"));
    };
    std::string text = " " + named(*others.front());
    if (others.size() == 2) text += " and " + named(*others.back());
    if (others.size() > 2) text += " and " + grouped(others.size() - 1) + " more faults";
    return text + (others.size() == 1 ? " lasts to the end." : " last to the end.");
  }

  const Plot& plot_;
  const Timeline& timeline_;
  const std::vector<Episode>& falls_;
  const std::optional<Episode>& low_;
  const FaultTimeline* fault_;                 ///< the last that is over
  std::vector<const FaultTimeline*> lasting_;  ///< those that are not
  std::uint64_t offered_ = 0, ok_ = 0;         ///< after the warm-up
};

}  // namespace

std::string time_text(Instant at) { return duration_text_short(at.time_since_epoch(), true); }

Instant begin_of(const Timeline& timeline, const Episode& episode) {
  return timeline.end_of(episode.first);
}

Instant end_of(const Timeline& timeline, const Episode& episode) {
  return episode.end >= timeline.rows ? timeline.end : timeline.start_of(episode.end);
}

/// The first place that crossed a limit of its own; else the callee of the first call in trouble,
/// or of that in which requests hang.
std::optional<std::string> origin_of(const Plot& plot) {
  for (const StoryStep& step : plot.steps) {
    if (is_of_node(step.kind)) return step.subject;
  }
  for (const StoryStep& step : plot.steps) {
    if (step.kind == Kind::requests_hang) {
      for (const Hanging& hanging : plot.goodput.hanging()) {
        const std::string& name = plot.timeline.workloads[hanging.workload].name;
        const bool is_it =
            step.subject == metrics::subject_of(metrics::GraphNode::Kind::workload, name);
        if (is_it && hanging.call) return plot.timeline.calls[*hanging.call].to;
      }
    }
    if (step.kind != Kind::timeouts_begin && step.kind != Kind::errors_begin) continue;
    const auto call = std::ranges::find_if(plot.timeline.calls, [&step](const CallTimeline& one) {
      return "call." + one.name == step.subject;
    });
    return call->to;
  }
  return std::nullopt;
}

std::string fed_by(const Plot& plot) {
  if (!plot.trouble) return "";
  std::string text;
  std::uint64_t most = 0;
  for (const CallTimeline& call : plot.timeline.calls) {
    const auto sum = [&](CallCount column) { return sum_in(call.counts[column], *plot.trouble); };
    const std::uint64_t again = sum(CallCount::retries) + sum(CallCount::hedges);
    const double factor = ratio_of(sum(CallCount::attempts), sum(CallCount::requests));
    if (again <= most || factor < feeding_min) continue;
    most = again;
    text = fmt::format(
        "Retries of {} fed it: {} attempts for each request while it lasted ({} again).", call.name,
        factor_text(factor), counted(again, "was made", "were made"));
  }
  for (const QueueTimeline& queue : plot.timeline.queues) {
    const std::uint64_t again = sum_in(queue.counts[QueueCount::redelivered], *plot.trouble);
    const std::uint64_t delivered = sum_in(queue.counts[QueueCount::delivered], *plot.trouble);
    if (again <= most || ratio_of(delivered, delivered - again) < feeding_min) continue;
    most = again;
    text = fmt::format("Redeliveries of {} fed it: {} of {} deliveries while it lasted.",
                       queue.name, grouped(again), grouped(delivered));
  }
  if (most == 0) return "";
  return text + wasted_work(plot);
}

std::string stopped_by(const Plot& plot) {
  if (!has_recovered(plot)) return "";
  if (const std::string ended = fault_that_ended(plot); !ended.empty()) return ended;
  if (const std::string closed = breaker_that_closed(plot); !closed.empty()) return closed;
  if (const std::string held = policy_that_held(plot); !held.empty()) return held;
  if (const std::string fewer = fewer_requests(plot); !fewer.empty()) return fewer;
  const FaultTimeline* last = last_fault_over(plot.timeline);
  if (last == nullptr) return "";
  const Duration after = plot.record.verdict.recovered_after.value_or(Duration{0});
  if (after == Duration{0})
    return fmt::format("{} was over at {}, and nothing kept it going.", last->name,
                       time_text(last->to));
  return fmt::format("Nothing but room to spare: it went on for {} after {} was over.",
                     duration_text_short(after, true), last->name);
}

std::string headline_of(const Plot& plot) { return Headline(plot).text(); }

}  // namespace squall::report
