/** The engine in WebAssembly gives what the command gives, to the byte. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine";
import { newEngine, shippedNames, shippedText, squall, study, wordsFor } from "./support";

/** Minutes of work, or files beside them: the command is there for these. */
const tooLong = new Set((process.env["SQUALL_ENGINE_SKIP"] ?? "").split(",").filter((name) => name !== ""));
const minutes = 60_000;

let engine: Engine;
beforeAll(async () => {
  engine = await newEngine();
});

function bytesOfCommand(words: readonly string[], text: string): string {
  const ended = squall([...words, "--json", "-", "--jobs", "1", "--quiet"], text);
  // 1: an expectation of the scenario was not met, as may be with another seed.
  if (ended.status !== 0 && ended.status !== 1) throw new Error(ended.errors);
  return ended.output;
}

describe.each(shippedNames().filter((name) => !tooLong.has(name)))("%s", (name) => {
  const text = shippedText(name);

  it.each([undefined, "1", "18446744073709551615"])("gives the same bytes with seed %s", (seed) => {
    const scenario = { text, ...(seed === undefined ? {} : { seed }) };
    const native = bytesOfCommand(["compare", ...wordsFor(scenario)], text);
    expect(study(engine, scenario).result === native).toBe(true);
  }, 10 * minutes);
});

describe("a study", () => {
  const text = shippedText("tutorial-bursts");

  it("gives the same bytes with replications", () => {
    const native = bytesOfCommand(["compare", ...wordsFor({}), "--replications", "5"], text);
    expect(study(engine, { text }, { replications: 5 }).result).toBe(native);
  }, minutes);

  it("gives the same bytes for one variant", () => {
    const native = bytesOfCommand(["run", ...wordsFor({}), "--variant", "event-safe"], text);
    expect(study(engine, { text }, { variant: "event-safe" }).result).toBe(native);
  }, minutes);

  it("gives the same bytes with settings changed", () => {
    const scenario = {
      text,
      set: [
        { path: "policies.safe.bulkhead.max_concurrent", value: "25" },
        { path: "services.payments.overload", value: "{capacity: 40, latency: 30ms}" },
        { path: "variants.rpc-naive", value: "null" },
        { path: "expect", value: "null" },
      ],
      seed: "3",
    };
    const native = bytesOfCommand(["compare", ...wordsFor(scenario)], text);
    expect(study(engine, scenario).result).toBe(native);
  }, minutes);

  it("finds the same warm-up", () => {
    const steady = [
      "squall: 1", "name: steady", "duration: 60s", "warmup: auto",
      "services: {a: {workers: 1, latency: {exponential: 10ms}}}",
      "workloads: {w: {to: a, objective: 1s, arrivals: {poisson: 60/s}}}",
      "variants: {slow: {services.a.latency: {exponential: 12ms}}, fast: {services.a.latency: 5ms}}", "",
    ].join("\n");
    const native = bytesOfCommand(["compare", ...wordsFor({}), "--replications", "3"], steady);
    expect(study(engine, { text: steady }, { replications: 3 }).result).toBe(native);
  }, minutes);

  it("holds expectations against what came of it as the command does", () => {
    const hopeful = `${text.replace(/^expect:[^]*/m, "")}\nexpect:\n  - {metric: goodput_ratio, at_least: 99%}\n`;
    const native = squall(["compare", ...wordsFor({}), "--quiet"], hopeful);
    expect(native.status).toBe(1);
    expect(study(engine, { text: hopeful }).unmet).toEqual(native.errors.trimEnd().split("\n"));
  }, minutes);

  it("says of what there is so far that it is a part, and changes nothing by saying it", () => {
    const long = { text: shippedText("sre-bimodal") };
    const whole = study(engine, long).result;
    engine.load(long);
    engine.begin({ replications: 1, page: false, limits: {} });
    let share = 0;
    for (let parts = 0; !engine.step(); ++parts) {
      expect(engine.progress).toBeGreaterThanOrEqual(share);
      share = engine.progress;
      if (parts < 3) expect((JSON.parse(engine.result()) as { partial?: boolean }).partial).toBe(true);
    }
    expect(share).toBeGreaterThan(0);
    expect(engine.result() === whole).toBe(true);
  }, minutes);
});

describe("check", () => {
  it.each(shippedNames())("prints %s as the command does", (name) => {
    const text = shippedText(name);
    engine.load({ text });
    const { findings, yaml } = engine.check();
    expect(yaml).toBe(squall(["check", "scenario.yaml"], text).output);
    expect(findings).toBe(squall(["check", "scenario.yaml", "--format", "json"], text).output);
  });
});
