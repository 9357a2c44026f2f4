#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/study/compare.hpp"
#include "squall/study/run_watched.hpp"

namespace squall::study {

/// What the replications go to. Called only from the thread that called replicate().
class Receiver {
 public:
  Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  virtual ~Receiver() = default;

  /// The next replication, in order from 0: a record of each subject, all of one seed.
  virtual void take(std::vector<metrics::RunRecord> subjects) = 0;
  /// Asked when as many as one of the plan's looks have been taken: whether that will do.
  [[nodiscard]] virtual bool is_enough() { return false; }
};

/// Single requests of the first replication, followed.
struct Traces {
  model::TraceOptions options;
  /// Filled in by replicate(): of each subject in their order; those that were not begun are left
  /// out.
  std::vector<metrics::TraceRecord> records;
};

struct ReplicationPlan {
  std::uint64_t count = 1;  ///< of replications, at most; > 0
  /// Counts of replications, growing, at which the receiver is asked. What comes of the work then
  /// depends on them alone, and on no thread.
  std::vector<std::uint64_t> looks;
  /// Threads that run at one time; > 0. With 1 everything happens in the calling thread.
  std::size_t jobs = 1;
  Limits limits;
  /// When it becomes true the work stops within some milliseconds. May be nullptr.
  const std::atomic<bool>* stop = nullptr;
  Progress progress;         ///< of all replications
  Traces* traces = nullptr;  ///< null: nothing is followed
};

struct Completion {
  std::uint64_t replications = 0;  ///< that the receiver took
  bool interrupted = false;        ///< stopped before all was done
  /// If it was interrupted before the first replication was whole: what there is of that one, with
  /// some records `cut`. Subjects that were not begun are left out.
  std::vector<metrics::RunRecord> begun;
};

/// Runs every subject in replications: replication r of each with the seed
/// metrics::replication_seed(its own seed, r), so that subjects share their random numbers and
/// replications do not. The receiver gets the same records in the same order whatever `jobs` is. At
/// most some more records than `jobs` are held at one time.
///
/// The Error is the one that a single thread would have met first (of --max-memory, which all
/// share, any). A thread that cannot be started is done without.
[[nodiscard]] Result<Completion> replicate(const std::vector<Subject>& subjects,
                                           const ReplicationPlan& plan, Receiver& receiver);

/// 20, 30, 40, 60, 80, 120, 160 ... below `count`, and `count`: few enough that looking again and
/// again does not end the work on a lucky streak, and enough not to do much more than is needed.
[[nodiscard]] std::vector<std::uint64_t> usual_looks(std::uint64_t count);

}  // namespace squall::study
