export interface LayoutInput {
  readonly nodes: readonly string[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface Place {
  readonly layer: number;
  /** From 0 on, in the layer. */
  readonly order: number;
}

/**
 * The layer of each node: callers before callees, each as early as the longest way to it allows. Of a
 * circle of calls the edge that closes it is left out of account.
 */
export function layersOf({ nodes, edges }: LayoutInput): Map<string, number> {
  const next = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of edges) if (next.has(to)) next.get(from)?.push(to);

  const state = new Map<string, "open" | "done">();
  const finished: string[] = [];
  const closing = new Set<string>();
  const key = (from: string, to: string): string => JSON.stringify([from, to]);
  for (const root of nodes) {
    if (state.has(root)) continue;
    // Depth first, with a stack of its own: chains may be long.
    const stack: { node: string; child: number }[] = [{ node: root, child: 0 }];
    state.set(root, "open");
    for (let top = stack[0]; top; top = stack[stack.length - 1]) {
      const child = next.get(top.node)?.[top.child++];
      if (child === undefined) {
        state.set(top.node, "done");
        finished.push(top.node);
        stack.pop();
      } else if (!state.has(child)) {
        state.set(child, "open");
        stack.push({ node: child, child: 0 });
      } else if (state.get(child) === "open") {
        closing.add(key(top.node, child));
      }
    }
  }

  const layers = new Map<string, number>(nodes.map((node) => [node, 0]));
  for (const node of finished.reverse()) {
    const layer = layers.get(node) ?? 0;
    for (const child of next.get(node) ?? []) {
      if (closing.has(key(node, child))) continue;
      layers.set(child, Math.max(layers.get(child) ?? 0, layer + 1));
    }
  }
  return layers;
}

/** A node of the input, or a bend: where an edge passes a layer between its ends. */
type Item = { readonly node: string } | { readonly edge: number; readonly layer: number };

interface Layered {
  /** From first to last, each in the order in which it is drawn. */
  readonly layers: readonly (readonly Item[])[];
  /** Of each edge what it passes between its ends, in its direction; empty for one that goes back. */
  readonly bends: readonly (readonly Item[])[];
}

const SWEEPS = 6;

/** Orders every layer so that few edges cross: each item goes where its neighbours are on the mean. */
function layered(input: LayoutInput): Layered {
  const layer_of = layersOf(input);
  const depth = Math.max(0, ...layer_of.values()) + 1;
  const layers: Item[][] = Array.from({ length: depth }, () => []);
  const items = new Map<string, Item>();
  const before = new Map<Item, Item[]>();
  const after = new Map<Item, Item[]>();
  const place = (layer: number, item: Item): Item => {
    layers[layer]?.push(item);
    before.set(item, []);
    after.set(item, []);
    return item;
  };
  for (const node of input.nodes) items.set(node, place(layer_of.get(node) ?? 0, { node }));

  const bends = input.edges.map(({ from, to }, edge): Item[] => {
    const [first, last] = [items.get(from), items.get(to)];
    const [begin, end] = [layer_of.get(from) ?? 0, layer_of.get(to) ?? 0];
    if (!first || !last || end <= begin) return [];
    const passed: Item[] = [];
    for (let layer = begin + 1; layer < end; ++layer) passed.push(place(layer, { edge, layer }));
    let previous = first;
    for (const item of [...passed, last]) {
      after.get(previous)?.push(item);
      before.get(item)?.push(previous);
      previous = item;
    }
    return passed;
  });

  // Places from 0 to 1, so that layers of different sizes compare.
  const at = new Map<Item, number>();
  const settle = (layer: readonly Item[]): void => layer.forEach((item, i) => at.set(item, (i + 0.5) / layer.length));
  layers.forEach(settle);
  for (let sweep = 0; sweep < SWEEPS; ++sweep) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wish = new Map(
        layer.map((item) => {
          const near = (down ? before : after).get(item) ?? [];
          const sum = near.reduce((s, other) => s + (at.get(other) ?? 0), 0);
          return [item, near.length > 0 ? sum / near.length : (at.get(item) ?? 0)] as const;
        }),
      );
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      settle(layer);
    }
  }
  return { layers, bends };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Centres of the nodes. */
  readonly at: ReadonlyMap<string, Point>;
  /** Of each edge the points that it passes between its ends. */
  readonly bends: readonly (readonly Point[])[];
}

export interface Sizes {
  readonly node_width: number;
  readonly node_height: number;
  /** Between layers, for the edges and what is written on them. */
  readonly layer_gap: number;
  readonly node_gap: number;
}

/** Coordinates: layers from left to right, or from top to bottom where the page is narrow. */
export function layOut(input: LayoutInput, sizes: Sizes, direction: "right" | "down"): Layout {
  const { layers, bends } = layered(input);
  const right = direction === "right";
  const [long, broad] = right ? [sizes.node_width, sizes.node_height] : [sizes.node_height, sizes.node_width];
  const breadthOf = (item: Item): number => ("node" in item ? broad : sizes.node_gap / 2);
  const breadths = layers.map((layer) => layer.reduce((sum, item) => sum + breadthOf(item) + sizes.node_gap, -sizes.node_gap));
  const broadest = Math.max(broad, ...breadths);
  const point = new Map<Item, Point>();
  layers.forEach((layer, l) => {
    let across = (broadest - (breadths[l] ?? 0)) / 2;
    const along = l * (long + sizes.layer_gap) + long / 2;
    for (const item of layer) {
      const middle = across + breadthOf(item) / 2;
      point.set(item, right ? { x: along, y: middle } : { x: middle, y: along });
      across += breadthOf(item) + sizes.node_gap;
    }
  });
  const at = new Map<string, Point>();
  for (const [item, where] of point) if ("node" in item) at.set(item.node, where);
  const length = layers.length * (long + sizes.layer_gap) - sizes.layer_gap;
  return {
    width: right ? length : broadest,
    height: right ? broadest : length,
    at,
    bends: bends.map((passed) => passed.flatMap((item) => point.get(item) ?? [])),
  };
}
