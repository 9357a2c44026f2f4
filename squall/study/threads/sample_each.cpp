#include "squall/study/threads/sample_each.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "squall/base/check.hpp"

namespace squall::study {
namespace {

constexpr std::chrono::milliseconds between_reports{50};

bool sampling_is_stopped(const SightsPlan& plan) {
  return plan.stop != nullptr && plan.stop->load(std::memory_order_relaxed);
}

/// What is behind of each sight, and of all of them.
class Meter {
 public:
  Meter(const std::vector<Sight>& sights, const Progress& progress)
      : sights_(sights), progress_(progress), shares_(sights.size()) {}

  /// By the thread that runs the sight.
  void note(std::size_t sight, double share) {
    shares_[sight].store(share, std::memory_order_relaxed);
  }
  /// By the calling thread. The sight that is named is the first that is under way.
  void report() {
    if (progress_.report == nullptr) return;
    double behind = 0.0;
    std::size_t first = sights_.size() - 1;
    for (std::size_t i = sights_.size(); i > 0; --i) {
      const double share = shares_[i - 1].load(std::memory_order_relaxed);
      behind += share;
      if (share < 1.0) first = i - 1;
    }
    share_ = std::max(share_, behind / static_cast<double>(sights_.size()));
    progress_.report(progress_.context, std::min(share_, 1.0), sights_[first].variant);
  }

 private:
  const std::vector<Sight>& sights_;
  const Progress& progress_;
  std::vector<std::atomic<double>> shares_;
  double share_ = 0.0;  ///< that was reported; it never falls
};

/// The work. Everything without a comment of its own is guarded by `mutex_`.
class Sampler {
 public:
  Sampler(const std::vector<Sight>& sights, const SightsPlan& plan, const TakeSampled& take)
      : sights_(sights),
        plan_(plan),
        take_(take),
        meter_(sights, plan.progress),
        is_done_(sights.size(), 0) {}
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  ~Sampler() {
    give_up_.store(true, std::memory_order_relaxed);
    join();
  }

  /// As many as can be, on so many threads, until one fails or is cut.
  void run_together(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) {
      try {
        threads_.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        break;  // no more than these
      }
    }
    for (bool is_over = false; !is_over;) {
      {
        std::unique_lock lock(mutex_);
        is_over = wake_caller_.wait_for(lock, between_reports,
                                        [this] { return at_home_ == threads_.size(); });
      }
      meter_.report();
    }
    join();
    if (thrown_) std::rethrow_exception(thrown_);
  }

  /// What is left, one by one in the calling thread.
  Result<void> run_alone() {
    struct Report {
      Meter& meter;
      std::size_t sight;
    } report{meter_, 0};
    const Watch watch{.limits = plan_.limits,
                      .stop = plan_.stop,
                      .on_progress =
                          [](void* context, double share) {
                            const auto& to = *static_cast<Report*>(context);
                            to.meter.note(to.sight, share);
                            to.meter.report();
                          },
                      .context = &report};
    for (; report.sight < sights_.size(); ++report.sight) {
      if (is_done_[report.sight] != 0) continue;
      const Result<bool> whole = look(report.sight, watch);
      if (!whole) return fail(whole.error());
      if (!*whole) return {};
    }
    return {};
  }

 private:
  /// @return false: it was cut.
  Result<bool> look(std::size_t sight, const Watch& watch) {
    const Sight& one = sights_[sight];
    Result<SampledRun> run = sample_run(*one.scenario, one.variant, one.plan, watch);
    if (!run) return fail(run.error());
    if (run->timeline.cut) return false;
    take_(sight, std::move(*run));
    meter_.note(sight, 1.0);
    is_done_[sight] = 1;
    return true;
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (next_ < sights_.size() && !failed_ && !sampling_is_stopped(plan_)) {
      struct Report {
        Meter& meter;
        std::size_t sight;
      } report{meter_, next_++};
      lock.unlock();
      const Watch watch{.limits = plan_.limits,
                        .memory_in_use = &memory_in_use_,
                        .stop = plan_.stop,
                        .give_up = &give_up_,
                        .on_progress =
                            [](void* context, double share) {
                              const auto& to = *static_cast<Report*>(context);
                              to.meter.note(to.sight, share);
                            },
                        .context = &report};
      std::exception_ptr thrown;
      bool is_whole = false;
      try {
        const Result<bool> whole = look(report.sight, watch);
        is_whole = whole && *whole;
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      failed_ = failed_ || !is_whole;
      if (thrown) thrown_ = thrown;
    }
    ++at_home_;
    wake_caller_.notify_one();
  }

  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  const std::vector<Sight>& sights_;             // never changes
  const SightsPlan& plan_;                       // never changes
  const TakeSampled& take_;                      // never changes
  Meter meter_;                                  // see there
  std::vector<std::uint8_t> is_done_;            // each touched by the thread of its sight only
  std::atomic<std::uint64_t> memory_in_use_{0};  // atomic
  std::atomic<bool> give_up_{false};             // atomic

  std::mutex mutex_;
  std::condition_variable wake_caller_;
  std::size_t next_ = 0;
  std::size_t at_home_ = 0;
  bool failed_ = false;
  std::exception_ptr thrown_;
  std::vector<std::thread> threads_;  // touched by the calling thread only
};

}  // namespace

Result<void> sample_each(const std::vector<Sight>& sights, const SightsPlan& plan,
                         const TakeSampled& take) {
  SQUALL_CHECK(plan.jobs > 0, "somebody to do the work");
  Sampler sampler(sights, plan, take);
  const std::size_t threads = std::min(plan.jobs, sights.size());
  if (threads > 1) sampler.run_together(threads);
  return sampler.run_alone();
}

}  // namespace squall::study
