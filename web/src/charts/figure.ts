import { button, h, setAttribute, setText } from "../dom/element";
import { fileName, type Table } from "../format/csv";
import { downloadCsv } from "./download";
import { tableElement } from "./table_element";

/** What a figure offers besides its picture. */
export interface FigureParts {
  readonly title: string;
  readonly note: string;
  /** The data behind it; asked for when the reader wants to see them. */
  readonly table: () => Table;
}

/**
 * The frame around a picture: title, note, legend, and the table behind it, to be seen or taken away as
 * CSV.
 */
export class Figure {
  readonly element: HTMLElement;
  readonly legend = h("div", { class: "legend" });
  readonly #title: HTMLHeadingElement;
  readonly #note = h("p", { class: "note" });
  readonly #toggle: HTMLButtonElement;
  readonly #csv: HTMLButtonElement;
  readonly #holder = h("div", { class: "table-holder", hidden: true, tabindex: 0, role: "region" });
  #parts: FigureParts;

  /** @param heading of the title: one below the heading that the figure stands under */
  constructor(parts: FigureParts, picture: HTMLElement, heading: "h2" | "h3" | "h4" = "h4") {
    this.#parts = parts;
    this.#title = h(heading, { class: "figure-title", dir: "auto" });
    this.#toggle = button("Table", () => this.#show(this.#holder.hidden), {
      class: "quiet",
      "aria-expanded": "false",
    });
    this.#csv = button("CSV", () => downloadCsv(this.#parts.table(), fileName("squall", this.#parts.title)), {
      class: "quiet",
    });
    const tools = h("div", { class: "tools" }, this.#toggle, this.#csv);
    this.element = h(
      "figure",
      { class: "chart" },
      h("figcaption", {}, this.#title, tools, this.#note),
      this.legend,
      picture,
      this.#holder,
    );
    this.update(parts);
  }

  update(parts: FigureParts): void {
    this.#parts = parts;
    setText(this.#title, parts.title);
    this.#title.title = parts.title;
    setText(this.#note, parts.note);
    this.#note.hidden = parts.note === "";
    setAttribute(this.#toggle, "aria-label", `Table: ${parts.title}`);
    setAttribute(this.#csv, "aria-label", `CSV: ${parts.title}`);
    setAttribute(this.#holder, "aria-label", parts.title);
    if (!this.#holder.hidden) this.#show(true);
  }

  #show(open: boolean): void {
    this.#holder.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    this.#holder.replaceChildren();
    if (open) this.#holder.append(tableElement(this.#parts.table(), this.#parts.title));
  }
}
