import { h, setAttribute, setText } from "../dom/element";
import type { View } from "../dom/view";
import { indexAt } from "../data/derive";
import type { Table } from "../format/csv";
import { instant } from "../format/time";
import { atOnce, type Painter } from "./draw_queue";
import { Figure } from "./figure";
import { Plot } from "./plot";
import { sameShape, type ChartSpec } from "./spec";
import type { TimeCursor } from "./time_cursor";

export function tableOf(spec: ChartSpec): Table {
  return {
    head: ["time_ms", ...spec.series.map((series) => series.label)],
    rows: spec.time_ms.map((time, i) => [time, ...spec.series.map((series) => series.values[i] ?? null)]),
  };
}

/** The chart in a sentence, for those who do not see it: each series with its largest value and when. */
export function summaryOf(spec: ChartSpec): string {
  const parts = spec.series.map((series) => {
    let at = -1;
    let peak = Number.NEGATIVE_INFINITY;
    series.values.forEach((value, i) => {
      if (value !== null && value > peak) {
        peak = value;
        at = i;
      }
    });
    if (at < 0) return `${series.label}: nothing`;
    if (peak === 0) return `${series.label}: always 0`;
    const format = series.format ?? spec.format;
    return `${series.label}: at most ${format(peak)}, at ${instant(spec.time_ms[at] ?? 0, spec.interval_ms)}`;
  });
  return `${spec.title}, over time. ${parts.join("; ")}. Arrow keys move the cursor of all charts.`;
}

/**
 * A chart over time with legend and table. The legend reads the values at the shared cursor, wherever
 * that is moved. When other data are drawn, or another instant, the painter says; the table has them at once.
 */
export class TimeChart implements View<ChartSpec> {
  readonly element: HTMLElement;
  readonly #figure: Figure;
  readonly #cursor: TimeCursor;
  readonly #holder = h("div", { class: "plot-holder", role: "img", tabindex: 0 });
  readonly #end: () => void;
  #readings: HTMLElement[] = [];
  #time = h("span", { class: "at" });
  readonly #painter: Painter;
  #plot: Plot;
  #spec: ChartSpec;
  /** What is drawn; lags behind `#spec` while the painter waits. */
  #drawn: ChartSpec;

  constructor(spec: ChartSpec, cursor: TimeCursor, painter: Painter = atOnce, heading: "h2" | "h3" | "h4" = "h4") {
    this.#spec = spec;
    this.#drawn = spec;
    this.#cursor = cursor;
    this.#painter = painter;
    this.#plot = new Plot(spec, cursor);
    this.#holder.append(this.#plot.element);
    this.#holder.addEventListener("keydown", (event) => this.#key(event));
    this.#figure = new Figure(this.#parts(), this.#holder, heading);
    this.element = this.#figure.element;
    this.#makeLegend();
    painter.watch(this.element);
    this.#end = cursor.subscribe(() => this.#painter.paint(this.element, this.#show));
    this.#describe();
  }

  update(spec: ChartSpec): void {
    this.#spec = spec;
    this.#painter.paint(this.element, this.#show);
  }

  /** For paper, which does not wait for a frame: draws what had another size, or none, when it was last in sight. */
  fit(): void {
    this.#plot.fit();
  }

  destroy(): void {
    this.#painter.forget(this.element);
    this.#end();
    this.#plot.destroy();
  }

  /** What the chart was last given, at the instant of the cursor: one work, since of several only the last counts. */
  readonly #show = (): void => {
    if (this.#drawn !== this.#spec) {
      this.#draw();
      return;
    }
    this.#plot.follow();
    this.#read();
  };

  #draw(): void {
    const spec = this.#spec;
    const redraw = !sameShape(spec, this.#drawn);
    this.#drawn = spec;
    if (redraw) {
      this.#plot.destroy();
      this.#plot = new Plot(spec, this.#cursor);
      this.#holder.replaceChildren(this.#plot.element);
      this.#makeLegend();
    } else {
      this.#plot.update(spec);
    }
    this.#figure.update(this.#parts());
    this.#describe();
  }

  #parts(): { title: string; note: string; table: () => Table } {
    return { title: this.#spec.title, note: this.#spec.note ?? "", table: () => tableOf(this.#spec) };
  }

  #describe(): void {
    setAttribute(this.#holder, "aria-label", summaryOf(this.#drawn));
    this.#read();
  }

  #makeLegend(): void {
    this.#readings = this.#drawn.series.map(() => h("span", { class: "reading" }));
    this.#time = h("span", { class: "at" });
    // What is on top of a stack is on top of its legend too.
    const entries = this.#drawn.series.map((series, i) => {
      const swatch = h("span", { class: `swatch${series.dashed ? " dashed" : ""}`, "aria-hidden": "true" });
      swatch.style.setProperty("--swatch", `var(--${series.colour})`);
      return h("span", { class: "entry" }, swatch, h("bdi", {}, series.label), this.#readings[i]);
    });
    this.#figure.legend.replaceChildren(...(this.#drawn.stacked ? entries.reverse() : entries), this.#time);
  }

  #read(): void {
    const { time_ms, interval_ms, series, format } = this.#drawn;
    if (time_ms.length === 0) return;
    const i = indexAt(time_ms, this.#cursor.at_ms);
    setText(this.#time, `at ${instant(time_ms[i] ?? 0, interval_ms)}`);
    series.forEach((one, k) => {
      const reading = this.#readings[k];
      if (reading) setText(reading, (one.format ?? format)(one.values[i] ?? null));
    });
  }

  #key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 10 : 1;
    if (event.key === "ArrowLeft") this.#plot.step(-step);
    else if (event.key === "ArrowRight") this.#plot.step(step);
    else if (event.key === "Home") this.#cursor.moveTo(0);
    else if (event.key === "End") this.#cursor.moveTo(this.#cursor.end_ms);
    else if (event.key === "Escape") this.#cursor.zoomTo(null);
    else return;
    event.preventDefault();
  }
}
