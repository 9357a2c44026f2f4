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
       "from 2 to 100, is '1'",
       seen},
      {"HedgeOfNoProduct",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {hedge: {preset: brcp}}\n"),
       "checkout.yaml:3: policies.careful.hedge.preset: must be brpc, envoy, grpc or polly, is "
       "'brcp'; did you mean 'brpc'?",
       seen},
      {"BackupRequestAtNoTime",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {hedge: {preset: brpc}}\n"),
       "checkout.yaml:3: policies.careful.hedge: needs 'delay'", unseen},
      {"TwoBackupRequests",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {hedge: {preset: brpc, delay: 5ms, max_attempts: 3}}\n"),
       "checkout.yaml:3: policies.careful.hedge.max_attempts: must be a whole number from 2 to 2, "
       "is '3'",
       unseen},
      {"MoreHedgesThanPollyTakes",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {hedge: {preset: polly, max_attempts: 12}}\n"),
       "checkout.yaml:3: policies.careful.hedge.max_attempts: must be a whole number from 2 to "
       "11, is '12'",
       unseen},
      {"FallbackOnNothingKnown",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {fallback: {on: [dedline]}}\n"),
       "checkout.yaml:3: policies.careful.fallback.on.0: nothing fails with 'dedline'; did you "
       "mean 'deadline'?",
       unseen},
      {"FallbackMoreThanAlways",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {fallback: {failure: 120%}}\n"),
       "checkout.yaml:3: policies.careful.fallback.failure: 120%: a share is from 0% to 100%",
       seen},
      {"RetryOnADeadline",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {retry: {on: [deadline]}}\n"),
       "checkout.yaml:3: policies.careful.retry.on.0: nothing fails with 'deadline'; known: "
       "timeout, rejected, error, unavailable, dead_lettered and dropped",
       unseen},
      {"PropagateALot",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful: {propagate_deadline: 5ms}\n"),
       "checkout.yaml:3: policies.careful.propagate_deadline: must be true or false, is '5ms'",
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
       "checkout.yaml:4: policies.careful.budget: needs one of aws, bucket, cutoff, envoy, "
       "failsafe, "
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
      {"CutoffAboveAll",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      cutoff: {failure_rate: 101%}\n"),
       "checkout.yaml:5: policies.careful.budget.cutoff.failure_rate: 101%: a share is from 0% to "
       "100%",
       seen},
      {"CutoffOfAMoment",
       around("services: {bank: {}}\n"
              "policies:\n"
              "  careful:\n"
              "    budget:\n"
              "      cutoff: {window: 999ms}\n"),
       "checkout.yaml:5: policies.careful.budget.cutoff.window: must be 1s or more, is 999ms",
       unseen},
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
       "checkout.yaml:3: policies.careful.budget.envoy.percent: must be from 0% to 100%,"
       " is 120%",
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
       "checkout.yaml:3: policies.careful.order.0: must be retry, hedge, throttle, "
       "breaker, rate_limit, limiter, bulkhead or timeout, is 'retries'",
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
  for (const auto& part : {broken_services, broken_flows, broken_retries, broken_breakers,
                           broken_limits, broken_outliers, broken_shedding}) {
    for (BrokenDocument& document : part()) documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace squall::scenario
