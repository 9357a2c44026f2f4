/** Which two designs are side by side, and whom the sliders are for. */
import { button, h, setText, setValue, uniqueId } from "../dom/element";
import type { View } from "../dom/view";
import type { Side } from "./model";
import type { Reach } from "./overrides";

export interface ColumnsData {
  readonly variants: readonly string[];
  readonly a: string;
  /** Empty: one column alone. */
  readonly b: string;
  /** What stands in the place of B, for people; undefined where nothing is pinned. */
  readonly pinned: string | undefined;
}

export interface ColumnsActions {
  choose(side: Side, variant: string): void;
  pin(): void;
  unpin(): void;
}

const pinnedValue = "\u0000pinned";
const noneValue = "\u0000none";

export class ColumnsView implements View<ColumnsData> {
  readonly element: HTMLElement;
  readonly #a = h("select", { id: uniqueId("a") });
  readonly #b = h("select", { id: uniqueId("b") });
  readonly #pin: HTMLButtonElement;
  #isPinned = false;

  constructor(actions: ColumnsActions) {
    this.#a.addEventListener("change", () => actions.choose("a", this.#a.value));
    this.#b.addEventListener("change", () => actions.choose("b", this.#b.value === noneValue ? "" : this.#b.value));
    this.#pin = button("", () => (this.#isPinned ? actions.unpin() : actions.pin()));
    this.element = h(
      "div",
      { class: "columns" },
      h("div", { class: "field side-a" }, h("label", { for: this.#a.id }, "A"), this.#a),
      h("div", { class: "field side-b" }, h("label", { for: this.#b.id }, "B"), this.#b),
      this.#pin,
    );
  }

  update({ variants, a, b, pinned }: ColumnsData): void {
    fill(
      this.#a,
      variants.map((name) => [name, name]),
      a,
    );
    const pin: [string, string][] = pinned === undefined ? [] : [[pinnedValue, pinned]];
    fill(
      this.#b,
      [...pin, ...variants.map((name): [string, string] => [name, name]), [noneValue, "(nothing)"]],
      pinned !== undefined ? pinnedValue : b === "" ? noneValue : b,
    );
    this.#isPinned = pinned !== undefined;
    setText(this.#pin, this.#isPinned ? "Unpin" : "Pin A as it is");
    this.#pin.title = this.#isPinned
      ? "Another design in column B"
      : "Keeps column A as it is now in the place of B, to change A beside it";
  }

  destroy(): void {
    this.element.replaceChildren();
  }
}

/** Whom the sliders show and change. */
export interface ReachData {
  readonly focus: Side;
  readonly a: string;
  /** Undefined where B has no sliders: it is pinned, or not there. */
  readonly b: string | undefined;
  readonly reach: Reach;
}

export class ReachView implements View<ReachData> {
  readonly element = h("div", { class: "reach" });
  readonly #sides: Readonly<Record<Side, HTMLButtonElement>>;
  readonly #only: HTMLInputElement;
  readonly #onlyLabel: HTMLLabelElement;

  constructor(actions: { focus(side: Side): void; reach(reach: Reach): void }) {
    const id = uniqueId("only");
    this.#sides = {
      a: button("", () => actions.focus("a"), { class: "side-a" }),
      b: button("", () => actions.focus("b"), { class: "side-b" }),
    };
    this.#only = h("input", { id, type: "checkbox" });
    this.#onlyLabel = h("label", { for: id });
    this.#only.addEventListener("change", () => actions.reach(this.#only.checked ? "one" : "all"));
    this.element.append(
      h("div", { class: "segments", role: "group", "aria-label": "Sliders of" }, this.#sides.a, this.#sides.b),
      h("div", { class: "only" }, this.#only, this.#onlyLabel),
    );
  }

  update({ focus, a, b, reach }: ReachData): void {
    setText(this.#sides.a, `A: ${a}`);
    setText(this.#sides.b, `B: ${b ?? ""}`);
    this.#sides.b.hidden = b === undefined;
    for (const side of ["a", "b"] as const) this.#sides[side].setAttribute("aria-pressed", String(side === focus));
    this.#only.checked = reach === "one";
    setText(this.#onlyLabel, `change ${focus === "a" ? a : (b ?? a)} alone`);
  }

  destroy(): void {
    this.element.replaceChildren();
  }
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[], value: string): void {
  const now = [...select.options].map((option) => `${option.value}\n${option.text}`).join("\n");
  if (now !== options.map(([one, label]) => `${one}\n${label}`).join("\n")) {
    select.replaceChildren(...options.map(([one, label]) => h("option", { value: one }, label)));
  }
  setValue(select, value);
}
