#include "squall/study/threads/replicate.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "squall/base/check.hpp"
#include "squall/metrics/replication_seed.hpp"

namespace squall::study {

namespace {

constexpr std::chrono::milliseconds between_reports{50};

/// Runs are numbered: replication 0 of every subject, then replication 1 of every subject, ...
using Job = std::uint64_t;

/// What is followed of the first replication, by subject; of no size where nothing is.
using TracesBegun = std::vector<std::optional<metrics::TraceRecord>>;

Result<metrics::RunRecord> run_job(const std::vector<Subject>& subjects, Job job,
                                   const ReplicationPlan& plan, TracesBegun& traces,
                                   const Watch& watch) {
  const Subject& subject = subjects[job % subjects.size()];
  const std::uint64_t replication = job / subjects.size();
  if (replication == 0) {
    Watch traced = watch;
    if (plan.traces != nullptr) {
      traced.trace = &plan.traces->options;
      traced.traced = &traces[job];
    }
    return run_watched(*subject.scenario, subject.name, traced);
  }
  scenario::Scenario scenario = *subject.scenario;
  scenario.seed = metrics::replication_seed(scenario.seed, replication);
  return run_watched(scenario, subject.name, watch);
}

bool is_stopped(const ReplicationPlan& plan) {
  return plan.stop != nullptr && plan.stop->load(std::memory_order_relaxed);
}

/// Takes the records in the order of their jobs and hands on whole replications.
class Collector {
 public:
  Collector(const std::vector<Subject>& subjects, const ReplicationPlan& plan, Receiver& receiver)
      : subjects_(subjects), plan_(plan), receiver_(receiver) {}

  /// @return false when there is enough of them, or when this one was cut.
  bool take(metrics::RunRecord record) {
    cut_ = cut_ || record.cut;
    under_way_.push_back(std::move(record));
    if (cut_ || under_way_.size() < subjects_.size()) return !cut_;
    receiver_.take(std::exchange(under_way_, {}));
    ++taken_;
    const bool is_look = std::ranges::binary_search(plan_.looks, taken_);
    return taken_ < plan_.count && !(is_look && receiver_.is_enough());
  }

  /// After the work was stopped: what there is of the replication under way.
  void take_begun(metrics::RunRecord record) { under_way_.push_back(std::move(record)); }

  /// The number of jobs up to the next look.
  [[nodiscard]] Job jobs_wanted() const {
    const auto next = std::ranges::upper_bound(plan_.looks, taken_);
    const std::uint64_t replications =
        next == plan_.looks.end() ? plan_.count : std::min(*next, plan_.count);
    return replications * subjects_.size();
  }

  [[nodiscard]] Completion finished(bool interrupted) {
    Completion completion{.replications = taken_, .interrupted = interrupted};
    if (taken_ == 0) completion.begun = std::move(under_way_);
    return completion;
  }

 private:
  const std::vector<Subject>& subjects_;
  const ReplicationPlan& plan_;
  Receiver& receiver_;
  std::vector<metrics::RunRecord> under_way_;
  std::uint64_t taken_ = 0;
  bool cut_ = false;
};

/// The share of all jobs that is behind, never falling.
class Meter {
 public:
  Meter(const std::vector<Subject>& subjects, const ReplicationPlan& plan)
      : subjects_(subjects), plan_(plan) {}

  /// @param current  the first job that is not done
  void report(double jobs_done, Job current) {
    if (plan_.progress.report == nullptr) return;
    const double all = static_cast<double>(plan_.count) * static_cast<double>(subjects_.size());
    share_ = std::max(share_, std::min(1.0, jobs_done / all));
    const std::uint64_t replication = std::min(current / subjects_.size(), plan_.count - 1);
    const std::string label =
        plan_.count == 1 ? subjects_[current % subjects_.size()].name
                         : "replication " + std::to_string(replication + 1) +
                               (plan_.looks.empty() ? " of " + std::to_string(plan_.count) : "");
    plan_.progress.report(plan_.progress.context, share_, label);
  }

 private:
  const std::vector<Subject>& subjects_;
  const ReplicationPlan& plan_;
  double share_ = 0.0;
};

Result<Completion> in_this_thread(const std::vector<Subject>& subjects, const ReplicationPlan& plan,
                                  TracesBegun& traces, Receiver& receiver) {
  Collector collector(subjects, plan, receiver);
  Meter meter(subjects, plan);
  std::atomic<std::uint64_t> memory_in_use{0};
  struct Report {
    Meter& meter;
    Job job;
  } report{meter, 0};
  const Watch watch{.limits = plan.limits,
                    .memory_in_use = &memory_in_use,
                    .stop = plan.stop,
                    .on_progress =
                        [](void* context, double share) {
                          const auto& to = *static_cast<Report*>(context);
                          to.meter.report(static_cast<double>(to.job) + share, to.job);
                        },
                    .context = &report};
  for (;; ++report.job) {
    Result<metrics::RunRecord> record = run_job(subjects, report.job, plan, traces, watch);
    if (!record) return fail(record.error());
    const bool cut = record->cut;
    if (!collector.take(std::move(*record))) return collector.finished(cut);
    if (is_stopped(plan)) return collector.finished(true);
  }
}

/// The threads, and what they share. Everything without a comment of its own is guarded by
/// `mutex_`.
class Crew {
 public:
  Crew(const std::vector<Subject>& subjects, const ReplicationPlan& plan, TracesBegun& traces)
      : subjects_(subjects), plan_(plan), traces_(traces), shares_(plan.jobs) {}
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { dismiss(); }

  /// @return how many there are.
  std::size_t start(std::size_t wanted) {
    for (std::size_t i = 0; i < wanted; ++i) {
      try {
        threads_.emplace_back([this, i] { work(shares_[i]); });
      } catch (const std::system_error&) {
        break;  // no more than these
      }
    }
    return threads_.size();
  }

  /// Lets them begin jobs below `limit`.
  void allow(Job limit) {
    const std::scoped_lock lock(mutex_);
    limit_ = limit;
    wake_workers_.notify_all();
  }

  /// Waits a moment for the next job in order to be done; nothing if it is not.
  std::optional<Result<metrics::RunRecord>> wait_for_next() {
    std::unique_lock lock(mutex_);
    wake_caller_.wait_for(lock, between_reports, [this] { return front_is_done(); });
    return take_front();
  }
  /// Nothing if the next job in order is not done.
  std::optional<Result<metrics::RunRecord>> next() {
    const std::scoped_lock lock(mutex_);
    return take_front();
  }
  /// Of replication 0 what is done and was not taken. Call after dismiss().
  std::vector<metrics::RunRecord> rest_of_first_replication() {
    std::vector<metrics::RunRecord> rest;
    for (Job job = taken_; job < subjects_.size() && job - taken_ < done_.size(); ++job) {
      std::optional<Done>& done = done_[job - taken_];
      if (done && done->record && done->record->has_value()) {
        rest.push_back(std::move(**done->record));
      }
    }
    return rest;
  }

  void report(Meter& meter) {
    double behind = 0.0;
    Job current = 0;
    {
      const std::scoped_lock lock(mutex_);
      current = taken_;
      behind = static_cast<double>(finished_);
      for (const std::atomic<double>& share : shares_) {
        behind += share.load(std::memory_order_relaxed);
      }
    }
    meter.report(behind, current);
  }

  /// Cuts what is under way, and waits for it.
  void dismiss() {
    {
      const std::scoped_lock lock(mutex_);
      dismissed_ = true;
      give_up_.store(true, std::memory_order_relaxed);
      wake_workers_.notify_all();
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  struct Done {
    std::optional<Result<metrics::RunRecord>> record;
    std::exception_ptr thrown;  ///< in place of a record
  };

  void work(std::atomic<double>& share) {
    const Watch watch{.limits = plan_.limits,
                      .memory_in_use = &memory_in_use_,
                      .stop = plan_.stop,
                      .give_up = &give_up_,
                      .on_progress =
                          [](void* context, double now) {
                            static_cast<std::atomic<double>*>(context)->store(
                                now, std::memory_order_relaxed);
                          },
                      .context = &share};
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_workers_.wait(lock, [this] { return dismissed_ || may_begin(); });
      if (dismissed_) return;
      const Job job = begun_++;
      done_.emplace_back();
      lock.unlock();
      Done done;
      try {
        done.record = run_job(subjects_, job, plan_, traces_, watch);
      } catch (...) {
        done.thrown = std::current_exception();
      }
      lock.lock();
      failed_ = failed_ || done.thrown || !done.record->has_value();
      share.store(0.0, std::memory_order_relaxed);
      ++finished_;
      done_[job - taken_] = std::move(done);
      if (job == taken_) wake_caller_.notify_one();
    }
  }

  /// None runs far ahead of the one that is waited for, or after one that failed.
  [[nodiscard]] bool may_begin() const {
    const bool stopped = is_stopped(plan_);
    return !stopped && !failed_ && begun_ < limit_ && done_.size() < 4 * shares_.size();
  }
  [[nodiscard]] bool front_is_done() const { return !done_.empty() && done_.front().has_value(); }

  std::optional<Result<metrics::RunRecord>> take_front() {
    if (!front_is_done()) return std::nullopt;
    Done done = std::move(*done_.front());
    done_.pop_front();
    ++taken_;
    wake_workers_.notify_one();
    if (done.thrown) std::rethrow_exception(done.thrown);
    return std::move(done.record);
  }

  const std::vector<Subject>& subjects_;         // never changes
  const ReplicationPlan& plan_;                  // never changes
  TracesBegun& traces_;                          // each touched by the thread of its job only
  std::vector<std::atomic<double>> shares_;      // of the job that each thread is at; atomic
  std::atomic<std::uint64_t> memory_in_use_{0};  // atomic
  std::atomic<bool> give_up_{false};             // atomic

  std::mutex mutex_;
  std::condition_variable wake_workers_;
  std::condition_variable wake_caller_;
  Job limit_ = 0;
  Job begun_ = 0;
  Job taken_ = 0;
  Job finished_ = 0;
  bool failed_ = false;
  bool dismissed_ = false;
  std::deque<std::optional<Done>> done_;  ///< of the jobs from taken_ to begun_
  std::vector<std::thread> threads_;      // touched by the calling thread only
};

Result<Completion> in_threads(const std::vector<Subject>& subjects, const ReplicationPlan& plan,
                              TracesBegun& traces, Receiver& receiver) {
  Collector collector(subjects, plan, receiver);
  Meter meter(subjects, plan);
  Crew crew(subjects, plan, traces);
  if (crew.start(plan.jobs) == 0) return in_this_thread(subjects, plan, traces, receiver);
  crew.allow(collector.jobs_wanted());
  for (;;) {
    std::optional<Result<metrics::RunRecord>> record = crew.wait_for_next();
    for (; record; record = crew.next()) {
      if (!*record) return fail(record->error());
      const bool cut = (*record)->cut;
      const bool goes_on = collector.take(std::move(**record));
      if (!goes_on && !cut) return collector.finished(false);
      if (cut) break;
      crew.allow(collector.jobs_wanted());
    }
    if (is_stopped(plan)) {
      crew.dismiss();
      for (metrics::RunRecord& rest : crew.rest_of_first_replication()) {
        collector.take_begun(std::move(rest));
      }
      return collector.finished(true);
    }
    crew.report(meter);
  }
}

}  // namespace

Result<Completion> replicate(const std::vector<Subject>& subjects, const ReplicationPlan& plan,
                             Receiver& receiver) {
  SQUALL_CHECK(!subjects.empty() && plan.count > 0 && plan.jobs > 0, "something to do");
  ReplicationPlan bounded = plan;
  const std::uint64_t runs =
      plan.count > no_limit / subjects.size() ? no_limit : plan.count * subjects.size();
  bounded.jobs = static_cast<std::size_t>(std::min<std::uint64_t>(plan.jobs, runs));
  TracesBegun traces(plan.traces == nullptr ? 0 : subjects.size());
  Result<Completion> completion = bounded.jobs == 1
                                      ? in_this_thread(subjects, bounded, traces, receiver)
                                      : in_threads(subjects, bounded, traces, receiver);
  for (std::optional<metrics::TraceRecord>& trace : traces) {
    if (trace) plan.traces->records.push_back(std::move(*trace));
  }
  return completion;
}

std::vector<std::uint64_t> usual_looks(std::uint64_t count) {
  std::vector<std::uint64_t> looks;
  for (std::uint64_t even = 20, odd = 30; even < count; even *= 2, odd *= 2) {
    looks.push_back(even);
    if (odd < count) looks.push_back(odd);
    if (even > no_limit / 4) break;
  }
  looks.push_back(count);
  return looks;
}

}  // namespace squall::study
