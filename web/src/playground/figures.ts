import { attemptsPerRequest, mostWasted } from "../data/derive";

/** The figures of one column that the summary and the tour speak of, over all workloads of the variant. */

/** A variant of the result (`--json`), read as it comes: what is not there is not there. */
export type VariantResult = Readonly<Record<string, unknown>>;

export interface Figures {
  readonly offered: number;
  readonly ok: number;
  /** ok / offered, 0 to 1; undefined where nothing was offered. */
  readonly goodput: number | undefined;
  readonly late: number;
  readonly failed: number;
  readonly rejected: number;
  readonly deadLettered: number;
  readonly unfinished: number;
  readonly state: "recovered" | "not_recovered" | "not_judged" | "no_fault" | string;
  /** After the end of the last fault; undefined where it did not recover, or nobody can tell. */
  readonly recoveredAfterMs: number | undefined;
  readonly attempts: number;
  readonly retries: number;
  readonly timeouts: number;
  /** Attempts at the callee that saw most, for each offered request. */
  readonly amplification: number | undefined;
  readonly retriesDenied: number;
  readonly refusedByBreaker: number;
  readonly refusedByQueue: number;
  /** Of service time, at the service that wasted most time; 0 to 1. */
  readonly wasted: number | undefined;
  /** From arrival, of those that took effect; of the workload that offered most. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** The same from arrival with all offered requests counted; undefined: never. */
  readonly allP99Ms: number | undefined;
  /** From delivery, of the queue that delivered most; undefined where there is no queue. */
  readonly deliveryP50Ms: number | undefined;
  readonly deliveryP99Ms: number | undefined;
  readonly depthMax: number | undefined;
  readonly lineMax: number;
}

export function figuresOf(variant: VariantResult): Figures {
  const workloads = entries(variant["workloads"]);
  const calls = entries(variant["calls"]);
  const services = entries(variant["services"]);
  const queues = entries(variant["queues"]).map(([, queue]) => queue);
  const total = (key: string): number => sum(workloads.map(([, workload]) => number(workload, key) ?? 0));
  const ofCalls = (...path: string[]): number => sum(calls.map(([, call]) => number(call, ...path) ?? 0));
  const offered = total("offered");
  const main = greatest(
    workloads.map(([, workload]) => workload),
    "offered",
  );
  const mainQueue = greatest(queues, "delivered");
  const verdict = object(variant["verdict"]);
  return {
    offered,
    ok: total("ok"),
    goodput: ratio(total("ok"), offered),
    late: total("late"),
    failed: total("failed"),
    rejected: total("rejected"),
    deadLettered: total("dead_lettered"),
    unfinished: total("unfinished"),
    state: typeof verdict["state"] === "string" ? verdict["state"] : "not_judged",
    recoveredAfterMs: number(verdict, "recovered_after_ms"),
    attempts: ofCalls("attempts"),
    retries: ofCalls("retries"),
    timeouts: ofCalls("timeouts"),
    amplification: attemptsPerRequest(
      calls.map(([name, call]) => [name, number(call, "attempts") ?? 0]),
      offered,
    )?.value,
    retriesDenied: ofCalls("retries_denied", "budget"),
    refusedByBreaker: ofCalls("rejected", "breaker"),
    refusedByQueue: ofCalls("rejected", "queue"),
    wasted: mostWasted(
      services.map(([name, service]) => ({
        name,
        wasted_time_s: number(service, "wasted_time_s") ?? 0,
        wasted_ratio: number(service, "wasted_ratio") ?? 0,
      })),
    )?.value,
    p50Ms: number(main, "latency_ms", "p50"),
    p99Ms: number(main, "latency_ms", "p99"),
    allP99Ms: number(main, "ok_within_ms", "p99"),
    deliveryP50Ms: number(mainQueue, "from_delivery_ms", "p50"),
    deliveryP99Ms: number(mainQueue, "from_delivery_ms", "p99"),
    depthMax: most(queues.map((queue) => number(queue, "depth_max"))),
    lineMax: most(services.map(([, service]) => number(service, "queue_max"))) ?? 0,
  };
}

function greatest(all: readonly VariantResult[], key: string): VariantResult {
  return all.reduce<VariantResult>(
    (best, next) => ((number(next, key) ?? 0) > (number(best, key) ?? 0) ? next : best),
    {},
  );
}

function most(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}

function number(value: unknown, ...path: string[]): number | undefined {
  const found = path.reduce<unknown>((inner, key) => object(inner)[key], value);
  return typeof found === "number" ? found : undefined;
}

function entries(value: unknown): [string, VariantResult][] {
  return Object.entries(object(value)).map(([name, inner]) => [name, object(inner)]);
}

function object(value: unknown): VariantResult {
  return typeof value === "object" && value !== null ? (value as VariantResult) : {};
}
