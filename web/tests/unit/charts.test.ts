import { describe, expect, it } from "vitest";
import { logTicks } from "../../src/charts/distribution";
import { columnsOf, extentOf, sameShape } from "../../src/charts/spec";
import { summaryOf, tableOf } from "../../src/charts/time_chart";
import { TimeCursor } from "../../src/charts/time_cursor";
import { callCharts, callNames, serviceCharts, toneOf, workloadCharts } from "../../src/report/chart_specs";
import { stepAt } from "../../src/report/story_view";
import { call, timeline, workload } from "./timeline";

describe("the charts of a run", () => {
  it("stack what happened, and nothing that did not", () => {
    const ended = workloadCharts(timeline(), "users")[0];
    expect(ended?.series.map((series) => series.label)).toEqual(["ok", "failed"]);
    expect(ended && columnsOf(ended)).toEqual([
      [0, 10, 20, 30, 40],
      [1000, 1000, 1000, 0, 0],
      [1000, 1000, 1000, 1000, 1000],
    ]);
  });

  it("show the gap between offered load and attempts", () => {
    const load = callCharts(timeline(), "users->bank")[0];
    expect(load?.series.map((series) => series.values)).toEqual([[1000, 1000, 1000, 1000], [1000, 1000, 3000, 4000]]);
    expect(load?.between).toEqual([1, 0, "gap"]);
  });

  it("have breaker, budget and limit only where there is one", () => {
    const titles = (line: ReturnType<typeof call>): string[] => callCharts(timeline({ calls: { x: line } }), "x").map((spec) => spec.title);
    expect(titles(call())).toEqual(["Offered load and attempts", "What came to nothing"]);
    const full = call({ breaker: { closed: [1, 0, 0, 1], open: [0, 1, 0, 0], half_open: [0, 0, 1, 0] }, budget: [1, 0.5, 0, null], limit: [10, 5, 2, 2] });
    expect(titles(full)).toEqual(["Offered load and attempts", "What came to nothing", "Breaker", "Retry budget", "Adaptive limit"]);
  });

  it("take wasted work out of what was of use", () => {
    const work = serviceCharts(timeline(), "bank").find((spec) => spec.title === "Work");
    expect(work?.series.map((series) => series.label)).toEqual(["of use"]);
  });

  it("leave out calls without traffic, and begin with the one that retries most", () => {
    const idle = call({ requests: [0, 0, 0, 0], attempts: [0, 0, 0, 0], retries: [0, 0, 0, 0], timeouts: [0, 0, 0, 0] });
    const calm = call({ retries: [0, 0, 0, 0], timeouts: [0, 0, 0, 0] });
    expect(callNames(timeline({ calls: { idle, calm, storm: call() } }))).toEqual(["storm", "calm"]);
  });

  it("have their data behind them, to the last digit", () => {
    const latency = workloadCharts(timeline(), "users")[1];
    if (!latency) throw new Error("no chart");
    expect(tableOf(latency).head).toEqual(["time_ms", "max", "p99", "p95", "p50"]);
    expect(tableOf(latency).rows[2]).toEqual([30, null, null, null, null]);
    expect(summaryOf(latency)).toContain("p50: at most 2.00 ms, at 20 ms");
  });

  it("are drawn anew only where their lines differ", () => {
    const [a, b] = [timeline(), timeline({ workloads: { users: workload({ ok: [0, 0, 0, 1] }) } })].map((t) => workloadCharts(t, "users")[0]);
    const c = workloadCharts(timeline({ workloads: { users: workload({ rejected: [1, 0, 0, 0] }) } }), "users")[0];
    expect(a && b && sameShape(a, b)).toBe(true);
    expect(a && c && sameShape(a, c)).toBe(false);
  });
});

describe("scales", () => {
  it("have no 0 on a log axis", () => {
    const [latency] = workloadCharts(timeline(), "users").slice(1);
    if (!latency) throw new Error("no chart");
    const columns = columnsOf({ ...latency, series: [{ label: "x", values: [0, 5, null, 0.2], colour: "ok", shape: "line" }] });
    expect(columns[1]).toEqual([null, null, 5, null, 0.2]);
    expect(extentOf(columns)).toEqual({ min: 0.2, max: 5 });
    expect(extentOf([[0, 1]])).toEqual({ min: 1, max: 0 });
  });

  it("tick a log axis at 1, 2, 5 or at powers of ten", () => {
    expect(logTicks(4, 120)).toEqual([5, 10, 20, 50, 100]);
    expect(logTicks(0.01, 10_000)).toEqual([0.01, 0.1, 1, 10, 100, 1000, 10_000]);
    expect(logTicks(9, 21)).toEqual([10, 15, 20]);
  });
});

describe("the shared cursor", () => {
  it("tells all, stays within the run, and keeps its place in another run", () => {
    const cursor = new TimeCursor();
    let told = 0;
    const end = cursor.subscribe(() => ++told);
    cursor.reset(100);
    cursor.moveTo(60);
    cursor.moveTo(60);
    cursor.moveTo(1e9);
    expect([cursor.at_ms, told]).toEqual([100, 3]);
    cursor.moveTo(60);
    cursor.zoomTo([50, 70]);
    expect([cursor.view, cursor.isZoomed]).toEqual([[50, 70], true]);
    cursor.zoomTo([70, 70]);
    expect(cursor.view).toEqual([50, 70]);
    cursor.reset(80);
    expect([cursor.at_ms, cursor.view, cursor.isZoomed]).toEqual([60, [0, 80], false]);
    end();
    cursor.moveTo(1);
    expect(told).toBe(6);
  });
});

describe("the story", () => {
  it("marks the step that was last passed", () => {
    const steps = [{ at_ms: 10 }, { at_ms: 20 }, { at_ms: 20 }, { at_ms: 35 }];
    expect([5, 10, 20, 34, 99].map((at) => stepAt(steps, at))).toEqual([-1, 0, 2, 2, 3]);
  });

  it("has a tone for each kind, worse where it is not known", () => {
    expect(["fault_begins", "goodput_recovers", "timeouts_begin", "new_kind"].map(toneOf)).toEqual(["fault", "better", "worse", "worse"]);
  });
});
