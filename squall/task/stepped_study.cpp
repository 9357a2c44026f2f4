#include "squall/task/stepped_study.hpp"

#include <algorithm>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/metrics/replication_seed.hpp"

namespace squall::task {

SteppedStudy::SteppedStudy(metrics::Comparison header, std::vector<study::Subject> subjects,
                           const Plan& plan)
    : header_(std::move(header)), subjects_(std::move(subjects)), plan_(plan) {
  SQUALL_CHECK(!subjects_.empty() && plan_.replications > 0, "something to do");
  std::vector<std::uint64_t> seeds;
  seeds.reserve(subjects_.size());
  for (const study::Subject& subject : subjects_) seeds.push_back(subject.scenario->seed);
  builder_.emplace(header_, std::move(seeds));
  unsettled_ = study::make_settleable(subjects_, settled_);
  pilots_ = unsettled_.size();
  if (unsettled_.empty()) {
    begin_replication();
  } else {
    begin_pilots();
  }
}

void SteppedStudy::add_run(scenario::Scenario scenario, const std::string& name) {
  Run& added = runs_.emplace_back();
  added.scenario = std::move(scenario);
  added.run = std::make_unique<study::RunInSteps>(added.scenario, name, plan_.limits);
}

void SteppedStudy::begin_pilots() {
  runs_.reserve(unsettled_.size());  // what runs refers to its scenario
  for (const study::Unsettled& one : unsettled_) {
    add_run(study::pilot_of(*one.scenario), one.variant);
  }
}

void SteppedStudy::begin_replication() {
  runs_.reserve(subjects_.size());
  for (const study::Subject& subject : subjects_) {
    scenario::Scenario scenario = *subject.scenario;
    if (builder_->count() > 0) {
      scenario.seed = metrics::replication_seed(scenario.seed, builder_->count());
    }
    add_run(std::move(scenario), subject.name);
  }
}

SteppedStudy::Run* SteppedStudy::furthest_behind() {
  Run* behind = nullptr;
  for (Run& one : runs_) {
    if (one.run == nullptr) continue;
    if (behind == nullptr || one.run->progress() < behind->run->progress()) behind = &one;
  }
  return behind;
}

std::uint64_t SteppedStudy::memory_in_use() const {
  std::uint64_t bytes = 0;
  for (const Run& one : runs_) bytes += one.run != nullptr ? one.run->memory_bytes() : 0;
  return bytes;
}

void SteppedStudy::end_from(const Run& failed, Error error) {
  const auto first = static_cast<std::size_t>(&failed - runs_.data());
  runs_[first].error = std::move(error);
  for (std::size_t i = first; i < runs_.size(); ++i) runs_[i].run.reset();
}

std::vector<metrics::RunRecord> SteppedStudy::take_records() {
  std::vector<metrics::RunRecord> records;
  records.reserve(runs_.size());
  for (Run& one : runs_) records.push_back(std::move(*one.record));
  runs_behind_ += runs_.size();
  runs_.clear();
  return records;
}

void SteppedStudy::measure() {
  double behind = static_cast<double>(runs_behind_);
  for (const Run& one : runs_) behind += one.run != nullptr ? one.run->progress() : 1.0;
  const double all = static_cast<double>(pilots_) + static_cast<double>(plan_.replications) *
                                                        static_cast<double>(subjects_.size());
  share_ = std::max(share_, std::min(1.0, behind / all));
}

Result<SteppedStudy::Status> SteppedStudy::step() {
  if (runs_.empty()) return Status::done;
  if (Run* const one = furthest_behind()) {
    const Result<study::RunInSteps::Status> status = one->run->step(study::events_between_looks);
    if (!status) {
      end_from(*one, status.error());
    } else if (*status == study::RunInSteps::Status::done) {
      one->record = one->run->result();
      one->run.reset();
    } else if (const Result<void> fits = one->run->check_memory(memory_in_use()); !fits) {
      end_from(*one, fits.error());
    }
    measure();
    if (furthest_behind() != nullptr) return Status::under_way;
  }
  for (const Run& one : runs_) {
    if (one.error) return fail(*one.error);
  }
  if (!unsettled_.empty()) {
    study::settle_by_pilots(unsettled_, take_records());
    unsettled_.clear();
    begin_replication();
    return Status::under_way;
  }
  builder_->add(take_records());
  if (builder_->count() == plan_.replications) return Status::done;
  begin_replication();
  return Status::under_way;
}

std::string SteppedStudy::label() const {
  if (!unsettled_.empty()) return "warm-up";
  if (plan_.replications > 1) {
    return "replication " + std::to_string(std::min(builder_->count() + 1, plan_.replications)) +
           " of " + std::to_string(plan_.replications);
  }
  return subjects_.size() == 1 ? subjects_.front().name
                               : std::to_string(subjects_.size()) + " variants";
}

metrics::Comparison SteppedStudy::result() const {
  if (builder_->count() == 0) {
    std::vector<metrics::RunRecord> begun;
    for (const Run& one : runs_) {
      if (!unsettled_.empty()) break;
      if (one.record) begun.push_back(*one.record);
      if (one.run != nullptr) begun.push_back(one.run->result_so_far());
    }
    return study::of_begun(header_, std::move(begun), subjects_);
  }
  metrics::Comparison comparison = report::StudyBuilder(*builder_).finish();
  comparison.partial = builder_->count() < plan_.replications;
  if (comparison.partial && comparison.study) comparison.study->asked = plan_.replications;
  return comparison;
}

}  // namespace squall::task
