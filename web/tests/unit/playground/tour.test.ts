import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { figuresOf } from "../../../src/playground/figures";
import type { Figures } from "../../../src/playground/figures";
import { apply } from "../../../src/playground/overrides";
import { setupOf } from "../../../src/playground/setup";
import type { Column } from "../../../src/playground/tour/column";
import { scene, steps } from "../../../src/playground/tour/steps";
import { say, textOf } from "../../../src/playground/tour/words";
import { ScenarioText } from "../../../src/playground/yaml_edit";

const file = fileURLToPath(new URL("../../../../scenarios/tour.yaml", import.meta.url));

function read(text: string): ScenarioText {
  const result = ScenarioText.read(text);
  if (!(result instanceof ScenarioText)) throw new Error(result.message);
  return result;
}

const tour = read(readFileSync(file, "utf8"));

const plain: Figures = {
  offered: 1000,
  ok: 900,
  goodput: 0.9,
  late: 0,
  failed: 100,
  rejected: 0,
  deadLettered: 0,
  unfinished: 0,
  state: "recovered",
  recoveredAfterMs: 500,
  attempts: 1100,
  retries: 100,
  timeouts: 50,
  amplification: 1.1,
  retriesDenied: 7,
  refusedByBreaker: 3,
  refusedByQueue: 5,
  wasted: 0.2,
  p50Ms: 15,
  p99Ms: 900,
  allP99Ms: undefined,
  deliveryP50Ms: 14,
  deliveryP99Ms: 100,
  depthMax: 70,
  lineMax: 600,
};

function column(side: "a" | "b", name: string, figures: Partial<Figures>, scenario = tour): Column {
  return { side, name, setup: setupOf(scenario, name), figures: { ...plain, ...figures } };
}

const fates: Partial<Figures>[] = [
  { state: "recovered", recoveredAfterMs: 0 },
  { state: "recovered", recoveredAfterMs: 2500 },
  { state: "not_recovered", recoveredAfterMs: undefined },
  { state: "not_judged", recoveredAfterMs: undefined },
];
const shares: Partial<Figures>[] = [
  { goodput: 0.34, ok: 340, amplification: 3, wasted: 0.74 },
  { goodput: 0.97, ok: 970, amplification: 1.04, wasted: 0.01, lineMax: 3, retriesDenied: 0 },
];

describe("whatever the numbers are", () => {
  const outcomes = fates.flatMap((fate) => shares.map((share) => ({ ...fate, ...share })));

  it.each(steps.map((step, index) => [index + 1, step] as const))(
    "step %d says nothing that they do not",
    (_, step) => {
      for (const ofA of outcomes) {
        for (const ofB of outcomes) {
          const [a, b] = [column("a", step.a, ofA), column("b", step.b, ofB)];
          const said = `${step.headline(a, b)}. ${[...scene(a, b), ...step.tell(a, b)].map(textOf).join(" ")}`;
          expect(said).not.toMatch(/undefined|NaN|null|\$\{/);
          for (const { name, figures } of [a, b]) {
            if (said.includes(`${name} is still down`)) expect(figures.state).toBe("not_recovered");
            if (said.includes(`${name} is well again`)) expect(figures.state).toBe("recovered");
          }
          const isWorse = (b.figures.goodput ?? 0) < (a.figures.goodput ?? 0);
          if (/Retries help|are saved/.test(said)) expect(isWorse).toBe(false);
          if (said.includes("Retries kill"))
            expect([a.figures.state, b.figures.state]).toEqual(["recovered", "not_recovered"]);
          if (said.includes("neither comes back"))
            expect([a.figures.state, b.figures.state]).toEqual(["not_recovered", "not_recovered"]);
          if (/Both come back/.test(said))
            expect([a.figures.state, b.figures.state]).toEqual(["recovered", "recovered"]);
          if (/What holds is what is bounded/.test(said)) expect(b.figures.state).toBe("recovered");
          expect(said).toContain(`${((a.figures.goodput ?? 0) * 100).toFixed(1)} %`);
        }
      }
    },
  );

  it("does not blame the retries where something else differs as well", () => {
    const other = read(apply(tour, "retries", [{ path: ["policies", "retries", "timeout"], value: "50ms" }]).text);
    const [down, up] = [fates[2] ?? {}, fates[0] ?? {}];
    const step = steps[2];
    const tell = (scenario: ScenarioText): string =>
      step
        ?.tell(column("a", "once", up, scenario), column("b", "retries", down, scenario))
        .map(textOf)
        .join(" ") ?? "";
    expect(tell(tour)).toContain("the retries alone");
    expect(tell(other)).not.toContain("the retries alone");
  });
});

describe("the scene", () => {
  const words = (scenario: ScenarioText, a: string, b: string): string =>
    scene(column("a", a, {}, scenario), column("b", b, {}, scenario))
      .map(textOf)
      .join(" ");

  it("is read off the scenario", () => {
    expect(words(tour, "once", "retries")).toBe(
      "From 5 s to 10 s bank fails 25% of its requests; from 15 s to 18 s bank takes 5 times as long. " +
        "once asks once; retries asks up to 4 times, at once.",
    );
    expect(words(tour, "once-blip", "once")).toContain(
      "For once alone, from 15 s to 18 s bank takes 5 times as long.",
    );
    expect(words(tour, "budget", "bounds")).toMatch(
      /full jitter, within a retry budget, before a line of at most 10\.$/,
    );
    expect(words(tour, "budget", "events")).toContain("events sends messages through a queue");
  });

  it("follows the sliders", () => {
    const edits = [
      { path: ["faults", "slow", "for"], value: "10s" },
      { path: ["policies", "retries", "retry", "max_attempts"], value: "2" },
      { path: ["policies", "retries", "breaker"], value: "{window: {}}" },
    ];
    const moved = read(apply(tour, "retries", edits).text);
    expect(words(moved, "once", "retries")).toContain("from 15 s to 25 s bank");
    expect(words(moved, "once", "retries")).toContain("asks up to 2 times, at once, behind a circuit breaker");
  });
});

describe("the figures", () => {
  it("are of all workloads, and of the callee that saw most attempts", () => {
    const figures = figuresOf({
      workloads: { w: { offered: 60, ok: 30, failed: 20, unfinished: 10 }, v: { offered: 40, ok: 40 } },
      calls: {
        "w->s": { attempts: 100 },
        "v->s": { attempts: 50, retries_denied: { budget: 4 } },
        "s->t": { attempts: 120 },
      },
      services: { s: { wasted_ratio: 0.9, wasted_time_s: 1, queue_max: 5 }, t: { wasted_ratio: 0.3, wasted_time_s: 4, queue_max: 2 } },
      queues: {},
      verdict: { state: "not_recovered", recovered_after_ms: null },
    });
    expect(figures).toMatchObject({
      offered: 100,
      ok: 70,
      goodput: 0.7,
      amplification: 1.5,
      wasted: 0.3,
      lineMax: 5,
      retriesDenied: 4,
      state: "not_recovered",
      recoveredAfterMs: undefined,
      deliveryP99Ms: undefined,
      depthMax: undefined,
    });
  });

  it("have no share of nothing", () => {
    expect(figuresOf({})).toMatchObject({ goodput: undefined, amplification: undefined, state: "not_judged" });
  });
});

describe("a sentence", () => {
  it("keeps its numbers apart from its words", () => {
    expect(say`${{ name: "x", side: "a" }} has ${{ live: "3" }}${say` of ${{ live: "4" }}`}.`).toEqual([
      { name: "x", side: "a" },
      " has ",
      { live: "3" },
      " of ",
      { live: "4" },
      ".",
    ]);
  });
});
