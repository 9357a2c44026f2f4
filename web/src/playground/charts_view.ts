/** All charts of the columns: goodput of both in one, then pair by pair. */
import { DrawQueue } from "../charts/draw_queue";
import { TimeChart } from "../charts/time_chart";
import type { ChartSpec } from "../charts/spec";
import { TimeCursor } from "../charts/time_cursor";
import { endOf } from "../data/derive";
import { h, setValue, uniqueId } from "../dom/element";
import type { View } from "../dom/view";
import { CascadeView } from "./cascade_view";
import { overview, partsOf } from "./pairs";
import type { Cell, Part, PartKind, RunOf } from "./pairs";

export class ChartsView implements View<readonly RunOf[]> {
  readonly element = h("div", { class: "charts" });
  readonly #cursor = new TimeCursor();
  readonly #queue = new DrawQueue();
  readonly #chosen = new Map<PartKind, string>();
  /** Goodput of all columns; stands where the page wants it. */
  readonly overview = h("div", { class: "overview" });
  #goodput: TimeChart | undefined;
  readonly #sections = new Map<PartKind, PartSection>();
  readonly #cascade = new CascadeView(this.#cursor, this.#queue);
  #runs: readonly RunOf[] = [];

  constructor() {
    window.addEventListener("beforeprint", this.#forPaper);
    window.addEventListener("afterprint", this.#forScreen);
  }

  /** Draws what is on the screen; the rest follows. */
  update(runs: readonly RunOf[]): void {
    this.#runs = runs;
    this.#queue.resume();
    const end = Math.max(0, ...runs.map(({ timeline }) => endOf(timeline)));
    if (end !== this.#cursor.end_ms) this.#cursor.reset(end, telling(runs) ?? end / 2);
    const first = overview(runs);
    if (first !== undefined) this.#showGoodput(first);
    const parts = partsOf(runs, this.#chosen);
    this.#cascade.update(runs);
    place(this.element, [this.#cascade.element, ...parts.map((part) => this.#section(part).element)]);
    for (const part of parts) {
      const section = this.#section(part);
      this.#queue.paint(section.element, () => section.update(part, this.#chosen.get(part.kind) ?? "", runs));
    }
    for (const [kind, section] of this.#sections) {
      if (parts.some((part) => part.kind === kind)) continue;
      section.destroy();
      this.#sections.delete(kind);
    }
  }

  /** Other data are being computed: what nobody sees waits for them, since the engines need the processors too. */
  expect(): void {
    this.#queue.pause();
  }

  /** Calls back when all charts show what they were given, those that nobody sees too. */
  whenDrawn(callback: () => void): void {
    this.#queue.whenIdle(callback);
  }

  destroy(): void {
    window.removeEventListener("beforeprint", this.#forPaper);
    window.removeEventListener("afterprint", this.#forScreen);
    this.#cascade.destroy();
    this.#goodput?.destroy();
    for (const section of this.#sections.values()) section.destroy();
    this.#sections.clear();
    this.#queue.destroy();
  }

  /** On paper there is nothing that nobody sees. What waits for its data is drawn by the queue, which hears of it too. */
  readonly #forPaper = (): void => {
    this.element.classList.add("for-paper");
    for (const section of this.#sections.values()) section.fit();
  };

  readonly #forScreen = (): void => this.element.classList.remove("for-paper");

  #showGoodput(spec: ChartSpec): void {
    if (this.#goodput !== undefined) {
      this.#goodput.update(spec);
      return;
    }
    this.#goodput = new TimeChart(spec, this.#cursor, this.#queue, "h2");
    place(this.overview, [this.#goodput.element]);
  }

  #section(part: Part): PartSection {
    let section = this.#sections.get(part.kind);
    if (section === undefined) {
      section = new PartSection(part, this.#cursor, this.#queue, (name) => {
        if (name === "") this.#chosen.delete(part.kind);
        else this.#chosen.set(part.kind, name);
        this.update(this.#runs);
      });
      this.#sections.set(part.kind, section);
    }
    return section;
  }
}

/** The charts of one kind, pair by pair, and which of the kind they are of. */
class PartSection {
  readonly element: HTMLElement;
  readonly #grid = h("div", { class: "pair-grid" });
  readonly #select: HTMLSelectElement;
  readonly #cursor: TimeCursor;
  readonly #queue: DrawQueue;
  readonly #charts = new Map<string, TimeChart>();
  #names = "";

  constructor(part: Part, cursor: TimeCursor, queue: DrawQueue, choose: (name: string) => void) {
    this.#cursor = cursor;
    this.#queue = queue;
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

  update(part: Part, chosen: string, runs: readonly RunOf[]): void {
    if (this.#names !== part.names.join("\n")) {
      this.#names = part.names.join("\n");
      this.#select.replaceChildren(
        h("option", { value: "" }, "the busiest of each"),
        ...part.names.map((name) => h("option", { value: name }, name)),
      );
    }
    this.#select.hidden = part.names.length < 2;
    setValue(this.#select, part.names.includes(chosen) ? chosen : "");
    this.#grid.style.setProperty("--columns", String(runs.length));
    const used = new Set<string>();
    const cells = part.rows().flatMap((row) =>
      row.cells.map((cell, index) => {
        const key = `${row.title}/${index}`;
        if (cell === null) return absent();
        used.add(key);
        return this.#cell(key, cell, runs[index]);
      }),
    );
    place(this.#grid, cells);
    for (const [key, chart] of this.#charts) {
      if (used.has(key)) continue;
      chart.destroy();
      this.#charts.delete(key);
    }
  }

  fit(): void {
    for (const chart of this.#charts.values()) chart.fit();
  }

  destroy(): void {
    this.#queue.forget(this.element);
    for (const chart of this.#charts.values()) chart.destroy();
    this.#charts.clear();
  }

  #cell(key: string, cell: Cell, run: RunOf | undefined): HTMLElement {
    const spec: ChartSpec = { ...cell.spec, note: `${run?.label ?? ""}: ${cell.name}` };
    const known = this.#charts.get(key);
    const chart = known ?? new TimeChart(spec, this.#cursor, this.#queue);
    if (known === undefined) this.#charts.set(key, chart);
    else known.update(spec);
    chart.element.classList.add("cell", `side-${run?.side ?? "a"}`);
    return chart.element;
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
