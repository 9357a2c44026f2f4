import { describe, expect, it } from "vitest";
import { layersOf, layOut, type LayoutInput } from "../../src/graph/layout";

const graph = (...edges: readonly string[]): LayoutInput => {
  const pairs = edges.map((edge) => edge.split(">") as [string, string]);
  return { nodes: [...new Set(pairs.flat())], edges: pairs.map(([from, to]) => ({ from, to })) };
};

const SIZES = { node_width: 100, node_height: 40, layer_gap: 50, node_gap: 20 };

describe("the layers of a call graph", () => {
  it("put every caller before its callees, by the longest way", () => {
    const layers = layersOf(graph("users>web", "web>bank", "web>fraud", "fraud>bank", "bank>db"));
    expect(Object.fromEntries(layers)).toEqual({ users: 0, web: 1, fraud: 2, bank: 3, db: 4 });
  });

  it("bear circles, self calls and edges to nowhere", () => {
    const layers = layersOf(graph("a>b", "b>c", "c>a", "c>c"));
    expect([layers.get("a"), layers.get("b"), layers.get("c")]).toEqual([0, 1, 2]);
    expect(layersOf({ nodes: ["a"], edges: [{ from: "a", to: "gone" }] }).get("a")).toBe(0);
  });

  it("bear a chain of ten thousand", () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
    const edges = nodes.slice(1).map((to, i) => ({ from: `s${i}`, to }));
    expect(layersOf({ nodes, edges }).get("s9999")).toBe(9999);
  });
});

describe("the places", () => {
  it("uncross what need not cross", () => {
    const { at } = layOut(graph("u>a", "u>b", "a>y", "b>x"), SIZES, "right");
    const y = (name: string): number => at.get(name)?.y ?? Number.NaN;
    expect(y("a") < y("b")).toBe(y("y") < y("x"));
  });

  it("lead an edge past the layers that it skips, not through their boxes", () => {
    const input = graph("u>a", "a>b", "b>c", "u>c");
    for (const direction of ["right", "down"] as const) {
      const { at, bends } = layOut(input, SIZES, direction);
      expect(bends.map((one) => one.length)).toEqual([0, 0, 0, 2]);
      for (const bend of bends[3] ?? []) {
        for (const box of at.values()) {
          expect(Math.abs(box.x - bend.x) > 50 || Math.abs(box.y - bend.y) > 20).toBe(true);
        }
      }
    }
  });

  it("never lie on each other, in both directions", () => {
    const input = graph("u>a", "u>b", "u>c", "a>d", "b>d", "c>e", "d>f");
    for (const direction of ["right", "down"] as const) {
      const { at, width, height } = layOut(input, SIZES, direction);
      const boxes = [...at.values()];
      for (const [i, one] of boxes.entries()) {
        expect(one.x - 50).toBeGreaterThanOrEqual(0);
        expect(one.x + 50).toBeLessThanOrEqual(width);
        expect(one.y - 20).toBeGreaterThanOrEqual(0);
        expect(one.y + 20).toBeLessThanOrEqual(height);
        for (const other of boxes.slice(i + 1)) {
          expect(Math.abs(one.x - other.x) >= 100 || Math.abs(one.y - other.y) >= 40).toBe(true);
        }
      }
    }
  });
});
