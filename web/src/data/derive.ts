import type { Gaps, Numbers, Timeline } from "./page";

/** The sums, point by point; of no lines: zeros. */
export function sumOf(lines: readonly Numbers[], length: number): number[] {
  const sum = new Array<number>(length).fill(0);
  for (const line of lines) {
    for (let i = 0; i < length; ++i) sum[i] = (sum[i] ?? 0) + (line[i] ?? 0);
  }
  return sum;
}

export const total = (line: Numbers): number => line.reduce((sum, value) => sum + value, 0);

/** The largest value; 0 where there is none. */
export function largest(line: Gaps): number {
  let max = 0;
  for (const value of line) if (value !== null && value > max) max = value;
  return max;
}

/** Counts of intervals as rates: each over the length of its own interval, the last too. */
export function ratesOf(counts: Numbers, time_ms: Numbers): number[] {
  return counts.map((value, i) => {
    const length = (time_ms[i] ?? 0) - (i === 0 ? 0 : (time_ms[i - 1] ?? 0));
    return length > 0 ? (value * 1000) / length : 0;
  });
}

/**
 * The point whose interval holds the instant: the first that does not end before it; the last one after
 * the end. REQUIRES at least one point.
 */
export function indexAt(time_ms: Numbers, at_ms: number): number {
  let low = 0;
  let high = time_ms.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time_ms[middle] ?? 0) < at_ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Counts put together to intervals of at least `width_ms` (the last may be shorter), so that rates of runs
 * with different grids compare. Nothing is lost: the sum stays.
 */
export function rebin(time_ms: Numbers, counts: Numbers, width_ms: number): { time_ms: number[]; counts: number[] } {
  const out = { time_ms: [] as number[], counts: [] as number[] };
  let begin_ms = 0;
  let sum = 0;
  time_ms.forEach((end_ms, i) => {
    sum += counts[i] ?? 0;
    // A hair less: ends of intervals are sums of decimals.
    if (end_ms - begin_ms < width_ms * (1 - 1e-9) && i < time_ms.length - 1) return;
    out.time_ms.push(end_ms);
    out.counts.push(sum);
    begin_ms = end_ms;
    sum = 0;
  });
  return out;
}

export const endOf = (timeline: Timeline): number => timeline.time_ms[timeline.time_ms.length - 1] ?? 0;

export function okOf(timeline: Timeline): number[] {
  return sumOf(Object.values(timeline.workloads).map((line) => line.ok), timeline.time_ms.length);
}

/** A distribution over fewer buckets, each `ratio` times as wide as the one below; empty ones between included. */
export interface Bucket {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly count: number;
}

export function logBuckets(distribution: readonly (readonly [number, number])[], buckets: number): Bucket[] {
  const first = distribution[0]?.[0];
  const last = distribution[distribution.length - 1]?.[0];
  if (first === undefined || last === undefined) return [];
  // A little below the smallest upper end, so that it falls into the first bucket; from 1 µs on.
  const low = Math.log10(Math.max(first * 0.995, 1e-3));
  const high = Math.max(Math.log10(Math.max(last, 1e-3)) + 1e-9, low + 0.05);
  const width = (high - low) / buckets;
  const counts = new Array<number>(buckets).fill(0);
  for (const [upper, number] of distribution) {
    const place = Math.floor((Math.log10(Math.max(upper, 1e-3)) - low) / width);
    const index = Math.min(buckets - 1, Math.max(0, place));
    counts[index] = (counts[index] ?? 0) + number;
  }
  return counts.map((number, i) => ({
    from_ms: 10 ** (low + i * width),
    to_ms: 10 ** (low + (i + 1) * width),
    count: number,
  }));
}

/** A figure of the whole system, and the part at which it is; no part where the figure is zero. */
export interface Found {
  readonly value: number;
  readonly at?: string;
}

/** The part that a call "a->b" goes to. */
export function calleeOf(call: string): string {
  const arrow = call.lastIndexOf("->");
  return arrow < 0 ? call : call.slice(arrow + 2);
}

/**
 * Attempts at the callee that saw most, summed over all calls to it, for each offered request: the figure
 * of the command's table. Of two alike the first is named.
 * @param attempts  of every call, by its name
 * @return undefined where nothing was offered
 */
export function attemptsPerRequest(attempts: readonly (readonly [call: string, attempts: number])[], offered: number): Found | undefined {
  if (offered <= 0) return undefined;
  const perCallee = new Map<string, number>();
  for (const [call, number] of attempts) perCallee.set(calleeOf(call), (perCallee.get(calleeOf(call)) ?? 0) + number);
  const found = greatestOf([...perCallee].map(([at, weight]) => ({ at, weight, value: weight / offered })));
  return found ?? { value: 0 };
}

/**
 * The wasted share of the service that wasted most time (not the greatest share: a service that hardly
 * works may waste all of that), as in the command's table.
 * @return undefined where there is no service
 */
export function mostWasted(services: readonly { readonly name: string; readonly wasted_time_s: number; readonly wasted_ratio: number }[]): Found | undefined {
  if (services.length === 0) return undefined;
  const found = greatestOf(services.map((one) => ({ at: one.name, weight: one.wasted_time_s, value: one.wasted_ratio })));
  return found ?? { value: 0 };
}

/** The one of the greatest weight, the first of those alike; undefined where none has any. */
function greatestOf(all: readonly { readonly at: string; readonly weight: number; readonly value: number }[]): Found | undefined {
  let best: (typeof all)[number] | undefined;
  for (const one of all) if (one.weight > (best?.weight ?? 0)) best = one;
  return best && { value: best.value, at: best.at };
}
