import type { TimeCursor } from "../charts/time_cursor";
import { largest } from "../data/derive";
import { idOf, nameOf, type Edge, type Node, type Timeline } from "../data/page";
import { h, setAttribute, setText, svg } from "../dom/element";
import type { View } from "../dom/view";
import { compact, count, percent, significant } from "../format/numbers";
import { duration } from "../format/time";
import { callOf, edgeStateAt, graphToShow, HEALTH_WORDS, nodeStateAt, type NodeFigure, type NodeState, type Shown } from "./health";
import { layOut, type Layout, type Point, type Sizes } from "./layout";

const SIZES: Sizes = { node_width: 148, node_height: 58, layer_gap: 92, node_gap: 26 };
const SIZES_DOWN: Sizes = { node_width: 150, node_height: 66, layer_gap: 44, node_gap: 16 };
const MARGIN = 12;
const NARROW_PX = 560;
const NODES_MAX = 60;
const WIDE = 640;
const NAME_MAX = 17;

const KIND_WORDS: Readonly<Record<Node["kind"], string>> = {
  workload: "workload",
  service: "service",
  queue: "queue",
  consumer: "consumer",
};

interface DrawnNode {
  readonly node: Node;
  readonly group: SVGGElement;
  readonly fill: SVGRectElement;
  readonly kind: SVGTextElement;
  readonly figure: SVGTextElement;
  readonly title: SVGTitleElement;
}

interface DrawnEdge {
  readonly edge: Edge;
  readonly group: SVGGElement;
  readonly path: SVGPathElement;
  readonly label: SVGTextElement;
  readonly breaker: SVGGElement;
  readonly title: SVGTitleElement;
  /** For the width of the line. */
  peak_per_s: number;
}

/** Cut in the middle of nothing: whole characters, with a sign that there is more. */
export function cut(name: string, most: number): string {
  const characters = [...name];
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join("")}…`;
}

export function figureText(figure: NodeFigure): string {
  switch (figure.kind) {
    case "load": {
      const line = figure.waiting > 0 ? ` · ${compact(figure.waiting)} wait` : "";
      return `load ${significant(figure.load, 2)}${line}`;
    }
    case "busy": {
      const line = figure.waiting > 0 ? ` · ${compact(figure.waiting)} wait` : "";
      return `${compact(figure.in_service)} in service${line}`;
    }
    case "depth":
      return figure.oldest_age_ms === null
        ? `${compact(figure.depth)} deep`
        : `${compact(figure.depth)} deep · ${duration(figure.oldest_age_ms)}`;
    case "open":
      return figure.good_share === null
        ? `${compact(figure.open)} open`
        : `${compact(figure.open)} open · ${percent(figure.good_share)} ok`;
    case "none":
      return "";
  }
}

/** How full the node is drawn, from 0 to 1. */
function fillOf(state: NodeState): number {
  if (state.figure.kind === "load") return Math.min(1, state.figure.load);
  if (state.figure.kind === "open") return state.figure.good_share === null ? 0 : 1 - state.figure.good_share;
  return state.health === "hot" ? 1 : state.health === "warm" ? 0.8 : 0;
}

interface Route {
  readonly d: string;
  /** For what is written on it: near that end at which fewer lines meet. */
  readonly label: Point;
  readonly breaker: Point;
  readonly end: Point;
}

/** The line of an edge: smooth from its caller through its bends to its callee; `label_first`: written on near the caller. */
function routeOf(a: Point, bends: readonly Point[], b: Point, sizes: Sizes, down: boolean, label_first: boolean): Route {
  const from = down ? { x: a.x, y: a.y + sizes.node_height / 2 } : { x: a.x + sizes.node_width / 2, y: a.y };
  const end = down ? { x: b.x, y: b.y - sizes.node_height / 2 } : { x: b.x - sizes.node_width / 2, y: b.y };
  const to = down ? { x: end.x, y: end.y - 5 } : { x: end.x - 5, y: end.y };
  const half = (down ? sizes.node_height : sizes.node_width) / 2;
  const text = ({ x, y }: Point): string => `${x} ${y}`;
  let d = `M${text(from)}`;
  let here = from;
  let label = from;
  let breaker = from;
  const reach = (there: Point, is_last: boolean): void => {
    const bend = Math.max(down ? 18 : 30, Math.abs(down ? there.y - here.y : there.x - here.x) / 2);
    const leave = down ? { x: here.x, y: here.y + bend } : { x: here.x + bend, y: here.y };
    const arrive = down ? { x: there.x, y: there.y - bend } : { x: there.x - bend, y: there.y };
    d += `C${text(leave)} ${text(arrive)} ${text(there)}`;
    const curve = [here, leave, arrive, there] as const;
    if (here === from) breaker = onCurve(curve, label_first ? 0.68 : 0.28);
    if (here === from && label_first) label = onCurve(curve, 0.34);
    if (is_last && !label_first) label = onCurve(curve, 0.62);
    here = there;
  };
  for (const bend of bends) {
    // Straight past the layer, so that it does not cut the corners of the boxes there.
    const [into, out] = down
      ? [{ x: bend.x, y: bend.y - half }, { x: bend.x, y: bend.y + half }]
      : [{ x: bend.x - half, y: bend.y }, { x: bend.x + half, y: bend.y }];
    reach(into, false);
    d += `L${text(out)}`;
    here = out;
  }
  reach(to, true);
  return { d, label, breaker, end };
}

/** The point of a cubic at `t`. */
function onCurve(p: readonly [Point, Point, Point, Point], t: number): Point {
  const s = 1 - t;
  const along = (pick: (point: Point) => number): number =>
    s ** 3 * pick(p[0]) + 3 * s * s * t * pick(p[1]) + 3 * s * t * t * pick(p[2]) + t ** 3 * pick(p[3]);
  return { x: along((point) => point.x), y: along((point) => point.y) };
}

/**
 * Who calls whom, at the instant of the cursor: each node filled by its load and coloured by its health,
 * each edge as wide as its traffic. The words beside the colours say the same.
 */
export class GraphView implements View<Timeline> {
  readonly element = h("div", { class: "graph" });
  readonly #holder = h("div", { class: "graph-holder", tabindex: 0, role: "region", "aria-label": "Call graph" });
  readonly #cursor: TimeCursor;
  readonly #observer: ResizeObserver;
  readonly #end: () => void;
  #timeline: Timeline;
  #nodes: DrawnNode[] = [];
  #edges: DrawnEdge[] = [];
  #down: boolean | null = null;
  #picture: SVGSVGElement | null = null;
  /** Of what is drawn: as long as it stays the same, other data need no other picture. */
  #shape = "";

  constructor(timeline: Timeline, cursor: TimeCursor) {
    this.#timeline = timeline;
    this.#cursor = cursor;
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(this.element);
    this.#end = cursor.subscribe(() => this.#paint());
    this.#draw(false);
  }

  update(timeline: Timeline): void {
    this.#timeline = timeline;
    this.#draw(this.#down ?? false);
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#end();
  }

  #fit(): void {
    const down = this.element.clientWidth < NARROW_PX;
    if (down !== this.#down) this.#draw(down);
  }

  /** Shows the data; draws anew only where nodes, edges or the room for them are others. */
  #draw(down: boolean): void {
    const shown = graphToShow(this.#timeline, NODES_MAX);
    const shape = JSON.stringify([down, shown, this.#hasBreaker(shown.edges), this.#timeline.edges]);
    if (shape !== this.#shape) this.#make(shown, down);
    this.#shape = shape;
    const { origin } = this.#timeline.story;
    for (const { node, kind } of this.#nodes) {
      setText(kind, origin === idOf(node) ? `${KIND_WORDS[node.kind]} · it began here` : KIND_WORDS[node.kind]);
    }
    for (const drawn of this.#edges) {
      const rates = this.#timeline.time_ms.map((time) => edgeStateAt(this.#timeline, drawn.edge, time).attempts_per_s);
      drawn.peak_per_s = largest(rates);
    }
    this.#paint();
  }

  #make({ nodes, edges, left_out }: Shown, down: boolean): void {
    this.#down = down;
    const sizes = down ? SIZES_DOWN : SIZES;
    const layout = layOut({ nodes: nodes.map(idOf), edges }, sizes, down ? "down" : "right");
    const width = layout.width + 2 * MARGIN;
    // Those who lay it out may give it a row of its own.
    this.element.toggleAttribute("data-wide", !down && width > WIDE);
    const height = layout.height + 2 * MARGIN + 14;
    const picture = svg("svg", {
      viewBox: `${-MARGIN} ${-MARGIN - 14} ${width} ${height}`,
      role: "img",
      "data-down": down,
    });
    // Never larger than drawn: a graph of two nodes is not a poster.
    picture.style.maxWidth = `${width * 1.3}px`;
    // Nor so small that nobody reads it: then it scrolls.
    picture.style.minWidth = `${width * 0.78}px`;
    this.#edges = edges.map((edge, i) => this.#makeEdge(edge, i, layout, sizes, down));
    this.#nodes = nodes.map((node) => this.#makeNode(node, layout.at, sizes, down));
    picture.append(...this.#edges.map(({ group }) => group), ...this.#nodes.map(({ group }) => group));
    this.#picture = picture;
    const note =
      left_out > 0
        ? h("p", { class: "note" }, `${count(nodes.length)} of ${count(nodes.length + left_out)} nodes: those of the story, and those with the most traffic.`)
        : null;
    this.#holder.replaceChildren(picture);
    this.element.replaceChildren(this.#holder, this.#makeKey(edges), ...(note ? [note] : []));
  }

  #hasBreaker(edges: readonly Edge[]): boolean {
    return edges.some((edge) => callOf(this.#timeline, edge)?.breaker);
  }

  /** What the colours mean, and the sign of a breaker where there is one. */
  #makeKey(edges: readonly Edge[]): HTMLElement {
    const entries = (["calm", "warm", "hot"] as const).map((health) => {
      const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.setProperty("--swatch", `var(--${health})`);
      return h("span", { class: "entry" }, swatch, HEALTH_WORDS[health]);
    });
    if (this.#hasBreaker(edges)) {
      const sign = svg("svg", { class: "sign", viewBox: "-10 -10 20 20", "aria-hidden": "true" }, breakerSign());
      entries.push(h("span", { class: "entry" }, sign, "breaker not closed"));
    }
    return h("div", { class: "legend" }, ...entries);
  }

  #makeNode(node: Node, at: ReadonlyMap<string, Point>, sizes: Sizes, down: boolean): DrawnNode {
    const { x, y } = at.get(idOf(node)) ?? { x: 0, y: 0 };
    const left = x - sizes.node_width / 2;
    const top = y - sizes.node_height / 2;
    const corner = node.kind === "queue" ? 22 : node.kind === "workload" ? 28 : 8;
    const outline = { x: left, y: top, width: sizes.node_width, height: sizes.node_height, rx: corner };
    const title = svg("title");
    const clip = svg("clipPath", { id: `node-${++clips}` }, svg("rect", outline));
    const fill = svg("rect", { class: "fill", x: left, y: top, width: 0, height: sizes.node_height, "clip-path": `url(#node-${clips})` });
    // Arrows that come from above would cross the words there: then they stand in the box.
    const lines = down ? { kind: y - 15, label: y + 4, figure: y + 22 } : { kind: top - 5, label: y - 3, figure: y + 15 };
    const figure = svg("text", { class: "figure", x, y: lines.figure, "text-anchor": "middle" });
    const kind = svg("text", { class: "kind", x, y: lines.kind, "text-anchor": "middle" });
    const group = svg(
      "g",
      { class: "node", "data-kind": node.kind, "data-name": node.name },
      title,
      clip,
      svg("rect", { class: "ground", ...outline }),
      fill,
      svg("rect", { class: "outline", ...outline }),
      kind,
      svg("text", { class: "label", x, y: lines.label, "text-anchor": "middle" }, cut(node.name, NAME_MAX)),
      figure,
    );
    return { node, group, fill, kind, figure, title };
  }

  #makeEdge(edge: Edge, index: number, { at, bends }: Layout, sizes: Sizes, down: boolean): DrawnEdge {
    const meet = (end: "from" | "to"): number => this.#timeline.edges.filter((other) => other[end] === edge[end]).length;
    const label_first = meet("to") > meet("from");
    const from = at.get(edge.from) ?? { x: 0, y: 0 };
    const to = at.get(edge.to) ?? { x: 0, y: 0 };
    const { d, label: label_at, breaker: breaker_at, end } = routeOf(from, bends[index] ?? [], to, sizes, down, label_first);
    const path = svg("path", { class: "line", d });
    const title = svg("title");
    const text_at = down ? { x: label_at.x + 8, y: label_at.y + 4, anchor: "start" } : { x: label_at.x, y: label_at.y - 7, anchor: "middle" };
    const label = svg("text", { class: "rate", x: text_at.x, y: text_at.y, "text-anchor": text_at.anchor });
    const breaker = breakerSign();
    breaker.setAttribute("transform", `translate(${breaker_at.x} ${breaker_at.y})`);
    const arrow = svg("path", {
      class: "arrow",
      d: down ? `M${end.x - 5} ${end.y - 8}l5 7l5 -7z` : `M${end.x - 8} ${end.y - 5}l7 5l-7 5z`,
    });
    const group = svg("g", { class: "edge" }, title, path, arrow, breaker, label);
    return { edge, group, path, label, breaker, title, peak_per_s: 0 };
  }

  #paint(): void {
    const at = this.#cursor.at_ms;
    const widest = Math.max(1e-9, ...this.#edges.map((edge) => edge.peak_per_s));
    const sizes = this.#down ? SIZES_DOWN : SIZES;
    const words: string[] = [];
    for (const drawn of this.#nodes) {
      const state = nodeStateAt(this.#timeline, drawn.node, at);
      setAttribute(drawn.group, "data-health", state.health);
      setAttribute(drawn.fill, "width", String(sizes.node_width * fillOf(state)));
      setText(drawn.figure, figureText(state.figure));
      const text = `${KIND_WORDS[drawn.node.kind]} ${drawn.node.name}: ${HEALTH_WORDS[state.health]}, ${figureText(state.figure)}`;
      setText(drawn.title, text);
      words.push(text);
    }
    for (const drawn of this.#edges) {
      const state = edgeStateAt(this.#timeline, drawn.edge, at);
      setAttribute(drawn.group, "data-health", state.health);
      const strength = Math.sqrt(state.attempts_per_s / widest);
      drawn.path.style.strokeWidth = `${1.25 + 6 * strength}px`;
      setText(drawn.label, state.attempts_per_s > 0 ? `${compact(state.attempts_per_s)}/s` : "");
      drawn.breaker.style.display = (state.breaker_open ?? 0) > 0 ? "" : "none";
      const bad = state.bad_share === null ? "" : `, ${percent(state.bad_share)} came to nothing`;
      const open = (state.breaker_open ?? 0) > 0 ? ", breaker not closed" : "";
      setText(
        drawn.title,
        `${nameOf(drawn.edge.from)} → ${nameOf(drawn.edge.to)}: ${compact(state.attempts_per_s)} attempts/s${bad}${open}`,
      );
    }
    this.#picture?.setAttribute("aria-label", `Call graph at ${duration(at)}. ${words.join("; ")}`);
  }
}

function breakerSign(): SVGGElement {
  return svg("g", { class: "breaker" }, svg("circle", { r: 8 }), svg("path", { d: "M-4.5 4.5L4.5 -4.5" }));
}

let clips = 0;
