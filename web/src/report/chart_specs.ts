import type { ChartSpec, SeriesSpec } from "../charts/spec";
import type { StepMark, Tone } from "../charts/step_marks";
import { largest, ratesOf, total } from "../data/derive";
import type { Gaps, Numbers, Timeline } from "../data/page";
import { compact, count, NONE, perSecond, percent, significant } from "../format/numbers";
import { duration, tick } from "../format/time";

type Format = (value: number | null) => string;

const rate: Format = (value) => (value === null ? NONE : perSecond(value));
const number: Format = (value) => (value === null ? NONE : Number.isInteger(value) ? count(value) : significant(value));
const rateAxis = (value: number): string => (value === 0 ? "0" : `${compact(value)}/s`);
const wholeAxis = (value: number): string => (Number.isInteger(value) ? compact(value) : "");
const percentAxis = (value: number): string => `${compact(value * 100)} %`;

function chart(
  timeline: Timeline,
  title: string,
  note: string,
  format: Format,
  axis: (value: number) => string,
  series: readonly SeriesSpec[],
  more: Partial<ChartSpec> = {},
): ChartSpec {
  const { time_ms, interval_ms, faults } = timeline;
  return { title, note, time_ms, interval_ms, faults, steps: stepMarks(timeline), format, axis, series, ...more };
}

const stepMarks = ({ story }: Timeline): StepMark[] =>
  story.steps.map(({ at_ms, kind, text }) => ({ at_ms, tone: toneOf(kind), text }));

/** Colours a step by what it does to the system. */
export function toneOf(kind: string): Tone {
  if (kind === "fault_begins" || kind === "fault_ends") return "fault";
  if (kind === "goodput_recovers" || kind === "breaker_closes" || kind === "line_drains" || kind === "load_falls") return "better";
  return "worse";
}

/** Counts as a rate. */
function flow(timeline: Timeline, label: string, counts: Numbers, colour: string, more: Partial<SeriesSpec> = {}): SeriesSpec {
  return { label, values: ratesOf(counts, timeline.time_ms), colour, shape: "step", ...more };
}

const gauge = (label: string, values: Gaps, colour: string, more: Partial<SeriesSpec> = {}): SeriesSpec => ({
  label,
  values,
  colour,
  shape: "line",
  ...more,
});

/** The flows of a stack in which anything happened; of none: the first, so that there is a chart. */
function happened(series: readonly (readonly [string, Numbers, string])[], timeline: Timeline): SeriesSpec[] {
  const some = series.filter(([, counts]) => total(counts) > 0);
  return (some.length > 0 ? some : series.slice(0, 1)).map(([label, counts, colour]) => flow(timeline, label, counts, colour));
}

export function workloadCharts(timeline: Timeline, name: string): ChartSpec[] {
  const line = timeline.workloads[name];
  if (!line) return [];
  const latency = line.latency_ms;
  return [
    chart(timeline, "How requests ended", "Stacked, at the instant of their end.", rate, rateAxis,
      happened(
        [
          ["ok", line.ok, "ok"],
          ["late", line.late, "late"],
          ["failed", line.failed, "failed"],
          ["rejected", line.rejected, "rejected"],
          ["dead-lettered", line.dead_lettered, "dead-lettered"],
          ["dropped", line.dropped, "dropped"],
        ],
        timeline,
      ),
      { stacked: true },
    ),
    chart(timeline, "Latency of those that ended", "From arrival; those that never ended well are not in it. Log axis.", duration, tick,
      [
        gauge("max", latency.max, "max", { shape: "step", width: 1 }),
        gauge("p99", latency.p99, "p99", { shape: "step" }),
        gauge("p95", latency.p95, "p95", { shape: "step" }),
        gauge("p50", latency.p50, "p50", { shape: "step", width: 2 }),
      ],
      { log: true },
    ),
    chart(timeline, "Requests inside", "Arrived and not ended yet.", number, compact, [
      ...(line.open_max ? [gauge("most in the interval", line.open_max, "series-a", { width: 1, dashed: true })] : []),
      gauge("open", line.open, "series-a", { fill: "area" }),
    ]),
  ];
}

export function callCharts(timeline: Timeline, name: string): ChartSpec[] {
  const line = timeline.calls[name];
  if (!line) return [];
  const specs: ChartSpec[] = [];
  const what = line.kind === "handler" ? "messages handled" : line.kind === "publish" ? "publishes" : "calls";
  specs.push(
    chart(timeline, "Offered load and attempts", "The gap between the two is what retries and hedges add.", rate, rateAxis,
      [
        flow(timeline, what, line.requests, "offered", { width: 1.5 }),
        flow(timeline, "attempts", line.attempts, "attempts", { width: 1.5 }),
      ],
      { between: [1, 0, "gap"] },
    ),
  );
  const failures = [
    ["timeouts", line.timeouts, "failed"],
    ["errors", line.errors, "dead-lettered"],
    ["refused by the callee", line.rejected, "rejected"],
    ["refused by the caller", line.refused_local, "late"],
    ["retries denied", line.denied, "dropped"],
  ] as const;
  if (failures.some(([, counts]) => total(counts) > 0)) {
    specs.push(chart(timeline, "What came to nothing", "Attempts that failed, and what policies refused.", rate, rateAxis, happened(failures, timeline), { stacked: true }));
  }
  if (line.breaker) {
    const { closed, open, half_open } = line.breaker;
    specs.push(
      chart(timeline, "Breaker", "How many breakers are in which state; a caller replica has one of its own.", number, wholeAxis,
        [
          { label: "open", values: open, colour: "breaker-open", shape: "step" },
          { label: "half open", values: half_open, colour: "breaker-half", shape: "step" },
          { label: "closed", values: closed, colour: "breaker-closed", shape: "step" },
        ],
        { stacked: true, height: 110, max: Math.max(1, largest(closed.map((value, i) => value + (open[i] ?? 0) + (half_open[i] ?? 0)))) },
      ),
    );
  }
  if (line.budget) {
    const share = largest(line.budget) <= 1;
    const format: Format = share ? percent : number;
    specs.push(
      chart(timeline, "Retry budget", "What is left of it.", format, share ? percentAxis : compact,
        [gauge("left", line.budget, "series-c", { fill: "area" })],
        { height: 130, ...(share ? { max: 1 } : {}) },
      ),
    );
  }
  if (line.limit) {
    specs.push(
      chart(timeline, "Adaptive limit", "How many calls may be under way.", number, compact, [
        gauge("limit", line.limit, "series-b"),
        gauge("under way", line.under_way, "series-a"),
      ]),
    );
  }
  return specs;
}

export function serviceCharts(timeline: Timeline, name: string): ChartSpec[] {
  const line = timeline.services[name];
  if (!line) return [];
  const specs: ChartSpec[] = [];
  if (largest(line.load) > 0) {
    specs.push(
      chart(timeline, "Load", "In service / capacity; above 1 it is overloaded.", number, compact,
        [
          ...(line.load_max ? [gauge("greatest", line.load_max, "series-b", { width: 1, dashed: true })] : []),
          gauge("load", line.load, "series-b", { fill: "gap" }),
        ],
        { levels: [{ at: 1, label: "capacity" }] },
      ),
    );
  }
  const useful = line.completed.map((value, i) => Math.max(0, value - (line.wasted[i] ?? 0)));
  specs.push(
    chart(timeline, "Work", "Wasted: completed for a caller that had gone.", rate, rateAxis,
      happened(
        [
          ["of use", useful, "ok"],
          ["wasted", line.wasted, "dropped"],
          ["failed", line.failed, "failed"],
          ["refused", line.refused, "rejected"],
        ],
        timeline,
      ),
      { stacked: true },
    ),
  );
  const lines = [gauge("in service", line.in_service, "series-a", { fill: "area" })];
  if (largest(line.waiting_max) > 0) {
    lines.push(gauge("in line, greatest", line.waiting_max, "series-b", { width: 1, dashed: true }), gauge("in line", line.waiting, "series-b"));
  }
  specs.push(chart(timeline, "In service and in line", "", number, compact, lines));
  return specs;
}

export function queueCharts(timeline: Timeline, name: string): ChartSpec[] {
  const line = timeline.queues[name];
  if (!line) return [];
  const specs = [
    chart(timeline, "Depth", "Messages waiting, and those delivered but not settled.", number, compact, [
      gauge("deepest", line.depth_max, "series-a", { width: 1, dashed: true }),
      gauge("depth", line.depth, "series-a", { fill: "area" }),
      gauge("unsettled", line.unsettled, "series-c"),
    ]),
    chart(timeline, "Age of the oldest message", "", duration, tick, [gauge("oldest", line.oldest_age_ms, "series-d", { fill: "area" })]),
    chart(timeline, "Messages in and out", "", rate, rateAxis, [
      flow(timeline, "published", line.published, "offered"),
      flow(timeline, "delivered", line.delivered, "series-a"),
      flow(timeline, "redelivered", line.redelivered, "series-b"),
    ]),
  ];
  const lost = [
    ["dead-lettered", line.dead_lettered, "dead-lettered"],
    ["rejected", line.rejected, "rejected"],
    ["dropped", line.dropped, "dropped"],
  ] as const;
  if (lost.some(([, counts]) => total(counts) > 0)) {
    specs.push(chart(timeline, "Dead letters and refusals", "", rate, rateAxis, happened(lost, timeline), { stacked: true }));
  }
  return specs;
}

const busiest = (names: readonly (readonly [string, number])[]): string[] =>
  names.filter(([, weight]) => weight > 0).sort((a, b) => b[1] - a[1]).map(([name]) => name);

/** The parts of a kind in which anything happened, the most telling first. */
export const workloadNames = (timeline: Timeline): string[] =>
  busiest(Object.entries(timeline.workloads).map(([name, line]) => [name, total(line.offered)]));

export const callNames = (timeline: Timeline): string[] =>
  busiest(Object.entries(timeline.calls).map(([name, line]) => [name, total(line.retries) * 10 + total(line.timeouts) + total(line.requests) * 1e-3]));

export const serviceNames = (timeline: Timeline): string[] => {
  const origin = timeline.story.origin;
  return busiest(
    Object.entries(timeline.services).map(([name, line]) => [
      name,
      total(line.arrived) > 0 ? (`service.${name}` === origin ? 1e300 : 0) + largest(line.load) * 1e6 + largest(line.waiting_max) + 1 : 0,
    ]),
  );
};

export const queueNames = (timeline: Timeline): string[] =>
  busiest(Object.entries(timeline.queues).map(([name, line]) => [name, total(line.published)]));
