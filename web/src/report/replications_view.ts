import type { Estimate, Result, ResultVariant } from "../data/result";
import { tableElement } from "../charts/table_element";
import { h, nameElement, svg } from "../dom/element";
import type { View } from "../dom/view";
import { Figure } from "../charts/figure";
import type { Table } from "../format/csv";
import { verdictText } from "../format/conclusion";
import { count, NONE, percent, significant } from "../format/numbers";
import { duration } from "../format/time";

interface Metric {
  readonly key: string;
  readonly title: string;
  readonly format: (value: number | null) => string;
  /** The end of the axis; the largest value if absent. */
  readonly max?: number;
}

const METRICS: readonly Metric[] = [
  { key: "goodput_ratio", title: "Goodput", format: percent, max: 1 },
  { key: "amplification", title: "Attempts for each request, at the callee that saw most", format: (value) => (value === null ? NONE : significant(value)) },
  { key: "p99_ms", title: "p99 of all offered", format: duration },
  { key: "latency_ms.p99", title: "p99 of those that ended", format: duration },
  { key: "retries", title: "Retries", format: (value) => (value === null ? NONE : significant(value)) },
];

const pointOf = (estimate: Estimate): number | null => estimate.pooled ?? estimate.mean;

function estimateText(estimate: Estimate | undefined, format: Metric["format"]): string {
  if (!estimate) return NONE;
  const point = pointOf(estimate);
  if (point === null) return estimate.never ? "never" : NONE;
  if (estimate.low_95 === null || estimate.high_95 === null) return format(point);
  return `${format(point)}  (${format(estimate.low_95)} to ${format(estimate.high_95)})`;
}

/** A line with the interval and a point; of a variant in two worlds a bar for each, taller the more runs it has. */
function interval(variant: ResultVariant, metric: Metric, max: number): SVGSVGElement {
  const picture = svg("svg", { class: "interval", viewBox: "0 0 300 22", preserveAspectRatio: "none", "aria-hidden": "true" });
  const x = (value: number): number => 6 + Math.min(1, Math.max(0, value / max)) * 288;
  picture.append(svg("line", { class: "axis", x1: 6, x2: 294, y1: 11, y2: 11 }));
  const worlds = metric.key === "goodput_ratio" ? (variant.worlds ?? []) : [];
  if (worlds.length > 0) {
    for (const world of worlds) {
      const { mean, min, max: most } = world.goodput_ratio;
      const tall = 0.25 + 0.75 * world.share;
      picture.append(
        svg("line", { class: "whisker", x1: x(min), x2: Math.max(x(most), x(min) + 1), y1: 11, y2: 11 }),
        svg("rect", { class: "world", x: x(mean) - 2, y: 11 - 10 * tall, width: 4, height: 20 * tall }),
      );
    }
    return picture;
  }
  const estimate = variant.estimates?.[metric.key];
  const point = estimate ? pointOf(estimate) : null;
  if (estimate && point !== null) {
    const low = estimate.low_95 ?? point;
    const high = estimate.high_95 ?? point;
    picture.append(
      svg("rect", { class: "band", x: x(low), y: 5, width: Math.max(1.5, x(high) - x(low)), height: 12, rx: 2 }),
      svg("line", { class: "point", x1: x(point), x2: x(point), y1: 2, y2: 20 }),
    );
  }
  return picture;
}

/** What many runs say: means with 95 % intervals, two worlds where runs split, and paired differences. */
export class ReplicationsView implements View<Result> {
  readonly element: HTMLElement;
  readonly #body = h("div", { class: "grid" });
  readonly #head = h("p", { class: "note" });

  constructor(result: Result) {
    this.element = h(
      "section",
      { class: "part" },
      h("header", { class: "part-head" }, h("h2", {}, "Many runs")),
      this.#head,
      this.#body,
    );
    this.update(result);
  }

  update(result: Result): void {
    const runs = result.replications ?? 1;
    this.element.hidden = runs < 2;
    if (runs < 2) return;
    this.#head.textContent =
      `${count(runs)} runs of each variant, with random numbers of their own. Points are means over the runs (percentiles are of all runs together), bands are 95 % intervals. The figures side by side are of all runs together. ` +
      "The charts above show one run of each.";
    const known = (metric: Metric) => (variant: ResultVariant): boolean => {
      const estimate = variant.estimates?.[metric.key];
      return estimate !== undefined && pointOf(estimate) !== null;
    };
    const metrics = METRICS.filter((metric) => result.variants.some(known(metric)));
    this.#body.replaceChildren(...metrics.map((metric) => this.#metric(result, metric)), ...this.#worlds(result), ...this.#paired(result));
  }

  destroy(): void {
    // Holds nothing outside of its element.
  }

  #metric(result: Result, metric: Metric): HTMLElement {
    const table: Table = {
      head: ["variant", "point", "low_95", "high_95", "runs", "never"],
      rows: result.variants.map((variant) => {
        const estimate = variant.estimates?.[metric.key];
        return [variant.name, estimate ? pointOf(estimate) : null, estimate?.low_95, estimate?.high_95, estimate?.count, estimate?.never];
      }),
    };
    const highs = result.variants.map((variant) => variant.estimates?.[metric.key]).map((e) => e?.high_95 ?? (e ? pointOf(e) : null) ?? 0);
    const max = metric.max ?? (Math.max(...highs) * 1.05 || 1);
    const rows = result.variants.map((variant) => {
      const split = metric.key === "goodput_ratio" && (variant.worlds?.length ?? 0) > 0;
      const text = split ? "two worlds" : estimateText(variant.estimates?.[metric.key], metric.format);
      return h("div", { class: "interval-row" }, nameElement(variant.name), interval(variant, metric, max), h("span", { class: "reading" }, text));
    });
    const note = metric.key === "goodput_ratio" && result.variants.some((variant) => (variant.worlds?.length ?? 0) > 0)
      ? "Where runs split in two worlds: a bar for each, taller the more runs it has."
      : "";
    return new Figure({ title: metric.title, note, table: () => table }, h("div", { class: "intervals" }, ...rows), "h3").element;
  }

  #worlds(result: Result): HTMLElement[] {
    const rows = result.variants.flatMap((variant) =>
      (variant.worlds ?? []).map((world) => [
        variant.name,
        verdictText(world.name) || world.name,
        `${count(world.count)} (${percent(world.share)}; 95 %: ${percent(world.share_low_95)} to ${percent(world.share_high_95)})`,
        percent(world.goodput_ratio.mean),
      ]),
    );
    if (rows.length === 0) return [];
    const table: Table = { head: ["variant", "world", "runs", "goodput"], rows };
    const shown = h("div", { class: "table-holder", tabindex: 0, role: "region", "aria-label": "Two worlds" }, tableElement(table, "Two worlds"));
    return [new Figure({ title: "Two worlds", note: "These variants have no one outcome; a mean over both is of no run there was.", table: () => table }, shown, "h3").element];
  }

  #paired(result: Result): HTMLElement[] {
    const rows = (result.paired ?? []).flatMap((pair) => {
      const figure = pair.figures["goodput_ratio"];
      if (!figure || figure.mean === null) return [];
      const points = (share: number | null): string => (share === null ? NONE : significant(share * 100));
      return [[pair.variant, pair.minus, `${points(figure.mean)} points`, `${points(figure.low_95)} to ${points(figure.high_95)}`, figure.significant ? "yes" : "no"]];
    });
    if (rows.length === 0) return [];
    const table: Table = { head: ["variant", "minus", "goodput differs by", "95 % interval", "significant"], rows };
    const shown = h("div", { class: "table-holder", tabindex: 0, role: "region", "aria-label": "Differences" }, tableElement(table, "Differences"));
    return [new Figure({ title: "Differences, run by run", note: "On the same random numbers; significant where the interval leaves out 0.", table: () => table }, shown, "h3").element];
  }
}
