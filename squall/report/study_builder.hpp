#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/metrics/estimate.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/study_record.hpp"

namespace squall::report {

/// Makes one Comparison of many replications, one after the other, in memory that does not grow
/// with their number but for a goodput and a verdict of each. The same records in the same order
/// give the same bits. Not thread-safe.
///
/// With one replication the comparison is that of a plain run. With more its records are pooled
/// (metrics/pool.hpp) and its `study` has for each figure the mean over the replications and its
/// interval, and for each pair of variants the paired difference: of the first variant and any
/// other for every figure, of two others for the short names (report/metric.hpp).
/// Of more than 30 variants there are only the pairs with the first.
class StudyBuilder {
 public:
  static constexpr std::size_t variants_all_paired_max = 30;

  /// @param header         without variants
  /// @param variant_seeds  the seed of replication 0 of each variant
  StudyBuilder(metrics::Comparison header, std::vector<std::uint64_t> variant_seeds);

  /// The next replication: a record of each variant. REQUIRES always the same variants.
  void add(std::vector<metrics::RunRecord> variants);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// The largest relative half-width of the 95 % interval of `metric` among the variants, as things
  /// stand: half-width / point, 0 where the half-width is 0. Nothing where a variant has no
  /// interval, or an interval around 0.
  [[nodiscard]] std::optional<double> widest(std::string_view metric) const;

  /// What came of it. REQUIRES count() > 0. The builder is empty then.
  [[nodiscard]] metrics::Comparison finish() &&;

 private:
  /// One figure of one variant.
  struct Tally {
    metrics::Moments moments;
    std::uint64_t never = 0;
    std::uint64_t none = 0;
  };
  struct Variant {
    std::vector<std::string> names;
    std::vector<Tally> tallies;
    std::vector<double> goodputs;  ///< of each replication; -1 where nothing was offered
    std::vector<metrics::Verdict::State> verdicts;
  };
  /// The figures that two variants share, with their places in both.
  struct Pair {
    std::size_t variant = 0;
    std::size_t minus = 0;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    std::vector<metrics::Moments> differences;
  };

  void make_pairs();
  [[nodiscard]] metrics::FigureEstimate estimate_of(const Variant& variant, std::size_t place,
                                                    std::optional<double> pooled) const;
  [[nodiscard]] metrics::VariantStudy study_of(std::size_t variant) const;
  [[nodiscard]] std::vector<metrics::WorldRecord> worlds_of(std::size_t variant) const;
  [[nodiscard]] metrics::PairedRecord paired(const Pair& pair) const;

  metrics::Comparison comparison_;
  std::vector<std::uint64_t> variant_seeds_;
  std::uint64_t count_ = 0;
  std::vector<Variant> variants_;
  std::vector<Pair> pairs_;
};

}  // namespace squall::report
