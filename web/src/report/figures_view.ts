import { downloadCsv } from "../charts/download";
import type { Result } from "../data/result";
import { button, h, nameElement } from "../dom/element";
import type { View } from "../dom/view";
import { fileName, type Table } from "../format/csv";
import { keyFigures } from "./key_figures";

export function figuresTable(result: Result): Table {
  return {
    head: ["of", "figure", ...result.variants.map((variant) => variant.name)],
    rows: keyFigures(result).flatMap((group) =>
      group.rows.map((one) => [
        [group.title, group.name].filter(Boolean).join(" "),
        one.label,
        ...one.cells.map((cell) => cell.raw),
      ]),
    ),
  };
}

/** The key figures of all variants side by side. */
export class FiguresView implements View<Result> {
  readonly element: HTMLElement;
  readonly #holder = h("div", { class: "table-holder figures", tabindex: 0, role: "region", "aria-label": "Key figures of all variants" });
  #result: Result;

  constructor(result: Result) {
    this.#result = result;
    const csv = button("CSV", () => downloadCsv(figuresTable(this.#result), fileName("squall", this.#result.scenario, "figures")), {
      class: "quiet",
      "aria-label": "CSV: key figures",
    });
    this.element = h("section", { class: "part" }, h("header", { class: "part-head" }, h("h2", {}, "Side by side"), csv), this.#holder);
    this.update(result);
  }

  update(result: Result): void {
    this.#result = result;
    const { variants } = result;
    const head = h("tr", {}, h("td", {}), ...variants.map((variant) => h("th", { scope: "col" }, nameElement(variant.name))));
    const bodies = keyFigures(result).map((group) =>
      h(
        "tbody",
        {},
        h(
          "tr",
          { class: "group" },
          h("th", { scope: "rowgroup", colspan: variants.length + 1 }, h("span", {}, group.title, group.name ? " " : null, group.name ? nameElement(group.name) : null)),
        ),
        ...group.rows.map((one) =>
          h(
            "tr",
            { class: one.major ? "major" : null },
            h("th", { scope: "row" }, one.of === undefined ? one.label : nameElement(one.of)),
            ...one.cells.map((cell) => h("td", { class: cell.best ? "number best" : "number" }, cell.text)),
          ),
        ),
      ),
    );
    this.#holder.replaceChildren(
      h("table", {}, h("caption", { class: "visually-hidden" }, "Key figures of all variants"), h("thead", {}, head), ...bodies),
    );
  }

  destroy(): void {
    // Holds nothing outside of its element.
  }
}
