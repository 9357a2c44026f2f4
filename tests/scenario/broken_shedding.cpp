#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

std::string service(const std::string& keys) {
  return around("services:\n  bank: {" + keys + "}\n");
}
std::string policy(const std::string& keys) {
  return around("services: {bank: {}}\npolicies:\n  careful: {" + keys + "}\n");
}

}  // namespace

std::vector<BrokenDocument> broken_shedding() {
  return {
      {"UnknownThrottle", policy("throttle: {envoi: {}}"),
       "checkout.yaml:3: policies.careful.throttle.envoi: unknown key; did you mean 'envoy'?",
       seen},
      {"TwoThrottles", policy("throttle: {sre: {}, envoy: {}}"),
       "checkout.yaml:3: policies.careful.throttle: has both 'sre' and 'envoy'; only one can stand",
       seen},
      {"ThrottleBelowOne", policy("throttle: {sre: {k: 0.5}}"),
       "checkout.yaml:3: policies.careful.throttle.sre.k: must be from 1 to 1,000, is 0.5", seen},
      {"ThrottleOfNoTime", policy("throttle: {sre: {window: 1ms}}"),
       "checkout.yaml:3: policies.careful.throttle.sre.window: must be from 10ms to 24h, is 1ms",
       unseen},
      {"ThrottleOfHalfASecond", policy("throttle: {envoy: {window: 500ms}}"),
       "checkout.yaml:3: policies.careful.throttle.envoy.window: must be whole seconds from 1s to "
       "1h, is 500ms",
       unseen},
      {"ThrottleOnAnUnknownError", policy("throttle: {sre: {on: [bsy]}}"),
       "checkout.yaml:3: policies.careful.throttle.sre.on.0: nothing fails with 'bsy'; known: "
       "timeout, rejected, error, unavailable, dead_lettered and dropped",
       unseen},
      {"ThrottleOutOfOrder", policy("throttle: {sre: {}}, order: [retry]"),
       "checkout.yaml:3: policies.careful.order: must name every part that the policy has, leaves "
       "out throttle",
       unseen},
      {"LifoAfterOfAFifo", service("queue: {lifo_after: 5ms}"),
       "checkout.yaml:2: services.bank.queue.lifo_after: goes with order: adaptive_lifo only",
       unseen},
      {"ClassicCodelOfALifo", service("queue: {order: lifo, codel: {mode: classic}}"),
       "checkout.yaml:2: services.bank.queue.codel: of mode classic goes with order: fifo only",
       unseen},
      {"UnknownCodel", service("queue: {codel: {mode: clasic}}"),
       "checkout.yaml:2: services.bank.queue.codel.mode: must be facebook or classic, is 'clasic'; "
       "did you mean 'classic'?",
       seen},
      {"CodelWithoutTarget", service("queue: {codel: {target: 0s}}"),
       "checkout.yaml:2: services.bank.queue.codel.target: must be above 0s, is 0s", unseen},
      {"CodelTheWrongWayRound", service("queue: {codel: {target: 100ms, interval: 5ms}}"),
       "checkout.yaml:2: services.bank.queue.codel.interval: must be above the target, 100ms, and "
       "at most 1h, is 5ms",
       unseen},
      {"SharesOfNoLimit", service("admission: {priority: {0: 50%}}"),
       "checkout.yaml:2: services.bank.admission.limit: must be a number where priorities have "
       "shares of it, is unlimited",
       unseen},
      {"SharesTheWrongWayRound", service("admission: {limit: 9, priority: {0: 80%, 1: 50%}}"),
       "checkout.yaml:2: services.bank.admission.priority.1: must be at least the share of "
       "priority "
       "0, 0.8, is 0.5",
       unseen},
      {"ShareOfNoPriority", service("admission: {limit: 9, priority: {high: 50%}}"),
       "checkout.yaml:2: services.bank.admission.priority.high: the key must be a priority, a "
       "whole "
       "number from -2,147,483,647 to 2,147,483,647, is 'high'",
       seen},
      {"ShareOfTheLowest", service("admission: {limit: 9, priority: {-2147483648: 50%}}"),
       "checkout.yaml:2: services.bank.admission.priority.-2147483648: the key must be a priority, "
       "a "
       "whole number from -2,147,483,647 to 2,147,483,647, is '-2147483648'",
       unseen},
      {"SharesAreAList", service("admission: {limit: 9, priority: [50%]}"),
       "checkout.yaml:2: services.bank.admission.priority: must be a map, is a list of 1", seen},
      {"CalleesThrottleByName", service("admission: {throttle: {sre: {on: [error]}}}"),
       "checkout.yaml:2: services.bank.admission.throttle.sre.on: unknown key; known: k and window",
       unseen},
      {"RefusalOfAWord", service("refusal: {pushback: later}"),
       "checkout.yaml:2: services.bank.refusal.pushback: later: a duration is one number and "
       "one unit (ns us ms s m h), such as 12ms or 1.5s",
       seen},
  };
}

}  // namespace squall::scenario
