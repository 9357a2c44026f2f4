/** The sliders, switches and lists beside the charts. */
import { h, setAttribute, setText, setValue, uniqueId } from "../dom/element";
import type { View } from "../dom/view";
import type { Control, Group, Option } from "./controls/control";

export interface ControlsData {
  readonly groups: readonly Group[];
  /** Whether what stands at the path is decided by the variant's own changes. */
  readonly isOwn: (control: Control) => boolean;
}

export class ControlsView implements View<ControlsData> {
  readonly element = h("div", { class: "controls" });
  readonly #choose: (control: Control, option: Option, isFinal: boolean) => void;
  #rows: Row[] = [];
  #shape = "";
  readonly #closed = new Set<string>();

  /** @param choose is told each option that is chosen; `isFinal` is false while a slider is being dragged. */
  constructor(choose: (control: Control, option: Option, isFinal: boolean) => void) {
    this.#choose = choose;
  }

  update(data: ControlsData): void {
    const shape = shapeOf(data.groups);
    if (shape !== this.#shape) this.#build(data.groups);
    this.#shape = shape;
    const controls = data.groups.flatMap((group) => group.controls);
    this.#rows.forEach((row, index) => {
      const control = controls[index];
      if (control !== undefined) row.update(control, data.isOwn(control));
    });
  }

  destroy(): void {
    this.#rows = [];
  }

  /** A row that is there before and after keeps its element, and so the focus and the finger on it. */
  #build(groups: readonly Group[]): void {
    const focused = document.activeElement;
    const known = new Map(this.#rows.map((row) => [row.key, row]));
    this.#rows = [];
    const sections = groups.map((group) => {
      const rows = group.controls.map((control) => known.get(keyOf(control)) ?? new Row(control, this.#choose));
      this.#rows.push(...rows);
      const id = `${group.title} ${group.note}`;
      const section = h(
        "details",
        { class: "group", open: !this.#closed.has(id) },
        h(
          "summary",
          {},
          h("span", { class: "group-title" }, group.title),
          " ",
          h("bdi", { class: "group-note", title: group.note }, group.note),
        ),
        ...rows.map((row) => row.element),
      );
      section.addEventListener("toggle", () => {
        if (section.open) this.#closed.delete(id);
        else this.#closed.add(id);
      });
      return section;
    });
    this.element.replaceChildren(...sections);
    if (focused instanceof HTMLElement && this.element.contains(focused)) focused.focus({ preventScroll: true });
  }
}

/** One control, of whatever kind. */
class Row {
  readonly key: string;
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement | HTMLSelectElement;
  readonly #value = h("output", { class: "value", dir: "auto" });
  readonly #own = h("span", { class: "own", title: "Set by this variant alone", hidden: true }, "this variant");
  #control: Control;

  constructor(control: Control, choose: (control: Control, option: Option, isFinal: boolean) => void) {
    this.key = keyOf(control);
    this.#control = control;
    const id = uniqueId("control");
    const title = control.path.join(".");
    this.#input = inputFor(control, id);
    const label = h("label", { for: id, title }, control.label);
    this.#value.setAttribute("for", id);
    this.element = h(
      "div",
      { class: `control ${control.kind}` },
      h("div", { class: "control-head" }, label, this.#own, control.kind === "slider" ? this.#value : null),
      this.#input,
    );
    const tell = (isFinal: boolean): void => {
      const option = this.#control.options[this.#position()];
      if (option !== undefined) choose(this.#control, option, isFinal);
    };
    this.#input.addEventListener("input", () => tell(control.kind !== "slider"));
    if (control.kind === "slider") this.#input.addEventListener("change", () => tell(true));
  }

  update(control: Control, isOwn: boolean): void {
    this.#control = control;
    this.#own.hidden = !isOwn;
    const { options, selected } = control;
    const text = options[selected]?.label ?? "";
    if (this.#input instanceof HTMLSelectElement) {
      setValue(this.#input, String(selected));
      return;
    }
    if (control.kind === "switch") {
      this.#input.checked = selected === 1;
      return;
    }
    setAttribute(this.#input, "max", String(options.length - 1));
    setValue(this.#input, String(selected));
    setAttribute(this.#input, "aria-valuetext", text);
    setText(this.#value, text);
  }

  #position(): number {
    if (this.#control.kind === "switch") return (this.#input as HTMLInputElement).checked ? 1 : 0;
    return Number(this.#input.value);
  }
}

function inputFor(control: Control, id: string): HTMLInputElement | HTMLSelectElement {
  if (control.kind === "choice") {
    return h(
      "select",
      { id },
      ...control.options.map((option, index) => h("option", { value: index }, option.label)),
    );
  }
  if (control.kind === "switch") return h("input", { id, type: "checkbox", role: "switch" });
  // The last option has to be allowed before the one that is selected can be.
  return h("input", { id, type: "range", min: 0, max: control.options.length - 1, step: 1 });
}

function keyOf(control: Control): string {
  const words = control.kind === "choice" ? control.options.map((option) => option.label).join() : "";
  return [control.kind, control.label, ...control.path, words].join("\n");
}

function shapeOf(groups: readonly Group[]): string {
  return JSON.stringify(groups.map((group) => [group.title, group.note, group.controls.map(keyOf)]));
}
