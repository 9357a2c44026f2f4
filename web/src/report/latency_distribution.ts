import { DistributionChart } from "../charts/distribution";
import type { Timeline } from "../data/page";
import type { View } from "../dom/view";

/** The value below which the share of the requests stays: the upper end of its bucket. */
export function quantileOf(distribution: readonly (readonly [number, number])[], share: number): number | null {
  const all = distribution.reduce((sum, [, number]) => sum + number, 0);
  let below = 0;
  for (const [upper, number] of distribution) {
    below += number;
    if (below >= share * all && all > 0) return upper;
  }
  return null;
}

const SHARES = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
] as const;

/** The latencies of a workload over the whole of the run. */
export function latencyDistribution(): View<{ timeline: Timeline; name: string }> {
  const specOf = (distribution: readonly (readonly [number, number])[]) => ({
    title: "How long requests took",
    note: "All of the run, from arrival; those that never ended well are not in it. Log axis.",
    distribution,
    marks: SHARES.flatMap(([label, share]) => {
      const at_ms = quantileOf(distribution, share);
      return at_ms === null ? [] : [{ label, at_ms }];
    }),
  });
  const chart = new DistributionChart(specOf([]));
  return {
    element: chart.element,
    update: ({ timeline, name }) => chart.update(specOf(timeline.workloads[name]?.distribution ?? [])),
    destroy: () => chart.destroy(),
  };
}
