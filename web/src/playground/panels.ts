import { h } from "../dom/element";
import { Tabs } from "../dom/tabs";

export interface Panel {
  readonly title: string;
  readonly element: HTMLElement;
  /** Told when it comes to be seen. */
  readonly opened?: () => void;
}

/** Panels of which one is seen, chosen by tabs. The others stay as they are, scrolled and half written. */
export class Panels {
  readonly element: HTMLElement;
  readonly #panels: readonly Panel[];
  readonly #tabs: Tabs;

  constructor(label: string, panels: readonly Panel[]) {
    this.#panels = panels;
    this.#tabs = new Tabs(label, (index) => this.#show(index));
    this.#tabs.setTabs(panels.map(({ title }) => ({ name: title, note: "" })));
    this.#tabs.panel.append(...panels.map(({ element }) => element));
    this.element = h("div", { class: "panels" }, this.#tabs.element, this.#tabs.panel);
    this.#show(0);
  }

  open(index: number): void {
    this.#tabs.choose(index);
  }

  #show(index: number): void {
    this.#panels.forEach(({ element }, place) => (element.hidden = place !== index));
    this.#panels[index]?.opened?.();
  }
}
