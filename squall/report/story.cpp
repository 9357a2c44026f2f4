#include "squall/report/story.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "squall/report/story_conclusion.hpp"
#include "squall/report/story_goodput.hpp"
#include "squall/report/story_signals.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::CallCount;
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
using Kind = StoryStep::Kind;

/// So many steps of one kind; what comes later follows from those.
constexpr std::size_t steps_of_kind_max = 6;

double most_in(const std::vector<double>& gauge, const Episode& rows) {
  double most = 0.0;
  for (std::size_t i = rows.first; i < rows.end; ++i) {
    if (metrics::has_value(gauge[i])) most = std::max(most, gauge[i]);
  }
  return most;
}

/// "100", "1,234", of a gauge.
std::string count_text(double gauge) { return grouped(static_cast<std::uint64_t>(gauge + 0.5)); }

/// ", 12 % of its attempts", where they were made in the same time.
std::string of_attempts(std::uint64_t part, std::uint64_t attempts) {
  if (part > attempts || attempts == 0) return "";
  return ", " + whole_percent_text(ratio_of(part, attempts)) + " of its attempts";
}

/// Tells one run.
class Teller {
 public:
  Teller(const Timeline& timeline, const RunRecord& record)
      : timeline_(timeline), record_(record), signals_(timeline), goodput_(timeline, signals_) {}

  [[nodiscard]] Story tell() && {
    tell_faults();
    for (const ServiceTimeline& service : timeline_.services) tell_service(service);
    for (const QueueTimeline& queue : timeline_.queues) tell_queue(queue);
    for (const CallTimeline& call : timeline_.calls) tell_call(call);
    tell_hanging();
    tell_goodput();
    end_trouble();
    const Plot plot{.timeline = timeline_,
                    .record = record_,
                    .signals = signals_,
                    .goodput = goodput_,
                    .steps = story_.steps,
                    .trouble = trouble_};
    story_.origin = origin_of(plot);
    story_.fed_by = fed_by(plot);
    story_.stopped_by = stopped_by(plot);
    story_.headline = headline_of(plot);
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
           std::string_view unit, const std::string& text) {
    note_trouble(episode);
    add(kind, begin_of(episode), std::move(subject), value, unit, text + until(episode));
  }
  [[nodiscard]] Instant begin_of(const Episode& episode) const {
    return report::begin_of(timeline_, episode);
  }
  [[nodiscard]] bool lasts(const Episode& episode) const { return episode.end >= timeline_.rows; }
  [[nodiscard]] Instant end_of(const Episode& episode) const {
    return report::end_of(timeline_, episode);
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
    for (const Episode& episode : signals_.collected(queue)) {
      const std::uint64_t came = sum_in(queue.counts[QueueCount::published], episode) -
                                 sum_in(queue.counts[QueueCount::rejected], episode);
      if (came == 0) continue;  // it is full
      add(Kind::dead_letters, episode, subject, static_cast<double>(came), "messages",
          fmt::format("Dead letters collect in {}, where nobody reads them: {}", queue.name,
                      counted(came, "message", "messages")));
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

  [[nodiscard]] std::string subject_of_workload(std::size_t workload) const {
    return metrics::subject_of(metrics::GraphNode::Kind::workload,
                               timeline_.workloads[workload].name);
  }

  void tell_hanging() {
    for (const Hanging& hanging : goodput_.hanging()) {
      const metrics::WorkloadTimeline& workload = timeline_.workloads[hanging.workload];
      const Episode episode{hanging.first, timeline_.rows, 0};
      std::string text =
          fmt::format("{}equests of {} {}", hanging.is_growing ? "More and more r" : "R",
                      workload.name, hanging.never_end ? "hang" : "stay inside");
      if (hanging.call)
        text += fmt::format(" {} {}", hanging.never_end ? "in" : "and wait for",
                            timeline_.calls[*hanging.call].name);
      text += fmt::format(": {} at {} and {} when the run ends are there for longer than {}",
                          grouped(hanging.at_half), time_text(timeline_.end_of(hanging.half)),
                          grouped(hanging.at_end), duration_text_short(hanging.patience, true));
      if (hanging.never_end) text += ", and never end";
      note_trouble(episode);
      add(Kind::requests_hang, begin_of(episode), subject_of_workload(hanging.workload),
          static_cast<double>(hanging.at_end), "requests inside", text + ".");
    }
  }

  void tell_goodput() {
    const std::string subject =
        timeline_.workloads.size() == 1 ? subject_of_workload(0) : std::string();
    const auto of_requests = [this](const Episode& episode) {
      const Goodput::Known known = goodput_.known_in(episode);
      return fmt::format("of {} from here on until {}, {} end well.",
                         counted(known.all(), "request", "requests"),
                         lasts(episode) ? std::string("the end") : time_text(end_of(episode)),
                         whole_percent_text(ratio_of(known.ok, known.all())));
    };
    const auto add_episode = [&](Kind kind, const Episode& episode, const char* what) {
      const Goodput::Known known = goodput_.known_in(episode);
      note_trouble(episode);
      add(kind, begin_of(episode), subject, ratio_of(known.ok, known.all()), "share ok",
          what + of_requests(episode));
    };
    const auto add_end = [&](const Episode& episode, const char* what) {
      add(Kind::goodput_recovers, end_of(episode), subject, 0.0, "", what);
    };
    if (const std::optional<Episode>& low = goodput_.low_from_start()) {
      add_episode(Kind::goodput_low, *low, "Goodput is low from the start: ");
      if (!goodput_.low_lasts()) add_end(*low, "Goodput is well from here on.");
    }
    for (const Episode& episode : goodput_.falls()) {
      add_episode(Kind::goodput_falls, episode, "Goodput falls: ");
      if (!lasts(episode)) add_end(episode, "Goodput is back where it was.");
    }
    if (record_.verdict.state == Verdict::State::not_recovered)
      add(Kind::never_recovers, timeline_.end, subject, 0.0, "",
          "The run ends, and goodput has not come back.");
  }

  /// From the first sign of trouble until goodput is back, or to the end.
  void end_trouble() {
    std::ranges::stable_sort(story_.steps, {}, &StoryStep::at);
    if (trouble_ && !goodput_.falls().empty())
      trouble_->end = std::max(trouble_->first, goodput_.falls().back().end);
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
  Goodput goodput_;
  Story story_;
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
    case Kind::requests_hang:
      return "requests_hang";
    case Kind::goodput_low:
      return "goodput_low";
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
