#include "tests/scenario/broken_documents.hpp"

#include <utility>

#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

// around() adds what the format needs besides (a duration, a service, a workload), so that the
// error is the one that is meant.
constexpr bool seen = true;
constexpr bool unseen = false;

}  // namespace

std::vector<BrokenDocument> broken_documents() {
  std::vector<BrokenDocument> documents = {
      {"AnotherVersion", around("squall: 2\n"),
       "checkout.yaml:1: squall: is version 2 of the format; this program reads 1", seen},
      {"NoVersion",
       "duration: 1s\n"
       "services: {bank: {}}\n"
       "workloads: {w: {to: bank, arrivals: {constant: 1/s}}}\n",
       "checkout.yaml:1: needs 'squall'", seen},
      {"NoDuration",
       "squall: 1\n"
       "services: {bank: {}}\n"
       "workloads: {w: {to: bank, arrivals: {constant: 1/s}}}\n",
       "checkout.yaml:1: needs 'duration' (such as 60s), or 'until: drained'", seen},
      {"NoMap", "- squall: 1\n",
       "checkout.yaml:1: is not a scenario: its top must be a map that begins with 'squa"
       "ll: 1'",
       seen},
      {"OneWord", "squall\n",
       "checkout.yaml:1: is not a scenario: its top must be a map that begins with 'squa"
       "ll: 1'",
       seen},
      {"Nothing", "~\n",
       "checkout.yaml:1: is not a scenario: its top must be a map that begins with 'squa"
       "ll: 1'",
       seen},
      {"DurationAndUntil",
       around("duration: 60s\n"
              "until: drained\n"),
       "checkout.yaml:2: until: cannot stand beside 'duration'; leave one of the two out", seen},
      {"UntilSomethingElse", around("until: dawn\n"),
       "checkout.yaml:1: until: must be 'drained', is 'dawn'", seen},
      {"UnknownSection", around("service: {bank: {}}\n"),
       "checkout.yaml:1: service: unknown key; did you mean 'services'?", seen},
      {"EmptyDuration", around("duration:\n"),
       "checkout.yaml:1: duration: has no value; give it one or leave the key out", seen},
      {"ZeroDuration", around("duration: 0s\n"),
       "checkout.yaml:1: duration: must be longer than 0, is '0s'", unseen},
      {"WarmupTooLong",
       around("duration: 10s\n"
              "warmup: 10s\n"),
       "checkout.yaml:2: warmup: the warm-up must be shorter than the duration, 10s", unseen},
      {"WarmupIsAWord", around("warmup: automatic\n"),
       "checkout.yaml:1: warmup: must be a duration such as 120ms, or auto, is 'automatic'", seen},
      {"WarmupAutoUntilDrained",
       around("until: drained\n"
              "warmup: auto\n"),
       "checkout.yaml:2: warmup: cannot be auto with 'until: drained': such a run begins and ends "
       "empty and has no steady state; give it a 'duration', or the warm-up as a time",
       unseen},
      {"SeedWithSign", around("seed: -1\n"),
       "checkout.yaml:1: seed: must be a whole number of 0 or more, is '-1'", seen},
      {"SeedTooLarge", around("seed: 18446744073709551616\n"),
       "checkout.yaml:1: seed: must be a whole number from 0 to 18,446,744,073,709,551,6"
       "15, is '18446744073709551616'",
       seen},
      {"SeedAsText", around("seed: \"7\"\n"),
       "checkout.yaml:1: seed: must be a whole number of 0 or more, without quotes, is '"
       "7'",
       seen},
      {"NameIsANumber", around("name: 2024\n"),
       "checkout.yaml:1: name: must be a name (quote it if it is one), is '2024'", seen},
      {"SectionIsAList", around("services: [bank]\n"),
       "checkout.yaml:1: services: must be a map, is a list of 1", seen},
      {"NoWorkload", around("workloads: {}\n"), "checkout.yaml:1: needs at least one workload",
       seen},
      {"NameWithADot", around("services: {a.b: {}}\n"),
       "checkout.yaml:1: services.a.b: a name must not contain '.', which separates path"
       "s",
       seen},
      {"NameWithAnArrow", around("services: {a->b: {}}\n"),
       "checkout.yaml:1: services.a->b: a name must not contain '->', which joins two na"
       "mes",
       seen},
      {"NameTooLong",
       around("services: {xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: {}}\n"),
       "checkout.yaml:1: services.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: a n"
       "ame has at most 128 bytes",
       seen},
      {"EmptyName", around("services: {\"\": {}}\n"),
       "checkout.yaml:1: services.: a name must not be empty", seen},
      {"ServiceAndQueueOfOneName",
       around("services: {bank: {}}\n"
              "queues: {bank: {}}\n"),
       "checkout.yaml:2: queues.bank: there is a service of this name; a workload could "
       "not tell them apart",
       unseen},
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
              "  bank: {queue: {order: adaptive_lifo}}\n"),
       "checkout.yaml:2: services.bank.queue.order: must be fifo, lifo or priority, is '"
       "adaptive_lifo'",
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
      {"TimeoutWithoutUnit",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 120}\n"),
       "checkout.yaml:3: policies.careful.timeout: 120: a duration needs a unit (ns us m"
       "s s m h); did you mean '120ms'?",
       seen},
      {"TimeoutOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 0ms}\n"),
       "checkout.yaml:3: policies.careful.timeout: must be above 0s, is 0s", unseen},
      {"NoAttempts",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {max_attempts: 0}}\n"),
       "checkout.yaml:3: policies.careful.retry.max_attempts: must be a whole number from 1 to "
       "1,000,000, is '0'",
       seen},
      {"AttemptAndAHalf",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {max_attempts: 2.5}}\n"),
       "checkout.yaml:3: policies.careful.retry.max_attempts: must be a whole number "
       "from 1 to 1,000,000, is '2.5'",
       seen},
      {"TooManyAttempts",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {max_attempts: 1000001}}\n"),
       "checkout.yaml:3: policies.careful.retry.max_attempts: must be a whole number "
       "from 1 to 1,000,000, is '1000001'",
       seen},
      {"RetryOnUnknown",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {on: [timeouts]}}\n"),
       "checkout.yaml:3: policies.careful.retry.on.0: nothing fails with 'timeouts'; did"
       " you mean 'timeout'?",
       unseen},
      {"RetryIsANumber",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: 3}\n"),
       "checkout.yaml:3: policies.careful.retry: must be a map, is '3'", seen},
      {"BackoffMaxBelowBase",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {exponential: {base: 20ms, max: 10ms}}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.exponential.max: must be at leas"
       "t the base, 20ms, is 10ms",
       unseen},
      {"BackoffWithoutShape",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {jitter: full}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff: needs one of fixed, linear, exp"
       "onential, cumulative or decorrelated",
       unseen},
      {"UnknownJitter",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, jitter: half}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: must be none, full, equa"
       "l, decorrelated, proportional, lognormal or decorrelated_v2, is 'half'",
       seen},
      {"FixedAndDecorrelated",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {fixed: 5ms, jitter: decorrelated}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: decorrelated jitter grow"
       "s; write {decorrelated: {base, max}} instead of 'fixed'",
       unseen},
      {"JitterOnDecorrelated",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {decorrelated: {base: 5ms}, jitter: full}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.jitter: decorrelated backoff has"
       " its own jitter; leave this out",
       seen},
      {"MultiplierBelowOne",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {backoff: {exponential: {base: 20ms, multiplier: 0.5}}}}\n"),
       "checkout.yaml:3: policies.careful.retry.backoff.exponential.multiplier: must be "
       "a number from 1, is 0.5",
       seen},
      {"HonourPushbackYes",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {honour_pushback: yes}}\n"),
       "checkout.yaml:3: policies.careful.retry.honour_pushback: must be true or false, "
       "is 'yes'",
       seen},
      {"HedgeOfOne",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {hedge: {max_attempts: 1}}\n"),
       "checkout.yaml:3: policies.careful.hedge.max_attempts: must be a whole number "
       "from 2 to 5, is '1'",
       seen},
      {"UnknownBudget",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {budget: {finagel: {}}}\n"),
       "checkout.yaml:3: policies.careful.budget.finagel: unknown key; did you mean 'finagle'?",
       seen},
      {"TwoBudgets",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      {aws: {}, bucket: {}}\n"),
       "checkout.yaml:4: policies.careful.budget: has both 'aws' and 'bucket'; only one can stand",
       seen},
      {"BudgetOfNoFamily",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      {}\n"),
       "checkout.yaml:4: policies.careful.budget: needs one of aws, bucket, envoy, failsafe, "
       "finagle or grpc",
       seen},
      {"FinagleTtl",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {ttl: 61s}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.ttl: must be from 1s to 60s, is 61s",
       unseen},
      {"FinagleReserve",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {min_retries_per_s: -1}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.min_retries_per_s: must be a whole number "
       "from 0 to 1,000,000, is '-1'",
       seen},
      {"FinagleShareWithoutPercent",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {percent_can_retry: 2}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.percent_can_retry: 2: a share is from 0 "
       "to 1, or from 0% to 100%; did you mean '2%'?",
       seen},
      {"FinagleShareAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {percent_can_retry: 100001%}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.percent_can_retry: must be from 0 to "
       "1,000 (100,000%), is 1000.01",
       seen},
      {"FinagleShareWithExponent",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {percent_can_retry: 1e3%}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.percent_can_retry: must be a percentage "
       "such as 20%, is '1e3%'",
       seen},
      {"FinagleUnknownKey",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      finagle: {min_retries: 5}\n"),
       "checkout.yaml:5: policies.careful.budget.finagle.min_retries: unknown key; known: ttl, "
       "min_retries_per_s and percent_can_retry",
       seen},
      {"AwsCostOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      aws: {retry_cost: 0}\n"),
       "checkout.yaml:5: policies.careful.budget.aws.retry_cost: must be a whole number from 1 to "
       "1,000,000, is '0'",
       seen},
      {"AwsCapacity",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      aws: {capacity: 1.5}\n"),
       "checkout.yaml:5: policies.careful.budget.aws.capacity: must be a whole number from 0 to "
       "1,000,000, is '1.5'",
       seen},
      {"FailsafeRateAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      failsafe: {max_rate: 120%}\n"),
       "checkout.yaml:5: policies.careful.budget.failsafe.max_rate: 120%: a share is from 0% to "
       "100%",
       seen},
      {"FailsafeConcurrency",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      failsafe: {min_concurrency: many}\n"),
       "checkout.yaml:5: policies.careful.budget.failsafe.min_concurrency: must be a whole number "
       "from 0 to 4,294,967,295, is 'many'",
       seen},
      {"BucketOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      bucket: {capacity: 0}\n"),
       "checkout.yaml:5: policies.careful.budget.bucket.capacity: must be a whole number from 1 to "
       "1,000,000, is '0'",
       seen},
      {"BucketDepositOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      bucket: {deposit: 0}\n"),
       "checkout.yaml:5: policies.careful.budget.bucket.deposit: must be a number from 0.001, is 0",
       seen},
      {"BucketFilledByNobody",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      bucket: {filled_by: successes}\n"),
       "checkout.yaml:5: policies.careful.budget.bucket.filled_by: must be success or call, is "
       "'successes'; did you mean 'success'?",
       seen},
      {"BudgetAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {budget: {envoy: {percent: 120%}}}\n"),
       "checkout.yaml:3: policies.careful.budget.envoy.percent: must be from 0 to 100, i"
       "s 120",
       seen},
      {"TokensWithoutBucket",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {budget: {grpc: {max_tokens: 0}}}\n"),
       "checkout.yaml:3: policies.careful.budget.grpc.max_tokens: must be a whole number from 1 to "
       "1,000, is '0'",
       seen},
      {"BulkheadOfNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {bulkhead: {max_concurrent: 0}}\n"),
       "checkout.yaml:3: policies.careful.bulkhead.max_concurrent: must be a whole number from 1 "
       "to 4,294,967,295, is '0'",
       seen},
      {"LayerTwice",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {order: [retry, retry]}\n"),
       "checkout.yaml:3: policies.careful.order.1: 'retry' stands in the order twice", seen},
      {"UnknownLayer",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {order: [retries]}\n"),
       "checkout.yaml:3: policies.careful.order.0: must be retry, hedge, breaker, rate_l"
       "imit, limiter, bulkhead or timeout, is 'retries'",
       seen},
      {"LayerMissing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s, retry: {}, order: [timeout]}\n"),
       "checkout.yaml:3: policies.careful.order: must name every part that the policy ha"
       "s, leaves out retry",
       unseen},
      {"NoInstances",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {state: {instances: 0}}\n"),
       "checkout.yaml:3: policies.careful.state.instances: must be a whole number from 1"
       " to 1,000,000, is '0'",
       seen},
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
      {"VariantOfUnknownKey",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "variants:\n"
              "  naive: {policies.careful.retry.max_attempts: 1}\n"),
       "checkout.yaml:5: variants.naive.policies.careful.retry.max_attempts: 'policies.c"
       "areful' has no 'retry'; known: timeout",
       unseen},
      {"VariantOfUnknownName",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "variants:\n"
              "  naive: {policies.carefull.timeout: 2s}\n"),
       "checkout.yaml:5: variants.naive.policies.carefull.timeout: there is no policy 'c"
       "arefull'; did you mean 'careful'?",
       unseen},
      {"VariantRemovesNothing",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "variants:\n"
              "  naive: {policies.careful.breaker: null}\n"),
       "checkout.yaml:5: variants.naive.policies.careful.breaker: there is nothing to re"
       "move: 'policies.careful' has no 'breaker'; known: timeout",
       unseen},
      {"VariantAddsUnknownKey",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {timeout: 1s}\n"
              "variants:\n"
              "  naive: {policies.careful.timout: 2s}\n"),
       "checkout.yaml:5: policies.careful.timout: unknown key; did you mean 'timeout'? ("
       "in variant 'naive')",
       unseen},
      {"VariantOfTheVersion",
       around("variants:\n"
              "  naive: {squall: 2}\n"),
       "checkout.yaml:2: variants.naive.squall: a variant cannot change this", seen},
      {"VariantOfTheName",
       around("variants:\n"
              "  naive: {name: other}\n"),
       "checkout.yaml:2: variants.naive.name: a variant cannot change this", seen},
      {"VariantOfTheSeed",
       around("variants:\n"
              "  naive: {seed: 2}\n"),
       "checkout.yaml:2: variants.naive.seed: a variant cannot change this: all run with the "
       "scenario's seed",
       seen},
      {"VariantBreaksTheScenario",
       around("variants:\n"
              "  naive: {services.bank: null}\n"),
       "checkout.yaml:6: workloads.shoppers.to: there is no service or queue 'bank' (in "
       "variant 'naive')",
       unseen},
      {"ExpectationOfUnknownVariant",
       around("variants: {naive: {duration: 2s}}\n"
              "expect:\n"
              "  - {variant: niave, metric: goodput_ratio, at_least: 99%}\n"),
       "checkout.yaml:3: expect.0.variant: there is no variant 'niave'; did you mean 'na"
       "ive'?",
       unseen},
      {"ExpectationOfNothing",
       around("expect:\n"
              "  - {metric: goodput_ratio}\n"),
       "checkout.yaml:2: expect.0: needs 'at_least' or 'at_most'", seen},
      {"ExpectationWithoutMetric",
       around("expect:\n"
              "  - {at_least: 1}\n"),
       "checkout.yaml:2: expect.0: needs 'metric'", seen},
      {"ExpectationNobodyMeets",
       around("expect:\n"
              "  - {metric: goodput_ratio, at_least: 99%, at_most: 50%}\n"),
       "checkout.yaml:2: expect.0: 'at_least' is above 'at_most'; nothing can meet both", unseen},
  };
  for (BrokenDocument& document : broken_retries()) documents.push_back(std::move(document));
  for (BrokenDocument& document : broken_breakers()) documents.push_back(std::move(document));
  for (BrokenDocument& document : broken_limits()) documents.push_back(std::move(document));
  return documents;
}

}  // namespace squall::scenario
