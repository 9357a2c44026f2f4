import uPlot from "uplot";
import { tick, AXIS_STEPS_MS } from "../format/time";
import { colour, onThemeChange } from "../theme/theme";
import { columnsOf, extentOf, type ChartSpec, type SeriesSpec } from "./spec";
import { clusters, drawMarks, markAt, MARKS_HEIGHT, type MarkCluster } from "./step_marks";
import type { TimeCursor } from "./time_cursor";

const HEIGHT = 190;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function drawFaults(plot: uPlot, spec: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const fault of spec.faults) {
    const left = plot.valToPos(fault.from_ms, "x", true);
    const right = Math.max(plot.valToPos(fault.to_ms, "x", true), left + 2);
    ctx.fillStyle = colour("fault");
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = colour("fault-edge");
    ctx.fillRect(left, bbox.top, Math.max(1, devicePixelRatio), bbox.height);
  }
  ctx.restore();
}

function drawLevels(plot: uPlot, spec: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const level of spec.levels ?? []) {
    const y = plot.valToPos(level.at, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = colour("ink-soft");
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = colour("ink-soft");
    ctx.font = FONT.replace("12px", `${Math.round(11 * devicePixelRatio)}px`);
    ctx.textAlign = "right";
    ctx.textBaseline = "bottom";
    ctx.fillText(level.label, bbox.left + bbox.width - 4 * devicePixelRatio, y - 2 * devicePixelRatio);
  }
  ctx.restore();
}

function seriesOptions(series: SeriesSpec, spec: ChartSpec): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  const options: uPlot.Series = {
    label: series.label,
    stroke: () => colour(series.colour),
    // Stacks are areas: their lines would cover what is narrow.
    width: spec.stacked ? 0 : (series.width ?? 1.5),
    points: { show: false },
    spanGaps: false,
  };
  if (series.shape === "step" && stepped) options.paths = stepped;
  if (series.dashed) options.dash = [5, 4];
  if (series.fill && !spec.stacked) {
    const fill = series.fill;
    options.fill = () => colour(fill);
  }
  return options;
}

function bandsOf(spec: ChartSpec): uPlot.Band[] {
  const bands: uPlot.Band[] = [];
  if (spec.stacked) {
    // The lowest fills to the axis by its own fill, each other one down to the one below it.
    for (let i = spec.series.length - 1; i > 0; --i) {
      const token = spec.series[i]?.colour ?? "ok";
      bands.push({ series: [i + 1, i], fill: () => colour(token) });
    }
  }
  if (spec.between) {
    const [upper, lower, token] = spec.between;
    bands.push({ series: [upper + 1, lower + 1], fill: () => colour(token) });
  }
  return bands;
}

/**
 * The canvas of a chart over time: draws a ChartSpec, follows the shared cursor and moves it. A pointer
 * moves the cursor; dragging zooms all charts, a double click shows the whole run again. A click on the
 * number of a step goes to its instant.
 */
export class Plot {
  readonly element = document.createElement("div");
  #spec: ChartSpec;
  #columns: (number | null)[][];
  #extent: { readonly min: number; readonly max: number };
  #plot: uPlot | null = null;
  readonly #cursor: TimeCursor;
  readonly #observer: ResizeObserver;
  readonly #end: () => void;

  constructor(spec: ChartSpec, cursor: TimeCursor) {
    this.#spec = spec;
    this.#columns = columnsOf(spec);
    this.#extent = extentOf(this.#columns);
    this.#cursor = cursor;
    this.element.className = "plot";
    this.element.style.height = `${spec.height ?? HEIGHT}px`;
    this.element.addEventListener("click", (event) => this.#goToMark(event));
    this.element.addEventListener("pointermove", (event) => this.#nameMark(event));
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.element);
    this.#end = onThemeChange(() => this.#plot?.redraw(false));
  }

  /** REQUIRES sameShape(spec, the spec before). */
  update(spec: ChartSpec): void {
    const had_marks = hasMarks(this.#spec);
    this.#spec = spec;
    this.#columns = columnsOf(spec);
    this.#extent = extentOf(this.#columns);
    const plot = this.#plot;
    plot?.setData(this.#columns as uPlot.AlignedData);
    // Room for the marks is looked for only where the size may have changed.
    if (plot && had_marks !== hasMarks(spec)) plot.setSize({ width: plot.width, height: plot.height });
    this.follow();
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#end();
    this.#plot?.destroy();
  }

  /** Draws it at once as wide as it is now, where it was made, or the page resized, while it was not laid out. */
  fit(): void {
    if (this.#plot?.width !== this.element.clientWidth) this.#resize();
  }

  /** What keys do: one point to the left or right. */
  step(points: number): void {
    const times = this.#spec.time_ms;
    const now = times.findIndex((time) => time >= this.#cursor.at_ms);
    const next = Math.min(times.length - 1, Math.max(0, (now < 0 ? times.length - 1 : now) + points));
    this.#cursor.moveTo(times[next] ?? 0);
  }

  #resize(): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    if (this.#plot) this.#plot.setSize({ width, height: this.#spec.height ?? HEIGHT });
    else this.#make(width);
    this.follow();
  }

  #make(width: number): void {
    const spec = this.#spec;
    const axis: Partial<uPlot.Axis> = {
      stroke: () => colour("ink-soft"),
      font: FONT,
      grid: { stroke: () => colour("line"), width: 1 },
      ticks: { show: false, size: 0 },
      gap: 6,
    };
    const first = spec.series[0];
    const options: uPlot.Options = {
      width,
      height: spec.height ?? HEIGHT,
      legend: { show: false },
      padding: [() => (hasMarks(this.#spec) ? MARKS_HEIGHT + 4 : 10), 22, spec.axes === "value" ? 7 : 0, 0],
      cursor: {
        y: false,
        points: { size: 7, width: 1.5, fill: (_plot, i) => this.#colourOf(i), stroke: (_plot, i) => this.#colourOf(i) },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => (this.#cursor.zoomTo(null), null) },
      },
      scales: {
        x: { time: false, auto: false, range: () => [...this.#cursor.view] },
        // `auto`, or uPlot asks for the range once, and other data are drawn on the axis of the first.
        y: spec.log
          ? { distr: 3, auto: true, range: () => this.#logRange() }
          : { auto: true, range: () => [0, this.#top()] },
      },
      axes: [
        {
          ...axis,
          show: spec.axes !== "value",
          size: 26,
          space: 64,
          incrs: [...AXIS_STEPS_MS],
          values: (_plot, ticks) => ticks.map(tick),
        },
        {
          ...axis,
          size: 58,
          space: spec.axes === "value" || (spec.height ?? HEIGHT) < 100 ? 20 : 34,
          ...(spec.log ? { filter: powersOfTen } : {}),
          grid: { ...axis.grid, ...(spec.log ? { filter: powersOfTen } : {}) },
          values: (_plot, ticks) =>
            ticks.map((value) => (value === null ? "" : (this.#spec.axis ?? this.#spec.format)(value))),
        },
      ],
      series: [
        {},
        ...spec.series.map((series, i) => {
          const one = seriesOptions(series, spec);
          if (spec.stacked && i === 0 && first) one.fill = () => colour(first.colour);
          return one;
        }),
      ],
      bands: bandsOf(spec),
      hooks: {
        drawClear: [(plot) => drawFaults(plot, this.#spec)],
        draw: [(plot) => drawLevels(plot, this.#spec), (plot) => this.#drawMarks(plot)],
        setSelect: [(plot) => this.#zoom(plot)],
        setSize: [() => this.follow()],
        ready: [() => this.follow()],
      },
    };
    const plot = new uPlot(options, this.#columns as uPlot.AlignedData, this.element);
    plot.over.addEventListener("pointermove", (event) => this.#lead(plot, event));
    this.#plot = plot;
  }

  #colourOf(series: number): string {
    return colour(this.#spec.series[series - 1]?.colour ?? "ink");
  }

  #top(): number {
    if (this.#spec.max !== undefined) return this.#spec.max;
    const { max } = this.#extent;
    const levels = (this.#spec.levels ?? []).map((level) => level.at).filter((at) => at < 2 * max);
    return Math.max(max, ...levels) * 1.06 || 1;
  }

  #logRange(): [number, number] {
    const { min, max } = this.#extent;
    const high = 10 ** Math.ceil(Math.log10(Math.max(max, 1e-3)) - 1e-9);
    const low = 10 ** Math.floor(Math.log10(min) + 1e-9);
    return [Math.min(low, high / 10), high];
  }

  /** The pointer, or a finger, has moved here: take all others along. */
  #lead(plot: uPlot, event: PointerEvent): void {
    const box = plot.over.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const [from, to] = this.#cursor.view;
    if (share >= 0 && share <= 1) this.#cursor.moveTo(from + share * (to - from));
  }

  /** The cursor has moved elsewhere, or the view has changed; who holds the chart says when that is shown. */
  follow(): void {
    const plot = this.#plot;
    if (!plot) return;
    const [from, to] = this.#cursor.view;
    if (plot.scales["x"]?.min !== from || plot.scales["x"]?.max !== to) plot.setScale("x", { min: from, max: to });
    // Not valToPos(): the scale that has just been set is in force only when uPlot has drawn. And not the width
    // of an element: to ask for it lays out the page anew, once for each chart of a page that has changed.
    const width = plot.bbox.width / uPlot.pxRatio;
    const left = ((this.#cursor.at_ms - from) / (to - from)) * width;
    plot.setCursor({ left: left >= 0 && left <= width ? left : -10, top: 0 }, false);
  }

  /** The marks of the steps that are in view. */
  #marks(plot: uPlot): MarkCluster[] {
    const [from, to] = this.#cursor.view;
    const width = plot.bbox.width / uPlot.pxRatio;
    return clusters(
      (this.#spec.steps ?? []).map(({ at_ms }) =>
        at_ms < from || at_ms > to ? null : ((at_ms - from) / (to - from)) * width,
      ),
    );
  }

  #drawMarks(plot: uPlot): void {
    const steps = this.#spec.steps ?? [];
    if (steps.length === 0) return;
    const ratio = uPlot.pxRatio;
    drawMarks(plot.ctx, this.#marks(plot), steps, { left: plot.bbox.left / ratio, top: plot.bbox.top / ratio }, ratio);
  }

  /** The mark under the pointer; undefined where there is none. */
  #markUnder(event: MouseEvent): MarkCluster | undefined {
    const plot = this.#plot;
    if (!plot || !hasMarks(this.#spec)) return undefined;
    const box = plot.over.getBoundingClientRect();
    const above = box.top - event.clientY;
    return above < 0 || above > MARKS_HEIGHT + 4 ? undefined : markAt(this.#marks(plot), event.clientX - box.left);
  }

  #goToMark(event: MouseEvent): void {
    const mark = this.#markUnder(event);
    if (mark === undefined) return;
    const times = (this.#spec.steps ?? []).slice(mark.first, mark.last + 1).map(({ at_ms }) => at_ms);
    // Of several steps the one after that at which one is.
    this.#cursor.moveTo(times.find((at_ms) => at_ms > this.#cursor.at_ms) ?? times[0] ?? 0);
  }

  #nameMark(event: PointerEvent): void {
    const mark = this.#markUnder(event);
    this.element.classList.toggle("on-mark", mark !== undefined);
    const named = (this.#spec.steps ?? []).slice(mark?.first ?? 0, mark === undefined ? 0 : mark.last + 1);
    this.element.title = named.map(({ text }, i) => `${(mark?.first ?? 0) + i + 1}. ${text}`).join("\n");
  }

  #zoom(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    const view = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")] as const;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#cursor.zoomTo(view);
  }
}

const hasMarks = (spec: ChartSpec): boolean => (spec.steps ?? []).length > 0;

/** Of the ticks of a log axis only the powers of ten: ten lines a decade are a fence. */
function powersOfTen(_plot: uPlot, ticks: readonly number[]): (number | null)[] {
  return ticks.map((value) => {
    const power = Math.log10(value);
    return Math.abs(power - Math.round(power)) < 1e-6 ? value : null;
  });
}
