#include "squall/report/study_builder.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/base/infinite.hpp"
#include "squall/metrics/histogram.hpp"
#include "squall/metrics/pool.hpp"
#include "squall/metrics/replication_seed.hpp"
#include "squall/metrics/worlds.hpp"
#include "squall/report/metric.hpp"

namespace squall::report {
namespace {

using metrics::Moments;
using metrics::RunRecord;
using metrics::Verdict;
using metrics::WorldRecord;

/// Of any value that a histogram reports, relative to it.
double bucket_error() { return metrics::Histogram{}.relative_error(); }

bool is_share(std::string_view metric) {
  return metric.ends_with("_ratio") || metric == "recovered";
}

double goodput_of(const RunRecord& record) {
  std::uint64_t ok = 0;
  std::uint64_t offered = 0;
  for (const metrics::WorkloadRecord& w : record.workloads) {
    ok += w.ok;
    offered += w.offered;
  }
  return offered == 0 ? -1.0 : static_cast<double>(ok) / static_cast<double>(offered);
}

}  // namespace

StudyBuilder::StudyBuilder(metrics::Comparison header, std::vector<std::uint64_t> variant_seeds)
    : comparison_(std::move(header)), variant_seeds_(std::move(variant_seeds)) {}

void StudyBuilder::add(std::vector<RunRecord> variants) {
  SQUALL_CHECK(variants.size() == variant_seeds_.size(), "a record of each variant");
  ++count_;
  std::vector<std::vector<MetricValue>> values;
  values.reserve(variants.size());
  for (const RunRecord& record : variants) values.push_back(metric_values(record));

  if (count_ == 1) {
    for (const std::vector<MetricValue>& figures : values) {
      Variant& variant = variants_.emplace_back();
      for (const MetricValue& figure : figures) variant.names.push_back(figure.metric);
      variant.tallies.resize(figures.size());
    }
    make_pairs();
  }
  for (std::size_t v = 0; v < variants.size(); ++v) {
    Variant& variant = variants_[v];
    SQUALL_CHECK(values[v].size() == variant.tallies.size(), "the same figures in every run");
    for (std::size_t i = 0; i < variant.tallies.size(); ++i) {
      const std::optional<double>& value = values[v][i].value;
      Tally& tally = variant.tallies[i];
      if (is_finite(value))
        tally.moments.add(*value);
      else
        ++(value ? tally.never : tally.none);
    }
    variant.goodputs.push_back(goodput_of(variants[v]));
    variant.verdicts.push_back(variants[v].verdict.state);
  }
  for (Pair& pair : pairs_) {
    for (std::size_t i = 0; i < pair.places.size(); ++i) {
      const std::optional<double>& a = values[pair.variant][pair.places[i].first].value;
      const std::optional<double>& b = values[pair.minus][pair.places[i].second].value;
      if (is_finite(a) && is_finite(b)) pair.differences[i].add(*a - *b);
    }
  }
  if (count_ == 1) {
    comparison_.variants = std::move(variants);
  } else {
    for (std::size_t v = 0; v < variants.size(); ++v) {
      metrics::pool(comparison_.variants[v], variants[v]);
    }
  }
}

void StudyBuilder::make_pairs() {
  const std::size_t short_names = metric_names().size();
  for (std::size_t v = 1; v < variants_.size(); ++v) {
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < variants_[v].names.size(); ++i) places[variants_[v].names[i]] = i;
    const std::size_t others = variants_.size() > variants_all_paired_max ? 1 : v;
    for (std::size_t minus = 0; minus < others; ++minus) {
      Pair& pair = pairs_.emplace_back();
      pair.variant = v;
      pair.minus = minus;
      const std::vector<std::string>& names = variants_[minus].names;
      for (std::size_t i = 0; i < (minus == 0 ? names.size() : short_names); ++i) {
        const auto place = places.find(names[i]);
        if (place != places.end()) pair.places.emplace_back(place->second, i);
      }
      pair.differences.resize(pair.places.size());
    }
  }
}

metrics::FigureEstimate StudyBuilder::estimate_of(const Variant& variant, std::size_t place,
                                                  std::optional<double> pooled) const {
  const Tally& tally = variant.tallies[place];
  metrics::FigureEstimate made;
  made.metric = variant.names[place];
  made.estimate = tally.moments.estimate();
  made.never = tally.never;
  made.is_percentile = is_percentile(made.metric);
  if (made.is_percentile)
    made.point = pooled;
  else if (tally.never > 0)
    made.point = infinite;
  else if (made.estimate.count > 0)
    made.point = made.estimate.mean;
  if (made.never > 0 || made.estimate.count < 2 || !is_finite(made.point)) return made;

  double half = made.estimate.half_width_95;
  if (made.is_percentile) half = std::max(half, *made.point * bucket_error());
  made.half_width_95 = half;
  made.low = std::max(0.0, *made.point - half);
  made.high = is_share(made.metric) ? std::min(1.0, *made.point + half) : *made.point + half;
  return made;
}

std::vector<WorldRecord> StudyBuilder::worlds_of(std::size_t v) const {
  const Variant& variant = variants_[v];
  const auto count_of = [&](Verdict::State state) {
    return std::ranges::count(variant.verdicts, state);
  };
  const bool by_verdict =
      count_of(Verdict::State::recovered) > 0 && count_of(Verdict::State::not_recovered) > 0;
  std::optional<double> split;
  if (!by_verdict) {
    std::vector<double> known;
    std::ranges::copy_if(variant.goodputs, std::back_inserter(known),
                         [](double goodput) { return goodput >= 0.0; });
    split = metrics::find_split(std::move(known));
    if (!split) return {};
  }
  std::vector<WorldRecord> worlds(2);
  worlds[0].name = by_verdict ? "recovered" : "high";
  worlds[1].name = by_verdict ? "not_recovered" : "low";
  for (std::uint64_t r = 0; r < count_; ++r) {
    const double goodput = variant.goodputs[r];
    const Verdict::State state = variant.verdicts[r];
    const bool better = by_verdict ? state == Verdict::State::recovered : goodput >= *split;
    const bool worse = by_verdict ? state == Verdict::State::not_recovered : !better;
    if (goodput < 0.0 || (!better && !worse)) continue;
    WorldRecord& world = worlds[better ? 0 : 1];
    if (world.count == 0) {
      world.example_replication = r;
      world.example_seed = metrics::replication_seed(variant_seeds_[v], r);
    }
    ++world.count;
    world.goodput.add(goodput);
  }
  for (WorldRecord& world : worlds) world.share = metrics::wilson_95(world.count, count_);
  return worlds;
}

metrics::VariantStudy StudyBuilder::study_of(std::size_t v) const {
  const Variant& variant = variants_[v];
  metrics::VariantStudy study;
  // By name: what a single run says of its own steady state, several together do not.
  std::map<std::string, std::optional<double>, std::less<>> pooled;
  for (MetricValue& figure : metric_values(comparison_.variants[v]))
    pooled.emplace(std::move(figure.metric), figure.value);
  for (std::size_t i = 0; i < variant.names.size(); ++i) {
    const auto found = pooled.find(variant.names[i]);
    study.figures.push_back(
        estimate_of(variant, i, found == pooled.end() ? std::nullopt : found->second));
  }
  for (const Verdict::State state : variant.verdicts) {
    switch (state) {
      case Verdict::State::recovered:
        ++study.recovered;
        break;
      case Verdict::State::not_recovered:
        ++study.not_recovered;
        break;
      case Verdict::State::no_fault:
        ++study.no_fault;
        break;
      case Verdict::State::not_judged:
      case Verdict::State::mixed:
        ++study.not_judged;
        break;
    }
  }
  study.worlds = worlds_of(v);
  return study;
}

metrics::PairedRecord StudyBuilder::paired(const Pair& pair) const {
  metrics::PairedRecord made{pair.variant, pair.minus, {}};
  for (std::size_t i = 0; i < pair.places.size(); ++i) {
    const Tally& a = variants_[pair.variant].tallies[pair.places[i].first];
    const Tally& b = variants_[pair.minus].tallies[pair.places[i].second];
    const Moments& difference = pair.differences[i];
    metrics::PairedFigure figure;
    figure.metric = variants_[pair.minus].names[pair.places[i].second];
    figure.difference = difference.estimate();
    if (difference.count() >= 2 && a.never == 0 && b.never == 0) {
      double half = figure.difference.half_width_95;
      if (is_percentile(figure.metric)) {
        half = std::max(half, (a.moments.mean() + b.moments.mean()) * bucket_error());
      }
      figure.low = figure.difference.mean - half;
      figure.high = figure.difference.mean + half;
      figure.significant = *figure.low > 0.0 || *figure.high < 0.0;
      const double apart = a.moments.variance() + b.moments.variance();
      const bool all =
          a.moments.count() == difference.count() && b.moments.count() == difference.count();
      if (all && apart > 0.0 && difference.variance() > 0.0) {
        figure.variance_reduction = apart / difference.variance();
      }
    }
    made.figures.push_back(std::move(figure));
  }
  return made;
}

std::optional<double> StudyBuilder::widest(std::string_view metric) const {
  double widest = 0.0;
  for (std::size_t v = 0; v < variants_.size(); ++v) {
    const auto& names = variants_[v].names;
    const auto found = std::ranges::find(names, metric);
    if (found == names.end()) return std::nullopt;
    std::optional<double> pooled;
    if (is_percentile(metric)) pooled = metric_value(comparison_.variants[v], metric);
    const metrics::FigureEstimate figure =
        estimate_of(variants_[v], static_cast<std::size_t>(found - names.begin()), pooled);
    if (!figure.half_width_95) return std::nullopt;
    if (*figure.half_width_95 == 0.0) continue;
    if (*figure.point <= 0.0) return std::nullopt;
    widest = std::max(widest, *figure.half_width_95 / *figure.point);
  }
  return widest;
}

metrics::Comparison StudyBuilder::finish() && {
  SQUALL_CHECK(count_ > 0, "at least one replication");
  if (count_ > 1) {
    metrics::StudyRecord study;
    study.replications = study.asked = count_;
    for (std::size_t v = 0; v < variants_.size(); ++v) study.variants.push_back(study_of(v));
    for (const Pair& pair : pairs_) study.pairs.push_back(paired(pair));
    comparison_.study = std::move(study);
  }
  return std::move(comparison_);
}

}  // namespace squall::report
