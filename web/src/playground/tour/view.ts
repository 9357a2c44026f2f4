/** The tour's panel: the steps, and what the run under way says of the one that is open. */
import { button, h, setText } from "../../dom/element";
import type { View } from "../../dom/view";
import type { Column } from "./column";
import { scene, steps } from "./steps";
import { wordsOf } from "./words";
import type { Piece, Sentence } from "./words";

export interface TourData {
  /** From 1. */
  readonly step: number;
  /** Both columns, once their runs are done. */
  readonly columns: readonly [Column, Column] | undefined;
  /** Whether what is said is of settings that have changed meanwhile. */
  readonly isStale: boolean;
  /** Whether anything was moved since the step began. */
  readonly isChanged: boolean;
}

export interface TourActions {
  goTo(step: number): void;
  leave(): void;
}

export class TourView implements View<TourData> {
  readonly element = h("section", { class: "tour", "aria-labelledby": "tour-headline" });
  readonly #steps: HTMLButtonElement[];
  readonly #headline = h("h2", { id: "tour-headline", tabindex: -1 });
  readonly #text = h("div", { class: "tour-text" });
  readonly #back: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #again: HTMLButtonElement;
  #step = 0;

  constructor(actions: TourActions) {
    this.#steps = steps.map((step, index) =>
      button(`${index + 1} ${step.topic}`, () => actions.goTo(index + 1), { class: "step" }),
    );
    this.#back = button("Back", () => actions.goTo(this.#step - 1));
    this.#next = button(
      "Next",
      () => (this.#step === steps.length ? actions.leave() : actions.goTo(this.#step + 1)),
      { class: "primary" },
    );
    this.#again = button("As it was", () => actions.goTo(this.#step), { title: "This step again, as it ships" });
    const list = h("ol", { class: "tour-steps" }, ...this.#steps.map((step) => h("li", {}, step)));
    const leave = button("Leave the tour", () => actions.leave(), { class: "quiet leave" });
    this.element.append(
      h("nav", { class: "tour-head", "aria-label": "Steps of the tour" }, list, leave),
      this.#headline,
      this.#text,
      h("div", { class: "tour-foot" }, this.#back, this.#next, this.#again),
    );
  }

  update({ step, columns, isStale, isChanged }: TourData): void {
    const spec = steps[step - 1];
    if (spec === undefined) return;
    this.#steps.forEach((one, index) => {
      if (index + 1 === step) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    });
    this.#back.disabled = step === 1;
    setText(this.#next, step === steps.length ? "Try on your own" : "Next");
    this.#again.disabled = !isChanged;
    this.element.classList.toggle("stale", isStale);
    if (step !== this.#step || columns !== undefined) this.#write(spec, columns);
    this.#step = step;
  }

  /** Moves to the headline, for those who do not see that all has changed. */
  focus(): void {
    this.#headline.focus({ preventScroll: true });
  }

  destroy(): void {
    this.element.replaceChildren();
  }

  #write(spec: (typeof steps)[number], columns: readonly [Column, Column] | undefined): void {
    if (columns === undefined) {
      setText(this.#headline, spec.topic);
      this.#text.replaceChildren(h("p", {}, "Running …"));
      return;
    }
    const [a, b] = columns;
    setText(this.#headline, spec.headline(a, b));
    this.#text.replaceChildren(
      paragraph(scene(a, b), "scene"),
      paragraph(spec.tell(a, b), "findings"),
      h("p", { class: "invitation" }, spec.invitation),
    );
  }
}

function paragraph(sentences: readonly Sentence[], kind: string): HTMLElement {
  const pieces = sentences.flatMap((sentence, index) => [
    ...(index === 0 ? [] : [" "]),
    ...sentence.map(pieceNode),
  ]);
  return h("p", { class: kind }, ...pieces);
}

function pieceNode(piece: Piece): HTMLElement | string {
  if (typeof piece === "string") return piece;
  const kind = "live" in piece ? "live" : `variant side-${piece.side}`;
  return h("bdi", { class: kind }, wordsOf(piece));
}
