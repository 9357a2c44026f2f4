import { attemptsPerRequest, mostWasted, type Found } from "../data/derive";
import { offeredOf, type Result, type ResultVariant, type WorkloadTotals } from "../data/result";
import type { Cell } from "../format/csv";
import { verdictText } from "../format/conclusion";
import { count, NONE, perSecond, percent, significant } from "../format/numbers";
import { duration } from "../format/time";

export interface FigureRow {
  readonly label: string;
  /** The name of a workload, call, service or queue that it is of. */
  readonly of?: string;
  readonly cells: readonly FigureCell[];
  readonly major?: boolean;
}

export interface FigureCell {
  readonly text: string;
  readonly raw: Cell;
  readonly best?: boolean;
  /** The call, service or queue at which it is, where it is the greatest of several. */
  readonly at?: string;
}

export interface FigureGroup {
  readonly title: string;
  /** A name of the scenario after the title. */
  readonly name?: string;
  readonly rows: readonly FigureRow[];
}

type Format = (value: number | null) => string;

function row(
  label: string,
  variants: readonly ResultVariant[],
  figure: (variant: ResultVariant) => number | null | undefined,
  format: Format,
  more: { major?: boolean; highest?: boolean; of?: string } = {},
): FigureRow {
  const values = variants.map((variant) => figure(variant) ?? null);
  const known = values.filter((value): value is number => value !== null);
  const best = more.highest && known.length > 1 && Math.min(...known) < Math.max(...known) ? Math.max(...known) : null;
  return {
    label,
    ...(more.of === undefined ? {} : { of: more.of }),
    ...(more.major ? { major: true } : {}),
    cells: values.map((value) => ({ text: format(value), raw: value, best: best !== null && value === best })),
  };
}

const someNonZero = (one: FigureRow): boolean => one.cells.some((cell) => cell.raw !== null && cell.raw !== 0);

/** A percentile of all offered requests: those that never ended well make it infinite. */
const neverOr = (value: number | null): string => (value === null ? "never" : duration(value));
const amplification: Format = (value) => (value === null ? NONE : significant(value, 3));

function workloadGroup(name: string, variants: readonly ResultVariant[]): FigureGroup {
  const of = (pick: (totals: WorkloadTotals) => number | null | undefined) => (variant: ResultVariant) => {
    const totals = variant.workloads[name];
    return totals ? pick(totals) : null;
  };
  const optional = [
    row("late", variants, of((w) => w.late), count),
    row("failed", variants, of((w) => w.failed), count),
    row("rejected", variants, of((w) => w.rejected), count),
    row("dead-lettered", variants, of((w) => w.dead_lettered), count),
    row("dropped", variants, of((w) => w.dropped), count),
    row("unfinished", variants, of((w) => w.unfinished), count),
  ].filter(someNonZero);
  return {
    title: "Workload",
    name,
    rows: [
      row("offered", variants, of((w) => w.offered), count),
      row("goodput", variants, of((w) => w.goodput_ratio), percent, { major: true, highest: true }),
      row("goodput a second", variants, of((w) => w.goodput_per_s), perSecond),
      row("ok", variants, of((w) => w.ok), count),
      ...optional,
      row("p50 of all offered", variants, of((w) => w.ok_within_ms.p50), neverOr),
      row("p99 of all offered", variants, of((w) => w.ok_within_ms.p99), neverOr),
      row("p50 of those that ended", variants, of((w) => w.latency_ms.p50), duration),
      row("p99 of those that ended", variants, of((w) => w.latency_ms.p99), duration),
    ],
  };
}

function namesOf(variants: readonly ResultVariant[], part: "workloads" | "calls" | "services" | "queues"): string[] {
  return [...new Set(variants.flatMap((variant) => Object.keys(variant[part])))];
}

type Part = "calls" | "services" | "queues";
type Pick = (variant: ResultVariant, name: string) => number | null | undefined;

interface Measure {
  readonly label: string;
  readonly title: string;
  readonly part: Part;
  readonly pick: Pick;
  readonly format: Format;
  /** Over the parts: the greatest with its place, the sum, or a rule of its own. */
  readonly over: "greatest" | "sum" | ((variant: ResultVariant) => Found | undefined);
}

const MEASURES: readonly Measure[] = [
  {
    label: "attempts for each request",
    title: "Attempts for each request, at the call",
    part: "calls",
    pick: (variant, name) => variant.calls[name]?.amplification,
    format: amplification,
    over: (variant) =>
      attemptsPerRequest(Object.entries(variant.calls).map(([name, call]) => [name, call.attempts]), offeredOf(variant)),
  },
  { label: "retries", title: "Retries", part: "calls", pick: (variant, name) => variant.calls[name]?.retries, format: count, over: "sum" },
  {
    label: "wasted work",
    title: "Wasted share of the service's time",
    part: "services",
    pick: (variant, name) => variant.services[name]?.wasted_ratio,
    format: percent,
    over: (variant) =>
      mostWasted(
        Object.entries(variant.services).map(([name, { wasted_time_s, wasted_ratio }]) => ({
          name,
          wasted_time_s,
          wasted_ratio: wasted_ratio ?? 0,
        })),
      ),
  },
  {
    label: "longest line",
    title: "Longest line at the service",
    part: "services",
    pick: (variant, name) => variant.services[name]?.queue_max,
    format: count,
    over: "greatest",
  },
  { label: "deepest queue", title: "Deepest queue", part: "queues", pick: (variant, name) => variant.queues[name]?.depth_max, format: count, over: "greatest" },
  { label: "redeliveries", title: "Redeliveries", part: "queues", pick: (variant, name) => variant.queues[name]?.redelivered, format: count, over: "sum" },
  { label: "dead letters", title: "Dead letters", part: "queues", pick: (variant, name) => variant.queues[name]?.dead_lettered, format: count, over: "sum" },
];

function overParts(measure: Measure, variants: readonly ResultVariant[]): FigureRow {
  const cells = variants.map((variant): FigureCell => {
    if (typeof measure.over === "function") {
      const found = measure.over(variant);
      const raw = found?.value ?? null;
      return { text: measure.format(raw), raw, ...(found?.at === undefined ? {} : { at: found.at }) };
    }
    let value: number | null = null;
    let at = "";
    for (const name of Object.keys(variant[measure.part])) {
      const one = measure.pick(variant, name) ?? null;
      if (one === null) continue;
      if (measure.over === "sum") value = (value ?? 0) + one;
      else if (value === null || one > value) [value, at] = [one, name];
    }
    return { text: measure.format(value), raw: value, ...(at !== "" && value !== 0 ? { at } : {}) };
  });
  return { label: measure.label, cells };
}

/** The figures of all variants side by side. Rows in which no variant has anything are left out. */
export function keyFigures(result: Result): FigureGroup[] {
  const { variants } = result;
  const groups = namesOf(variants, "workloads").map((name) => workloadGroup(name, variants));
  const system = MEASURES.map((measure) => overParts(measure, variants)).filter(someNonZero);
  if (system.length > 0) groups.push({ title: "The system", rows: system });
  const verdicts = variants.map((variant) => verdictText(variant.verdict?.state));
  if (verdicts.some((text) => text !== "")) {
    groups.push({
      title: "After the faults",
      rows: [
        { label: "verdict", cells: verdicts.map((text) => ({ text: text || NONE, raw: text })) },
        row("recovered after", variants, (variant) => variant.verdict?.recovered_after_ms, duration),
      ],
    });
  }
  return groups;
}

/** Of each measure at most so many calls, services or queues: those with the greatest figures. */
const NAMES_MAX = 40;

/** The same by call, service and queue. */
export function figuresByPart(result: Result): FigureGroup[] {
  const { variants } = result;
  const size = (one: FigureRow): number => Math.max(...one.cells.map((cell) => (typeof cell.raw === "number" ? cell.raw : 0)));
  return MEASURES.map(({ title, part, pick, format }) => ({
    title,
    rows: namesOf(variants, part)
      .map((name) => row(name, variants, (variant) => pick(variant, name), format, { of: name }))
      .filter(someNonZero)
      .sort((a, b) => size(b) - size(a))
      .slice(0, NAMES_MAX),
  })).filter((group) => group.rows.length > 0);
}
