import type { ChartSpec } from "../charts/spec";
import { TimeChart } from "../charts/time_chart";
import type { TimeCursor } from "../charts/time_cursor";
import type { Timeline } from "../data/page";
import { h, uniqueId } from "../dom/element";
import type { View } from "../dom/view";

export interface GroupKind {
  readonly title: string;
  readonly names: (timeline: Timeline) => string[];
  readonly charts: (timeline: Timeline, name: string) => ChartSpec[];
  /** Something to add after the charts over time. */
  readonly extra?: () => View<{ timeline: Timeline; name: string }>;
}

/**
 * The charts of one workload, call, service or queue, and a choice of which where there are several.
 * Hidden where the run has none.
 */
export class EntityGroup implements View<Timeline> {
  readonly element: HTMLElement;
  readonly #kind: GroupKind;
  readonly #cursor: TimeCursor;
  readonly #select = h("select");
  readonly #only = h("bdi", { class: "name" });
  readonly #grid = h("div", { class: "grid" });
  readonly #extra: View<{ timeline: Timeline; name: string }> | null;
  #charts: TimeChart[] = [];
  #timeline: Timeline;

  constructor(kind: GroupKind, timeline: Timeline, cursor: TimeCursor) {
    this.#kind = kind;
    this.#cursor = cursor;
    this.#timeline = timeline;
    const heading = h("h3", { id: uniqueId("group") }, kind.title);
    this.#select.setAttribute("aria-label", `Which ${kind.title.toLowerCase()} to show`);
    this.#select.addEventListener("change", () => this.#show());
    this.#extra = kind.extra?.() ?? null;
    if (this.#extra) this.#grid.append(this.#extra.element);
    this.element = h(
      "section",
      { class: "group", "aria-labelledby": heading.id },
      h("header", {}, heading, this.#only, this.#select),
      this.#grid,
    );
    this.update(timeline);
  }

  update(timeline: Timeline): void {
    this.#timeline = timeline;
    const names = this.#kind.names(timeline);
    const before = this.#select.value;
    this.#select.replaceChildren(...names.map((name) => h("option", { value: name, dir: "auto" }, name)));
    if (names.includes(before)) this.#select.value = before;
    this.#select.hidden = names.length < 2;
    this.#only.hidden = names.length !== 1;
    this.#only.textContent = names[0] ?? "";
    this.#only.title = names[0] ?? "";
    this.element.hidden = names.length === 0;
    this.#show();
  }

  destroy(): void {
    for (const chart of this.#charts) chart.destroy();
    this.#extra?.destroy();
  }

  #show(): void {
    const name = this.#select.value;
    const specs = name === "" ? [] : this.#kind.charts(this.#timeline, name);
    for (const chart of this.#charts.splice(specs.length)) {
      chart.destroy();
      chart.element.remove();
    }
    specs.forEach((spec, i) => {
      const chart = this.#charts[i];
      if (chart) {
        chart.update(spec);
        return;
      }
      const made = new TimeChart(spec, this.#cursor);
      this.#charts.push(made);
      if (this.#extra) this.#grid.insertBefore(made.element, this.#extra.element);
      else this.#grid.append(made.element);
    });
    if (this.#extra && name !== "") this.#extra.update({ timeline: this.#timeline, name });
  }
}
