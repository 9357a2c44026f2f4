/** The figures of both columns side by side, those first that one looks at first. */
import { h, setText } from "../dom/element";
import type { View } from "../dom/view";
import { count, percent } from "../format/numbers";
import { duration } from "../format/time";
import type { Figures } from "./figures";
import type { Side } from "./model";
import { times } from "./tour/words";

export interface SummaryColumn {
  readonly side: Side;
  readonly label: string;
  /** Absent while there is nothing yet. */
  readonly figures: Figures | undefined;
}

interface RowSpec {
  readonly label: string;
  readonly meaning: string;
  readonly value: (figures: Figures) => string;
  /** Left out where it says nothing for any column. */
  readonly isShown?: (figures: Figures) => boolean;
}

const rows: readonly RowSpec[] = [
  {
    label: "after the fault",
    meaning:
      "When goodput was back at 90 % of what it was before the first fault, counted from the end of the last one",
    value: aftermath,
    isShown: ({ state }) => state !== "no_fault",
  },
  {
    label: "attempts per request",
    meaning: "Attempts at the callee that saw most, for each request",
    value: ({ amplification }) => times(amplification),
  },
  {
    label: "wasted work",
    meaning: "Share of service time for callers that had gone, at the service that wasted most",
    value: ({ wasted }) => percent(wasted),
  },
  {
    label: "p99 from arrival, all",
    meaning: "Within it 99 % of all offered requests were served; never, where more than 1 % were not",
    value: ({ allP99Ms }) => (allP99Ms === undefined ? "never" : duration(allP99Ms)),
  },
  {
    label: "p50 of those served",
    meaning: "Median from arrival of the requests that took effect",
    value: ({ p50Ms }) => duration(p50Ms),
  },
  {
    label: "p99 from delivery",
    meaning: "What an event handler sees that starts its clock at delivery; the time in the queue is hidden",
    value: ({ deliveryP99Ms }) => duration(deliveryP99Ms),
    isShown: ({ deliveryP99Ms }) => deliveryP99Ms !== undefined,
  },
  {
    label: "failed",
    meaning: "Requests that ended with an error, a timeout or at their deadline",
    value: ({ failed }) => count(failed),
  },
  {
    label: "refused",
    meaning: "Requests whose last attempt was refused, by the caller's policy or by the callee",
    value: ({ rejected }) => count(rejected),
    isShown: ({ rejected }) => rejected > 0,
  },
  {
    label: "dead-lettered",
    meaning: "Messages that were given up",
    value: ({ deadLettered }) => count(deadLettered),
    isShown: ({ deadLettered }) => deadLettered > 0,
  },
];

interface GoodputCell {
  readonly element: HTMLTableCellElement;
  readonly share: HTMLElement;
  readonly bar: HTMLElement;
  readonly of: HTMLElement;
}

export class SummaryView implements View<readonly SummaryColumn[]> {
  readonly element = h("table", { class: "summary" });
  /** Of the table that stands there: its columns and its rows. */
  #shape = "";
  #goodput: GoodputCell[] = [];
  /** Row by row, a cell for each column. */
  #cells: HTMLTableCellElement[][] = [];

  update(columns: readonly SummaryColumn[]): void {
    const known = columns.flatMap(({ figures }) => (figures === undefined ? [] : [figures]));
    const shown = rows.filter((row) => known.some((figures) => row.isShown?.(figures) ?? true));
    const shape = JSON.stringify([columns.map(({ side, label }) => [side, label]), shown.map(({ label }) => label)]);
    if (shape !== this.#shape) this.#make(columns, shown);
    this.#shape = shape;
    columns.forEach(({ figures }, c) => {
      const cell = this.#goodput[c];
      if (cell !== undefined) showGoodput(cell, figures);
      shown.forEach((row, r) => {
        const one = this.#cells[r]?.[c];
        if (one !== undefined) setText(one, figures === undefined ? "" : row.value(figures));
      });
    });
  }

  destroy(): void {
    this.element.replaceChildren();
  }

  /** The table without its figures. */
  #make(columns: readonly SummaryColumn[], shown: readonly RowSpec[]): void {
    const head = columns.map(({ side, label }) =>
      h("th", { scope: "col", class: `side-${side}` }, h("bdi", { title: label }, label)),
    );
    this.#goodput = columns.map(({ side }) => goodputCell(side));
    this.#cells = shown.map(() => columns.map(() => h("td")));
    this.element.replaceChildren(
      h("caption", { class: "visually-hidden" }, "The figures of both columns"),
      h("thead", {}, h("tr", {}, h("td", {}), ...head)),
      h(
        "tbody",
        {},
        h(
          "tr",
          { class: "goodput" },
          heading("served in time", "Share of the offered requests whose effect came within their objective"),
          ...this.#goodput.map(({ element }) => element),
        ),
        ...shown.map((row, r) => h("tr", {}, heading(row.label, row.meaning), ...(this.#cells[r] ?? []))),
      ),
    );
  }
}

function heading(label: string, meaning: string): HTMLElement {
  return h("th", { scope: "row", title: meaning }, label);
}

function goodputCell(side: Side): GoodputCell {
  const share = h("strong");
  const bar = h("div", { class: `bar side-${side}`, "aria-hidden": "true" }, h("div", { class: "bar-fill" }));
  const of = h("small");
  return { element: h("td", {}, share, bar, of), share, bar, of };
}

function showGoodput({ share, bar, of }: GoodputCell, figures: Figures | undefined): void {
  setText(share, figures === undefined ? "" : percent(figures.goodput));
  bar.style.setProperty("--share", String(figures?.goodput ?? 0));
  setText(of, figures === undefined ? "" : `${count(figures.ok)} of ${count(figures.offered)}`);
}

function aftermath({ state, recoveredAfterMs }: Figures): string {
  if (state === "recovered")
    return recoveredAfterMs === 0 ? "back at once" : `back after ${duration(recoveredAfterMs)}`;
  return state === "not_recovered" ? "never back" : "cannot be told";
}
