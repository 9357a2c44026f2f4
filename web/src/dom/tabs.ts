import { h, uniqueId } from "./element";

export interface Tab {
  readonly name: string;
  /** A few words after the name. */
  readonly note: string;
}

/**
 * A row of tabs over one panel, with the keys of such: arrows, Home and End move, and the panel follows.
 */
export class Tabs {
  readonly element: HTMLElement;
  readonly panel: HTMLElement;
  readonly #onChoose: (index: number) => void;
  #buttons: HTMLButtonElement[] = [];
  #chosen = 0;

  constructor(label: string, onChoose: (index: number) => void) {
    this.#onChoose = onChoose;
    this.element = h("div", { role: "tablist", "aria-label": label, class: "tabs" });
    this.panel = h("div", { role: "tabpanel", id: uniqueId("panel") });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get chosen(): number {
    return this.#chosen;
  }

  /** Other tabs; the one of the same place stays chosen where there still is one. Does not call back. */
  setTabs(tabs: readonly Tab[]): void {
    this.#buttons = tabs.map((tab, i) => {
      const one = h(
        "button",
        { type: "button", role: "tab", id: uniqueId("tab"), "aria-controls": this.panel.id, title: tab.name },
        h("bdi", { class: "name" }, tab.name),
        tab.note === "" ? null : h("span", { class: "tab-note" }, tab.note),
      );
      one.addEventListener("click", () => this.choose(i));
      return one;
    });
    this.element.replaceChildren(...this.#buttons);
    this.#chosen = Math.min(this.#chosen, Math.max(0, tabs.length - 1));
    this.#mark();
  }

  choose(index: number): void {
    if (index === this.#chosen || !this.#buttons[index]) return;
    this.#chosen = index;
    this.#mark();
    this.#onChoose(index);
  }

  #mark(): void {
    this.#buttons.forEach((one, i) => {
      one.setAttribute("aria-selected", String(i === this.#chosen));
      one.tabIndex = i === this.#chosen ? 0 : -1;
      if (i === this.#chosen) this.panel.setAttribute("aria-labelledby", one.id);
    });
  }

  #key(event: KeyboardEvent): void {
    const last = this.#buttons.length - 1;
    let next = this.#chosen;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") next = next === last ? 0 : next + 1;
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") next = next === 0 ? last : next - 1;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = last;
    else return;
    event.preventDefault();
    this.choose(next);
    this.#buttons[next]?.focus();
  }
}
