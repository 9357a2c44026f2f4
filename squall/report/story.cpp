#include "squall/report/story.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "squall/report/story_signals.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::CallCount;
using metrics::CallGauge;
using metrics::CallTimeline;
using metrics::QueueCount;
using metrics::QueueGauge;
using metrics::QueueTimeline;
using metrics::RunRecord;
using metrics::ServiceCount;
using metrics::ServiceGauge;
using metrics::ServiceTimeline;
using metrics::Timeline;
using metrics::Verdict;
using metrics::WorkloadCount;
using metrics::WorkloadTimeline;
using Kind = StoryStep::Kind;
using Counts = std::vector<std::uint64_t>;

/// So many steps of one kind; what comes later follows from those.
constexpr std::size_t steps_of_kind_max = 6;
/// Amplification below it feeds nothing.
constexpr double feeding_min = 1.2;
/// A policy that kept less than this share of what came from going on did not stop it.
constexpr double stopping_min = 0.1;

std::string time_text(Instant at) { return duration_text_short(at.time_since_epoch(), true); }

std::uint64_t sum_in(const Counts& counts, const Episode& rows) {
  std::uint64_t sum = 0;
  for (std::size_t i = rows.first; i < rows.end; ++i) sum += counts[i];
  return sum;
}

double most_in(const std::vector<double>& gauge, const Episode& rows) {
  double most = 0.0;
  for (std::size_t i = rows.first; i < rows.end; ++i) {
    if (metrics::has_value(gauge[i])) most = std::max(most, gauge[i]);
  }
  return most;
}

double ratio_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// "100", "1,234", of a gauge.
std::string count_text(double gauge) { return grouped(static_cast<std::uint64_t>(gauge + 0.5)); }

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

/// ", 12 % of its attempts", where they were made in the same time.
std::string of_attempts(std::uint64_t part, std::uint64_t attempts) {
  if (part > attempts || attempts == 0) return "";
  return ", " + whole_percent_text(ratio_of(part, attempts)) + " of its attempts";
}

/// What became of the requests of all workloads in some rows.
struct Ends {
  std::uint64_t offered = 0, ok = 0, ended = 0;
};
Ends ends_in(const Timeline& timeline, const Episode& rows) {
  Ends ends;
  for (const WorkloadTimeline& workload : timeline.workloads) {
    const auto of = [&](WorkloadCount column) { return sum_in(workload.counts[column], rows); };
    const std::uint64_t ok = of(WorkloadCount::ok);
    ends.offered += of(WorkloadCount::offered);
    ends.ok += ok;
    ends.ended += ok + of(WorkloadCount::late) + of(WorkloadCount::failed) +
                  of(WorkloadCount::rejected) + of(WorkloadCount::dead_lettered) +
                  of(WorkloadCount::dropped);
  }
  return ends;
}

/// Tells one run.
class Teller {
 public:
  Teller(const Timeline& timeline, const RunRecord& record)
      : timeline_(timeline), record_(record), signals_(timeline) {}

  [[nodiscard]] Story tell() && {
    tell_faults();
    for (const ServiceTimeline& service : timeline_.services) tell_service(service);
    for (const QueueTimeline& queue : timeline_.queues) tell_queue(queue);
    for (const CallTimeline& call : timeline_.calls) tell_call(call);
    tell_goodput();
    end_trouble();
    story_.origin = origin();
    story_.fed_by = fed_by();
    story_.stopped_by = stopped_by();
    story_.headline = headline();
    choose_steps();
    return std::move(story_);
  }

 private:
  void add(Kind kind, Instant at, std::string subject, double value, std::string_view unit,
           std::string text) {
    story_.steps.push_back({.at = at,
                            .kind = kind,
                            .subject = std::move(subject),
                            .text = std::move(text),
                            .value = value,
                            .unit = std::string(unit)});
  }
  void add(Kind kind, const Episode& episode, std::string subject, double value,
           std::string_view unit, std::string text) {
    note_trouble(episode);
    add(kind, begin_of(episode), std::move(subject), value, unit, text + until(episode));
  }
  /// What is seen in a row is known at its end; so no effect comes before its cause.
  [[nodiscard]] Instant begin_of(const Episode& episode) const {
    return timeline_.end_of(episode.first);
  }
  [[nodiscard]] bool lasts(const Episode& episode) const { return episode.end >= timeline_.rows; }
  [[nodiscard]] Instant end_of(const Episode& episode) const {
    return lasts(episode) ? timeline_.end : timeline_.start_of(episode.end);
  }
  /// ", until 12 s."
  [[nodiscard]] std::string until(const Episode& episode) const {
    const std::string how = episode.repeats > 0 ? ", on and off" : ",";
    return lasts(episode) ? how + " to the end."
                          : how + " until " + time_text(end_of(episode)) + ".";
  }
  void note_trouble(const Episode& episode) {
    if (!trouble_) trouble_ = Episode{episode.first, timeline_.rows, 0};
    trouble_->first = std::min(trouble_->first, episode.first);
  }

  void tell_faults() {
    for (const metrics::FaultTimeline& fault : timeline_.faults) {
      const std::string subject = "fault." + fault.name;
      const std::string on = fault.on.empty() ? std::string() : " on " + fault.on;
      if (fault.from > timeline_.end) continue;
      add(Kind::fault_begins, fault.from, subject, 0.0, "",
          fmt::format("{} begins{}: {}.", fault.name, on, fault.what));
      if (fault.to <= timeline_.end)
        add(Kind::fault_ends, fault.to, subject, 0.0, "", fmt::format("{} is over.", fault.name));
    }
  }

  void tell_service(const ServiceTimeline& service) {
    const std::string subject =
        metrics::subject_of(metrics::GraphNode::Kind::service, service.name);
    for (const Episode& episode : signals_.load(service)) {
      const double most = most_in(service.gauges[ServiceGauge::load].most, episode);
      add(Kind::crosses_load, episode, subject, most, "load",
          fmt::format("{} has more in service than it bears, up to {} times its capacity",
                      service.name, factor_text(most)));
    }
    for (const Episode& episode : signals_.line(service)) {
      const double most = most_in(service.gauges[ServiceGauge::waiting].most, episode);
      add(Kind::line_grows, episode, subject, most, "requests waiting",
          fmt::format("The line for {} grows, to {} requests", service.name, count_text(most)));
    }
    for (const Episode& episode : signals_.crowd(service)) {
      const double most = most_in(service.gauges[ServiceGauge::in_service].most, episode);
      add(Kind::crowd_grows, episode, subject, most, "requests in service",
          fmt::format("Requests pile up in {}, up to {} at once", service.name, count_text(most)));
    }
    for (const Episode& episode : signals_.refusals(service)) {
      const std::uint64_t refused = sum_in(service.counts[ServiceCount::refused], episode);
      const std::uint64_t arrived = sum_in(service.counts[ServiceCount::arrived], episode);
      const bool is_full =
          service.line_capacity && most_in(service.gauges[ServiceGauge::waiting].most, episode) >=
                                       static_cast<double>(*service.line_capacity);
      add(is_full ? Kind::queue_full : Kind::refuses, episode, subject,
          static_cast<double>(refused), "requests refused",
          fmt::format("{} {} of {}", service.name + (is_full ? " is full and refuses" : " refuses"),
                      grouped(refused), counted(arrived, "request", "requests")));
    }
  }

  void tell_queue(const QueueTimeline& queue) {
    const std::string subject = metrics::subject_of(metrics::GraphNode::Kind::queue, queue.name);
    for (const Episode& episode : signals_.backlog(queue)) {
      const double most = most_in(queue.gauges[QueueGauge::depth].most, episode);
      const double age = most_in(queue.gauges[QueueGauge::oldest_age_ms].most, episode);
      add(Kind::line_grows, episode, subject, most, "messages waiting",
          fmt::format("The backlog in {} grows, to {} messages and an age of {}", queue.name,
                      count_text(most),
                      duration_text_short(nanoseconds_saturated(age * 1e6), true)));
    }
    for (const Episode& episode : signals_.overflow(queue)) {
      const std::uint64_t turned_away = sum_in(queue.counts[QueueCount::rejected], episode) +
                                        sum_in(queue.counts[QueueCount::dropped], episode);
      add(Kind::queue_full, episode, subject, static_cast<double>(turned_away), "messages",
          fmt::format("{} is full: {} are refused or dropped", queue.name,
                      counted(turned_away, "message", "messages")));
    }
    for (const Episode& episode : signals_.redeliveries(queue)) {
      const std::uint64_t again = sum_in(queue.counts[QueueCount::redelivered], episode);
      const std::uint64_t delivered = sum_in(queue.counts[QueueCount::delivered], episode);
      add(Kind::redeliveries_feed, episode, subject, ratio_of(again, delivered), "share",
          fmt::format("{} delivers messages again and again: {} of {} deliveries", queue.name,
                      grouped(again), grouped(delivered)));
    }
    for (const Episode& episode : signals_.dead_letters(queue)) {
      const std::uint64_t dead = sum_in(queue.counts[QueueCount::dead_lettered], episode);
      add(Kind::dead_letters, episode, subject, static_cast<double>(dead), "messages",
          fmt::format("{} gives up {}, which become dead letters", queue.name,
                      counted(dead, "message", "messages")));
    }
  }

  void tell_call(const CallTimeline& call) {
    const std::string subject = "call." + call.name;
    const auto sum = [&call](CallCount column, const Episode& rows) {
      return sum_in(call.counts[column], rows);
    };
    for (const Episode& episode : signals_.timeouts(call)) {
      const std::uint64_t timeouts = sum(CallCount::timeouts, episode);
      const std::uint64_t attempts = sum(CallCount::attempts, episode);
      add(Kind::timeouts_begin, episode, subject, static_cast<double>(timeouts), "timeouts",
          fmt::format("{} times out: {}{}", call.name, counted(timeouts, "timeout", "timeouts"),
                      of_attempts(timeouts, attempts)));
    }
    for (const Episode& episode : signals_.errors(call)) {
      const std::uint64_t errors =
          sum(CallCount::errors, episode) + sum(CallCount::rejected, episode);
      const std::uint64_t attempts = sum(CallCount::attempts, episode);
      add(Kind::errors_begin, episode, subject, static_cast<double>(errors), "errors",
          fmt::format("{} gets errors for answers: {}{}", call.name, grouped(errors),
                      of_attempts(errors, attempts)));
    }
    for (const Episode& episode : signals_.retries(call)) {
      const std::uint64_t attempts = sum(CallCount::attempts, episode);
      const std::uint64_t again =
          sum(CallCount::retries, episode) + sum(CallCount::hedges, episode);
      const double factor =
          attempts > again ? ratio_of(attempts, attempts - again) : static_cast<double>(attempts);
      add(Kind::retries_feed, episode, subject, factor, "attempts for each first one",
          fmt::format("Retries feed it: {} makes {}, {} for each first one", call.name,
                      counted(attempts, "attempt", "attempts"), factor_text(factor)));
    }
    for (const Episode& episode : signals_.breaker(call)) {
      const std::uint64_t refused = sum(CallCount::refused_by_breaker, episode);
      add(Kind::breaker_opens, episode, subject, static_cast<double>(refused), "calls refused",
          fmt::format("The breaker of {} opens and refuses {}", call.name,
                      counted(refused, "call", "calls")));
      if (!lasts(episode))
        add(Kind::breaker_closes, end_of(episode), subject, 0.0, "",
            fmt::format("The breaker of {} is closed again.", call.name));
    }
    for (const Episode& episode : signals_.denials(call)) {
      const std::uint64_t denied = sum(CallCount::denied_by_budget, episode);
      add(Kind::budget_empty, episode, subject, static_cast<double>(denied), "retries denied",
          fmt::format("The retry budget of {} is spent: {} denied", call.name,
                      counted(denied, "retry is", "retries are")));
    }
  }

  void tell_goodput() {
    const std::string subject = timeline_.workloads.size() == 1
                                    ? metrics::subject_of(metrics::GraphNode::Kind::workload,
                                                          timeline_.workloads.front().name)
                                    : std::string();
    goodput_ = signals_.goodput();
    for (const Episode& episode : goodput_) {
      const Ends ends = ends_in(timeline_, episode);
      const double share = ratio_of(ends.ok, ends.ended);
      note_trouble(episode);
      add(Kind::goodput_falls, begin_of(episode), subject, share, "share ok",
          fmt::format("Goodput falls: of {} that end from here on until {}, {} end well.",
                      counted(ends.ended, "request", "requests"),
                      lasts(episode) ? std::string("the end") : time_text(end_of(episode)),
                      whole_percent_text(share)));
      if (!lasts(episode))
        add(Kind::goodput_recovers, end_of(episode), subject, 0.0, "",
            "Goodput is back where it was.");
    }
    if (record_.verdict.state == Verdict::State::not_recovered)
      add(Kind::never_recovers, timeline_.end, subject, 0.0, "",
          "The run ends, and goodput has not come back.");
  }

  /// From the first sign of trouble until goodput is back, or to the end.
  void end_trouble() {
    std::ranges::stable_sort(story_.steps, {}, &StoryStep::at);
    if (trouble_ && !goodput_.empty())
      trouble_->end = std::max(trouble_->first, goodput_.back().end);
  }

  [[nodiscard]] static bool is_of_node(Kind kind) {
    return kind == Kind::crosses_load || kind == Kind::line_grows || kind == Kind::crowd_grows ||
           kind == Kind::queue_full || kind == Kind::refuses;
  }

  /// The first place that crossed a limit of its own; else the callee of the first call in trouble.
  [[nodiscard]] std::optional<std::string> origin() const {
    for (const StoryStep& step : story_.steps) {
      if (is_of_node(step.kind)) return step.subject;
    }
    for (const StoryStep& step : story_.steps) {
      if (step.kind != Kind::timeouts_begin && step.kind != Kind::errors_begin) continue;
      const auto call = std::ranges::find_if(timeline_.calls, [&step](const CallTimeline& one) {
        return "call." + one.name == step.subject;
      });
      return call->to;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string fed_by() const {
    if (!trouble_) return "";
    std::string text;
    std::uint64_t most = 0;
    for (const CallTimeline& call : timeline_.calls) {
      const std::uint64_t attempts = sum_in(call.counts[CallCount::attempts], *trouble_);
      const std::uint64_t again = sum_in(call.counts[CallCount::retries], *trouble_) +
                                  sum_in(call.counts[CallCount::hedges], *trouble_);
      const std::uint64_t requests = sum_in(call.counts[CallCount::requests], *trouble_);
      const double factor = ratio_of(attempts, requests);
      if (again <= most || factor < feeding_min) continue;
      most = again;
      text = fmt::format(
          "Retries of {} fed it: {} attempts for each request while it lasted ({} again).",
          call.name, factor_text(factor), counted(again, "was made", "were made"));
    }
    for (const QueueTimeline& queue : timeline_.queues) {
      const std::uint64_t again = sum_in(queue.counts[QueueCount::redelivered], *trouble_);
      const std::uint64_t delivered = sum_in(queue.counts[QueueCount::delivered], *trouble_);
      if (again <= most || ratio_of(delivered, delivered - again) < feeding_min) continue;
      most = again;
      text = fmt::format("Redeliveries of {} fed it: {} of {} deliveries while it lasted.",
                         queue.name, grouped(again), grouped(delivered));
    }
    if (most == 0) return "";
    return text + wasted_work();
  }

  /// " In all 63 % of the work of bank was for callers that had gone." By service time, of the
  /// whole run, its warm-up included.
  [[nodiscard]] std::string wasted_work() const {
    const metrics::ServiceRecord* worst = nullptr;
    for (const metrics::ServiceRecord& service : record_.services) {
      if (service.wasted_ratio() < stopping_min) continue;
      if (worst == nullptr || service.wasted_ratio() > worst->wasted_ratio()) worst = &service;
    }
    if (worst == nullptr) return "";
    return fmt::format(" In all {} of the work of {} was for callers that had gone.",
                       whole_percent_text(worst->wasted_ratio()), worst->name);
  }

  [[nodiscard]] bool has_recovered() const {
    if (record_.verdict.state == Verdict::State::recovered) return true;
    return record_.verdict.state != Verdict::State::not_recovered && !goodput_.empty() &&
           goodput_.back().end < timeline_.rows;
  }

  [[nodiscard]] std::string stopped_by() const {
    const bool has_begun =
        !goodput_.empty() ||
        std::ranges::any_of(story_.steps, [](const auto& step) { return is_of_node(step.kind); });
    if (!has_begun || !has_recovered()) return "";
    std::string text;
    double most = stopping_min;
    for (const CallTimeline& call : timeline_.calls) {
      const auto sum = [&](CallCount column) { return sum_in(call.counts[column], *trouble_); };
      const std::uint64_t refused = sum(CallCount::refused_local);
      const std::uint64_t breaker = sum(CallCount::refused_by_breaker);
      const double share = ratio_of(refused, refused + sum(CallCount::attempts));
      if (share > most) {
        most = share;
        text = fmt::format("{} of {} kept {} of {} attempts from being made.",
                           2 * breaker >= refused ? "The breaker" : "The limits", call.name,
                           grouped(refused), grouped(refused + sum(CallCount::attempts)));
      }
      const std::uint64_t denied = sum(CallCount::denied_by_budget);
      const double denied_share = ratio_of(denied, denied + sum(CallCount::retries));
      if (denied > 0 && denied_share > most) {
        most = denied_share;
        text = fmt::format("The retry budget of {} denied {} of {} retries.", call.name,
                           grouped(denied), grouped(denied + sum(CallCount::retries)));
      }
    }
    for (const ServiceTimeline& service : timeline_.services) {
      const std::uint64_t refused = sum_in(service.counts[ServiceCount::refused], *trouble_);
      const std::uint64_t arrived = sum_in(service.counts[ServiceCount::arrived], *trouble_);
      if (ratio_of(refused, arrived) <= most) continue;
      most = ratio_of(refused, arrived);
      text = fmt::format("{} shed load: it refused {} of {}.", service.name, grouped(refused),
                         counted(arrived, "request", "requests"));
    }
    if (!text.empty()) return text;
    if (const std::string fewer = fewer_requests(); !fewer.empty()) return fewer;
    const metrics::FaultTimeline* last = last_fault_over();
    if (last == nullptr) return "";
    const Duration after = record_.verdict.recovered_after.value_or(Duration{0});
    if (after <= noticeable())
      return fmt::format("{} was over at {}, and nothing kept it going.", last->name,
                         time_text(last->to));
    return fmt::format("Nothing but room to spare: it went on for {} after {} was over.",
                       duration_text_short(after, true), last->name);
  }

  /// So long it may take until what is usual is seen again.
  [[nodiscard]] Duration noticeable() const {
    return std::max(Duration{std::chrono::seconds{1}}, timeline_.end.time_since_epoch() / 50);
  }

  /// When goodput came back fewer requests came than before the first fault.
  [[nodiscard]] std::string fewer_requests() const {
    if (!signals_.usual() || goodput_.empty()) return "";
    const Episode& usual = *signals_.usual();
    const std::size_t end = goodput_.back().end;
    const std::size_t span = std::max<std::size_t>(1, (end - goodput_.back().first) / 10);
    const Episode before_end{end - std::min(span, end), end, 0};
    const auto rate = [this](const Episode& rows) {
      const auto offered = static_cast<double>(ends_in(timeline_, rows).offered);
      return offered / to_s(timeline_.interval * static_cast<std::int64_t>(rows.end - rows.first));
    };
    const double usual_rate = rate(usual);
    const double last_rate = rate(before_end);
    if (last_rate > 0.8 * usual_rate) return "";
    return fmt::format("Fewer requests came: {} in place of {}.", rate_text(last_rate),
                       rate_text(usual_rate));
  }

  [[nodiscard]] const metrics::FaultTimeline* last_fault_over() const {
    const metrics::FaultTimeline* last = nullptr;
    for (const metrics::FaultTimeline& fault : timeline_.faults) {
      if (fault.to <= timeline_.end && (last == nullptr || fault.to >= last->to)) last = &fault;
    }
    return last;
  }

  [[nodiscard]] std::string headline() const {
    const Ends all = ends_in(timeline_, {0, timeline_.rows, 0});
    const std::string served =
        fmt::format("{} of {}", grouped(all.ok), counted(all.offered, "request", "requests"));
    const std::string share = whole_percent_text(ratio_of(all.ok, all.offered));
    const metrics::FaultTimeline* fault = last_fault_over();
    const bool is_judged =
        fault != nullptr && (record_.verdict.state == Verdict::State::recovered ||
                             record_.verdict.state == Verdict::State::not_recovered);
    const bool falls_unprovoked = is_judged && !goodput_.empty() &&
                                  begin_of(goodput_.front()) <= timeline_.faults.front().from;
    if (falls_unprovoked)
      return fmt::format("It falters before {} begins, at {}: {} ({}) end well.",
                         timeline_.faults.front().name, time_text(begin_of(goodput_.front())),
                         served, share);
    if (is_judged && record_.verdict.state == Verdict::State::not_recovered) {
      return fmt::format(
          "It never recovers: {} after {} was over, goodput has not come back ({} ok).",
          duration_text_short(timeline_.end - fault->to, true), fault->name, served);
    }
    if (is_judged) {
      const Duration after = record_.verdict.recovered_after.value_or(Duration{0});
      if (after > Duration{0})
        return fmt::format("It recovers {} after {} was over: {} ({}) end well.",
                           duration_text_short(after, true), fault->name, served, share);
      if (!goodput_.empty())
        return fmt::format("It recovers as soon as {} is over: {} ({}) end well.", fault->name,
                           served, share);
      return fmt::format("It withstands {}: {} ({}) end well.",
                         timeline_.faults.size() == 1 ? fault->name : std::string("all faults"),
                         served, share);
    }
    if (!trouble_)
      return fmt::format("It stayed below its limits the whole time: {} ({}) end well.", served,
                         share);
    if (!goodput_.empty() && goodput_.back().end >= timeline_.rows)
      return fmt::format("It collapses at {} and does not come back: {} ({}) end well.",
                         time_text(begin_of(goodput_.back())), served, share);
    if (!goodput_.empty())
      return fmt::format("It falters at {} and comes back: {} ({}) end well.",
                         time_text(begin_of(goodput_.front())), served, share);
    return fmt::format("It crosses limits, and bears it: {} ({}) end well.", served, share);
  }

  /// The first of each kind, and of all of them so many as are allowed: what follows is the less
  /// telling.
  void choose_steps() {
    std::array<std::size_t, static_cast<std::size_t>(Kind::never_recovers) + 1> of_kind{};
    std::erase_if(story_.steps, [&](const StoryStep& step) {
      const bool is_last = step.kind == Kind::never_recovers;
      return !is_last && ++of_kind[static_cast<std::size_t>(step.kind)] > steps_of_kind_max;
    });
    if (story_.steps.size() <= story_steps_max) return;
    const StoryStep last = story_.steps.back();
    story_.steps.resize(story_steps_max);
    story_.steps.back() = last;
  }

  const Timeline& timeline_;
  const RunRecord& record_;
  Signals signals_;
  Story story_;
  std::vector<Episode> goodput_;
  std::optional<Episode> trouble_;
};

}  // namespace

const char* text_of(StoryStep::Kind kind) {
  switch (kind) {
    case Kind::fault_begins:
      return "fault_begins";
    case Kind::fault_ends:
      return "fault_ends";
    case Kind::crosses_load:
      return "crosses_load";
    case Kind::line_grows:
      return "line_grows";
    case Kind::crowd_grows:
      return "crowd_grows";
    case Kind::queue_full:
      return "queue_full";
    case Kind::refuses:
      return "refuses";
    case Kind::timeouts_begin:
      return "timeouts_begin";
    case Kind::errors_begin:
      return "errors_begin";
    case Kind::retries_feed:
      return "retries_feed";
    case Kind::redeliveries_feed:
      return "redeliveries_feed";
    case Kind::breaker_opens:
      return "breaker_opens";
    case Kind::breaker_closes:
      return "breaker_closes";
    case Kind::budget_empty:
      return "budget_empty";
    case Kind::dead_letters:
      return "dead_letters";
    case Kind::goodput_falls:
      return "goodput_falls";
    case Kind::goodput_recovers:
      return "goodput_recovers";
    case Kind::never_recovers:
      return "never_recovers";
  }
  return "";
}

Story tell_story(const Timeline& timeline, const RunRecord& record) {
  return Teller(timeline, record).tell();
}

}  // namespace squall::report
