import type { Fault, Gaps, Numbers } from "../data/page";
import type { StepMark } from "./step_marks";

export interface SeriesSpec {
  readonly label: string;
  readonly values: Gaps;
  /** A token of tokens.css, without the dashes. */
  readonly colour: string;
  /** `step`: of the interval that ends at the point, as rates are; `line`: of the instant, as gauges. */
  readonly shape: "step" | "line";
  readonly width?: number;
  readonly dashed?: boolean;
  /** A token; fills down to the axis. */
  readonly fill?: string;
  /** Values in words, for the legend; the chart's own format if absent. */
  readonly format?: (value: number | null) => string;
}

/** What a chart over time shows. All series have a value for each of `time_ms`. */
export interface ChartSpec {
  readonly title: string;
  /** One line under the title: what to look at, or what the words mean. */
  readonly note?: string;
  readonly time_ms: Numbers;
  readonly interval_ms: number;
  readonly series: readonly SeriesSpec[];
  readonly faults: readonly Fault[];
  /** Of the story of the run, in the order of time; marked above the chart. */
  readonly steps?: readonly StepMark[];
  readonly format: (value: number | null) => string;
  /** Of the ticks of the value axis; `format` if absent. */
  readonly axis?: (value: number) => string;
  /** On top of each other, from the first at the bottom. Values must not be null. */
  readonly stacked?: boolean;
  readonly log?: boolean;
  /** The end of the value axis; the largest value if absent. */
  readonly max?: number;
  /** Fills between two series by their numbers with a token: [upper, lower, token]. */
  readonly between?: readonly [number, number, string];
  readonly height?: number;
  /** `value`: without the time axis, for one of several charts under each other. */
  readonly axes?: "both" | "value";
  /** Levels to draw across, as a limit or an objective. */
  readonly levels?: readonly { readonly at: number; readonly label: string }[];
}

/** Whether the one can be drawn with the axes and lines of the other. */
export function sameShape(a: ChartSpec, b: ChartSpec): boolean {
  const shape = (spec: ChartSpec): string =>
    JSON.stringify([
      spec.stacked ?? false,
      spec.log ?? false,
      spec.height ?? 0,
      spec.axes ?? "both",
      spec.between ?? [],
      spec.series.map(({ label, colour, shape: s, fill, dashed }) => [label, colour, s, fill, dashed]),
    ]);
  return shape(a) === shape(b);
}

/**
 * The columns that are drawn: times, then a column for each series. A point at 0 is put in front, with
 * the values of the first interval, so that this has a width; stacked columns are added up.
 */
export function columnsOf(spec: ChartSpec): (number | null)[][] {
  const columns: (number | null)[][] = [[0, ...spec.time_ms]];
  let below: readonly (number | null)[] | null = null;
  for (const series of spec.series) {
    const column: (number | null)[] = [series.values[0] ?? null, ...series.values];
    if (spec.stacked && below) {
      for (let i = 0; i < column.length; ++i) column[i] = (column[i] ?? 0) + (below[i] ?? 0);
    }
    if (spec.log) {
      // A log axis has no place for 0.
      for (let i = 0; i < column.length; ++i) if ((column[i] ?? 0) <= 0) column[i] = null;
    }
    columns.push(column);
    below = column;
  }
  return columns;
}

/** The largest and smallest positive value that is drawn. */
export function extentOf(columns: readonly (readonly (number | null)[])[]): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const column of columns.slice(1)) {
    for (const value of column) {
      if (value === null) continue;
      if (value > max) max = value;
      if (value > 0 && value < min) min = value;
    }
  }
  return { min: Number.isFinite(min) ? min : 1, max };
}
