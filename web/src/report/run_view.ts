import { TimeCursor } from "../charts/time_cursor";
import { endOf } from "../data/derive";
import type { Timeline } from "../data/page";
import { button, h } from "../dom/element";
import type { View } from "../dom/view";
import { count } from "../format/numbers";
import { instant } from "../format/time";
import { GraphView } from "../graph/graph_view";
import { Player } from "../graph/player";
import {
  callCharts,
  callNames,
  queueCharts,
  queueNames,
  serviceCharts,
  serviceNames,
  workloadCharts,
  workloadNames,
} from "./chart_specs";
import { EntityGroup, type GroupKind } from "./entity_group";
import { latencyDistribution } from "./latency_distribution";
import { StoryView } from "./story_view";

const KINDS: readonly GroupKind[] = [
  { title: "Workload", names: workloadNames, charts: workloadCharts, extra: latencyDistribution },
  { title: "Call", names: callNames, charts: callCharts },
  { title: "Service", names: serviceNames, charts: serviceCharts },
  { title: "Queue", names: queueNames, charts: queueCharts },
];

/**
 * Everything of one run: its story and the call graph that plays, then the charts of its workloads, calls,
 * services and queues. All of them look at one instant.
 */
export class RunView implements View<Timeline> {
  readonly element: HTMLElement;
  readonly cursor = new TimeCursor();
  readonly #story: StoryView;
  readonly #graph: GraphView;
  readonly #player: Player;
  readonly #groups: readonly EntityGroup[];
  readonly #faults = h("p", { class: "faults" });
  readonly #left_out = h("p", { class: "note" });
  readonly #seed = h("p", { class: "note" });
  readonly #zoom = button("Show the whole run", () => this.cursor.zoomTo(null), { class: "quiet" });

  constructor(timeline: Timeline) {
    this.cursor.reset(endOf(timeline));
    this.#story = new StoryView(timeline, this.cursor);
    this.#graph = new GraphView(timeline, this.cursor);
    this.#player = new Player(this.cursor, timeline.interval_ms);
    this.#groups = KINDS.map((kind) => new EntityGroup(kind, timeline, this.cursor));
    this.element = h(
      "div",
      { class: "run" },
      h(
        "div",
        { class: "cascade" },
        this.#story.element,
        h("div", { class: "stage" }, h("h3", {}, "Watch it spread"), this.#graph.element, this.#player.element),
      ),
      h("div", { class: "charts-head" }, this.#faults, this.#zoom),
      ...this.#groups.map((group) => group.element),
      this.#left_out,
      this.#seed,
    );
    this.cursor.subscribe(() => this.#showZoom());
    this.#describe(timeline);
  }

  update(timeline: Timeline): void {
    this.cursor.reset(endOf(timeline));
    this.#story.update(timeline);
    this.#graph.update(timeline);
    this.#player.update(timeline.interval_ms);
    for (const group of this.#groups) group.update(timeline);
    this.#describe(timeline);
  }

  destroy(): void {
    for (const part of [this.#story, this.#graph, this.#player, ...this.#groups]) part.destroy();
  }

  #describe(timeline: Timeline): void {
    const { faults, interval_ms } = timeline;
    const first = faults[0];
    // At the first step, but not at 0: nothing has happened there yet.
    const step = timeline.story.steps.find(({ at_ms }) => at_ms > 0);
    this.cursor.moveTo(step?.at_ms ?? first?.from_ms ?? endOf(timeline) / 2);
    this.#faults.hidden = faults.length === 0;
    this.#faults.replaceChildren(
      h("span", { class: "fault-swatch", "aria-hidden": "true" }),
      "Shaded: ",
      ...faults.flatMap((fault, i) => [
        i > 0 ? "; " : "",
        h("bdi", { class: "name", title: fault.name }, fault.name),
        ` (${fault.what}${fault.on === "" ? "" : " on "}`,
        h("bdi", {}, fault.on),
        `), ${instant(fault.from_ms, interval_ms)} to ${instant(fault.to_ms, interval_ms)}`,
      ]),
    );
    const left_out = Object.entries(timeline.left_out ?? {}).filter(([, number]) => number > 0);
    this.#left_out.hidden = left_out.length === 0;
    this.#left_out.textContent =
      `Too many for one page, and left out as those with the least traffic: ${left_out.map(([kind, number]) => `${count(number)} ${kind}`).join(", ")}. ` +
      "The figures above count them all.";
    this.#seed.textContent = `This is one run, with seed ${timeline.seed}.`;
    this.#showZoom();
  }

  #showZoom(): void {
    this.#zoom.hidden = !this.cursor.isZoomed;
  }
}
