#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/metrics/run_record.hpp"
#include "squall/metrics/sample.hpp"
#include "squall/metrics/trace_record.hpp"
#include "squall/model/trace_options.hpp"
#include "squall/scenario/scenario.hpp"

namespace squall::model {

class Engine;
class Tracer;

/// One run of one scenario. Deterministic: the same scenario (its seed included) gives the same
/// record to the bit. Not thread-safe; several models may run in several threads.
class Model {
 public:
  /// REQUIRES a scenario from scenario::build; it must outlive the model.
  explicit Model(const scenario::Scenario& scenario);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  /// Has single requests followed, for take_trace(). No result changes; the run is slower, as no
  /// call takes the express way. REQUIRES that nothing has run yet.
  void trace(const TraceOptions& options);

  enum class Status { running, done };

  /// Runs up to so many events. An Error means the scenario makes no sense as a run: a loop that
  /// never lets time pass.
  [[nodiscard]] Result<Status> run(std::uint64_t events_max);

  /// Runs up to so many events that come before `until`. Where none is left before it, though the
  /// run is not over, now() becomes `until`; else it is before it. Where `until` is the end of the
  /// run, or later, it is run to its end. To run in pieces changes nothing. Errors as with run().
  /// REQUIRES until >= now().
  [[nodiscard]] Result<Status> run_until(Instant until, std::uint64_t events_max);

  /// Runs one event. On the way to it the clock may pass ends of works that were stopped before,
  /// which are none. False when the run is over.
  [[nodiscard]] bool step();

  /// Walks everything alive and compares with the books (rule "everything is counted once", and
  /// Little's identity in whole nanoseconds): what does not add up, in words. Meant to be asked
  /// after every event by tests; result() asks it once.
  [[nodiscard]] std::optional<std::string> find_violation() const;

  /// What came of it. REQUIRES the run to be over; CHECKs the books.
  [[nodiscard]] metrics::RunRecord result();

  /// The same of the part that is behind, up to now(); the run may go on. CHECKs the books.
  [[nodiscard]] metrics::RunRecord result_so_far() const;

  /// What was counted up to now(), and what is there. Costs a look at every state of those in the
  /// focus, and changes nothing. REQUIRES indices that are in the scenario.
  void sample(const metrics::Focus& focus, metrics::Sample& into) const;

  /// What was followed, up to now(); `variant` and `partial` are the caller's to fill in. REQUIRES
  /// trace(), and that it was not taken yet; the run does not go on afterwards.
  [[nodiscard]] metrics::TraceRecord take_trace();

  [[nodiscard]] Instant now() const noexcept;
  /// Share of the run that is behind: of virtual time, or, until drained, of the requests that
  /// will arrive. In [0, 1]; 0 where it is not known.
  [[nodiscard]] double progress() const noexcept;
  [[nodiscard]] std::uint64_t events() const noexcept;
  /// What the pools and the event queue hold.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

  /// What was followed so far holds; 0 without trace(). Not in memory_bytes(), which is a result.
  [[nodiscard]] std::uint64_t trace_memory_bytes() const noexcept;

  /// For tests of the books only.
  [[nodiscard]] Engine& engine() noexcept { return *engine_; }

 private:
  const scenario::Scenario& scenario_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Tracer> tracer_;  ///< null without trace()
};

}  // namespace squall::model
