/** The charts of two runs put beside each other: the same kinds in the same row, on the same scale. */
import { columnsOf as drawn, extentOf } from "../charts/spec";
import type { ChartSpec } from "../charts/spec";
import { endOf, largest, okOf, sumOf } from "../data/derive";
import type { Fault, Numbers, Timeline } from "../data/page";
import { NONE, compact, perSecond } from "../format/numbers";
import {
  callCharts,
  callNames,
  queueCharts,
  queueNames,
  serviceCharts,
  serviceNames,
  workloadCharts,
  workloadNames,
} from "../report/chart_specs";
import type { Side } from "./model";

export interface RunOf {
  readonly side: Side;
  readonly label: string;
  readonly timeline: Timeline;
}

export interface Part {
  readonly kind: PartKind;
  readonly title: string;
  /** All that one may choose from, the busiest first. */
  readonly names: readonly string[];
  /** Made when they are asked for: most of the charts are not on the screen. */
  readonly rows: () => readonly PairRow[];
}

export type PartKind = "workload" | "call" | "service" | "queue";

export interface PairRow {
  readonly title: string;
  /** A cell for each run; null where a run has no such chart. */
  readonly cells: readonly (Cell | null)[];
}

export interface Cell {
  /** Of the workload, call, service or queue. */
  readonly name: string;
  readonly spec: ChartSpec;
}

interface Kind {
  readonly kind: PartKind;
  readonly title: string;
  readonly names: (timeline: Timeline) => string[];
  readonly charts: (timeline: Timeline, name: string) => ChartSpec[];
}

const kinds: readonly Kind[] = [
  { kind: "workload", title: "Requests", names: workloadNames, charts: workloadCharts },
  { kind: "call", title: "Calls", names: callNames, charts: callCharts },
  { kind: "service", title: "Services", names: serviceNames, charts: serviceCharts },
  { kind: "queue", title: "Queues", names: queueNames, charts: queueCharts },
];

/** @param chosen a name for a kind; of the others, and where a run does not have it, each run's busiest. */
export function partsOf(runs: readonly RunOf[], chosen: ReadonlyMap<PartKind, string>): Part[] {
  return kinds.flatMap(({ kind, title, names, charts }): Part[] => {
    const perRun = runs.map(({ timeline }) => names(timeline));
    const all = [...new Set(perRun.flat())];
    if (all.length === 0) return [];
    const wanted = chosen.get(kind);
    const cells = (): Cell[][] => runs.map(({ timeline }, index): Cell[] => {
      const own = perRun[index] ?? [];
      const name = wanted !== undefined && own.includes(wanted) ? wanted : own[0];
      return name === undefined ? [] : charts(timeline, name).map((spec) => ({ name, spec }));
    });
    return [{ kind, title, names: all, rows: () => inRows(cells()) }];
  });
}

function inRows(cells: readonly (readonly Cell[])[]): PairRow[] {
  const titles = [...new Set(cells.flatMap((ofRun) => ofRun.map((cell) => cell.spec.title)))];
  return titles.map((title) => {
    const row = cells.map((ofRun) => ofRun.find((cell) => cell.spec.title === title) ?? null);
    return { title, cells: onOneScale(row) };
  });
}

function onOneScale(cells: readonly (Cell | null)[]): (Cell | null)[] {
  const max = Math.max(
    0,
    ...cells.map((cell) => (cell === null ? 0 : (cell.spec.max ?? extentOf(drawn(cell.spec)).max * 1.06))),
  );
  if (!(max > 0) || !Number.isFinite(max)) return [...cells];
  return cells.map((cell) =>
    cell === null || cell.spec.log === true ? cell : { ...cell, spec: { ...cell.spec, max } },
  );
}

const binsMax = 150;
/** What is offered is left out where it would press the goodput down to the axis, as bursts do. */
const offeredTimesMax = 3;

/** Goodput of all runs over time in one chart, and what was offered. */
export function overview(runs: readonly RunOf[]): ChartSpec | undefined {
  const end = Math.max(0, ...runs.map(({ timeline }) => endOf(timeline)));
  const coarsest = Math.max(0, ...runs.map(({ timeline }) => timeline.interval_ms));
  if (!(end > 0) || !(coarsest > 0)) return undefined;
  const bins = Math.min(binsMax, Math.max(1, Math.ceil(end / coarsest)));
  const width = end / bins;
  const grid = Array.from({ length: bins }, (_, index) => (index + 1) * width);
  const goodput = runs.map(({ timeline }) => resampled(timeline, okOf(timeline), grid));
  const offered = runs.map(({ timeline }) => resampled(timeline, offeredOf(timeline), grid));
  const isSame = offered.every((one) => JSON.stringify(one) === JSON.stringify(offered[0]));
  const isTooHigh = largest(offered.flat()) > offeredTimesMax * largest(goodput.flat());
  const shown = isTooHigh ? [] : isSame ? offered.slice(0, 1) : offered;
  return {
    title: "Goodput over time",
    note: "Requests served within their objective, each second; shaded: the faults.",
    time_ms: grid,
    interval_ms: width,
    faults: allFaults(runs),
    format: (value) => (value === null ? NONE : perSecond(value)),
    axis: (value) => `${compact(value)}/s`,
    height: 250,
    series: [
      ...shown.map((values, index) => ({
        label: isSame ? "offered" : `offered, ${runs[index]?.label ?? ""}`,
        values,
        colour: "max",
        shape: "step" as const,
        width: 1,
        dashed: index > 0,
      })),
      ...runs.map(({ side, label }, index) => ({
        label,
        values: goodput[index] ?? [],
        colour: `series-${side}`,
        shape: "step" as const,
        width: 2,
      })),
    ],
  };
}

function offeredOf(timeline: Timeline): number[] {
  return sumOf(
    Object.values(timeline.workloads).map((line) => line.offered),
    timeline.time_ms.length,
  );
}

/**
 * Counts of intervals as rates on another grid: an interval that spans several of its bins is spread over
 * them evenly, so that the sum stays. Null where the run is over.
 */
export function resampled(timeline: Pick<Timeline, "time_ms">, counts: Numbers, grid: Numbers): (number | null)[] {
  const { time_ms } = timeline;
  const sums = new Array<number>(grid.length).fill(0);
  let bin = 0;
  let from = 0;
  time_ms.forEach((to, index) => {
    const length = to - from;
    while (bin < grid.length && length > 0) {
      const end = grid[bin] ?? Infinity;
      const start = Math.max(from, bin === 0 ? 0 : (grid[bin - 1] ?? 0));
      const overlap = Math.min(to, end) - start;
      sums[bin] = (sums[bin] ?? 0) + ((counts[index] ?? 0) * Math.max(0, overlap)) / length;
      if (end > to || bin === grid.length - 1) break;
      bin += 1;
    }
    from = to;
  });
  const over = time_ms[time_ms.length - 1] ?? 0;
  return sums.map((sum, index) => {
    const start = index === 0 ? 0 : (grid[index - 1] ?? 0);
    return start >= over ? null : (sum * 1000) / ((grid[index] ?? 0) - start);
  });
}

function allFaults(runs: readonly RunOf[]): Fault[] {
  const seen = new Map<string, Fault>();
  for (const { timeline } of runs) for (const fault of timeline.faults) seen.set(JSON.stringify(fault), fault);
  return [...seen.values()];
}
