#include "squall/model/engine.hpp"

/// Consumers: they take messages from a broker and handle them, some at once.
namespace squall::model {

using sim::EventClass;

void Engine::start_handlers(std::uint32_t index) {
  ConsumerState& consumer = consumer_states_[index];
  const Settings::Consumer& settings = settings_.consumers[index];
  while (!consumer.line.empty() && consumer.active < settings.options->concurrency) {
    const Slot slot = consumer.line.head;
    consumer.line.remove(frames_, slot);
    ++consumer.active;
    Frame& work = frames_[slot];
    work.work_state = WorkState::serving;
    if (tracer_ != nullptr) tracer_->service_starts(slot, work);
    Rng rng = key_of(work.lineage, topology_.consumers[index].id, Purpose::handling).rng();
    work.event = schedule(later(now(), settings.latency(rng)), EventClass::completion,
                          EventType::work_done, slot);
  }
}

void Engine::finish_handler(Slot slot, bool succeeded) {
  const std::uint32_t index = frames_[slot].owner;
  const WorkExtra& extra = work_extras_[frames_[slot].work_extra];
  const Slot message = extra.message;
  const bool lease_holds = messages_[message].state == Message::State::leased &&
                           messages_[message].deliveries == extra.delivery;
  policy::Outcome effected{};
  effected.degraded = frames_[slot].degraded;
  if (tracer_ != nullptr) tracer_->handler_ends(slot, frames_[slot], succeeded);
  --consumer_states_[index].active;
  --consumer_states_[index].outstanding;
  free_work(slot);

  // A handler whose lease has run out still has its effect, but its ack comes too late.
  if (succeeded) effect(message, effected);
  if (lease_holds) {
    if (succeeded) {
      acknowledge(message, End::none);
    } else {
      switch (settings_.consumers[index].options->on_failure) {
        case scenario::OnHandlerFailure::redeliver:
          hand_back(message);
          break;
        case scenario::OnHandlerFailure::dead_letter:
          dead_letter(message);
          break;
        case scenario::OnHandlerFailure::ack:
          acknowledge(message, End::failed);
          break;
      }
    }
  }
  --messages_[message].handlers;
  release_message_if_done(message);
  start_handlers(index);
  deliver_waiting(settings_.consumers[index].options->from);
}

}  // namespace squall::model
