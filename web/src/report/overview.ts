import { Figure } from "../charts/figure";
import { Plot } from "../charts/plot";
import { sameShape, type ChartSpec } from "../charts/spec";
import { summaryOf } from "../charts/time_chart";
import { TimeCursor } from "../charts/time_cursor";
import { endOf, indexAt, largest, okOf, ratesOf, rebin } from "../data/derive";
import type { Page } from "../data/page";
import { button, h, nameElement } from "../dom/element";
import type { View } from "../dom/view";
import type { Table } from "../format/csv";
import { compact, percent, perSecond } from "../format/numbers";
import { instant } from "../format/time";
import { runsOf, type RunChoice } from "./worlds";

/** How many intervals the longest run is shown in: fewer than there are, so that shapes are seen and not noise. */
const INTERVALS = 120;
const HEIGHT = 64;
/** Of more rows than that each is lower, so that they are seen together. */
const ROWS_OF_FULL_HEIGHT = 7;
const HEIGHT_OF_MANY = 44;
/** What the time axis takes more than no axis. */
const TIME_AXIS_HEIGHT = 19;

interface Row {
  run: RunChoice;
  spec: ChartSpec;
  readonly plot: Plot;
  readonly choose: HTMLElement;
  readonly picture: HTMLElement;
  readonly reading: HTMLElement;
}

function specOf(run: RunChoice, width_ms: number, max: number, height: number, last: boolean): ChartSpec {
  const { timeline } = run;
  const { time_ms, counts } = rebin(timeline.time_ms, okOf(timeline), width_ms);
  return {
    title: `Goodput of ${run.name}${run.world === "" ? "" : `, ${run.world}`}`,
    time_ms,
    interval_ms: timeline.interval_ms,
    series: [{ label: "goodput", values: ratesOf(counts, time_ms), colour: "ok", shape: "step", width: 1.5, fill: "area" }],
    faults: timeline.faults,
    format: perSecond,
    axis: (value) => (value === 0 ? "0" : `${compact(value)}/s`),
    max,
    height: height + (last ? TIME_AXIS_HEIGHT : 0),
    axes: last ? "both" : "value",
  };
}

/** Goodput of every variant over time, one under the other on the same scales: the shape of the outcome. */
export class Overview implements View<Page> {
  readonly element: HTMLElement;
  readonly #rows_element = h("div", { class: "goodput-rows" });
  readonly #cursor = new TimeCursor();
  readonly #onChoose: (index: number) => void;
  readonly #figure: Figure;
  readonly #time = h("span", { class: "at" });
  readonly #end: () => void;
  #rows: Row[] = [];

  /** @param onChoose  told the place of a run among runsOf(page) when the reader asks for it */
  constructor(page: Page, onChoose: (index: number) => void) {
    this.#onChoose = onChoose;
    this.#figure = new Figure(this.#parts(), this.#rows_element, "h2");
    this.#figure.legend.append(this.#time);
    this.element = this.#figure.element;
    this.element.classList.add("overview");
    this.#end = this.#cursor.subscribe(() => {
      for (const row of this.#rows) row.plot.follow();
      this.#read();
    });
    this.update(page);
  }

  update(page: Page): void {
    const runs = runsOf(page).filter((run) => run.timeline.time_ms.length > 0);
    const end = Math.max(0, ...runs.map((run) => endOf(run.timeline)));
    const width_ms = end / INTERVALS;
    const many = runs.length > ROWS_OF_FULL_HEIGHT;
    const height = many ? HEIGHT_OF_MANY : HEIGHT;
    this.#rows_element.classList.toggle("many", many);
    const peaks = runs.map((run) => largest(specOf(run, width_ms, 1, HEIGHT, false).series[0]?.values ?? []));
    const max = Math.max(...peaks, 1e-9) * 1.08;
    const specs = runs.map((run, i) => specOf(run, width_ms, max, height, i === runs.length - 1));

    // A run that was interrupted has totals, and nothing over time.
    this.element.hidden = runs.length === 0;
    this.#cursor.reset(end);
    this.#cursor.moveTo(end / 2);
    const fits = this.#rows.length === runs.length && specs.every((spec, i) => sameShape(spec, this.#rows[i]?.spec ?? spec));
    if (!fits) {
      for (const row of this.#rows) row.plot.destroy();
      this.#rows = runs.flatMap((run, i) => (specs[i] ? [this.#makeRow(run, i, specs[i])] : []));
      this.#rows_element.replaceChildren(
        ...this.#rows.map((row) => h("div", { class: "goodput-row" }, row.choose, row.picture, row.reading)),
      );
    }
    this.#rows.forEach((row, i) => {
      row.run = runs[i] ?? row.run;
      row.spec = specs[i] ?? row.spec;
      if (fits) row.plot.update(row.spec);
      describeRow(row);
    });
    this.#figure.update(this.#parts());
    this.#read();
  }

  destroy(): void {
    this.#end();
    for (const row of this.#rows) row.plot.destroy();
  }

  #makeRow(run: RunChoice, index: number, spec: ChartSpec): Row {
    const plot = new Plot(spec, this.#cursor);
    const reading = h("span", { class: "reading" });
    const choose = button("", () => this.#onChoose(index), { class: "row-name" });
    const picture = h("div", { class: "plot-holder", role: "img", tabindex: 0 }, plot.element);
    picture.addEventListener("keydown", (event) => {
      const points = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
      if (points === 0) return;
      plot.step(points);
      event.preventDefault();
    });
    return { run, spec, plot, choose, picture, reading };
  }

  #parts(): { title: string; note: string; table: () => Table } {
    const faults = new Set(this.#rows.flatMap((row) => row.run.timeline.faults.map((fault) => fault.name)));
    const shaded = faults.size > 0 ? ` Shaded: ${[...faults].join(", ")}.` : "";
    return {
      title: "Goodput over time",
      note: `Requests served in time, a second; all on one scale.${shaded}`,
      table: () => ({
        head: ["variant", "world", "time_ms", "goodput_per_s"],
        rows: this.#rows.flatMap(({ run, spec }) =>
          spec.time_ms.map((time, i) => [run.name, run.world, time, spec.series[0]?.values[i] ?? null]),
        ),
      }),
    };
  }

  #read(): void {
    const at = this.#cursor.at_ms;
    const interval = Math.min(...this.#rows.map((row) => row.spec.interval_ms));
    this.#time.textContent = this.#rows.length > 0 ? `at ${instant(at, interval)}` : "";
    for (const { spec, reading } of this.#rows) {
      const end = spec.time_ms[spec.time_ms.length - 1] ?? 0;
      reading.textContent = at > end ? "ended" : perSecond(spec.series[0]?.values[indexAt(spec.time_ms, at)] ?? null);
    }
  }
}

function describeRow({ run, spec, choose, picture }: Row): void {
  choose.title = run.name;
  choose.replaceChildren(
    nameElement(run.name),
    h("span", { class: "share" }, percent(run.goodput)),
    ...(run.world === "" ? [] : [h("span", { class: "world" }, run.world)]),
  );
  picture.setAttribute("aria-label", summaryOf(spec));
}
