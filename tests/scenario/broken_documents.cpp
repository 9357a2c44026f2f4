#include "tests/scenario/broken_documents.hpp"

namespace squall::scenario {
namespace {

// Each stands with what the format needs besides (a duration, a service, a workload), so that the
// error is the one that is meant.
constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_documents() {
  return {
      {"AnotherVersion",
       "squall: 2\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: squall: is version 2 of the format; this program reads 1", seen},
      {"NoDuration",
       "squall: 1\n"
       "name: x\n"
       "duration: null\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: duration: has no value; give it one or leave the key out", unseen},
      {"DurationAndUntil",
       "duration: 60s\n"
       "until: drained\n"
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: until: cannot stand beside 'duration'; leave one of the two out", seen},
      {"UntilSomethingElse",
       "until: dawn\n"
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: until: must be 'drained', is 'dawn'", seen},
      {"UnknownSection",
       "service: {bank: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: service: unknown key; did you mean 'squall'?", seen},
      {"EmptyDuration",
       "duration:\n"
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: duration: has no value; give it one or leave the key out", seen},
      {"ZeroDuration",
       "duration: 0s\n"
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: duration: must be longer than 0, is '0s'", unseen},
      {"WarmupTooLong",
       "duration: 10s\n"
       "warmup: 10s\n"
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: warmup: the warm-up must be shorter than the duration, 10000000"
       "000ns",
       unseen},
      {"SeedWithSign",
       "seed: -1\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: seed: must be a whole number of 0 or more, is '-1'", seen},
      {"SeedTooLarge",
       "seed: 18446744073709551616\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "", unseen},
      {"SeedAsText",
       "seed: \"7\"\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: seed: must be a whole number of 0 or more, without quotes, is '"
       "7'",
       seen},
      {"NameIsANumber",
       "name: 2024\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: name: must be a name (quote it if it is one), is '2024'", seen},
      {"SectionIsAList",
       "services: [bank]\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: services: must be a map, is a list", seen},
      {"NoWorkload",
       "workloads: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:1: needs at least one workload", seen},
      {"NameWithADot",
       "services: {a.b: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: services.a.b: a name must not contain '.', which separates path"
       "s",
       seen},
      {"NameWithAnArrow",
       "services: {a->b: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: services.a->b: a name must not contain '->', which joins two na"
       "mes",
       seen},
      {"NameTooLong",
       "services: {xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: services.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: a n"
       "ame has at most 128 bytes",
       seen},
      {"EmptyName",
       "services: {\"\": {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:1: services.: a name must not be empty", seen},
      {"ServiceAndQueueOfOneName",
       "services: {bank: {}}\n"
       "queues: {bank: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.bank: there is a service of this name; a workload could "
       "not tell them apart",
       unseen},
      {"UnknownKey",
       "services:\n"
       "  payments:\n"
       "    worker: 4\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: services.payments.worker: unknown key; did you mean 'workers'?", seen},
      {"ServiceIsNothing",
       "services:\n"
       "  bank:\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank: must be a map, is nothing", seen},
      {"NoReplicas",
       "services:\n"
       "  bank: {replicas: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.replicas: must be a whole number from 1 to 10,000"
       ", is '0'",
       seen},
      {"TooManyReplicas",
       "services:\n"
       "  bank: {replicas: 10001}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.replicas: must be a whole number from 1 to 10,000"
       ", is '10001'",
       seen},
      {"NoWorkers",
       "services:\n"
       "  bank: {workers: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000 or 'unlimited', is '0'",
       seen},
      {"HalfAWorker",
       "services:\n"
       "  bank: {workers: 1.5}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000 or 'unlimited', is '1.5'",
       seen},
      {"WorkersInQuotes",
       "services:\n"
       "  bank: {workers: \"4\"}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.workers: must be a whole number from 1 to 1,000,0"
       "00,000 or 'unlimited', without quotes, is '4'",
       seen},
      {"UnknownBalance",
       "services:\n"
       "  bank: {balance: roundrobin}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.balance: must be round_robin, random, least_reque"
       "sts or power_of_two, is 'roundrobin'; did you mean 'round_robin'?",
       seen},
      {"UnknownOrder",
       "services:\n"
       "  bank: {queue: {order: adaptive_lifo}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.queue.order: must be fifo, lifo or priority, is '"
       "adaptive_lifo'",
       seen},
      {"NegativeLatency",
       "services:\n"
       "  bank: {latency: -5ms}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency: '-5ms' is not a duration", seen},
      {"LatencyWithoutUnit",
       "services:\n"
       "  bank: {latency: 12}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency: '12' is not a duration", seen},
      {"TwoDistributions",
       "services:\n"
       "  bank: {latency: {uniform: [1ms, 2ms], exponential: 5ms}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency: has both 'uniform' and 'exponential'; on"
       "ly one can stand",
       seen},
      {"UnknownDistribution",
       "services:\n"
       "  bank: {latency: {exponental: 5ms}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency.exponental: unknown key; did you mean 'ex"
       "ponential'?",
       seen},
      {"NoDistribution",
       "services:\n"
       "  bank: {latency: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency: needs one of uniform, exponential, norma"
       "l, lognormal, gamma, pareto, weibull, hyperexponential or empirical",
       seen},
      {"UniformUpsideDown",
       "services:\n"
       "  bank: {latency: {uniform: [14ms, 8ms]}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "", unseen},
      {"UniformOfThree",
       "services:\n"
       "  bank: {latency: {uniform: [1ms, 2ms, 3ms]}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency.uniform: must be a list of two durations,"
       " [low, high], is a list",
       seen},
      {"LognormalTailBelowMedian",
       "services:\n"
       "  bank: {latency: {lognormal: {median: 80ms, p99: 10ms}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "", unseen},
      {"LognormalWithoutTail",
       "services:\n"
       "  bank: {latency: {lognormal: {median: 80ms}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency.lognormal: needs 'p99'", seen},
      {"GammaShapeZero",
       "services:\n"
       "  bank: {latency: {gamma: {mean: 10ms, shape: 0}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "", unseen},
      {"PhasesDoNotAddUp",
       "services:\n"
       "  bank: {latency: {hyperexponential: [{p: 0.5, mean: 1ms}, {p: 0.4, mean: 2ms}]}"
       "}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "", unseen},
      {"NoSuchFile",
       "services:\n"
       "  bank: {latency: {empirical: latencies.csv}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.latency.empirical: 'latencies.csv' cannot be open"
       "ed",
       unseen},
      {"FailureAboveOne",
       "services:\n"
       "  bank: {failure: 140%}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.failure: '140%' is not a share", seen},
      {"FailuresAddUpToTooMuch",
       "services:\n"
       "  bank: {failure: [{p: 60%}, {p: 50%, as: invalid}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.failure: the probabilities add up to 1.1; at most"
       " 100% can fail",
       unseen},
      {"FailureWithoutShare",
       "services:\n"
       "  bank: {failure: [{as: invalid}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.failure.0: needs 'p'", seen},
      {"FailureAsTimeout",
       "services:\n"
       "  bank: {failure: [{p: 1%, as: timeout}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.failure.0.as: 'timeout' is not an error but an ou"
       "tcome; choose another name",
       seen},
      {"PushbackOfAnotherKind",
       "services:\n"
       "  bank: {failure: [{p: 1%, pushback: soon}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.failure.0.pushback: 'soon' is not a duration", seen},
      {"OverloadWithoutCapacity",
       "services:\n"
       "  bank: {overload: {latency: 50ms}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.overload: needs 'capacity'", seen},
      {"OverloadOfNothing",
       "services:\n"
       "  bank: {overload: {capacity: 0}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.overload.capacity: must be a number greater than "
       "0, is '0'",
       seen},
      {"AdmissionOfNobody",
       "services:\n"
       "  bank: {admission: {limit: 0}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.admission.limit: must be at least 1, is 0", seen},
      {"UnknownDemand",
       "services:\n"
       "  bank: {demand_at: finish}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.demand_at: must be start or arrival, is 'finish'", seen},
      {"CallsIsAMap",
       "services:\n"
       "  bank: {calls: {to: ledger}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls: must be a list of calls, is a map", seen},
      {"UnknownTarget",
       "services:\n"
       "  bank: {calls: [{to: leger}]}\n"
       "  ledger: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.to: there is no service 'leger'; did you "
       "mean 'ledger'?",
       unseen},
      {"CallToAQueue",
       "queues: {orders: {}}\n"
       "services:\n"
       "  bank: {calls: [{to: orders}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: services.bank.calls.0.to: 'orders' is a queue; send to it with "
       "'publish'",
       unseen},
      {"PublishToAService",
       "services:\n"
       "  bank: {calls: [{publish: ledger}]}\n"
       "  ledger: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.publish: 'ledger' is a service; call it w"
       "ith 'to'",
       unseen},
      {"CallWithoutTarget",
       "services:\n"
       "  bank: {calls: [{policy: careful}]}\n"
       "policies: {careful: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0: needs one of to, publish or parallel", seen},
      {"CallWithTwoTargets",
       "queues: {orders: {}}\n"
       "services:\n"
       "  bank: {calls: [{to: bank, publish: orders}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: services.bank.calls.0: has both 'to' and 'publish'; only one ca"
       "n stand",
       seen},
      {"AwaitOnACall",
       "services:\n"
       "  bank: {calls: [{to: ledger, await: effect}]}\n"
       "  ledger: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.await: only a publish can wait for someth"
       "ing",
       seen},
      {"EffectOfNobody",
       "queues: {orders: {}}\n"
       "services:\n"
       "  bank: {calls: [{publish: orders, await: effect}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: services.bank.calls: waits for an effect, but nothing consumes "
       "queue 'orders'",
       unseen},
      {"ParallelOfNothing",
       "services:\n"
       "  bank: {calls: [{parallel: []}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.parallel: is empty; name at least one cal"
       "l",
       seen},
      {"ParallelInParallel",
       "services:\n"
       "  bank: {calls: [{parallel: [{parallel: [{to: ledger}]}]}]}\n"
       "  ledger: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.parallel.0.parallel: unknown key; did you"
       " mean 'publish'?",
       seen},
      {"UnknownPolicy",
       "services:\n"
       "  bank: {calls: [{to: ledger, policy: carefull}]}\n"
       "  ledger: {}\n"
       "policies: {careful: {}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.policy: there is no policy 'carefull'; di"
       "d you mean 'careful'?",
       unseen},
      {"LossOnACallAboveOne",
       "services:\n"
       "  bank: {calls: [{to: ledger, network: {loss: 200%}}]}\n"
       "  ledger: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.network.loss: '200%' is not a share", seen},
      {"DepthZero",
       "services:\n"
       "  bank: {calls: [{to: bank, max_depth: 0}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: services.bank.calls.0.max_depth: must be a whole number from 1 "
       "to 1,000, is '0'",
       seen},
      {"Cycle",
       "services:\n"
       "  a: {calls: [{to: b}]}\n"
       "  b: {calls: [{to: bank}]}\n"
       "  bank: {calls: [{to: a}]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:4: services.bank.calls: a cycle that nothing bounds: a -> b -> ban"
       "k -> a; give one of its calls a max_depth",
       unseen},
      {"CycleThroughAQueue",
       "services:\n"
       "  bank: {calls: [{publish: orders}]}\n"
       "queues: {orders: {}}\n"
       "consumers: {worker: {from: orders, calls: [{to: bank}]}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:4: consumers.worker.calls: a cycle that nothing bounds: bank -> or"
       "ders -> worker -> bank; give one of its calls a max_depth",
       unseen},
      {"DeadLettersGoRound",
       "queues:\n"
       "  a: {dead_letter: b}\n"
       "  b: {dead_letter: a}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: queues.b.dead_letter: dead letters would go round in a circle: "
       "a -> b -> a",
       unseen},
      {"TimeoutWithoutUnit",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 120}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.timeout: '120' is not a duration", seen},
      {"TimeoutOfNothing",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 0ms}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.timeout: must be above 0s, is 0s", unseen},
      {"NoAttempts",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {max_attempts: 0}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.max_attempts: must be from 1 to 1000000,"
       " is 0",
       seen},
      {"RetryOnUnknown",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {on: [timeouts]}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.on.0: nothing fails with 'timeouts'; did"
       " you mean 'timeout'?",
       unseen},
      {"RetryIsANumber",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: 3}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry: must be a map, is '3'", seen},
      {"BackoffMaxBelowBase",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {exponential: {base: 20ms, max: 10ms}}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff.exponential.max: must be at leas"
       "t the base, 20ms, is 10ms",
       unseen},
      {"BackoffWithoutShape",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {jitter: full}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff: needs one of fixed, linear, exp"
       "onential or decorrelated",
       seen},
      {"UnknownJitter",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {fixed: 5ms, jitter: half}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: must be none, full, equa"
       "l or proportional, is 'half'",
       seen},
      {"FixedAndDecorrelated",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {fixed: 5ms, jitter: decorrelated}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: decorrelated jitter grow"
       "s; write {decorrelated: {base, max}} instead of 'fixed'",
       unseen},
      {"JitterOnDecorrelated",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {decorrelated: {base: 5ms}, jitter: full}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: decorrelated backoff has"
       " its own jitter; leave this out",
       seen},
      {"MultiplierBelowOne",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {backoff: {exponential: {base: 20ms, multiplier: 0.5}}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.backoff.exponential.multiplier: must be "
       "a number from 1, is 0.5",
       seen},
      {"HonourPushbackYes",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {retry: {honour_pushback: yes}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.retry.honour_pushback: must be true or false, "
       "is 'yes'",
       seen},
      {"HedgeOfOne",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {hedge: {max_attempts: 1}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.hedge.max_attempts: must be from 2 to 5, is 1", seen},
      {"UnknownBudget",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {budget: {finagle: {}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.budget.finagle: unknown key; known: envoy and "
       "grpc",
       seen},
      {"BudgetAboveAll",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {budget: {envoy: {percent: 120%}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.budget.envoy.percent: must be from 0 to 100, i"
       "s 120",
       unseen},
      {"TokensWithoutBucket",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {budget: {grpc: {max_tokens: 0}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.budget.grpc.max_tokens: must be from 1 to 1000"
       ", is 0",
       seen},
      {"UnknownBreaker",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {breaker: {resilence4j: {}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.breaker.resilence4j: unknown key; did you mean"
       " 'resilience4j'?",
       seen},
      {"BreakerNeverTrips",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {breaker: {window: {window: 10, failures: 11}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.breaker.window.failures: must be from 1 to the"
       " window, 10, is 11",
       unseen},
      {"BreakerTripsAtZero",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {breaker: {resilience4j: {failure_rate: 0%}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.breaker.resilience4j.failure_rate: must be abo"
       "ve 0 and at most 100, is 0",
       unseen},
      {"BulkheadOfNothing",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {bulkhead: {max_concurrent: 0}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.bulkhead.max_concurrent: must be at least 1, i"
       "s 0",
       seen},
      {"LayerTwice",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {order: [retry, retry]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.order.1: 'retry' stands in the order twice", seen},
      {"UnknownLayer",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {order: [retries]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.order.0: must be retry, hedge, breaker, rate_l"
       "imit, bulkhead or timeout, is 'retries'; did you mean 'retry'?",
       seen},
      {"LayerMissing",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s, retry: {}, order: [timeout]}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.order: must name every part that the policy ha"
       "s, leaves out retry",
       unseen},
      {"NoInstances",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {state: {instances: 0}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: policies.careful.state.instances: must be a whole number from 1"
       " to 1,000,000, is '0'",
       seen},
      {"QueueOfNothing",
       "queues:\n"
       "  orders: {capacity: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.capacity: must be a whole number from 1 to 18,446"
       ",744,073,709,551,614 or 'unlimited', is '0'",
       seen},
      {"UnknownOverflow",
       "queues:\n"
       "  orders: {overflow: drop}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.overflow: must be reject, drop_oldest or block, i"
       "s 'drop'; did you mean 'drop_oldest'?",
       seen},
      {"NoDeliveries",
       "queues:\n"
       "  orders: {max_deliveries: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.max_deliveries: must be a whole number from 1 to "
       "1,000,000 or 'unlimited', is '0'",
       seen},
      {"VisibleAtOnce",
       "queues:\n"
       "  orders: {visibility_timeout: 0s}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.visibility_timeout: must be longer than 0, is '0s"
       "'",
       unseen},
      {"UnknownDeadLetterQueue",
       "queues:\n"
       "  orders: {dead_letter: orders-dql}\n"
       "  orders-dlq: {}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.dead_letter: there is no queue 'orders-dql'; did "
       "you mean 'orders'?",
       unseen},
      {"NoPartitions",
       "queues:\n"
       "  orders: {partitions: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: queues.orders.partitions: must be a whole number from 1 to 1,00"
       "0,000 or 'unordered', is '0'",
       seen},
      {"ConsumerOfNothing",
       "consumers:\n"
       "  worker: {concurrency: 4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: consumers.worker: needs 'from'", seen},
      {"ConsumerOfUnknown",
       "queues: {orders: {}}\n"
       "consumers:\n"
       "  worker: {from: order}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: consumers.worker.from: there is no queue 'order'; did you mean "
       "'orders'?",
       unseen},
      {"NoHandlers",
       "queues: {orders: {}}\n"
       "consumers:\n"
       "  worker: {from: orders, concurrency: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: consumers.worker.concurrency: must be a whole number from 1 to "
       "1,000,000, is '0'",
       seen},
      {"UnknownHandlerFailure",
       "queues: {orders: {}}\n"
       "consumers:\n"
       "  worker: {from: orders, on_failure: retry}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: consumers.worker.on_failure: must be redeliver, dead_letter or "
       "ack, is 'retry'; did you mean 'redeliver'?",
       seen},
      {"WorkloadToNobody",
       "workloads:\n"
       "  shoppers: {to: bnak, arrivals: {constant: 50/s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.to: there is no service or queue 'bnak'; did"
       " you mean 'bank'?",
       unseen},
      {"WorkloadWithoutTarget",
       "workloads:\n"
       "  shoppers: {arrivals: {constant: 50/s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers: needs 'to'", seen},
      {"WorkloadWithoutArrivals",
       "workloads:\n"
       "  shoppers: {to: bank}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers: needs 'arrivals'", seen},
      {"RateWithoutUnit",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {poisson: 50}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.poisson: '50' is not a rate", seen},
      {"RateOfZero",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {constant: 0/s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.constant: must be a rate above 0/s,"
       " is '0/s'",
       unseen},
      {"UnknownArrivals",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {poison: 50/s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.poison: unknown key; did you mean '"
       "poisson'?",
       seen},
      {"BurstsOfNothing",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {bursts: {size: 0, every: 1s}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.bursts.size: must be a whole number"
       " from 1 to 10,000,000, is '0'",
       seen},
      {"BurstsAllAtOnce",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {bursts: {size: 5, every: 0s}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.bursts.every: must be longer than 0"
       ", is '0s'",
       unseen},
      {"ProfileBeginsWithARamp",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {profile: [{for: 10s, ramp_to: 50/s}]}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.profile.0: the first step needs 'ra"
       "te'",
       unseen},
      {"ProfileOfNothing",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {profile: []}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.profile: is empty; a profile has at"
       " least one step",
       seen},
      {"StepWithoutRate",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {profile: [{for: 1s, rate: 5/s}, {for: 10s}]}}"
       "\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.profile.1: needs 'rate' or 'ramp_to"
       "'",
       seen},
      {"NoUsers",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {closed: {users: 0}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.closed.users: must be a whole numbe"
       "r from 1 to 10,000,000, is '0'",
       seen},
      {"TraceIsMissing",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {trace: arrivals.csv}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.arrivals.trace: 'arrivals.csv' cannot be ope"
       "ned",
       unseen},
      {"NoRequests",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {constant: 1/s}, requests: 0}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.requests: must be a whole number from 1 to 1"
       "8,446,744,073,709,551,614 or 'unlimited', is '0'",
       seen},
      {"ObjectiveOfNothing",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {constant: 1/s}, objective: 0s}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.objective: must be longer than 0, is '0s'", unseen},
      {"PriorityIsAWord",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {constant: 1/s}, priority: high}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:2: workloads.shoppers.priority: must be a whole number from 0 to 2"
       ",147,483,647, is 'high'",
       seen},
      {"NeverDrained",
       "until: drained\n"
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {constant: 1/s}}\n"
       "squall: 1\n"
       "services: {bank: {}}\n",
       "checkout.yaml:3: workloads.shoppers: never ends; with 'until: drained' it needs "
       "'requests'",
       unseen},
      {"ClosedNeverDrained",
       "until: drained\n"
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {closed: {users: 3}}}\n"
       "squall: 1\n"
       "services: {bank: {}}\n",
       "checkout.yaml:3: workloads.shoppers: never ends; with 'until: drained' it needs "
       "'requests'",
       unseen},
      {"FaultWithoutTime",
       "faults:\n"
       "  storm: {on: service.bank, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm: needs 'at'", seen},
      {"FaultOnNothing",
       "faults:\n"
       "  storm: {at: 1s, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.latency: needs 'on', which says what it falls on", unseen},
      {"FaultOnUnknownService",
       "faults:\n"
       "  storm: {at: 1s, on: service.bnak, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.on: there is no service 'bnak'; did you mean 'bank"
       "'?",
       unseen},
      {"FaultOnUnknownCall",
       "faults:\n"
       "  storm: {at: 1s, on: call.shopper->bank, loss: 5%}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.on: there is no call 'shopper->bank'; did you mean"
       " 'shoppers->bank'?",
       unseen},
      {"FaultOnUnknownKind",
       "faults:\n"
       "  storm: {at: 1s, on: queue.orders, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.on: must be service.NAME, call.CALLER->CALLEE or w"
       "orkload.NAME, is 'queue.orders'",
       seen},
      {"FaultWithoutEffect",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm: does nothing; give it latency, failure, capacity,"
       " down, pause, loss, rate or set",
       unseen},
      {"LatencyWithoutFactor",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, latency: 4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.latency: must be a factor such as x4, or an additi"
       "on such as +50ms, is '4'",
       seen},
      {"LatencyIsNoFactor",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, latency: 50ms}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.latency: must be a factor such as x4, or an additi"
       "on such as +50ms, is '50ms'",
       seen},
      {"LossOnAService",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, loss: 5%}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.loss: falls on calls only", unseen},
      {"RateOnAService",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, rate: x2}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.rate: falls on workloads only", unseen},
      {"RateOnClosed",
       "workloads:\n"
       "  shoppers: {to: bank, arrivals: {closed: {users: 3}}}\n"
       "faults:\n"
       "  storm: {at: 1s, on: workload.shoppers, rate: x2}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n",
       "checkout.yaml:4: faults.storm.rate: has no meaning for closed arrivals, which fo"
       "llow from the answers",
       unseen},
      {"ReplicaOutOfRange",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, replica: 1, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.replica: must be a whole number from 0 to 0, is '1"
       "'",
       unseen},
      {"DownSomehow",
       "faults:\n"
       "  storm: {at: 1s, on: service.bank, down: yes}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.down: must be refuse or blackhole, is 'yes'", seen},
      {"FaultForNothing",
       "faults:\n"
       "  storm: {at: 1s, for: 0s, on: service.bank, latency: x4}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.for: must be longer than 0, is '0s'", unseen},
      {"SetOutsideOfSettings",
       "faults:\n"
       "  storm: {at: 1s, set: {workloads.shoppers.requests: 5}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.set.workloads.shoppers.requests: only settings bel"
       "ow services, policies, queues and consumers can change while it runs",
       seen},
      {"SetOfUnknownPath",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "faults:\n"
       "  storm: {at: 1s, set: {policies.carefull.timeout: 2s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: faults.storm.set.policies.carefull.timeout: there is no policy "
       "'carefull'; did you mean 'careful'?",
       unseen},
      {"SetOfAName",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "faults:\n"
       "  storm: {at: 1s, set: {policies.careful.timout: 2s}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: policies.careful.timout: unknown key; did you mean 'timeout'? ("
       "as set by fault 'storm')",
       unseen},
      {"SetOfTheShape",
       "faults:\n"
       "  storm: {at: 1s, set: {services.bank.replicas: 2}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: faults.storm.set.services.bank.replicas: 'services.bank.replica"
       "s' cannot change while it runs; numbers, times, shares and distributions can",
       unseen},
      {"SetAddsAPart",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "faults:\n"
       "  storm: {at: 1s, set: {policies.careful.retry: {max_attempts: 3}}}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: faults.storm.set.policies.careful.retry: 'policies.careful.retr"
       "y' cannot change while it runs; numbers, times, shares and distributions can",
       unseen},
      {"VariantOfUnknownKey",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "variants:\n"
       "  naive: {policies.careful.retry.max_attempts: 1}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: variants.naive.policies.careful.retry.max_attempts: 'policies.c"
       "areful' has no 'retry'; known: timeout",
       unseen},
      {"VariantOfUnknownName",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "variants:\n"
       "  naive: {policies.carefull.timeout: 2s}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: variants.naive.policies.carefull.timeout: there is no policy 'c"
       "arefull'; did you mean 'careful'?",
       unseen},
      {"VariantRemovesNothing",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "variants:\n"
       "  naive: {policies.careful.breaker: null}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: variants.naive.policies.careful.breaker: there is nothing to re"
       "move: 'policies.careful' has no 'breaker'; known: timeout",
       unseen},
      {"VariantAddsUnknownKey",
       "services: {bank: {}}\n"
       "policies:\n"
       "  careful: {timeout: 1s}\n"
       "variants:\n"
       "  naive: {policies.careful.timout: 2s}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:5: policies.careful.timout: unknown key; did you mean 'timeout'? ("
       "in variant 'naive')",
       unseen},
      {"VariantOfTheVersion",
       "variants:\n"
       "  naive: {squall: 2}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: variants.naive.squall: a variant cannot change this", unseen},
      {"VariantBreaksTheScenario",
       "variants:\n"
       "  naive: {services.bank: null}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:6: workloads.shoppers.to: there is no service or queue 'bank' (in "
       "variant 'naive')",
       unseen},
      {"ExpectationOfUnknownVariant",
       "variants: {naive: {seed: 2}}\n"
       "expect:\n"
       "  - {variant: niave, metric: goodput_ratio, at_least: 99%}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:3: expect.0.variant: there is no variant 'niave'; did you mean 'na"
       "ive'?",
       unseen},
      {"ExpectationOfNothing",
       "expect:\n"
       "  - {metric: goodput_ratio}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: expect.0: needs 'at_least' or 'at_most'", seen},
      {"ExpectationWithoutMetric",
       "expect:\n"
       "  - {at_least: 1}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: expect.0: needs 'metric'", seen},
      {"ExpectationNobodyMeets",
       "expect:\n"
       "  - {metric: goodput_ratio, at_least: 99%, at_most: 50%}\n"
       "squall: 1\n"
       "duration: 60s\n"
       "services: {bank: {}}\n"
       "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n",
       "checkout.yaml:2: expect.0: 'at_least' is above 'at_most'; nothing can meet both", unseen},
  };
}

}  // namespace squall::scenario
