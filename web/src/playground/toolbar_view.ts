/** The head of the page: which scenario, which seed, and what can be taken away. */
import { button, h, setAttribute, setValue, uniqueId } from "../dom/element";
import type { View } from "../dom/view";
import { themeSwitch } from "../theme/switch";
import type { ShippedScenario } from "./model";

export interface ToolbarData {
  /** Empty where the text is nobody's. */
  readonly scenario: string;
  readonly seed: string;
  readonly isChanged: boolean;
  readonly isOnTour: boolean;
}

export interface ToolbarActions {
  open(name: string): void;
  setSeed(seed: string): void;
  reset(): void;
  tour(): void;
  copyLink(): void;
  copyCommand(): void;
  downloadYaml(): void;
  downloadJson(): void;
}

const seedPattern = "[0-9]{1,20}";

export class ToolbarView implements View<ToolbarData> {
  readonly element: HTMLElement;
  readonly #scenario: HTMLSelectElement;
  readonly #own = h("option", { value: "", hidden: true }, "your own");
  readonly #seed: HTMLInputElement;
  readonly #reset: HTMLButtonElement;
  readonly #tour: HTMLButtonElement;

  constructor(shipped: readonly ShippedScenario[], actions: ToolbarActions) {
    const [scenario, seed] = [uniqueId("scenario"), uniqueId("seed")];
    this.#scenario = h(
      "select",
      { id: scenario },
      this.#own,
      ...shipped.map(({ name, description }) => h("option", { value: name, title: description }, name)),
    );
    this.#scenario.addEventListener("change", () => actions.open(this.#scenario.value));
    this.#seed = h("input", {
      id: seed,
      inputmode: "numeric",
      pattern: seedPattern,
      maxlength: 20,
      size: 6,
      autocomplete: "off",
    });
    this.#seed.addEventListener("change", () => {
      if (this.#seed.checkValidity() && this.#seed.value !== "") actions.setSeed(this.#seed.value);
      else this.#seed.reportValidity();
    });
    this.#reset = button("Reset", () => actions.reset(), { title: "The scenario as it ships" });
    this.#tour = button("Guided tour", () => actions.tour(), { class: "primary" });
    const next = button("Next seed", () => actions.setSeed(nextSeed(this.#seed.value)), {
      title: "The same with other luck",
    });
    this.element = h(
      "header",
      { class: "toolbar" },
      h("h1", {}, "squall ", h("span", {}, "playground")),
      h("div", { class: "field" }, h("label", { for: scenario }, "Scenario"), this.#scenario),
      h("div", { class: "field" }, h("label", { for: seed }, "Seed"), this.#seed, next),
      this.#reset,
      this.#tour,
      h("div", { class: "spacer" }),
      takeAway(actions),
      themeSwitch(),
    );
  }

  update({ scenario, seed, isChanged, isOnTour }: ToolbarData): void {
    this.#own.hidden = scenario !== "";
    setValue(this.#scenario, scenario);
    if (document.activeElement !== this.#seed) setValue(this.#seed, seed);
    this.#reset.disabled = !isChanged;
    setAttribute(this.#tour, "aria-pressed", String(isOnTour));
  }

  destroy(): void {
    this.element.replaceChildren();
  }
}

function takeAway(actions: ToolbarActions): HTMLElement {
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", {}, "Share and keep"),
    h(
      "div",
      { class: "menu-items" },
      button("Copy the link", () => actions.copyLink()),
      button("Copy the command", () => actions.copyCommand()),
      button("Download the YAML", () => actions.downloadYaml()),
      button("Download the JSON", () => actions.downloadJson(), {
        title: "Of all variants, as squall compare --json writes it",
      }),
    ),
  );
  menu.addEventListener("click", (event) => {
    if (event.target instanceof HTMLButtonElement) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  return menu;
}

function nextSeed(seed: string): string {
  const most = 2n ** 64n - 1n;
  const now = /^\d+$/.test(seed) ? BigInt(seed) : 0n;
  return String(now >= most ? 1n : now + 1n);
}
