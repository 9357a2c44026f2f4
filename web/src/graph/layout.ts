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

const SWEEPS = 4;

/** A place for each node: its layer, and within it an order in which few edges cross (barycentres). */
export function placesOf(input: LayoutInput): Map<string, Place> {
  const layers = layersOf(input);
  const depth = Math.max(0, ...layers.values()) + 1;
  const columns: string[][] = Array.from({ length: depth }, () => []);
  for (const node of input.nodes) columns[layers.get(node) ?? 0]?.push(node);

  const before = new Map<string, string[]>(input.nodes.map((node) => [node, []]));
  const after = new Map<string, string[]>(input.nodes.map((node) => [node, []]));
  for (const { from, to } of input.edges) {
    before.get(to)?.push(from);
    after.get(from)?.push(to);
  }
  // Places from 0 to 1, so that layers of different sizes compare.
  const place = new Map<string, number>();
  const settle = (column: readonly string[]): void =>
    column.forEach((node, i) => place.set(node, (i + 0.5) / column.length));
  columns.forEach(settle);
  for (let sweep = 0; sweep < SWEEPS; ++sweep) {
    const down = sweep % 2 === 0;
    const neighbours = down ? before : after;
    for (const column of down ? columns : [...columns].reverse()) {
      const wish = new Map(
        column.map((node) => {
          const near = neighbours.get(node) ?? [];
          const sum = near.reduce((s, other) => s + (place.get(other) ?? 0), 0);
          return [node, near.length > 0 ? sum / near.length : (place.get(node) ?? 0)] as const;
        }),
      );
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      settle(column);
    }
  }
  const result = new Map<string, Place>();
  columns.forEach((column, layer) => column.forEach((node, order) => result.set(node, { layer, order })));
  return result;
}

export interface Box {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Centres. */
  readonly at: ReadonlyMap<string, Box>;
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
  const places = placesOf(input);
  const widths = new Map<number, number>();
  for (const { layer } of places.values()) widths.set(layer, (widths.get(layer) ?? 0) + 1);
  const across_max = Math.max(1, ...widths.values());
  const depth = Math.max(1, widths.size);
  const right = direction === "right";
  const across = (right ? sizes.node_height : sizes.node_width) + sizes.node_gap;
  const along = (right ? sizes.node_width : sizes.node_height) + sizes.layer_gap;
  const at = new Map<string, Box>();
  for (const [node, { layer, order }] of places) {
    const missing = across_max - (widths.get(layer) ?? 1);
    const u = layer * along + (right ? sizes.node_width : sizes.node_height) / 2;
    const v = (order + missing / 2) * across + (right ? sizes.node_height : sizes.node_width) / 2;
    at.set(node, right ? { x: u, y: v } : { x: v, y: u });
  }
  const length = depth * along - sizes.layer_gap;
  const breadth = across_max * across - sizes.node_gap;
  return { width: right ? length : breadth, height: right ? breadth : length, at };
}
