/** What happened in each column, step by step, and the call graphs that play, all at one instant. */
import type { Painter } from "../charts/draw_queue";
import type { TimeCursor } from "../charts/time_cursor";
import { h, setText } from "../dom/element";
import type { View } from "../dom/view";
import { GraphView } from "../graph/graph_view";
import { Player } from "../graph/player";
import { StoryView } from "../report/story_view";
import type { RunOf } from "./pairs";
import type { Side } from "./model";

interface Shown {
  readonly story: StoryView;
  readonly graph: GraphView;
  readonly label: HTMLElement;
  readonly element: HTMLElement;
}

export class CascadeView implements View<readonly RunOf[]> {
  readonly element: HTMLElement;
  readonly #grid = h("div", { class: "pair-grid" });
  readonly #cursor: TimeCursor;
  readonly #painter: Painter;
  readonly #player: Player;
  readonly #shown = new Map<Side, Shown>();

  constructor(cursor: TimeCursor, painter: Painter) {
    this.#cursor = cursor;
    this.#painter = painter;
    this.#player = new Player(cursor, 1);
    this.element = h(
      "section",
      { class: "part cascade-pair" },
      h("header", { class: "part-head" }, h("h3", {}, "Watch it spread"), this.#player.element),
      this.#grid,
    );
  }

  update(runs: readonly RunOf[]): void {
    this.#player.update(Math.max(1e-3, ...runs.map(({ timeline }) => timeline.interval_ms)));
    this.#grid.style.setProperty("--columns", String(runs.length));
    for (const run of runs) this.#show(run);
    for (const [side, shown] of this.#shown) {
      if (runs.some((run) => run.side === side)) continue;
      this.#painter.forget(shown.element);
      shown.story.destroy();
      shown.graph.destroy();
      shown.element.remove();
      this.#shown.delete(side);
    }
  }

  destroy(): void {
    this.update([]);
    this.#player.destroy();
  }

  #show({ side, label, timeline }: RunOf): void {
    const known = this.#shown.get(side);
    if (known !== undefined) {
      this.#painter.paint(known.element, () => {
        known.story.update(timeline);
        known.graph.update(timeline);
        setText(known.label, label);
      });
      return;
    }
    const story = new StoryView(timeline, this.#cursor);
    const graph = new GraphView(timeline, this.#cursor);
    const name = h("bdi", { class: "pair-head" }, label);
    const element = h("div", { class: `cell side-${side}` }, name, graph.element, story.element);
    this.#painter.watch(element);
    this.#shown.set(side, { story, graph, label: name, element });
    if (side === "a") this.#grid.prepend(element);
    else this.#grid.append(element);
  }
}
