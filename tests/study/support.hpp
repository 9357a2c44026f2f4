#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "squall/metrics/run_record.hpp"
#include "squall/report/study_builder.hpp"
#include "squall/scenario/scenario.hpp"
#include "squall/study/threads/replicate.hpp"

namespace squall::test {

/// Builds a scenario from YAML text; throws the parser's words when it is wrong.
[[nodiscard]] scenario::Bundle bundle_of(const std::string& yaml);

/// A small retry storm in three variants; in each run something else happens.
[[nodiscard]] const std::string& storm();

/// Takes everything in, and is content after so many replications (0: never).
class Recorder final : public study::Receiver {
 public:
  Recorder(const scenario::Bundle& bundle, std::uint64_t enough = 0);

  void take(std::vector<metrics::RunRecord> subjects) override;
  [[nodiscard]] bool is_enough() override;

  std::vector<std::uint64_t> looks;  ///< the counts at which it was asked
  std::vector<std::vector<metrics::RunRecord>> replications;
  report::StudyBuilder builder;

 private:
  std::uint64_t enough_;
};

/// The JSON of so many replications of every variant.
[[nodiscard]] std::string json_of(const scenario::Bundle& bundle, std::uint64_t replications,
                                  std::size_t jobs);

}  // namespace squall::test
