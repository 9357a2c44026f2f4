/** What the page reads of the object of --json. Figures that a run does not have are null or absent. */
export interface Result {
  readonly scenario: string;
  readonly description?: string;
  readonly replications?: number;
  readonly replications_asked?: number;
  readonly partial?: boolean;
  /** Of a partial result: the variants of which nothing was run. */
  readonly not_begun?: readonly string[];
  readonly variants: readonly ResultVariant[];
  readonly paired?: readonly PairedDifference[];
}

export interface ResultVariant {
  readonly name: string;
  readonly simulated_ms?: number;
  /** How much of the beginning is not in the totals. */
  readonly warmup?: { readonly cut_ms: number };
  readonly workloads: Readonly<Record<string, WorkloadTotals>>;
  readonly calls: Readonly<Record<string, CallTotals>>;
  readonly services: Readonly<Record<string, ServiceTotals>>;
  readonly queues: Readonly<Record<string, QueueTotals>>;
  readonly verdict?: { readonly state: string; readonly recovered_after_ms: number | null };
  readonly worlds?: readonly World[];
  readonly estimates?: Readonly<Record<string, Estimate>>;
}

export interface Percentiles {
  readonly p50?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
  readonly max?: number | null;
}

export interface WorkloadTotals {
  readonly objective_ms?: number | null;
  readonly offered: number;
  readonly ok: number;
  readonly late: number;
  readonly failed: number;
  readonly rejected: number;
  readonly dead_lettered: number;
  readonly dropped: number;
  readonly unfinished: number;
  readonly goodput_ratio: number | null;
  readonly goodput_per_s: number | null;
  readonly latency_ms: Percentiles & { readonly count?: number };
  readonly ok_within_ms: Percentiles;
}

export interface CallTotals {
  readonly requests: number;
  readonly attempts: number;
  readonly retries: number;
  readonly amplification: number | null;
  readonly timeouts: number;
  readonly errors: number;
}

export interface ServiceTotals {
  readonly arrived: number;
  readonly completed: number;
  readonly wasted: number;
  readonly wasted_ratio: number | null;
  readonly wasted_time_s: number;
  readonly queue_max: number;
}

export interface QueueTotals {
  readonly published: number;
  readonly redelivered: number;
  readonly dead_lettered: number;
  readonly depth_max: number;
}

export interface World {
  readonly name: string;
  readonly count: number;
  readonly share: number;
  readonly share_low_95: number;
  readonly share_high_95: number;
  readonly goodput_ratio: { readonly mean: number; readonly min: number; readonly max: number };
}

export interface Estimate {
  readonly mean: number | null;
  readonly pooled?: number | null;
  readonly low_95: number | null;
  readonly high_95: number | null;
  readonly count: number;
  readonly never?: number;
}

export interface PairedDifference {
  readonly variant: string;
  readonly minus: string;
  readonly figures: Readonly<
    Record<string, { readonly mean: number | null; readonly low_95: number | null; readonly high_95: number | null; readonly significant: boolean }>
  >;
}

/** Requests of all workloads after the warm-up. */
export const offeredOf = (variant: ResultVariant): number =>
  Object.values(variant.workloads).reduce((sum, workload) => sum + workload.offered, 0);

/** The share of all requests whose effect came within the objective; null where none was offered. */
export function goodputRatio(variant: ResultVariant): number | null {
  let offered = 0;
  let ok = 0;
  for (const workload of Object.values(variant.workloads)) {
    offered += workload.offered;
    ok += workload.ok;
  }
  return offered > 0 ? ok / offered : null;
}

/** Whether any workload has an objective, so that "in time" means something. */
export function hasObjective(variant: ResultVariant): boolean {
  return Object.values(variant.workloads).some((workload) => typeof workload.objective_ms === "number");
}
