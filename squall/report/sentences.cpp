#include "squall/report/sentences.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "squall/report/steady_rows.hpp"
#include "squall/report/study_sentences.hpp"
#include "squall/report/summary.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::Comparison;
using metrics::Verdict;

/// What is worth saying.
constexpr double amplification_told = 1.1;
constexpr double wasted_told = 0.05;
constexpr std::int64_t hidden_factor_told = 2;

struct Variant {
  std::string name;
  Summary summary;
  Verdict verdict;
  std::uint64_t permille = 0;  ///< goodput
  std::uint64_t runs = 1;      ///< replications in it
};

std::string requests(std::uint64_t count) { return counted(count, "request", "requests"); }

std::string possessive(const std::string& name) {
  return name + (name.ends_with('s') ? "'" : "'s");
}

// --- What became of the requests ---

/// The policy that refused most often before an attempt, or what refused most often after one.
std::string most_refusing(const std::vector<std::pair<std::uint64_t, const char*>>& parties) {
  const auto most = std::ranges::max_element(parties, {}, [](const auto& p) { return p.first; });
  if (most->first == 0) return {};
  return fmt::format(" ({} refused most often, {})", most->second,
                     most->first == 1 ? "once" : grouped(most->first) + " times");
}

constexpr const char* dead_letters = "ended as dead letters";

struct Loss {
  std::uint64_t count = 0;
  std::string what;  ///< follows the number
};

/// The end that most of the requests that were not ok had; of two alike the first. Nothing without
/// a loss.
std::optional<Loss> largest_loss(const Summary& s) {
  const std::array<Loss, 9> losses = {{
      {s.failed_timeout, "timed out"},
      {s.failed_deadline, "ran into the deadline"},
      {s.failed_error, "failed with an error"},
      {s.rejected_local, "were refused before leaving the caller" +
                             most_refusing({{s.rejected_breaker, "the breaker"},
                                            {s.rejected_bulkhead, "the bulkhead"},
                                            {s.rejected_rate_limit, "the rate limit"},
                                            {s.rejected_throttle, "the throttle"},
                                            {s.rejected_limiter, "the limiter"}})},
      {s.rejected_remote,
       "were refused by the other side" +
           most_refusing({{s.rejected_queue, s.sheds ? "the queue" : "a full queue"},
                          {s.rejected_admission, "admission control"}})},
      {s.dead_lettered, dead_letters},
      {s.dropped, "were dropped by a queue, or given up without a dead-letter queue"},
      {s.late, "were served after the objective"},
      {s.unfinished, "were still inside when the run ended"},
  }};
  const auto most = std::ranges::max_element(losses, {}, &Loss::count);
  if (most->count == 0) return std::nullopt;
  return *most;
}

std::string served(const Summary& s) {
  return s.has_objective ? "served within the objective" : "served";
}

std::string objective_text(const Summary& s, bool unicode) {
  if (!s.common_objective) return s.has_objective ? " within the objective" : "";
  return " within " + duration_text_short(*s.common_objective, unicode);
}

std::string all_served(const Summary& s, bool unicode) {
  std::string text = s.offered == 1 ? "the only request was served"
                                    : "all " + requests(s.offered) + " were served";
  text += objective_text(s, unicode);
  // The 99th percentile of a few is just the slowest one.
  const std::optional<Duration> p99 = s.ok_latency.quantile(0.99);
  if (!p99 || s.offered < 100) return text;
  return text + ", 99 % of them within " + duration_text(*p99, unicode) + " of their arrival";
}

std::string some_served(const Variant& v) {
  const Summary& s = v.summary;
  if (s.offered == 1) return "the only request was not " + served(s);
  if (s.ok == 0) return fmt::format("none of {} was {}", requests(s.offered), served(s));
  return fmt::format("{} of {} ({}) {} {}", grouped(s.ok), requests(s.offered),
                     percent_text(v.permille), s.ok == 1 ? "was" : "were", served(s));
}

/// What one request did instead of many.
std::string singular(const std::string& what) {
  if (what == dead_letters) return "ended as a dead letter";
  return what.starts_with("were ") ? "was " + what.substr(5) : what;
}

/// What became of those that were not served.
std::string others_ended(const Summary& s, const Loss& loss) {
  const std::uint64_t others = s.offered - s.ok;
  if (others == 1) {
    return (s.offered == 1 ? "it " : "the other one ") + singular(loss.what);
  }
  const std::string them = s.ok == 0 ? "them" : "the others";
  if (loss.count == others) return "all of " + them + " " + loss.what;
  const char* part = 2 * loss.count > others ? "most of " : "the largest part of ";
  return fmt::format("{}{}, {}, {}", part, them, grouped(loss.count), loss.what);
}

std::string outcome(const Variant& v, bool unicode) {
  const Summary& s = v.summary;
  if (s.offered == 0) return v.name + ": no request was offered.";
  if (s.ok == s.offered) return v.name + ": " + all_served(s, unicode) + ".";
  const std::string text = v.name + ": " + some_served(v);
  const std::optional<Loss> loss = largest_loss(s);
  return text + (loss ? "; " + others_ended(s, *loss) : "") + ".";
}

// --- What else is telling ---

std::optional<std::string> effort(const Variant& v) {
  const Summary& s = v.summary;
  std::vector<std::string> parts;
  if (s.amplification >= amplification_told) {
    parts.push_back(fmt::format("each request became {} attempts at {}",
                                factor_text(s.amplification), s.amplification_at));
  }
  if (!s.wasted_at.empty() && s.wasted_ratio >= wasted_told) {
    parts.push_back(fmt::format("{} of {} work was for callers that had gone",
                                whole_percent_text(s.wasted_ratio), possessive(s.wasted_at)));
  }
  if (parts.empty()) return std::nullopt;
  return v.name + ": " + (parts.size() == 2 ? parts[0] + "; " + parts[1] : parts[0]) + ".";
}

/// The latency that counts from delivery, beside the one from arrival, where it hides something.
std::optional<std::string> hidden_wait(const Variant& v, bool unicode) {
  const Summary& s = v.summary;
  if (!s.has_events) return std::nullopt;
  const std::optional<Duration> delivery = s.from_delivery.quantile(0.5);
  const std::optional<Duration> arrival = s.latency.quantile(0.5);
  if (!delivery || !arrival || *arrival / hidden_factor_told < *delivery) return std::nullopt;
  return fmt::format(
      "{}: counted from delivery the median is {}, counted from arrival {}; users wait for the "
      "second.",
      v.name, duration_text(*delivery, unicode), duration_text(*arrival, unicode));
}

/// The same of several replications that all ended alike.
std::optional<std::string> recovery_of_all(const Variant& v, bool unicode) {
  if (v.verdict.state == Verdict::State::not_recovered) {
    return fmt::format(
        "{}: in all {} replications goodput was still below its level before the faults when the "
        "run ended.",
        v.name, grouped(v.runs));
  }
  if (v.verdict.state == Verdict::State::recovered && v.verdict.recovered_after) {
    if (*v.verdict.recovered_after == Duration{0}) {
      return fmt::format(
          "{}: in all {} replications goodput was at its level before the faults as soon as the "
          "last "
          "one was over.",
          v.name, grouped(v.runs));
    }
    return fmt::format(
        "{}: in all {} replications goodput was back at its level before the faults, on average {} "
        "after the last one ended.",
        v.name, grouped(v.runs), duration_text(*v.verdict.recovered_after, unicode));
  }
  return std::nullopt;
}

std::optional<std::string> recovery(const Variant& v, bool unicode) {
  if (v.runs > 1) return recovery_of_all(v, unicode);
  if (v.verdict.state == Verdict::State::not_recovered) {
    return v.name + ": goodput was still below its level before the faults when the run ended.";
  }
  if (v.verdict.state == Verdict::State::recovered && v.verdict.recovered_after) {
    if (*v.verdict.recovered_after == Duration{0}) {
      return v.name +
             ": goodput was at its level before the faults as soon as the last one was over.";
    }
    return fmt::format(
        "{}: goodput was back at its level before the faults {} after the last one ended.", v.name,
        duration_text(*v.verdict.recovered_after, unicode));
  }
  if (v.verdict.state == Verdict::State::not_judged) {
    return fmt::format("{}: whether goodput came back after the faults cannot be told, since {}.",
                       v.name,
                       v.verdict.without_baseline ? "there was none before them to compare with"
                                                  : "nothing arrived after them");
  }
  return std::nullopt;
}

std::optional<std::string> most_telling(const Variant& v, bool unicode) {
  if (v.summary.offered == 0) return std::nullopt;
  if (v.verdict.state == Verdict::State::not_recovered) {
    std::string text = *recovery(v, unicode);
    if (const std::optional<std::string> cost = effort(v)) {
      text.back() = ',';
      text += " and " + cost->substr(v.name.size() + 2);
    }
    return text;
  }
  if (std::optional<std::string> text = effort(v)) return text;
  if (std::optional<std::string> text = hidden_wait(v, unicode)) return text;
  return recovery(v, unicode);
}

// --- One beside the other ---

std::string points(std::uint64_t permille) {
  return fmt::format("{}.{} points", permille / 10, permille % 10);
}

/// Of variants that served the same share, as it is printed: which of them did with the fewest
/// attempts and which was quickest, if they differ by a tenth at least.
std::optional<std::string> apart(const std::vector<const Variant*>& group, bool unicode) {
  const auto [fewest, most] = std::ranges::minmax_element(
      group, {}, [](const Variant* v) { return v->summary.amplification; });
  std::vector<std::string> parts;
  if ((*fewest)->summary.amplification > 0.0 &&
      (*most)->summary.amplification >= 1.1 * (*fewest)->summary.amplification) {
    parts.push_back(
        fmt::format("{} made the fewest attempts for each request, {}, and {} the most, {}",
                    (*fewest)->name, factor_text((*fewest)->summary.amplification), (*most)->name,
                    factor_text((*most)->summary.amplification)));
  }
  const Variant* quickest = nullptr;
  const Variant* slowest = nullptr;
  const auto median = [](const Variant* v) {
    return v->summary.ok_latency.quantile_of(0.5, v->summary.offered);
  };
  for (const Variant* v : group) {
    if (!median(v))
      return parts.empty() ? std::nullopt : std::optional("Of these, " + parts[0] + ".");
    if (quickest == nullptr || *median(v) < *median(quickest)) quickest = v;
    if (slowest == nullptr || *median(v) > *median(slowest)) slowest = v;
  }
  if (*median(slowest) - *median(quickest) > *median(quickest) / 10) {
    parts.push_back(fmt::format("{} served half of its requests within {}, {} within {}",
                                quickest->name, duration_text(*median(quickest), unicode),
                                slowest->name, duration_text(*median(slowest), unicode)));
  }
  if (parts.empty()) return std::nullopt;
  return "Of these, " + (parts.size() == 2 ? parts[0] + "; " + parts[1] : parts[0]) + ".";
}

std::vector<std::string> ranking(const std::vector<Variant>& variants, bool unicode) {
  std::vector<const Variant*> ranked;
  for (const Variant& v : variants) {
    if (v.summary.offered > 0) ranked.push_back(&v);
  }
  if (ranked.size() < 2) return {};
  // Of equal ones the first stays first: they lie in one vector, in the order of the scenario.
  std::ranges::sort(ranked, [](const Variant* a, const Variant* b) {
    return a->permille != b->permille ? a->permille > b->permille : a < b;
  });
  const std::uint64_t best = ranked.front()->permille;
  const auto next =
      std::ranges::find_if(ranked, [best](const Variant* v) { return v->permille < best; });
  const std::vector<const Variant*> top(ranked.begin(), next);
  const bool any_objective =
      std::ranges::any_of(variants, [](const Variant& v) { return v.summary.has_objective; });
  const std::string within = any_objective ? " within the objective" : "";

  std::vector<std::string> out;
  std::vector<std::string> names;
  names.reserve(top.size());
  for (const Variant* v : top) names.push_back(v->name);
  std::string text;
  if (best == 0) {
    text = "No variant served a single request" + within;
  } else if (next == ranked.end() && std::ranges::all_of(ranked, [](const Variant* v) {
               return v->summary.ok == v->summary.offered;
             })) {
    text = ranked.size() == 2 ? "Both variants served all of their requests"
                              : "All variants served all of their requests";
    text += within;
  } else if (top.size() > 1) {
    text = fmt::format("{} served the same share of their requests{} ({})", list_of(names), within,
                       percent_text(best));
  } else {
    text = fmt::format("{} served the largest share of its requests{}, {}", names.front(), within,
                       percent_text(best));
  }
  if (next != ranked.end()) {
    const std::uint64_t ahead = top.back()->permille - (*next)->permille;
    text += fmt::format("{} {} more than {} ({})", top.size() > 1 ? ", at least" : ":",
                        points(ahead), (*next)->name, percent_text((*next)->permille));
  }
  out.push_back(text + ".");
  if (top.size() > 1 && best > 0) {
    if (std::optional<std::string> difference = apart(top, unicode)) {
      out.push_back(std::move(*difference));
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> findings(const Comparison& comparison, const SentenceOptions& options) {
  std::vector<Variant> variants;
  for (const metrics::RunRecord& record : comparison.variants) {
    Variant v{printable(record.variant, options.unicode), summarise(record), record.verdict, 0,
              record.runs};
    v.summary.amplification_at = printable(v.summary.amplification_at, options.unicode);
    v.summary.wasted_at = printable(v.summary.wasted_at, options.unicode);
    if (v.summary.offered > 0) v.permille = permille_of(v.summary.ok, v.summary.offered);
    variants.push_back(std::move(v));
  }
  std::vector<std::string> out;
  if (comparison.partial) out.push_back(partial_sentence(comparison, options));
  if (variants.empty()) return out;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Variant& v = variants[i];
    if (comparison.study && !comparison.study->variants[i].worlds.empty()) {
      for (std::string& text : world_sentences(comparison, i, options)) {
        out.push_back(std::move(text));
      }
      continue;
    }
    out.push_back(outcome(v, options.unicode));
    if (std::optional<std::string> text = most_telling(v, options.unicode)) {
      out.push_back(std::move(*text));
    }
  }
  if (comparison.study) {
    for (std::string& text : ranking_sentences(comparison, options)) out.push_back(std::move(text));
    for (std::string& text : replication_sentences(comparison)) out.push_back(std::move(text));
    return out;
  }
  for (const metrics::RunRecord& record : comparison.variants) {
    for (std::string& text : steady_findings(record, options.unicode)) {
      out.push_back(std::move(text));
    }
  }
  // Runs that were stopped at different times are not to be ranked.
  if (!comparison.partial) {
    for (std::string& text : ranking(variants, options.unicode)) out.push_back(std::move(text));
  }
  out.push_back(fmt::format("{} with seed {}; run more before you conclude.",
                            variants.size() == 1 ? "This is one run" : "This is one run of each",
                            comparison.seed));
  return out;
}

}  // namespace squall::report
