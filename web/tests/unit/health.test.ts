import { describe, expect, it } from "vitest";
import { edgeStateAt, graphToShow, nodeStateAt } from "../../src/graph/health";
import { cut, figureText } from "../../src/graph/graph_view";
import { call, service, timeline } from "./timeline";

const bank = { name: "bank", kind: "service" } as const;
const users = { name: "users", kind: "workload" } as const;

describe("the health of a service", () => {
  it("goes with its load, over the instants of the run", () => {
    expect([5, 15, 25, 99].map((at) => nodeStateAt(timeline(), bank, at).health)).toEqual(["calm", "warm", "hot", "hot"]);
    expect(nodeStateAt(timeline(), bank, 25).figure).toEqual({ kind: "load", load: 1.4, waiting: 50 });
  });

  it("is warm, not hot, with all workers taken and a short line", () => {
    const busy = timeline({ services: { bank: service({ load: [1, 1, 1, 1], waiting: [4, 4, 4, 4] }) } });
    expect(nodeStateAt(busy, bank, 5).health).toBe("warm");
    expect(nodeStateAt(busy, bank, 35).health).toBe("hot");
  });

  it("is idle where nothing is done, or nothing known", () => {
    expect(nodeStateAt(timeline(), { name: "gone", kind: "service" }, 5).health).toBe("idle");
    const still = timeline({ services: { bank: service({ completed: [0, 0, 0, 0], waiting: [0, 0, 0, 0], in_service: [0, 0, 0, 0], load: [0, 0, 0, 0] }) } });
    expect(nodeStateAt(still, bank, 5).health).toBe("idle");
  });
});

describe("the health of a workload and of a call", () => {
  it("is what came of the requests of the interval", () => {
    expect([5, 25].map((at) => nodeStateAt(timeline(), users, at).health)).toEqual(["calm", "hot"]);
  });

  it("is what came of the attempts, at most all of them", () => {
    const edge = timeline().edges[0];
    if (!edge) throw new Error("no edge");
    expect(edgeStateAt(timeline(), edge, 5)).toEqual({ health: "calm", attempts_per_s: 1000, bad_share: 0, breaker_open: null });
    expect(edgeStateAt(timeline(), edge, 25).bad_share).toBeCloseTo(25 / 30);
    const open = timeline({ calls: { "users->bank": call({ attempts: [0, 0, 0, 0], timeouts: [0, 0, 0, 0], breaker: { closed: [0, 1, 1, 1], open: [2, 1, 1, 1], half_open: [0, 0, 0, 0] } }) } });
    expect(edgeStateAt(open, edge, 5)).toMatchObject({ breaker_open: 1, health: "hot", bad_share: null });
  });
});

describe("the graph", () => {
  it("leaves out what nothing went to", () => {
    expect(graphToShow(timeline(), 60).nodes.map((node) => node.name)).toEqual(["users", "bank"]);
  });

  it("keeps the story and the workloads where there are too many nodes", () => {
    const names = Array.from({ length: 500 }, (_, i) => `s${i}`);
    const crowd = timeline({
      calls: Object.fromEntries(names.map((name, i) => [`users->${name}`, call({ to: name, attempts: [i, i, i, i] })])),
      nodes: [users, ...names.map((name) => ({ name, kind: "service" as const }))],
      edges: names.map((name) => ({ from: "workload.users", to: `service.${name}`, kind: "call", call: `users->${name}` })),
      story: { headline: "", origin: "service.s0", steps: [], fed_by: "", stopped_by: "" },
    });
    const shown = graphToShow(crowd, 10);
    expect(shown.nodes.map((node) => node.name).sort()).toEqual(["s0", "s492", "s493", "s494", "s495", "s496", "s497", "s498", "s499", "users"].sort());
    expect(shown.left_out).toBe(491);
    expect(shown.edges).toHaveLength(9);
  });
});

describe("what is written in a node", () => {
  it("is cut between characters, not within them", () => {
    expect(cut("🌩️🌩️🌩️", 100)).toBe("🌩️🌩️🌩️");
    expect(cut("𝕏".repeat(30), 5)).toBe("𝕏𝕏𝕏𝕏…");
  });

  it("says how full it is", () => {
    expect(figureText({ kind: "load", load: 1.4, waiting: 50 })).toBe("load 1.4 · 50 wait");
    expect(figureText({ kind: "depth", depth: 1720, oldest_age_ms: 635 })).toBe("1.72k deep · 635 ms");
    expect(figureText({ kind: "open", open: 3, good_share: null })).toBe("3 open");
  });
});
