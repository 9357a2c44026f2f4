#include "squall/report/study_sentences.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "squall/report/study_text.hpp"
#include "squall/report/text.hpp"

namespace squall::report {
namespace {

using metrics::Comparison;
using metrics::FigureEstimate;
using metrics::PairedFigure;
using metrics::WorldRecord;

constexpr const char* goodput = "goodput_ratio";
/// Below it an interval rests on too little.
constexpr std::uint64_t replications_wanted = 20;

std::string name_of(const Comparison& comparison, std::size_t variant, bool unicode) {
  return printable(comparison.variants[variant].variant, unicode);
}

std::string percent(double share) { return percent_text(permille_of(share)); }

std::string range_of(const metrics::Moments& goodputs) {
  const std::string low = percent(goodputs.min());
  const std::string high = percent(goodputs.max());
  return low == high ? low : low + " to " + high;
}

std::string share_interval(const metrics::ShareInterval& share) {
  return fmt::format("{:.0f} to {:.0f} %", 100.0 * share.low, 100.0 * share.high);
}

/// The goodput of `variant` less that of `other`, whichever of the two comes first.
struct Difference {
  double mean, low, high;
  bool significant;
  std::optional<double> variance_reduction;
};
std::optional<Difference> difference_of(const Comparison& comparison, std::size_t variant,
                                        std::size_t other) {
  const std::size_t later = std::max(variant, other);
  const std::size_t earlier = std::min(variant, other);
  for (const metrics::PairedRecord& pair : comparison.study->pairs) {
    if (pair.variant != later || pair.minus != earlier) continue;
    const PairedFigure* figure = metrics::find_figure(pair, goodput);
    if (figure == nullptr || !figure->low) return std::nullopt;
    Difference made{figure->difference.mean, *figure->low, *figure->high, figure->significant,
                    figure->variance_reduction};
    if (variant != later)
      made = {-made.mean, -made.high, -made.low, made.significant, made.variance_reduction};
    return made;
  }
  return std::nullopt;
}

/// A share of that difference, in points with as many digits as it is known to; without a plus.
std::string points_of(double share, const Difference& difference) {
  const std::string text = signed_text(100.0 * share, 50.0 * (difference.high - difference.low));
  return text.starts_with('+') ? text.substr(1) : text;
}

std::string interval_of(const Difference& difference) {
  return points_of(difference.low, difference) + " to " + points_of(difference.high, difference);
}

/// Whether no figure of any variant has another value in another replication.
bool nothing_differs(const metrics::StudyRecord& study) {
  return std::ranges::all_of(study.variants, [&](const metrics::VariantStudy& variant) {
    return std::ranges::all_of(variant.figures, [&](const FigureEstimate& figure) {
      const std::uint64_t count = figure.estimate.count;
      const bool all_or_none = count == 0 || count == study.replications;
      const bool never_alike = figure.never == 0 || figure.never == study.replications;
      return all_or_none && never_alike && (count == 0 || figure.estimate.standard_error == 0.0);
    });
  });
}

}  // namespace

std::vector<std::string> world_sentences(const Comparison& comparison, std::size_t variant,
                                         const SentenceOptions& options) {
  const metrics::VariantStudy& study = comparison.study->variants[variant];
  const WorldRecord& better = study.worlds.front();
  const WorldRecord& worse = study.worlds.back();
  const std::string name = name_of(comparison, variant, options.unicode);
  const std::string of_all =
      fmt::format("of {} replications", grouped(comparison.study->replications));
  std::vector<std::string> out;
  if (worse.name == "not_recovered") {
    out.push_back(fmt::format(
        "{}: goodput came back after the last fault in {} {} ({}, 95 %) and did not in {}; a mean "
        "over both describes no run.",
        name, grouped(better.count), of_all, share_interval(better.share), grouped(worse.count)));
    out.push_back(fmt::format(
        "{}: where it came back {} of the requests were served well, where not {}; '--seed {}' "
        "runs one that did not recover.",
        name, range_of(better.goodput), range_of(worse.goodput), worse.example_seed));
  } else {
    out.push_back(fmt::format(
        "{}: the replications are of two kinds: {} {} ({}, 95 %) served {} of their requests well, "
        "the other {} {}; a mean over both describes no run.",
        name, grouped(worse.count), of_all, share_interval(worse.share), range_of(worse.goodput),
        grouped(better.count), range_of(better.goodput)));
    out.push_back(fmt::format("{}: '--seed {}' runs one of the worse.", name, worse.example_seed));
  }
  return out;
}

std::vector<std::string> ranking_sentences(const Comparison& comparison,
                                           const SentenceOptions& options) {
  const metrics::StudyRecord& study = *comparison.study;
  std::vector<std::size_t> ranked;
  const auto mean_of = [&](std::size_t v) {
    return metrics::find_figure(study.variants[v], goodput)->estimate.mean;
  };
  for (std::size_t v = 0; v < study.variants.size(); ++v) {
    const FigureEstimate* figure = metrics::find_figure(study.variants[v], goodput);
    const bool known = figure != nullptr && figure->half_width_95.has_value();
    if (known && study.variants[v].worlds.empty()) ranked.push_back(v);
  }
  if (ranked.size() < 2) return {};
  std::ranges::sort(ranked, [&](std::size_t a, std::size_t b) {
    return mean_of(a) != mean_of(b) ? mean_of(a) > mean_of(b) : a < b;
  });
  const std::size_t best = ranked.front();
  std::vector<std::string> equals;
  std::vector<std::string> out;
  std::optional<std::size_t> next;
  std::optional<Difference> widest;
  for (std::size_t i = 1; i < ranked.size(); ++i) {
    const std::optional<Difference> difference = difference_of(comparison, best, ranked[i]);
    if (!difference) return {};  // of very many variants not all are paired
    if (difference->significant) {
      next = ranked[i];
      break;
    }
    equals.push_back(name_of(comparison, ranked[i], options.unicode));
    const double half = difference->high - difference->low;
    if (!widest || half > widest->high - widest->low) widest = difference;
  }
  const std::string best_name = name_of(comparison, best, options.unicode);
  std::string text;
  if (equals.empty()) {
    text = fmt::format("{} served the largest share of its requests well, {}", best_name,
                       percent(mean_of(best)));
  } else {
    std::vector<std::string> names = equals;
    names.insert(names.begin(), best_name);
    text = list_of(names);
    if (widest->low == 0.0 && widest->high == 0.0) {
      text += fmt::format(" served the same share of their requests well in every replication, {}",
                          percent(mean_of(best)));
    } else {
      text += fmt::format(
          " do not differ significantly in the share of requests they served well ({} less {}: {} "
          "points, 95 %)",
          best_name, equals.size() == 1 ? equals.front() : "the others", interval_of(*widest));
    }
  }
  std::optional<Difference> ahead;
  if (next) ahead = difference_of(comparison, best, *next);
  if (ahead) {
    text += fmt::format("{} {} points more than {} ({}, 95 %)",
                        equals.empty() ? std::string(":") : "; " + best_name + " served",
                        points_of(ahead->mean, *ahead), name_of(comparison, *next, options.unicode),
                        interval_of(*ahead));
  }
  out.push_back(text + ".");
  const std::optional<Difference>& told = ahead ? ahead : widest;
  if (told && told->variance_reduction && *told->variance_reduction >= reduction_told) {
    out.push_back(fmt::format(
        "Common random numbers divided the variance of that difference by {}: without them it "
        "would take that many times as many replications.",
        significant_text(*told->variance_reduction)));
  }
  return out;
}

std::vector<std::string> replication_sentences(const Comparison& comparison) {
  const metrics::StudyRecord& study = *comparison.study;
  std::vector<std::string> out;
  if (study.precision) {
    const metrics::PrecisionRecord& precision = *study.precision;
    const std::string widest =
        precision.widest ? fmt::format("{} %", significant_text(100.0 * *precision.widest))
                         : std::string("no known width");
    out.push_back(fmt::format(
        "{} is known to within {} of its value after {} replications; {} % were asked for{}.",
        precision.metric, widest, grouped(study.replications),
        significant_text(100.0 * precision.asked), precision.reached ? "" : " and not reached"));
  }
  if (nothing_differs(study)) {
    out.push_back(
        fmt::format("All {} replications are alike in every figure: nothing in this scenario is "
                    "left to chance, "
                    "and one run says it all.",
                    grouped(study.replications)));
    return out;
  }
  std::string text = fmt::format(
      "These are {} replications of each with seeds that follow from {}; of 20 intervals at 95 % "
      "one misses the truth.",
      grouped(study.replications), comparison.seed);
  if (study.replications < replications_wanted) {
    text += fmt::format(" Take {} or more before you conclude.", replications_wanted);
  }
  out.push_back(std::move(text));
  return out;
}

std::string partial_sentence(const Comparison& comparison, const SentenceOptions& options) {
  if (comparison.study) {
    return fmt::format("Interrupted: {} of {} replications are in these figures.",
                       grouped(comparison.study->replications), grouped(comparison.study->asked));
  }
  std::vector<std::string> cut;
  std::vector<std::string> not_begun;
  for (const metrics::RunRecord& record : comparison.variants) {
    if (!record.cut) continue;
    cut.push_back(fmt::format("{} at {}", printable(record.variant, options.unicode),
                              duration_text(record.simulated, options.unicode)));
  }
  not_begun.reserve(comparison.not_begun.size());
  for (const std::string& name : comparison.not_begun) {
    not_begun.push_back(printable(name, options.unicode));
  }
  std::string text = "Interrupted: these figures are of a part of what was asked";
  if (!cut.empty()) text += "; stopped: " + list_of(cut);
  if (!not_begun.empty()) text += "; not begun: " + list_of(not_begun);
  return text + ".";
}

}  // namespace squall::report
