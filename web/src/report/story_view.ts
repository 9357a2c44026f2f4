import type { TimeCursor } from "../charts/time_cursor";
import { namesIn, type Timeline } from "../data/page";
import { h, setAttribute, setText } from "../dom/element";
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

/** A step in the list, and what it says. */
interface Row {
  readonly item: HTMLLIElement;
  readonly go: HTMLButtonElement;
  readonly when: HTMLElement;
  readonly what: HTMLElement;
  text: string;
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
  #rows: Row[] = [];
  /** What the rows and the sentences around them were made of. */
  #names = "";
  #sentences = "";

  constructor(timeline: Timeline, cursor: TimeCursor) {
    this.#timeline = timeline;
    this.#cursor = cursor;
    this.element = h("div", { class: "story" }, h("h3", {}, "What happened"), this.#headline, this.#list, this.#ends);
    this.#end = cursor.subscribe(() => this.#mark());
    this.update(timeline);
  }

  /** A step that says what it said before keeps its element: most of a story stays when one setting changes. */
  update(timeline: Timeline): void {
    this.#timeline = timeline;
    const { story } = timeline;
    const names = namesIn(timeline);
    this.#keepRows(names, story.steps.length);
    this.#rows.forEach((row, i) => this.#tell(row, i, names));
    this.#list.hidden = story.steps.length === 0;
    const sentences = JSON.stringify([story.headline, story.fed_by, story.stopped_by, names]);
    if (sentences !== this.#sentences) this.#frame(timeline, names);
    this.#sentences = sentences;
    this.#mark();
  }

  destroy(): void {
    this.#end();
  }

  /** As many rows as there are steps; other ones where other names are cut out of the sentences. */
  #keepRows(names: readonly string[], count: number): void {
    const known = names.join("\n");
    const kept = known === this.#names ? this.#rows.slice(0, count) : [];
    for (const row of this.#rows.slice(kept.length)) row.item.remove();
    this.#names = known;
    this.#rows = kept;
    while (this.#rows.length < count) {
      const row = this.#makeRow(this.#rows.length);
      this.#rows.push(row);
      this.#list.append(row.item);
    }
  }

  #makeRow(i: number): Row {
    const when = h("span", { class: "when" });
    const what = h("span", { class: "what" });
    // The number by which the charts mark it.
    const number = h("span", { class: "step-number" }, String(i + 1));
    const go = h("button", { type: "button", class: "step" }, number, when, what);
    go.addEventListener("click", () => this.#cursor.moveTo(this.#timeline.story.steps[i]?.at_ms ?? 0));
    return { item: h("li", {}, go), go, when, what, text: "" };
  }

  #tell(row: Row, i: number, names: readonly string[]): void {
    const step = this.#timeline.story.steps[i];
    if (step === undefined) return;
    setAttribute(row.go, "data-tone", toneOf(step.kind));
    setText(row.when, instant(step.at_ms, this.#timeline.interval_ms));
    if (row.text !== step.text) row.what.replaceChildren(...told(step.text, names));
    row.text = step.text;
  }

  /** What stands above and below the steps. */
  #frame({ story }: Timeline, names: readonly string[]): void {
    this.#headline.replaceChildren(...told(story.headline, names));
    this.#ends.replaceChildren(
      ...([["What fed it", story.fed_by], ["What stopped it", story.stopped_by]] as const)
        .filter(([, text]) => text !== "")
        .map(([title, text]) => h("p", {}, h("strong", {}, `${title}: `), ...told(text, names))),
    );
  }

  #mark(): void {
    const now = stepAt(this.#timeline.story.steps, this.#cursor.at_ms);
    this.#rows.forEach(({ item }, i) => {
      item.classList.toggle("past", i <= now);
      if (i === now) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
}
