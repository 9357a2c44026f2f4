import { h } from "../dom/element";
import { NONE } from "../format/numbers";
import type { Cell, Table } from "../format/csv";

const shown = (cell: Cell): string => (cell === null || cell === undefined ? NONE : String(cell));

/** The table as HTML: the first column heads its row, numbers stand to the right. */
export function tableElement(table: Table, caption: string): HTMLTableElement {
  const head = h("tr", {}, ...table.head.map((text) => h("th", { scope: "col" }, h("bdi", {}, text))));
  const rows = table.rows.map((row) =>
    h(
      "tr",
      {},
      ...row.map((cell, i) =>
        i === 0
          ? h("th", { scope: "row" }, h("bdi", {}, shown(cell)))
          : h("td", { class: typeof cell === "number" ? "number" : null }, shown(cell)),
      ),
    ),
  );
  return h(
    "table",
    {},
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
}
