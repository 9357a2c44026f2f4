import type { Result } from "./result";

/**
 * The data of a page, version 1: what the command embeds in a report, and what the engine gives the
 * playground. All arrays of one timeline have the same length. Times and latencies are in
 * milliseconds, counts are of the interval that ends at the point.
 */
export interface Page {
  readonly page: 1;
  readonly squall: string;
  /** The command that makes it again; empty in the playground. */
  readonly command: string;
  readonly scenario_text: string;
  /** Decimal digits, as all seeds: they have 64 bits, and a number has 53. */
  readonly seed: string;
  readonly result: Result;
  readonly variants: readonly VariantRuns[];
}

export interface VariantRuns {
  readonly name: string;
  readonly seed: string;
  /** One, or an example of each world where the replications split. */
  readonly runs: readonly Timeline[];
}

export type Numbers = readonly number[];
/** null where there is nothing to say, as the age of the oldest in an empty queue. */
export type Gaps = readonly (number | null)[];

export interface Timeline {
  readonly seed: string;
  readonly label: string;
  /** It was interrupted: there is nothing after the last point. */
  readonly partial?: boolean;
  readonly interval_ms: number;
  readonly time_ms: Numbers;
  readonly workloads: Readonly<Record<string, WorkloadLine>>;
  readonly calls: Readonly<Record<string, CallLine>>;
  readonly services: Readonly<Record<string, ServiceLine>>;
  readonly queues: Readonly<Record<string, QueueLine>>;
  /** How many of each kind are not in it, since there are too many. */
  readonly left_out?: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
  readonly edges: readonly Edge[];
  readonly nodes: readonly Node[];
  readonly story: Story;
}

export interface WorkloadLine {
  readonly objective_ms?: number | null;
  readonly offered: Numbers;
  readonly ok: Numbers;
  readonly late: Numbers;
  readonly failed: Numbers;
  readonly rejected: Numbers;
  readonly dead_lettered: Numbers;
  readonly dropped: Numbers;
  /** Requests inside at the end of the interval. */
  readonly open: Numbers;
  /** The most of them at any sample in it. */
  readonly open_max?: Numbers;
  readonly latency_ms: { readonly p50: Gaps; readonly p95: Gaps; readonly p99: Gaps; readonly max: Gaps };
  /** Of the whole run, warm-up included: as exact as the result's own; null where nothing ended well. */
  readonly latency_whole_ms: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  /** [upper end of the bucket in ms, requests], of the whole run, without empty buckets. */
  readonly distribution: readonly (readonly [number, number])[];
}

export interface CallLine {
  readonly from: string;
  readonly to: string;
  readonly kind: "call" | "publish" | "handler";
  readonly requests: Numbers;
  readonly attempts: Numbers;
  readonly retries: Numbers;
  readonly hedges: Numbers;
  readonly timeouts: Numbers;
  readonly errors: Numbers;
  readonly rejected: Numbers;
  readonly refused_local: Numbers;
  readonly denied: Numbers;
  readonly under_way: Numbers;
  /** How many of its states are in each, at the end of the interval. */
  readonly breaker?: {
    readonly closed: Numbers;
    readonly open: Numbers;
    readonly half_open: Numbers;
  };
  readonly budget?: Gaps;
  readonly limit?: Gaps;
}

export interface ServiceLine {
  readonly arrived: Numbers;
  readonly completed: Numbers;
  readonly failed: Numbers;
  readonly refused: Numbers;
  readonly wasted: Numbers;
  readonly waiting: Numbers;
  readonly waiting_max: Numbers;
  readonly in_service: Numbers;
  /** In service / capacity; null where the service has none. */
  readonly load: Gaps;
  readonly load_max?: Gaps;
}

export interface QueueLine {
  readonly published: Numbers;
  readonly delivered: Numbers;
  readonly redelivered: Numbers;
  readonly acked: Numbers;
  readonly dead_lettered: Numbers;
  readonly rejected: Numbers;
  readonly dropped: Numbers;
  readonly depth: Numbers;
  readonly depth_max: Numbers;
  readonly oldest_age_ms: Gaps;
  readonly unsettled: Numbers;
}

export interface Fault {
  readonly name: string;
  /** `service.bank`, `call.checkout->bank`, `workload.shoppers`; empty for one of the settings. */
  readonly on: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly what: string;
}

export type NodeKind = "workload" | "service" | "queue" | "consumer";

export interface Node {
  readonly name: string;
  readonly kind: NodeKind;
}

/** Both ends are kind and name, as in `service.bank`: a queue and a service may share a name. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `call`, `publish`, `delivery` from a queue to its consumer, `dead_letter` from a queue to another. */
  readonly kind: string;
  /** The name in `calls`; null where messages go out of a queue. */
  readonly call?: string | null;
}

/** What the edges and the story call a node. */
export const idOf = (node: Node): string => `${node.kind}.${node.name}`;

/** Every name that a sentence about the run may hold. */
export const namesIn = (timeline: Timeline): string[] => [
  ...Object.keys(timeline.calls),
  ...timeline.nodes.map((node) => node.name),
  ...timeline.faults.map((fault) => fault.name),
];

/** The name in an id. */
export const nameOf = (id: string): string => id.slice(id.indexOf(".") + 1);

export interface Story {
  readonly headline: string;
  readonly origin: string | null;
  readonly steps: readonly Step[];
  readonly fed_by: string;
  readonly stopped_by: string;
}

export interface Step {
  readonly at_ms: number;
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
  readonly value?: number | null;
  readonly unit?: string;
}
