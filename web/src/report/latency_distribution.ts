import { DistributionChart, type DistributionSpec } from "../charts/distribution";
import type { Timeline, WorkloadLine } from "../data/page";
import type { View } from "../dom/view";

const MARKED = ["p50", "p95", "p99"] as const;

/**
 * The chart of a workload's latencies. Its marks are the percentiles that the engine read from its own histogram,
 * not the ends of the coarser buckets that are drawn.
 */
export function distributionOf(line: WorkloadLine | undefined): DistributionSpec {
  return {
    title: "How long requests took",
    note: "All of the run, from arrival; those that never ended well are not in it. Log axis.",
    distribution: line?.distribution ?? [],
    marks: MARKED.flatMap((label) => {
      const at_ms = line?.latency_whole_ms[label] ?? null;
      return at_ms === null ? [] : [{ label, at_ms }];
    }),
  };
}

/** The latencies of a workload over the whole of the run. */
export function latencyDistribution(): View<{ timeline: Timeline; name: string }> {
  const chart = new DistributionChart(distributionOf(undefined));
  return {
    element: chart.element,
    update: ({ timeline, name }) => chart.update(distributionOf(timeline.workloads[name])),
    destroy: () => chart.destroy(),
  };
}
