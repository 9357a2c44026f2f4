/** All charts of the columns: goodput of both in one, then pair by pair. */
import { TimeChart } from "../charts/time_chart";
import type { ChartSpec } from "../charts/spec";
import { TimeCursor } from "../charts/time_cursor";
import { endOf } from "../data/derive";
import { h, uniqueId } from "../dom/element";
import type { View } from "../dom/view";
import { CascadeView } from "./cascade_view";
import { overview, partsOf } from "./pairs";
import type { Cell, Part, PartKind, RunOf } from "./pairs";

export class ChartsView implements View<readonly RunOf[]> {
  readonly element = h("div", { class: "charts" });
  readonly #cursor = new TimeCursor();
  readonly #chosen = new Map<PartKind, string>();
  readonly #charts = new Map<string, TimeChart>();
  /** Goodput of all columns; stands where the page wants it. */
  readonly overview = h("div", { class: "overview" });
  readonly #sections = new Map<PartKind, PartSection>();
  readonly #cascade = new CascadeView(this.#cursor);
  #runs: readonly RunOf[] = [];

  update(runs: readonly RunOf[]): void {
    this.#runs = runs;
    const end = Math.max(0, ...runs.map(({ timeline }) => endOf(timeline)));
    if (end !== this.#cursor.end_ms) {
      this.#cursor.reset(end);
      this.#cursor.moveTo(telling(runs) ?? end / 2);
    }
    const first = overview(runs);
    const used = new Set<string>();
    if (first !== undefined) place(this.overview, [this.#chart("overview", first, used)]);
    const parts = partsOf(runs, this.#chosen);
    this.#cascade.update(runs);
    place(this.element, [this.#cascade.element, ...parts.map((part) => this.#section(part, used))]);
    for (const [key, chart] of this.#charts) {
      if (used.has(key)) continue;
      chart.destroy();
      this.#charts.delete(key);
    }
  }

  destroy(): void {
    this.#cascade.destroy();
    for (const chart of this.#charts.values()) chart.destroy();
    this.#charts.clear();
  }

  #section(part: Part, used: Set<string>): HTMLElement {
    let section = this.#sections.get(part.kind);
    if (section === undefined) {
      section = new PartSection(part, (name) => {
        if (name === "") this.#chosen.delete(part.kind);
        else this.#chosen.set(part.kind, name);
        this.update(this.#runs);
      });
      this.#sections.set(part.kind, section);
    }
    const cells = part.rows.flatMap((row) =>
      row.cells.map((cell, index) => {
        const run = this.#runs[index];
        return cell === null ? absent() : this.#cell(`${part.kind}/${row.title}/${index}`, cell, run, used);
      }),
    );
    section.update(part.names, this.#chosen.get(part.kind) ?? "", cells, this.#runs.length);
    return section.element;
  }

  #cell(key: string, cell: Cell, run: RunOf | undefined, used: Set<string>): HTMLElement {
    const spec = { ...cell.spec, title: cell.spec.title, note: `${run?.label ?? ""}: ${cell.name}` };
    const element = this.#chart(key, spec, used);
    element.classList.add("cell", `side-${run?.side ?? "a"}`);
    return element;
  }

  #chart(key: string, spec: ChartSpec, used: Set<string>): HTMLElement {
    used.add(key);
    const known = this.#charts.get(key);
    if (known !== undefined) {
      known.update(spec);
      return known.element;
    }
    const chart = new TimeChart(spec, this.#cursor);
    this.#charts.set(key, chart);
    return chart.element;
  }
}

class PartSection {
  readonly element: HTMLElement;
  readonly #grid = h("div", { class: "pair-grid" });
  readonly #select: HTMLSelectElement;
  #names = "";

  constructor(part: Part, choose: (name: string) => void) {
    const id = uniqueId("part");
    this.#select = h("select", { id, "aria-label": `${part.title}: which` });
    this.#select.addEventListener("change", () => choose(this.#select.value));
    this.element = h(
      "section",
      { class: "part" },
      h("header", { class: "part-head" }, h("h3", {}, part.title), this.#select),
      this.#grid,
    );
  }

  update(names: readonly string[], chosen: string, cells: readonly HTMLElement[], columns: number): void {
    if (this.#names !== names.join("\n")) {
      this.#names = names.join("\n");
      this.#select.replaceChildren(
        h("option", { value: "" }, "the busiest of each"),
        ...names.map((name) => h("option", { value: name }, name)),
      );
    }
    this.#select.hidden = names.length < 2;
    this.#select.value = names.includes(chosen) ? chosen : "";
    this.#grid.style.setProperty("--columns", String(columns));
    place(this.#grid, cells);
  }
}

/** An instant at which there is something to read: the end of the first fault. */
function telling(runs: readonly RunOf[]): number | undefined {
  return runs.flatMap(({ timeline }) => timeline.faults.map((fault) => fault.to_ms))[0];
}

function absent(): HTMLElement {
  return h("div", { class: "absent" }, "Nothing of this kind here.");
}

/** Leaves alone what stands where it should: a chart that is moved loses the focus and its place. */
function place(parent: HTMLElement, children: readonly HTMLElement[]): void {
  children.forEach((child, index) => {
    const there = parent.children[index];
    if (there !== child) parent.insertBefore(child, there ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}
