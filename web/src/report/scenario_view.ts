import type { Page } from "../data/page";
import { button, h } from "../dom/element";
import type { View } from "../dom/view";

/** Copies by the clipboard where the page may, else by a selection that the reader can copy. */
async function copy(source: HTMLElement, told: HTMLElement): Promise<void> {
  const text = source.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    told.textContent = "Copied.";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    told.textContent = "Selected: copy it with the keyboard.";
  }
}

/** What was run, and how to run it again. */
export class ScenarioView implements View<Page> {
  readonly element: HTMLElement;
  readonly #command = h("code", { class: "command" });
  readonly #text = h("code");
  readonly #facts = h("p", { class: "note" });
  readonly #again: HTMLElement;
  readonly #told = h("span", { class: "told", role: "status" });

  constructor(page: Page) {
    const copy_command = button("Copy", () => void copy(this.#command, this.#told), { "aria-label": "Copy the command" });
    const copy_text = button("Copy", () => void copy(this.#text, this.#told), { "aria-label": "Copy the scenario" });
    this.#again = h("div", { class: "command-line" }, h("pre", { tabindex: 0, "aria-label": "The command" }, this.#command), copy_command);
    this.element = h(
      "section",
      { class: "part" },
      h("header", { class: "part-head" }, h("h2", {}, "Run it again"), this.#told),
      this.#facts,
      this.#again,
      h(
        "details",
        { class: "scenario" },
        h("summary", {}, "The scenario"),
        h("div", { class: "scenario-text" }, copy_text, h("pre", { tabindex: 0, "aria-label": "The scenario" }, this.#text)),
      ),
    );
    this.update(page);
  }

  update(page: Page): void {
    const runs = page.result.replications ?? 1;
    this.#facts.textContent = `squall ${page.squall} · seed ${page.seed}${runs > 1 ? ` · ${runs} runs of each variant` : ""}. The same scenario and seed give the same bytes on every machine.`;
    this.#command.textContent = page.command;
    this.#again.hidden = page.command === "";
    this.#text.textContent = page.scenario_text;
  }

  destroy(): void {
    // Holds nothing outside of its element.
  }
}
