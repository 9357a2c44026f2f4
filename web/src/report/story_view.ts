import type { TimeCursor } from "../charts/time_cursor";
import { namesIn, type Timeline } from "../data/page";
import { h } from "../dom/element";
import { told } from "../dom/told";
import type { View } from "../dom/view";
import { instant } from "../format/time";
import { toneOf } from "./chart_specs";

/** The step that the cursor has last passed; -1 before the first. REQUIRES steps in the order of time. */
export function stepAt(steps: readonly { readonly at_ms: number }[], at_ms: number): number {
  let last = -1;
  steps.forEach((step, i) => {
    if (step.at_ms <= at_ms) last = i;
  });
  return last;
}

/** The cascade, step by step. A step moves all charts and the graph to its time. */
export class StoryView implements View<Timeline> {
  readonly element: HTMLElement;
  readonly #list = h("ol", { class: "steps" });
  readonly #headline = h("p", { class: "story-headline" });
  readonly #ends = h("div", { class: "story-ends" });
  readonly #cursor: TimeCursor;
  readonly #end: () => void;
  #timeline: Timeline;

  constructor(timeline: Timeline, cursor: TimeCursor) {
    this.#timeline = timeline;
    this.#cursor = cursor;
    this.element = h("div", { class: "story" }, h("h3", {}, "What happened"), this.#headline, this.#list, this.#ends);
    this.#end = cursor.subscribe(() => this.#mark());
    this.update(timeline);
  }

  update(timeline: Timeline): void {
    this.#timeline = timeline;
    const { story, interval_ms } = timeline;
    const names = namesIn(timeline);
    this.#headline.replaceChildren(...told(story.headline, names));
    this.#list.hidden = story.steps.length === 0;
    this.#list.replaceChildren(
      ...story.steps.map((step, i) => {
        const go = h(
          "button",
          { type: "button", class: "step", "data-tone": toneOf(step.kind) },
          // The number by which the charts mark it.
          h("span", { class: "step-number" }, String(i + 1)),
          h("span", { class: "when" }, instant(step.at_ms, interval_ms)),
          h("span", { class: "what" }, ...told(step.text, names)),
        );
        go.addEventListener("click", () => this.#cursor.moveTo(step.at_ms));
        return h("li", {}, go);
      }),
    );
    this.#ends.replaceChildren(
      ...([["What fed it", story.fed_by], ["What stopped it", story.stopped_by]] as const)
        .filter(([, text]) => text !== "")
        .map(([title, text]) => h("p", {}, h("strong", {}, `${title}: `), ...told(text, names))),
    );
    this.#mark();
  }

  destroy(): void {
    this.#end();
  }

  #mark(): void {
    const now = stepAt(this.#timeline.story.steps, this.#cursor.at_ms);
    [...this.#list.children].forEach((item, i) => {
      item.classList.toggle("past", i <= now);
      if (i === now) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
}
