import { logBuckets, type Bucket } from "../data/derive";
import { h, svg } from "../dom/element";
import type { View } from "../dom/view";
import { count, counted, percent } from "../format/numbers";
import { duration, tick } from "../format/time";
import { Figure } from "./figure";

export interface DistributionSpec {
  readonly title: string;
  readonly note: string;
  /** [upper end in ms, requests], without empty buckets, rising. */
  readonly distribution: readonly (readonly [number, number])[];
  readonly marks: readonly { readonly label: string; readonly at_ms: number }[];
}

const BUCKETS = 64;
const WIDTH = 600;
const HEIGHT = 190;
const LEFT = 8;
const RIGHT = 8;
const TOP = 30;
const BOTTOM = 24;

/** The ticks of a log axis between two values: 1, 2, 5 of each power of ten, or the powers alone. */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 3.5 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 7];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(3));
      if (value >= low && value <= high) ticks.push(value);
    }
  }
  return ticks;
}

/** How many of the requests took how long, on a log axis; the pointer reads a bar. */
export class DistributionChart implements View<DistributionSpec> {
  readonly element: HTMLElement;
  readonly #figure: Figure;
  readonly #picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", preserveAspectRatio: "none" });
  readonly #holder = h("div", { class: "plot-holder distribution" });
  readonly #reading = h("span", { class: "reading" });
  #spec: DistributionSpec;
  #buckets: Bucket[] = [];
  #all = 0;

  constructor(spec: DistributionSpec) {
    this.#spec = spec;
    this.#holder.append(this.#picture);
    this.#figure = new Figure(this.#parts(), this.#holder);
    this.#figure.legend.append(this.#reading);
    this.element = this.#figure.element;
    this.#holder.addEventListener("pointermove", (event) => this.#read(event));
    this.#holder.addEventListener("pointerleave", () => this.#rest());
    this.#observer.observe(this.#holder);
    this.update(spec);
  }

  readonly #observer = new ResizeObserver(() => this.#draw());

  update(spec: DistributionSpec): void {
    this.#spec = spec;
    this.#buckets = logBuckets(spec.distribution, BUCKETS);
    this.#all = this.#buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    this.#figure.update(this.#parts());
    this.#rest();
    this.#draw();
  }

  destroy(): void {
    this.#observer.disconnect();
  }

  #parts(): { title: string; note: string; table: () => { head: string[]; rows: (readonly number[])[] } } {
    return {
      title: this.#spec.title,
      note: this.#spec.note,
      table: () => ({ head: ["up_to_ms", "requests"], rows: this.#spec.distribution.map(([upper, number]) => [upper, number]) }),
    };
  }

  #rest(): void {
    const marks = this.#spec.marks.map((mark) => `${mark.label} ${duration(mark.at_ms)}`);
    this.#reading.textContent = this.#all > 0 ? [counted(this.#all, "request"), ...marks].join(" · ") : "No request ended well.";
  }

  #read(event: PointerEvent): void {
    const box = this.#holder.getBoundingClientRect();
    const place = (event.clientX - box.left - LEFT) / Math.max(1, box.width - LEFT - RIGHT);
    const index = Math.min(BUCKETS - 1, Math.max(0, Math.floor(place * BUCKETS)));
    const bucket = this.#buckets[index];
    if (!bucket) return;
    const below = this.#buckets.slice(0, index + 1).reduce((sum, one) => sum + one.count, 0);
    this.#reading.textContent =
      `${duration(bucket.from_ms)} to ${duration(bucket.to_ms)}: ${count(bucket.count)}; ` +
      `${percent(below / this.#all)} took no longer`;
  }

  /** Drawn to the width there is, so that letters keep their shape. */
  #draw(): void {
    const width = this.#holder.clientWidth;
    if (width === 0) return;
    const picture = this.#picture;
    picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    picture.replaceChildren();
    const first = this.#buckets[0];
    const last = this.#buckets[this.#buckets.length - 1];
    picture.setAttribute("aria-label", this.#summary());
    if (!first || !last) return;
    const low = Math.log10(first.from_ms);
    const high = Math.log10(last.to_ms);
    const inner = width - LEFT - RIGHT;
    const x = (ms: number): number => LEFT + ((Math.log10(ms) - low) / (high - low)) * inner;
    const peak = Math.max(...this.#buckets.map((bucket) => bucket.count));
    const room = HEIGHT - TOP - BOTTOM;
    const base = HEIGHT - BOTTOM;

    let free = -1;
    for (const value of logTicks(first.from_ms, last.to_ms)) {
      const at = x(value);
      picture.append(svg("line", { class: "grid", x1: at, x2: at, y1: TOP, y2: base }));
      if (at < free || at < 14 || at > width - 22) continue;
      picture.append(svg("text", { class: "tick", x: at, y: HEIGHT - 7, "text-anchor": "middle" }, tick(value)));
      free = at + 54;
    }
    for (const bucket of this.#buckets) {
      if (bucket.count === 0) continue;
      const tall = Math.max(1, (bucket.count / peak) * room);
      const left = x(bucket.from_ms);
      picture.append(
        svg("rect", { class: "bar", x: left, y: base - tall, width: Math.max(1, x(bucket.to_ms) - left - 0.75), height: tall }),
      );
    }
    picture.append(svg("line", { class: "base", x1: LEFT, x2: width - RIGHT, y1: base, y2: base }));
    let free_from = -1;
    for (const mark of this.#spec.marks) {
      const at = Math.min(width - RIGHT, Math.max(LEFT, x(Math.min(last.to_ms, Math.max(first.from_ms, mark.at_ms)))));
      const low_row = at < free_from;
      picture.append(
        svg("line", { class: "mark", x1: at, x2: at, y1: low_row ? 27 : 14, y2: base }),
        svg("text", { class: "mark-label", x: Math.min(Math.max(at, 14), width - 14), y: low_row ? 25 : 11, "text-anchor": "middle" }, mark.label),
      );
      free_from = low_row ? free_from : at + 30;
    }
  }

  #summary(): string {
    const marks = this.#spec.marks.map((mark) => `${mark.label} ${duration(mark.at_ms)}`).join(", ");
    return `${this.#spec.title}: ${counted(this.#all, "request")}${marks ? `; ${marks}` : ""}.`;
  }
}
