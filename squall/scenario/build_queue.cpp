#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"
#include "squall/scenario/words.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint32_t partitions_max = 1'000'000;
constexpr std::uint32_t handlers_max = 1'000'000;

}  // namespace

Queue read_queue(const std::string& name, const Value& value, Building& building) {
  Queue queue;
  queue.name = name;
  MapReader in(value);
  if (const auto v = in.find("capacity")) {
    queue.capacity = v->whole_or_unlimited(1, unlimited - 1, unlimited);
  }
  if (const auto v = in.find("overflow")) queue.overflow = v->word(overflow_words);
  if (const auto v = in.find("visibility_timeout")) {
    queue.visibility_timeout = read_duration_or_forever(*v);
    if (queue.visibility_timeout <= Duration{0}) v->must_be("longer than 0");
  }
  if (const auto v = in.find("max_deliveries")) {
    queue.max_deliveries = static_cast<std::uint32_t>(v->whole_or_unlimited(1, 1'000'000, 0));
  }
  if (const auto v = in.find("redelivery")) queue.redelivery = read_backoff(*v);
  if (const auto v = in.find("dead_letter")) queue.dead_letter = building.queues.resolve(*v);
  if (const auto v = in.find("partitions"); v && !v->is_word("unordered")) {
    queue.partitions = static_cast<std::uint32_t>(v->whole(1, partitions_max, ", or 'unordered'"));
  }
  return queue;
}

Consumer read_consumer(const std::string& name, const Value& value, Building& building) {
  Consumer consumer;
  consumer.name = name;
  MapReader in(value);
  if (const auto v = in.require("from")) {
    consumer.from = building.queues.resolve(*v).value_or(0);
  }
  if (const auto v = in.find("concurrency")) consumer.concurrency = v->whole32(1, handlers_max);
  if (const auto v = in.find("prefetch")) consumer.prefetch = v->whole32(1, handlers_max);
  if (const auto v = in.find("latency")) consumer.latency = read_distribution(*v, building);
  if (const auto v = in.find("calls")) consumer.steps = read_steps(*v, building);
  if (const auto v = in.find("on_failure")) consumer.on_failure = v->word(on_handler_failure_words);
  return consumer;
}

}  // namespace squall::scenario
