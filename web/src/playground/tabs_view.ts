/** Panels of which one is seen, chosen by tabs. */
import { button, h, uniqueId } from "../dom/element";

export interface Tab {
  readonly name: string;
  readonly title: string;
  readonly panel: HTMLElement;
}

export class Tabs {
  readonly element: HTMLElement;
  readonly #tabs: ReadonlyMap<string, { readonly tab: HTMLButtonElement; readonly panel: HTMLElement }>;

  constructor(label: string, tabs: readonly Tab[]) {
    this.#tabs = new Map(
      tabs.map(({ name, title, panel }) => {
        const id = uniqueId("tab");
        const tab = button(title, () => this.open(name), { role: "tab", id, "aria-controls": `${id}-panel` });
        const holder = h(
          "div",
          { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id, class: "tab-panel" },
          panel,
        );
        return [name, { tab, panel: holder }];
      }),
    );
    const all = [...this.#tabs.values()];
    const list = h(
      "div",
      { role: "tablist", "aria-label": label, class: "segments" },
      ...all.map(({ tab }) => tab),
    );
    list.addEventListener("keydown", (event) => this.#move(event));
    this.element = h("div", { class: "tabs" }, list, ...all.map(({ panel }) => panel));
    this.open(tabs[0]?.name ?? "");
  }

  open(name: string): void {
    for (const [one, { tab, panel }] of this.#tabs) {
      const isOpen = one === name;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      panel.hidden = !isOpen;
    }
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const names = [...this.#tabs.keys()];
    const now = names.findIndex((name) => this.#tabs.get(name)?.tab === document.activeElement);
    const next = names[(now + step + names.length) % names.length] ?? "";
    this.open(next);
    this.#tabs.get(next)?.tab.focus();
    event.preventDefault();
  }
}
