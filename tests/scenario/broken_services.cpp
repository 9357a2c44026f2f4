#include "tests/scenario/broken_documents.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_services() {
  return {
      {"UnknownKey",
       around("services:\n"
              "  payments:\n"
              "    worker: 4\n"),
       "checkout.yaml:3: services.payments.worker: unknown key; did you mean 'workers'?", seen},
      {"ServiceIsNothing",
       around("services:\n"
              "  bank:\n"),
       "checkout.yaml:2: services.bank: must be a map, is nothing", seen},
      {"NoReplicas",
       around("services:\n"
              "  bank: {replicas: 0}\n"),
       "checkout.yaml:2: services.bank.replicas: must be a whole number from 1 to 10,000"
       ", is '0'",
       seen},
      {"TooManyReplicas",
       around("services:\n"
              "  bank: {replicas: 10001}\n"),
       "checkout.yaml:2: services.bank.replicas: must be a whole number from 1 to 10,000"
       ", is '10001'",
       seen},
      {"NoWorkers",
       around("services:\n"
              "  bank: {workers: 0}\n"),
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000, or 'unlimited', is '0'",
       seen},
      {"HalfAWorker",
       around("services:\n"
              "  bank: {workers: 1.5}\n"),
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000, or 'unlimited', is '1.5'",
       seen},
      {"WorkersInQuotes",
       around("services:\n"
              "  bank: {workers: \"4\"}\n"),
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000, or 'unlimited', without quotes, is '4'",
       seen},
      {"UnknownBalance",
       around("services:\n"
              "  bank: {balance: roundrobin}\n"),
       "checkout.yaml:2: services.bank.balance: must be round_robin, random, least_reque"
       "sts or power_of_two, is 'roundrobin'; did you mean 'round_robin'?",
       seen},
      {"UnknownOrder",
       around("services:\n"
              "  bank: {queue: {order: adaptive_filo}}\n"),
       "checkout.yaml:2: services.bank.queue.order: must be fifo, lifo, adaptive_lifo or "
       "priority, is 'adaptive_filo'; did you mean 'adaptive_lifo'?",
       seen},
      {"NegativeLatency",
       around("services:\n"
              "  bank: {latency: -5ms}\n"),
       "checkout.yaml:2: services.bank.latency: -5ms: a duration may not be negative", seen},
      {"LatencyWithoutUnit",
       around("services:\n"
              "  bank: {latency: 12}\n"),
       "checkout.yaml:2: services.bank.latency: 12: a duration needs a unit (ns us ms s "
       "m h); did you mean '12ms'?",
       seen},
      {"TwoDistributions",
       around("services:\n"
              "  bank: {latency: {uniform: [1ms, 2ms], exponential: 5ms}}\n"),
       "checkout.yaml:2: services.bank.latency: has both 'uniform' and 'exponential'; on"
       "ly one can stand",
       seen},
      {"UnknownDistribution",
       around("services:\n"
              "  bank: {latency: {exponental: 5ms}}\n"),
       "checkout.yaml:2: services.bank.latency.exponental: unknown key; did you mean 'ex"
       "ponential'?",
       seen},
      {"NoDistribution",
       around("services:\n"
              "  bank: {latency: {}}\n"),
       "checkout.yaml:2: services.bank.latency: needs one of uniform, exponential, norma"
       "l, lognormal, gamma, pareto, weibull, hyperexponential or empirical",
       seen},
      {"UniformUpsideDown",
       around("services:\n"
              "  bank: {latency: {uniform: [14ms, 8ms]}}\n"),
       "checkout.yaml:2: services.bank.latency.uniform: the low end, 14ms, is above the "
       "high end, 8ms; exchange them",
       unseen},
      {"UniformOfThree",
       around("services:\n"
              "  bank: {latency: {uniform: [1ms, 2ms, 3ms]}}\n"),
       "checkout.yaml:2: services.bank.latency.uniform: must be a list of two durations,"
       " [low, high], is a list of 3",
       seen},
      {"LognormalTailBelowMedian",
       around("services:\n"
              "  bank: {latency: {lognormal: {median: 80ms, p99: 10ms}}}\n"),
       "checkout.yaml:2: services.bank.latency.lognormal.p99: must be the median, 80ms, "
       "or longer, is 10ms",
       unseen},
      {"LognormalWithoutTail",
       around("services:\n"
              "  bank: {latency: {lognormal: {median: 80ms}}}\n"),
       "checkout.yaml:2: services.bank.latency.lognormal: needs 'p99'", seen},
      {"GammaShapeZero",
       around("services:\n"
              "  bank: {latency: {gamma: {mean: 10ms, shape: 0}}}\n"),
       "checkout.yaml:2: services.bank.latency.gamma.shape: must be above 0 and finite, "
       "is 0",
       unseen},
      {"PhasesDoNotAddUp",
       around("services:\n"
              "  bank: {latency: {hyperexponential: [{p: 0.5, mean: 1ms}, {p: 0.4, mean: 2ms}]}"
              "}\n"),
       "checkout.yaml:2: services.bank.latency.hyperexponential: the p of the phases mus"
       "t add up to 1, they add up to 0.9",
       unseen},
      {"NoSuchFile",
       around("services:\n"
              "  bank: {latency: {empirical: latencies.csv}}\n"),
       "checkout.yaml:2: services.bank.latency.empirical: 'latencies.csv' cannot be open"
       "ed",
       unseen},
      {"FailureAboveOne",
       around("services:\n"
              "  bank: {failure: 140%}\n"),
       "checkout.yaml:2: services.bank.failure: 140%: a share is from 0% to 100%", seen},
      {"FailuresAddUpToTooMuch",
       around("services:\n"
              "  bank: {failure: [{p: 60%}, {p: 50%, as: invalid}]}\n"),
       "checkout.yaml:2: services.bank.failure: the probabilities add up to more than 10"
       "0%",
       unseen},
      {"FailureWithoutShare",
       around("services:\n"
              "  bank: {failure: [{as: invalid}]}\n"),
       "checkout.yaml:2: services.bank.failure.0: needs 'p'", seen},
      {"FailureAsTimeout",
       around("services:\n"
              "  bank: {failure: [{p: 1%, as: timeout}]}\n"),
       "checkout.yaml:2: services.bank.failure.0.as: 'timeout' is not an error but an ou"
       "tcome; choose another name",
       seen},
      {"PushbackOfAnotherKind",
       around("services:\n"
              "  bank: {failure: [{p: 1%, pushback: soon}]}\n"),
       "checkout.yaml:2: services.bank.failure.0.pushback: soon: a duration is one numbe"
       "r and one unit (ns us ms s m h), such as 12ms or 1.5s",
       seen},
      {"OverloadWithoutCapacity",
       around("services:\n"
              "  bank: {overload: {latency: 50ms}}\n"),
       "checkout.yaml:2: services.bank.overload: needs 'capacity'", seen},
      {"OverloadOfNothing",
       around("services:\n"
              "  bank: {overload: {capacity: 0}}\n"),
       "checkout.yaml:2: services.bank.overload.capacity: must be a number greater than "
       "0, is '0'",
       seen},
      {"ContentionOfNoKind",
       around("services:\n"
              "  bank: {contention: {}}\n"),
       "checkout.yaml:2: services.bank.contention: needs 'optimistic'", seen},
      {"ContentionOfAnotherKind",
       around("services:\n"
              "  bank: {contention: {optimistc: {}}}\n"),
       "checkout.yaml:2: services.bank.contention.optimistc: unknown key; did you mean "
       "'optimistic'?",
       seen},
      {"ContentionForNothing",
       around("services:\n"
              "  bank: {contention: {optimistic: {rows: 0}}}\n"),
       "checkout.yaml:2: services.bank.contention.optimistic.rows: must be a whole number from 1 "
       "to 1,000,000, is '0'",
       seen},
      {"ContentionForTooMuch",
       around("services:\n"
              "  bank: {contention: {optimistic: {rows: 1000001}}}\n"),
       "checkout.yaml:2: services.bank.contention.optimistic.rows: must be a whole number from 1 "
       "to 1,000,000, is '1000001'",
       seen},
      {"ContentionAsTimeout",
       around("services:\n"
              "  bank: {contention: {optimistic: {as: timeout}}}\n"),
       "checkout.yaml:2: services.bank.contention.optimistic.as: 'timeout' is not an error but an "
       "outcome; choose another name",
       seen},
      {"AdmissionOfNobody",
       around("services:\n"
              "  bank: {admission: {limit: 0}}\n"),
       "checkout.yaml:2: services.bank.admission.limit: must be a whole number from 1 to "
       "4,294,967,294, or 'unlimited', is '0'",
       seen},
      {"HalfAnAdmission",
       around("services:\n"
              "  bank: {admission: {limit: 2.5}}\n"),
       "checkout.yaml:2: services.bank.admission.limit: must be a whole number from 1 to "
       "4,294,967,294, or 'unlimited', is '2.5'",
       seen},
      {"UnknownDemand",
       around("services:\n"
              "  bank: {demand_at: finish}\n"),
       "checkout.yaml:2: services.bank.demand_at: must be start or arrival, is 'finish'", seen},
      {"CallsIsAMap",
       around("services:\n"
              "  bank: {calls: {to: ledger}}\n"),
       "checkout.yaml:2: services.bank.calls: must be a list of calls, is a map", seen},
      {"UnknownTarget",
       around("services:\n"
              "  bank: {calls: [{to: leger}]}\n"
              "  ledger: {}\n"),
       "checkout.yaml:2: services.bank.calls.0.to: there is no service 'leger'; did you "
       "mean 'ledger'?",
       unseen},
      {"CallToAQueue",
       around("queues: {orders: {}}\n"
              "services:\n"
              "  bank: {calls: [{to: orders}]}\n"),
       "checkout.yaml:3: services.bank.calls.0.to: 'orders' is a queue; send to it with "
       "'publish'",
       unseen},
      {"PublishToAService",
       around("services:\n"
              "  bank: {calls: [{publish: ledger}]}\n"
              "  ledger: {}\n"),
       "checkout.yaml:2: services.bank.calls.0.publish: 'ledger' is a service; call it w"
       "ith 'to'",
       unseen},
      {"CallWithoutTarget",
       around("services:\n"
              "  bank: {calls: [{policy: careful}]}\n"
              "policies: {careful: {}}\n"),
       "checkout.yaml:2: services.bank.calls.0: needs one of to, publish or parallel", seen},
      {"CallWithTwoTargets",
       around("queues: {orders: {}}\n"
              "services:\n"
              "  bank: {calls: [{to: bank, publish: orders}]}\n"),
       "checkout.yaml:3: services.bank.calls.0: has both 'to' and 'publish'; only one ca"
       "n stand",
       seen},
      {"AwaitOnACall",
       around("services:\n"
              "  bank: {calls: [{to: ledger, await: effect}]}\n"
              "  ledger: {}\n"),
       "checkout.yaml:2: services.bank.calls.0.await: only a publish can wait for someth"
       "ing",
       seen},
      {"EffectOfNobody",
       around("queues: {orders: {}}\n"
              "services:\n"
              "  bank: {calls: [{publish: orders, await: effect}]}\n"),
       "checkout.yaml:3: services.bank.calls: waits for an effect, but nothing consumes "
       "queue 'orders'",
       unseen},
      {"ParallelOfNothing",
       around("services:\n"
              "  bank: {calls: [{parallel: []}]}\n"),
       "checkout.yaml:2: services.bank.calls.0.parallel: is empty; name at least one cal"
       "l",
       seen},
      {"ParallelInParallel",
       around("services:\n"
              "  bank: {calls: [{parallel: [{parallel: [{to: ledger}]}]}]}\n"
              "  ledger: {}\n"),
       "checkout.yaml:2: services.bank.calls.0.parallel.0: 'parallel' cannot stand insid"
       "e 'parallel'",
       seen},
      {"UnknownPolicy",
       around("services:\n"
              "  bank: {calls: [{to: ledger, policy: carefull}]}\n"
              "  ledger: {}\n"
              "policies: {careful: {}}\n"),
       "checkout.yaml:2: services.bank.calls.0.policy: there is no policy 'carefull'; di"
       "d you mean 'careful'?",
       unseen},
      {"LossOnACallAboveOne",
       around("services:\n"
              "  bank: {calls: [{to: ledger, network: {loss: 200%}}]}\n"
              "  ledger: {}\n"),
       "checkout.yaml:2: services.bank.calls.0.network.loss: 200%: a share is from 0% to"
       " 100%",
       seen},
      {"DepthZero",
       around("services:\n"
              "  bank: {calls: [{to: bank, max_depth: 0}]}\n"),
       "checkout.yaml:2: services.bank.calls.0.max_depth: must be a whole number from 1 "
       "to 1,000, is '0'",
       seen},
      {"Cycle",
       around("services:\n"
              "  a: {calls: [{to: b}]}\n"
              "  b: {calls: [{to: bank}]}\n"
              "  bank: {calls: [{to: a}]}\n"),
       "checkout.yaml:4: services.bank.calls: a cycle that nothing bounds: a -> b -> ban"
       "k -> a; give one of its calls a max_depth",
       unseen},
      {"CycleThroughAQueue",
       around("services:\n"
              "  bank: {calls: [{publish: orders}]}\n"
              "queues: {orders: {}}\n"
              "consumers: {worker: {from: orders, calls: [{to: bank}]}}\n"),
       "checkout.yaml:4: consumers.worker.calls: a cycle that nothing bounds: bank -> or"
       "ders -> worker -> bank; give one of its calls a max_depth",
       unseen},
      {"DeadLettersGoRound",
       around("queues:\n"
              "  a: {dead_letter: b}\n"
              "  b: {dead_letter: a}\n"),
       "checkout.yaml:3: queues.b.dead_letter: dead letters would go round in a circle: "
       "a -> b -> a",
       unseen},
  };
}

}  // namespace squall::scenario
