#include "squall/task/stepped_looks.hpp"

#include <utility>

namespace squall::task {

SteppedLooks::SteppedLooks(const std::vector<study::Subject>& subjects,
                           const metrics::Comparison& comparison, const study::Limits& limits)
    : limits_(limits),
      looks_(looks_of(subjects, comparison)),
      variants_(page_variants_of(subjects, comparison)) {
  focuses_.reserve(looks_.size());
  for (const Look& look : looks_) {
    focuses_.push_back(study::focus_of(*look.subject->scenario, comparison.variants[look.variant]));
  }
  begin();
}

void SteppedLooks::begin() {
  sampling_.reset();
  if (at_ == looks_.size()) return;
  const Look& look = looks_[at_];
  sampling_.emplace(*look.subject->scenario, look.subject->name,
                    study::TimelinePlan{.seed = look.seed, .focus = focuses_[at_]}, limits_);
}

Result<SteppedLooks::Status> SteppedLooks::step() {
  if (!sampling_) return Status::done;
  const Result<study::RunInSteps::Status> status = sampling_->step();
  if (!status) return fail(status.error());
  if (*status == study::RunInSteps::Status::done) {
    const Look& look = looks_[at_];
    variants_[look.variant].runs.push_back(page_run(look, sampling_->result()));
    ++at_;
    begin();
  } else if (const Result<void> fits = sampling_->check_memory(); !fits) {
    return fail(fits.error());
  }
  return sampling_ ? Status::under_way : Status::done;
}

double SteppedLooks::progress() const noexcept {
  if (!sampling_) return 1.0;
  return (static_cast<double>(at_) + sampling_->progress()) / static_cast<double>(looks_.size());
}

std::string SteppedLooks::label() const {
  return sampling_ ? looks_[at_].subject->name + " over time" : std::string();
}

std::vector<report::PageVariant> SteppedLooks::variants() const {
  std::vector<report::PageVariant> variants = variants_;
  if (!sampling_) return variants;
  if (std::optional<study::SampledRun> so_far = sampling_->result_so_far()) {
    const Look& look = looks_[at_];
    variants[look.variant].runs.push_back(page_run(look, std::move(*so_far)));
  }
  return variants;
}

}  // namespace squall::task
