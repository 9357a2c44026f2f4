import type { Page } from "../data/page";
import { h } from "../dom/element";
import { Tabs } from "../dom/tabs";
import type { View } from "../dom/view";
import { percent } from "../format/numbers";
import { RunView } from "./run_view";
import { runsOf, type RunChoice } from "./worlds";

/** One run at a time in detail, chosen by tabs: the variants, and the worlds of those that split. */
export class VariantsView implements View<Page> {
  readonly element: HTMLElement;
  readonly #tabs: Tabs;
  #runs: RunChoice[];
  #view: RunView | null = null;

  constructor(page: Page) {
    this.#runs = runsOf(page);
    this.#tabs = new Tabs("Variants", () => this.#show());
    this.element = h(
      "section",
      { class: "part", id: "detail" },
      h("header", { class: "part-head" }, h("h2", {}, "In detail")),
      this.#tabs.element,
      this.#tabs.panel,
    );
    this.update(page);
  }

  update(page: Page): void {
    this.#runs = runsOf(page);
    this.#tabs.setTabs(
      this.#runs.map((run) => ({ name: run.name, note: run.world || (run.goodput === null ? "" : percent(run.goodput)) })),
    );
    this.#tabs.element.hidden = this.#runs.length < 2;
    this.element.hidden = this.#runs.length === 0;
    this.#show();
  }

  /** Shows the run of that place among runsOf(page). */
  choose(index: number): void {
    this.#tabs.choose(index);
  }

  destroy(): void {
    this.#view?.destroy();
  }

  #show(): void {
    const timeline = this.#runs[this.#tabs.chosen]?.timeline;
    if (!timeline || timeline.time_ms.length === 0) {
      this.#view?.destroy();
      this.#view = null;
      this.#tabs.panel.replaceChildren(h("p", { class: "note" }, "This run has no points to show."));
    } else if (this.#view) {
      this.#view.update(timeline);
    } else {
      this.#view = new RunView(timeline);
      this.#tabs.panel.replaceChildren(this.#view.element);
    }
  }
}
