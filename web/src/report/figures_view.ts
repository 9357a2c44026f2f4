import { downloadCsv } from "../charts/download";
import type { Result } from "../data/result";
import { button, h, nameElement } from "../dom/element";
import type { View } from "../dom/view";
import { fileName, type Table } from "../format/csv";
import { figuresByPart, keyFigures, type FigureGroup } from "./key_figures";

export function figuresTable(result: Result): Table {
  return {
    head: ["of", "figure", ...result.variants.map((variant) => variant.name)],
    rows: [...keyFigures(result), ...figuresByPart(result)].flatMap((group) =>
      group.rows.map((one) => [
        [group.title, group.name].filter(Boolean).join(" "),
        one.label,
        ...one.cells.map((cell) => cell.raw),
      ]),
    ),
  };
}

function groupElement(group: FigureGroup, columns: number): HTMLElement {
  const name = group.name === undefined ? [] : [" ", nameElement(group.name)];
  const rows = group.rows.map((one) =>
    h(
      "tr",
      { class: one.major ? "major" : null },
      h("th", { scope: "row" }, one.of === undefined ? one.label : nameElement(one.of)),
      ...one.cells.map((cell) =>
        h(
          "td",
          { class: cell.best ? "number best" : "number" },
          cell.text,
          cell.at === undefined ? null : h("span", { class: "where" }, nameElement(cell.at)),
        ),
      ),
    ),
  );
  const head = h("th", { scope: "rowgroup", colspan: columns + 1 }, h("span", {}, group.title, ...name));
  return h("tbody", {}, h("tr", { class: "group" }, head), ...rows);
}

function figuresElement(result: Result, groups: readonly FigureGroup[], caption: string): HTMLTableElement {
  const { variants } = result;
  const head = h("tr", {}, h("td", {}), ...variants.map((variant) => h("th", { scope: "col" }, nameElement(variant.name))));
  return h(
    "table",
    {},
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, head),
    ...groups.map((group) => groupElement(group, variants.length)),
  );
}

const holder = (label: string): HTMLElement =>
  h("div", { class: "table-holder figures", tabindex: 0, role: "region", "aria-label": label });

/** The key figures of all variants side by side; below them, to be opened, those of every part. */
export class FiguresView implements View<Result> {
  readonly element: HTMLElement;
  readonly #heading = h("h2");
  readonly #key = holder("Key figures of all variants");
  readonly #parts = holder("Figures of every call, service and queue");
  #result: Result;

  constructor(result: Result) {
    this.#result = result;
    const csv = button("CSV", () => downloadCsv(figuresTable(this.#result), fileName("squall", this.#result.scenario, "figures")), {
      class: "quiet",
      "aria-label": "CSV: key figures",
    });
    this.element = h(
      "section",
      { class: "part" },
      h("header", { class: "part-head" }, this.#heading, csv),
      this.#key,
      h("details", { class: "more" }, h("summary", {}, "Every call, service and queue"), this.#parts),
    );
    this.update(result);
  }

  update(result: Result): void {
    this.#result = result;
    this.#heading.textContent = result.variants.length > 1 ? "Side by side" : "The figures";
    this.#key.replaceChildren(figuresElement(result, keyFigures(result), "Key figures of all variants"));
    this.#parts.replaceChildren(figuresElement(result, figuresByPart(result), "Figures of every call, service and queue"));
  }

  destroy(): void {
    // Holds nothing outside of its element.
  }
}
