import { indexAt, largest, total } from "../data/derive";
import { idOf, nameOf, type CallLine, type Edge, type Node, type Numbers, type Timeline } from "../data/page";

/** How a part of the system is: `idle` does nothing, `calm` copes, `warm` is near its limit, `hot` beyond. */
export type Health = "idle" | "calm" | "warm" | "hot";

export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  idle: "idle",
  calm: "copes",
  warm: "near its limit",
  hot: "beyond its limit",
};

export interface NodeState {
  readonly health: Health;
  /** What is written in the node: the figure that says how it is. */
  readonly figure: NodeFigure;
}

export type NodeFigure =
  | { readonly kind: "load"; readonly load: number; readonly waiting: number }
  | { readonly kind: "busy"; readonly in_service: number; readonly waiting: number }
  | { readonly kind: "depth"; readonly depth: number; readonly oldest_age_ms: number | null }
  | { readonly kind: "open"; readonly open: number; readonly good_share: number | null }
  | { readonly kind: "none" };

export interface EdgeState {
  readonly health: Health;
  readonly attempts_per_s: number;
  /** Attempts that came to nothing (timeout, error, refused) of all attempts; null without attempts. */
  readonly bad_share: number | null;
  /** Share of the breaker's states that are not closed; null where there is no breaker. */
  readonly breaker_open: number | null;
}

const value = (line: Numbers, i: number): number => line[i] ?? 0;

function lengthAt(timeline: Timeline, i: number): number {
  return ((timeline.time_ms[i] ?? 0) - (i === 0 ? 0 : (timeline.time_ms[i - 1] ?? 0))) / 1000;
}

const healthOfShare = (bad: number): Health => (bad > 0.5 ? "hot" : bad > 0.1 ? "warm" : "calm");

function serviceState(timeline: Timeline, name: string, i: number): NodeState {
  const line = timeline.services[name];
  if (!line) return { health: "idle", figure: { kind: "none" } };
  const in_service = value(line.in_service, i);
  const waiting = value(line.waiting, i);
  const load = line.load[i] ?? null;
  const ended = value(line.completed, i) + value(line.failed, i) + value(line.refused, i);
  const bad = ended > 0 ? (value(line.failed, i) + value(line.refused, i)) / ended : 0;
  if (load === null) {
    const busy = in_service > 0 || waiting > 0 || ended > 0;
    return { health: busy ? healthOfShare(bad) : "idle", figure: { kind: "busy", in_service, waiting } };
  }
  let health: Health = load > 1 || waiting > 0 ? "hot" : load > 0.8 ? "warm" : "calm";
  // All workers taken and a line that one interval's work takes away is no more than busy.
  if (health === "hot" && load <= 1 && waiting <= Math.max(1, value(line.completed, i))) health = "warm";
  if (health === "calm" && bad > 0.1) health = healthOfShare(bad);
  if (in_service === 0 && waiting === 0 && ended === 0) health = "idle";
  return { health, figure: { kind: "load", load, waiting } };
}

/** A consumer has no figures of its own: it is what its calls are. */
function consumerState(timeline: Timeline, node: Node, i: number): NodeState {
  let in_service = 0;
  let ended = 0;
  let bad = 0;
  for (const edge of timeline.edges) {
    const call = edge.from === idOf(node) ? callOf(timeline, edge) : null;
    if (!call) continue;
    in_service += value(call.under_way, i);
    ended += value(call.attempts, i);
    bad += value(call.timeouts, i) + value(call.errors, i) + value(call.rejected, i);
  }
  const health = ended > 0 ? healthOfShare(bad / ended) : in_service > 0 ? "calm" : "idle";
  return { health, figure: { kind: "busy", in_service, waiting: 0 } };
}

/** A node at an instant. A workload is judged by how its requests ended in that interval. */
export function nodeStateAt(timeline: Timeline, node: Node, at_ms: number): NodeState {
  const i = indexAt(timeline.time_ms, at_ms);
  if (node.kind === "workload") {
    const line = timeline.workloads[node.name];
    if (!line) return { health: "idle", figure: { kind: "none" } };
    const bad =
      value(line.late, i) + value(line.failed, i) + value(line.rejected, i) + value(line.dead_lettered, i) +
      value(line.dropped, i);
    const ended = bad + value(line.ok, i);
    const open = value(line.open, i);
    const health = ended > 0 ? healthOfShare(bad / ended) : open > 0 ? "calm" : "idle";
    const good_share = ended > 0 ? value(line.ok, i) / ended : null;
    return { health, figure: { kind: "open", open, good_share } };
  }
  if (node.kind === "queue") {
    const line = timeline.queues[node.name];
    if (!line) return { health: "idle", figure: { kind: "none" } };
    const depth = value(line.depth, i);
    const lost = value(line.rejected, i) + value(line.dropped, i) + value(line.dead_lettered, i);
    const peak = Math.max(1, ...line.depth_max);
    const health: Health = lost > 0 ? "hot" : depth > 0.8 * peak && depth > 20 ? "warm" : depth > 0 ? "calm" : "idle";
    return { health, figure: { kind: "depth", depth, oldest_age_ms: line.oldest_age_ms[i] ?? null } };
  }
  return node.kind === "consumer" ? consumerState(timeline, node, i) : serviceState(timeline, node.name, i);
}

export function callOf(timeline: Timeline, edge: Edge): CallLine | null {
  return (edge.call ? timeline.calls[edge.call] : undefined) ?? null;
}

/** An edge at an instant. One without a call, from a queue to its consumer, is judged by redeliveries. */
export function edgeStateAt(timeline: Timeline, edge: Edge, at_ms: number): EdgeState {
  const i = indexAt(timeline.time_ms, at_ms);
  const seconds = lengthAt(timeline, i);
  const rate = (number: number): number => (seconds > 0 ? number / seconds : 0);
  const call = callOf(timeline, edge);
  if (!call) {
    const queue = timeline.queues[nameOf(edge.from)];
    if (queue && edge.kind === "dead_letter") {
      const dead = value(queue.dead_lettered, i);
      return { health: dead > 0 ? "hot" : "idle", attempts_per_s: rate(dead), bad_share: null, breaker_open: null };
    }
    const delivered = queue ? value(queue.delivered, i) : 0;
    const bad_share = delivered > 0 && queue ? Math.min(1, value(queue.redelivered, i) / delivered) : null;
    const health = bad_share === null ? "idle" : healthOfShare(bad_share);
    return { health, attempts_per_s: rate(delivered), bad_share, breaker_open: null };
  }
  const attempts = value(call.attempts, i);
  const bad = value(call.timeouts, i) + value(call.errors, i) + value(call.rejected, i);
  // Those that time out now were sent before: a share of more than all is all.
  const bad_share = attempts + bad > 0 ? Math.min(1, bad / Math.max(attempts, bad, 1)) : null;
  let breaker_open: number | null = null;
  if (call.breaker) {
    const open = value(call.breaker.open, i) + value(call.breaker.half_open, i);
    const all = open + value(call.breaker.closed, i);
    breaker_open = all > 0 ? open / all : 0;
  }
  const refused = value(call.refused_local, i) > 0 || (breaker_open ?? 0) > 0.5;
  const health = bad_share !== null ? healthOfShare(bad_share) : refused ? "hot" : value(call.under_way, i) > 0 ? "calm" : "idle";
  return { health, attempts_per_s: rate(attempts), bad_share, breaker_open };
}

/** Whether anything went along the edge in the whole of the run. */
function isUsed(timeline: Timeline, edge: Edge): boolean {
  const call = callOf(timeline, edge);
  if (call) return largest(call.requests) > 0 || largest(call.attempts) > 0;
  const queue = timeline.queues[nameOf(edge.from)];
  if (!queue) return false;
  return largest(edge.kind === "dead_letter" ? queue.dead_lettered : queue.delivered) > 0;
}

export interface Shown {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** Nodes with traffic that there was no room for. */
  readonly left_out: number;
}

/**
 * What to draw: the edges along which anything went, and their nodes; of more than `most` nodes those of
 * the story first, then those with the most traffic. A picture of a thousand services shows nothing.
 */
export function graphToShow(timeline: Timeline, most: number): Shown {
  const edges = timeline.edges.filter((edge) => isUsed(timeline, edge));
  const ends = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const used = timeline.nodes.filter((node) => ends.has(idOf(node)));
  const nodes = used.length > 0 ? used : timeline.nodes.filter((node) => node.kind === "workload");
  if (nodes.length <= most) return { nodes, edges, left_out: 0 };

  const told = new Set(timeline.story.steps.map((step) => step.subject));
  if (timeline.story.origin) told.add(timeline.story.origin);
  const traffic = new Map<string, number>();
  for (const edge of edges) {
    const call = callOf(timeline, edge);
    const weight = call ? total(call.attempts) : 0;
    for (const end of [edge.from, edge.to]) traffic.set(end, (traffic.get(end) ?? 0) + weight);
    if (edge.call && told.has(`call.${edge.call}`)) told.add(edge.from).add(edge.to);
  }
  const rank = (node: Node): number => (told.has(idOf(node)) ? 2 : node.kind === "workload" ? 1 : 0);
  const byWeight = (a: Node, b: Node): number =>
    rank(b) - rank(a) || (traffic.get(idOf(b)) ?? 0) - (traffic.get(idOf(a)) ?? 0);
  const chosen = new Set([...nodes].sort(byWeight).slice(0, most));
  const ids = new Set([...chosen].map(idOf));
  return {
    nodes: nodes.filter((node) => chosen.has(node)),
    edges: edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)),
    left_out: nodes.length - chosen.size,
  };
}
