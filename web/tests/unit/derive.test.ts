import { describe, expect, it } from "vitest";
import { attemptsPerRequest, calleeOf, indexAt, logBuckets, mostWasted, ratesOf, rebin, sumOf, total } from "../../src/data/derive";
import { distributionOf } from "../../src/report/latency_distribution";
import { workload } from "./timeline";

describe("counts of intervals", () => {
  it("become rates of their own lengths, the short last one too", () => {
    expect(ratesOf([5, 5, 1], [10, 20, 21])).toEqual([500, 500, 1000]);
    expect(ratesOf([3], [0])).toEqual([0]);
  });

  it("keep their sum when put together", () => {
    const time = Array.from({ length: 364 }, (_, i) => (i + 1) * 3);
    const counts = time.map((_, i) => (i * 7919) % 13);
    for (const width of [1, 9.1, 15.26, 400, 1e9]) {
      const few = rebin(time, counts, width);
      expect(total(few.counts)).toBe(total(counts));
      expect(few.time_ms[few.time_ms.length - 1]).toBe(1092);
      few.time_ms.slice(0, -1).forEach((end, i) => expect(end - (few.time_ms[i - 1] ?? 0)).toBeGreaterThanOrEqual(Math.min(width, 3)));
    }
    expect(rebin(time, counts, 3).counts).toEqual(counts);
    expect(rebin([], [], 5)).toEqual({ time_ms: [], counts: [] });
  });

  it("add up line by line", () => {
    expect(sumOf([[1, 2], [10, 20]], 2)).toEqual([11, 22]);
    expect(sumOf([], 2)).toEqual([0, 0]);
  });
});

describe("the point of an instant", () => {
  it("is the interval that holds it", () => {
    const time = [10, 20, 30];
    expect([-5, 0, 10, 10.1, 20, 29, 30, 99].map((at) => indexAt(time, at))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
  });
});

describe("a distribution", () => {
  const distribution = [[1, 10], [2, 80], [50, 9], [4000, 1]] as const;
  it("keeps every request in its log buckets", () => {
    const buckets = logBuckets(distribution, 64);
    expect(buckets).toHaveLength(64);
    expect(buckets.reduce((sum, one) => sum + one.count, 0)).toBe(100);
    expect(buckets[63]?.count).toBe(1);
    for (const bucket of buckets) expect(bucket.to_ms).toBeGreaterThan(bucket.from_ms);
    for (const [upper, requests] of distribution) {
      const holding = buckets.find((bucket) => upper >= bucket.from_ms && upper <= bucket.to_ms * 1.0000001);
      expect(holding?.count).toBeGreaterThanOrEqual(requests);
    }
  });

  it("may be of one value, or of none", () => {
    expect(logBuckets([[12, 3]], 10).reduce((sum, one) => sum + one.count, 0)).toBe(3);
    expect(logBuckets([], 10)).toEqual([]);
  });

  it("is marked with the percentiles of the engine, not with the ends of its buckets", () => {
    const line = workload({ distribution, latency_whole_ms: { p50: 1.9, p95: 49.2, p99: null } });
    expect(distributionOf(line).marks).toEqual([{ label: "p50", at_ms: 1.9 }, { label: "p95", at_ms: 49.2 }]);
    expect(distributionOf(undefined)).toMatchObject({ distribution: [], marks: [] });
  });
});

describe("attempts for each request", () => {
  it("are those of all calls to the busiest callee, over what was offered", () => {
    const attempts = [["users->a", 100], ["a->bank", 150], ["b->bank", 150], ["b->mail", 290]] as const;
    expect(attemptsPerRequest(attempts, 100)).toEqual({ value: 3, at: "bank" });
    expect(calleeOf("a->b->bank")).toBe("bank");
  });

  it("name the first of two alike, and nobody where nothing was tried or offered", () => {
    expect(attemptsPerRequest([["u->x", 5], ["u->y", 5]], 5)).toEqual({ value: 1, at: "x" });
    expect(attemptsPerRequest([["u->x", 0]], 5)).toEqual({ value: 0 });
    expect(attemptsPerRequest([["u->x", 5]], 0)).toBeUndefined();
  });
});

describe("wasted work", () => {
  it("is the share of the service that wasted most time, and not the greatest share", () => {
    const idle = { name: "idle", wasted_time_s: 1, wasted_ratio: 0.9 };
    const busy = { name: "busy", wasted_time_s: 40, wasted_ratio: 0.2 };
    expect(mostWasted([idle, busy])).toEqual({ value: 0.2, at: "busy" });
    expect(mostWasted([{ ...idle, wasted_time_s: 0, wasted_ratio: 0 }])).toEqual({ value: 0 });
    expect(mostWasted([])).toBeUndefined();
  });
});
