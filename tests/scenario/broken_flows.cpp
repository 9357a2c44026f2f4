#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_flows() {
  return {
      {"QueueOfNothing",
       around("queues:\n"
              "  orders: {capacity: 0}\n"),
       "checkout.yaml:2: queues.orders.capacity: must be a whole number of 1 or more, or"
       " 'unlimited', is '0'",
       seen},
      {"UnknownOverflow",
       around("queues:\n"
              "  orders: {overflow: drop}\n"),
       "checkout.yaml:2: queues.orders.overflow: must be reject, drop_oldest or block, i"
       "s 'drop'",
       seen},
      {"NoDeliveries",
       around("queues:\n"
              "  orders: {max_deliveries: 0}\n"),
       "checkout.yaml:2: queues.orders.max_deliveries: must be a whole number from 1 to "
       "1,000,000, or 'unlimited', is '0'",
       seen},
      {"VisibleAtOnce",
       around("queues:\n"
              "  orders: {visibility_timeout: 0s}\n"),
       "checkout.yaml:2: queues.orders.visibility_timeout: must be longer than 0, is '0s"
       "'",
       unseen},
      {"UnknownDeadLetterQueue",
       around("queues:\n"
              "  orders: {dead_letter: orders-dql}\n"
              "  orders-dlq: {}\n"),
       "checkout.yaml:2: queues.orders.dead_letter: there is no queue 'orders-dql'; did "
       "you mean 'orders-dlq'?",
       unseen},
      {"NoPartitions",
       around("queues:\n"
              "  orders: {partitions: 0}\n"),
       "checkout.yaml:2: queues.orders.partitions: must be a whole number from 1 to 1,00"
       "0,000, or 'unordered', is '0'",
       seen},
      {"ConsumerOfNothing",
       around("consumers:\n"
              "  worker: {concurrency: 4}\n"),
       "checkout.yaml:2: consumers.worker: needs 'from'", seen},
      {"ConsumerOfUnknown",
       around("queues: {orders: {}}\n"
              "consumers:\n"
              "  worker: {from: order}\n"),
       "checkout.yaml:3: consumers.worker.from: there is no queue 'order'; did you mean "
       "'orders'?",
       unseen},
      {"NoHandlers",
       around("queues: {orders: {}}\n"
              "consumers:\n"
              "  worker: {from: orders, concurrency: 0}\n"),
       "checkout.yaml:3: consumers.worker.concurrency: must be a whole number from 1 to "
       "1,000,000, is '0'",
       seen},
      {"UnknownHandlerFailure",
       around("queues: {orders: {}}\n"
              "consumers:\n"
              "  worker: {from: orders, on_failure: retry}\n"),
       "checkout.yaml:3: consumers.worker.on_failure: must be redeliver, dead_letter or "
       "ack, is 'retry'",
       seen},
      {"WorkloadToNobody",
       around("workloads:\n"
              "  shoppers: {to: bnak, arrivals: {constant: 50/s}}\n"),
       "checkout.yaml:2: workloads.shoppers.to: there is no service or queue 'bnak'; did"
       " you mean 'bank'?",
       unseen},
      {"WorkloadWithoutTarget",
       around("workloads:\n"
              "  shoppers: {arrivals: {constant: 50/s}}\n"),
       "checkout.yaml:2: workloads.shoppers: needs 'to'", seen},
      {"WorkloadWithoutArrivals",
       around("workloads:\n"
              "  shoppers: {to: bank}\n"),
       "checkout.yaml:2: workloads.shoppers: needs 'arrivals'", seen},
      {"RateWithoutUnit",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {poisson: 50}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.poisson: 50: a rate needs a unit (/"
       "s /m /h); did you mean '50/s'?",
       seen},
      {"RateOfZero",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {constant: 0/s}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.constant: must be a rate above 0/s,"
       " is '0/s'",
       unseen},
      {"UnknownArrivals",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {poison: 50/s}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.poison: unknown key; did you mean '"
       "poisson'?",
       seen},
      {"BurstsOfNothing",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {bursts: {size: 0, every: 1s}}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.bursts.size: must be a whole number"
       " from 1 to 10,000,000, is '0'",
       seen},
      {"BurstsAllAtOnce",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {bursts: {size: 5, every: 0s}}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.bursts.every: must be longer than 0"
       ", is '0s'",
       unseen},
      {"ProfileBeginsWithARamp",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {profile: [{for: 10s, ramp_to: 50/s}]}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.profile.0: the first step needs 'ra"
       "te'",
       unseen},
      {"ProfileOfNothing",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {profile: []}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.profile: is empty; a profile has at"
       " least one step",
       seen},
      {"StepWithoutRate",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {profile: [{for: 1s, rate: 5/s}, {for: 10s}]}}"
              "\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.profile.1: needs 'rate' or 'ramp_to"
       "'",
       seen},
      {"NoUsers",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {closed: {users: 0}}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.closed.users: must be a whole numbe"
       "r from 1 to 10,000,000, is '0'",
       seen},
      {"TraceIsMissing",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {trace: arrivals.csv}}\n"),
       "checkout.yaml:2: workloads.shoppers.arrivals.trace: 'arrivals.csv' cannot be ope"
       "ned",
       unseen},
      {"NoRequests",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {constant: 1/s}, requests: 0}\n"),
       "checkout.yaml:2: workloads.shoppers.requests: must be a whole number of 1 or mor"
       "e, or 'unlimited', is '0'",
       seen},
      {"ObjectiveOfNothing",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {constant: 1/s}, objective: 0s}\n"),
       "checkout.yaml:2: workloads.shoppers.objective: must be longer than 0, is '0s'", unseen},
      {"PriorityIsAWord",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {constant: 1/s}, priority: high}\n"),
       "checkout.yaml:2: workloads.shoppers.priority: must be a whole number from -2,147"
       ",483,647 to 2,147,483,647, is 'high'",
       seen},
      {"NeverDrained",
       around("until: drained\n"
              "workloads:\n"
              "  shoppers: {to: bank, arrivals: {constant: 1/s}}\n"),
       "checkout.yaml:3: workloads.shoppers: never ends; with 'until: drained' it needs "
       "'requests'",
       unseen},
      {"ClosedNeverDrained",
       around("until: drained\n"
              "workloads:\n"
              "  shoppers: {to: bank, arrivals: {closed: {users: 3}}}\n"),
       "checkout.yaml:3: workloads.shoppers: never ends; with 'until: drained' it needs "
       "'requests'",
       unseen},
      {"FaultWithoutTime",
       around("faults:\n"
              "  storm: {on: service.bank, latency: x4}\n"),
       "checkout.yaml:2: faults.storm: needs 'at'", seen},
      {"FaultOnNothing",
       around("faults:\n"
              "  storm: {at: 1s, latency: x4}\n"),
       "checkout.yaml:2: faults.storm.latency: needs 'on', which says what it falls on", unseen},
      {"FaultOnUnknownService",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bnak, latency: x4}\n"),
       "checkout.yaml:2: faults.storm.on: there is no service 'bnak'; did you mean 'bank"
       "'?",
       unseen},
      {"FaultOnUnknownCall",
       around("faults:\n"
              "  storm: {at: 1s, on: call.shopper->bank, loss: 5%}\n"),
       "checkout.yaml:2: faults.storm.on: there is no call 'shopper->bank'; did you mean"
       " 'shoppers->bank'?",
       unseen},
      {"FaultOnUnknownKind",
       around("faults:\n"
              "  storm: {at: 1s, on: queue.orders, latency: x4}\n"),
       "checkout.yaml:2: faults.storm.on: must be service.NAME, call.CALLER->CALLEE or w"
       "orkload.NAME, is 'queue.orders'",
       seen},
      {"FaultWithoutEffect",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank}\n"),
       "checkout.yaml:2: faults.storm: does nothing; give it latency, failure, capacity,"
       " down, pause, loss, rate or set",
       unseen},
      {"LatencyWithoutFactor",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, latency: 4}\n"),
       "checkout.yaml:2: faults.storm.latency: must be a factor such as x4, or an additi"
       "on such as +50ms, is '4'",
       seen},
      {"ReplicaIsNoEffect",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, replica: 0}\n"),
       "checkout.yaml:2: faults.storm: does nothing; give it latency, failure, capacity,"
       " down, pause, loss, rate or set",
       unseen},
      {"OnBesideOnlySet",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, set: {services.bank.workers: 3}}\n"),
       "checkout.yaml:2: faults.storm.on: has no effect to place, and 'set' says itself what it "
       "changes; leave this out",
       unseen},
      {"AddedLatencyWithoutUnit",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, latency: +50}\n"),
       "checkout.yaml:2: faults.storm.latency: +50: a duration needs a unit (ns us ms s m h); did "
       "you mean '+50ms'?",
       seen},
      {"AddedLatencyIsNoDuration",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, latency: +much}\n"),
       "checkout.yaml:2: faults.storm.latency: +much: a duration is one number and one unit (ns us "
       "ms s m h), such as 12ms or 1.5s",
       seen},
      {"LatencyIsNoFactor",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, latency: 50ms}\n"),
       "checkout.yaml:2: faults.storm.latency: must be a factor such as x4, or an additi"
       "on such as +50ms, is '50ms'",
       seen},
      {"LossOnAService",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, loss: 5%}\n"),
       "checkout.yaml:2: faults.storm.loss: falls on calls only", unseen},
      {"RateOnAService",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, rate: x2}\n"),
       "checkout.yaml:2: faults.storm.rate: falls on workloads only", unseen},
      {"RateOnClosed",
       around("workloads:\n"
              "  shoppers: {to: bank, arrivals: {closed: {users: 3}}}\n"
              "faults:\n"
              "  storm: {at: 1s, on: workload.shoppers, rate: x2}\n"),
       "checkout.yaml:4: faults.storm.rate: has no meaning for closed arrivals, which fo"
       "llow from the answers",
       unseen},
      {"ReplicaOutOfRange",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, replica: 1, latency: x4}\n"),
       "checkout.yaml:2: faults.storm.replica: must be 0: the service has one replica, i"
       "s '1'",
       unseen},
      {"DownSomehow",
       around("faults:\n"
              "  storm: {at: 1s, on: service.bank, down: yes}\n"),
       "checkout.yaml:2: faults.storm.down: must be refuse or blackhole, is 'yes'", seen},
      {"FaultForNothing",
       around("faults:\n"
              "  storm: {at: 1s, for: 0s, on: service.bank, latency: x4}\n"),
       "checkout.yaml:2: faults.storm.for: must be longer than 0, is '0s'", unseen},
      {"SetOutsideOfSettings",
       around("faults:\n"
              "  storm: {at: 1s, set: {workloads.shoppers.requests: 5}}\n"),
       "checkout.yaml:2: faults.storm.set.workloads.shoppers.requests: only settings bel"
       "ow services, policies, queues and consumers can change while it runs",
       seen},
      {"SetOfUnknownPath",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "faults:\n"
              "  storm: {at: 1s, set: {policies.carefull.timeout: 2s}}\n"),
       "checkout.yaml:5: faults.storm.set.policies.carefull.timeout: there is no policy "
       "'carefull'; did you mean 'careful'?",
       unseen},
      {"SetOfAName",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "faults:\n"
              "  storm: {at: 1s, set: {policies.careful.timout: 2s}}\n"),
       "checkout.yaml:5: policies.careful.timout: unknown key; did you mean 'timeout'? ("
       "as set by fault 'storm')",
       unseen},
      {"SetOfTheShape",
       around("faults:\n"
              "  storm: {at: 1s, set: {services.bank.replicas: 2}}\n"),
       "checkout.yaml:2: faults.storm.set.services.bank.replicas: cannot change while it"
       " runs; numbers, times, shares and distributions can",
       unseen},
      {"SetAddsAPart",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "faults:\n"
              "  storm: {at: 1s, set: {policies.careful.retry: {max_attempts: 3}}}\n"),
       "checkout.yaml:5: faults.storm.set.policies.careful.retry: cannot change while it"
       " runs; numbers, times, shares and distributions can",
       unseen},
  };
}

}  // namespace squall::scenario
