#pragma once

#include "squall/model/engine.hpp"

namespace squall::model {

/// Breaks the books of a run on purpose, to show that the audit would notice.
struct Saboteur {
  /// Forgets one message that waits or is being handled. False when there is none.
  static bool lose_a_message(Engine& engine) {
    Slot victim = no_slot;
    engine.messages_.for_each([&](Slot slot, const Message& message) {
      if (message.state == Message::State::ready) victim = slot;
    });
    if (victim == no_slot) return false;
    QueueState& queue = engine.queue_states_[engine.messages_[victim].queue];
    queue.partitions[engine.messages_[victim].partition].ready.remove(engine.messages_, victim);
    --queue.ready;
    engine.messages_.release(victim);
    return true;
  }

  /// Counts a response that came late a second time. False when none has come late yet.
  static bool count_a_late_response_twice(Engine& engine) {
    for (WorkloadState& workload : engine.workload_states_) {
      if (workload.totals[1].late == 0) continue;
      ++workload.totals[1].late;
      return true;
    }
    return false;
  }

  /// Lets one work in service have no end. False when there is none.
  static bool forget_an_end(Engine& engine) {
    Slot victim = no_slot;
    engine.frames_.for_each([&](Slot slot, const Frame& frame) {
      if (frame.work_state == WorkState::serving && frame.work_kind == WorkKind::service)
        victim = slot;
    });
    if (victim == no_slot) return false;
    engine.frames_[victim].event = no_ticket;
    return true;
  }

  /// Commits once more than anybody did. False where there is no row.
  static bool commit_for_nobody(Engine& engine) {
    for (ServiceState& service : engine.service_states_) {
      if (service.versions.empty()) continue;
      ++service.versions.front();
      return true;
    }
    return false;
  }

  /// Lets one sojourn end a nanosecond late in the books.
  static void misjudge_a_sojourn(Engine& engine) {
    engine.workload_states_.front().open.enter(engine.now());
    engine.workload_states_.front().open.leave(engine.now(), engine.now() - Duration{1});
  }
};

}  // namespace squall::model
