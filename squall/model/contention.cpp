#include "squall/model/engine.hpp"

/// Requests that contend for the rows of a service, under optimistic concurrency control: each
/// reads the version of its row when its service starts, and at its end commits a new one if nobody
/// else has meanwhile. Nobody waits for anybody; who comes second fails.
namespace squall::model {

/// Evenly among the rows of the callee. All attempts of a call, and its hedges, need the same one.
std::uint32_t Engine::choose_row(const Frame& call) {
  const Frame& whole = call.owner_kind == OwnerKind::hedged_call ? frames_[owner_of(call)] : call;
  const Topology::Edge& edge = topology_.edges[whole.edge];
  const std::size_t rows = service_states_[edge.to.index].versions.size();
  Rng rng = key_of(whole.lineage, edge.target_id, Purpose::row).rng();
  return static_cast<std::uint32_t>(rng.below(static_cast<std::uint32_t>(rows)));
}

/// What some services note of a work that they start.
void Engine::note_start(const AtService& at, Instant end) {
  if (at.service.knows_inside) note_inside(at.replica, at.slot, end);
  if (!at.service.has_rows) return;
  WorkExtra& extra = work_extras_[at.work.work_extra];
  extra.version = at.service.versions[extra.row];
}

/// The work is done: it commits, or fails. One that has failed otherwise writes nothing, and one
/// that nobody waits for any more writes as any other.
void Engine::commit(const AtService& at) {
  if (at.work.outcome_kind != policy::OutcomeKind::ok) return;
  const WorkExtra& extra = work_extras_[at.work.work_extra];
  std::uint64_t& version = at.service.versions[extra.row];
  if (version == extra.version) {
    ++version;
    return;
  }
  policy::Outcome conflict{};
  conflict.kind = policy::OutcomeKind::error;
  conflict.code = at.service.settings->options->contention->code;
  set_outcome(at.slot, conflict);
  ++at.totals.conflicts;
}

}  // namespace squall::model
