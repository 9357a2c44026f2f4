/** What is wrong is said in the words of the command, at the same line. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine";
import type { ScenarioInput } from "../../src/engine/protocol";
import { newEngine, refusal, shippedText, squall, study, wordsFor } from "./support";

let engine: Engine;
beforeAll(async () => {
  engine = await newEngine();
});

const good = [
  "squall: 1",
  "name: small",
  "duration: 1s",
  "services:",
  "  bank: {workers: 2, latency: 10ms}",
  "workloads:",
  "  shoppers: {to: bank, objective: 1s, arrivals: {constant: 50/s}}",
  "",
].join("\n");

const withLine = (line: string): string => good.replace("  bank: {workers: 2, latency: 10ms}", line);

/** Names of cases -> scenarios with changes. */
const cases: Record<string, ScenarioInput> = {
  "nothing at all": { text: "" },
  "comments only": { text: "# nothing\n\n" },
  "an unknown key": { text: withLine("  bank: {worker: 2, latency: 10ms}") },
  "an unknown name": { text: good.replace("to: bank", "to: bnak") },
  "a duration without unit": { text: withLine("  bank:\n    workers: 2\n    latency: 10") },
  "text in place of a number": { text: withLine('  bank: {workers: "2", latency: 10ms}') },
  "a duplicate key": { text: withLine("  bank: {workers: 2, latency: 10ms}\n  bank: {workers: 3}") },
  "a duplicate in a flow": { text: withLine("  bank: {workers: 2, workers: 3, latency: 10ms}") },
  "a tag": { text: withLine("  bank: {workers: !!int 2, latency: 10ms}") },
  "a tag of somebody": { text: withLine("  bank: !mine\n    workers: 2") },
  "a merge key": { text: withLine("  base: &b {workers: 2, latency: 1ms}\n  bank:\n    <<: *b") },
  "a key that is a list": { text: withLine("  ? [a, b]\n  : {workers: 2}") },
  "a missing key": { text: withLine("  : {workers: 2}") },
  "a second document": { text: `${good}---\n${good}` },
  "a tab in the indentation": { text: withLine("\tbank: {workers: 2, latency: 10ms}") },
  "a control character": { text: withLine("  bank: {workers: 2, latency: 10\u0007ms}") },
  "an anchor that is not there": { text: withLine("  bank: *nowhere") },
  "an alias in its own anchor": { text: withLine("  bank: &b {workers: 2, latency: *b}") },
  "too deep": { text: withLine(`  bank: ${"[".repeat(70)}${"]".repeat(70)}`) },
  "far too deep": { text: withLine(`  bank: ${"[".repeat(20_000)}`) },
  "no map": { text: "- a\n- b\n" },
  "a null": { text: withLine("  bank:\n    workers: ~\n    latency:\n      10ms") },
  "a list that is no list": { text: good.replace("services:", "services: []\nqueues:") },
  "a file": { text: withLine("  bank: {workers: 2, latency: {empirical: times.csv}}") },
  "a metric that is none": { text: `${good}expect:\n  - {metric: goodput_rate, at_least: 1%}\n` },
  "a setting that is not there": { text: good, set: [{ path: "services.bnak.workers", value: "3" }] },
  "a setting without a value": { text: good, set: [{ path: "services.bank.workers", value: " " }] },
  "a setting that is no number": { text: good, set: [{ path: "services.bank.workers", value: "many" }] },
  "a setting with a tag": { text: good, set: [{ path: "services.bank.workers", value: "!!int 3" }] },
  "a setting with a duplicate": { text: good, set: [{ path: "services.bank", value: "{workers: 1, workers: 2}" }] },
  "a seed that is none": { text: good, seed: "-1" },
  "a seed that is too large": { text: good, seed: "18446744073709551616" },
};

/** The command cannot read a file that is not there, and the engine none at all. */
const inOtherWords = new Set(["a file"]);

describe("the engine refuses", () => {
  it.each(Object.entries(cases))("%s", (name, scenario) => {
    const native = squall(["check", ...wordsFor(scenario), "--quiet"], scenario.text);
    expect(native.status).toBe(2);
    const lines = native.errors.trimEnd().split("\n");
    const ours = refusal(() => engine.load(scenario));
    if (inOtherWords.has(name)) {
      expect(ours).toMatch(/^scenario\.yaml:5: .*cannot be read in a browser/);
    } else {
      expect(ours).toBe(lines[lines.length - 1]);
    }
  });

  it.each([
    ["a flow that is never closed", withLine("  bank: {workers: 2, latency: 10ms")],
    ["a quote that is never closed", withLine('  bank: {workers: 2, latency: "10ms}')],
    ["an indentation that is wrong", withLine("  bank:\n    workers: 2\n   latency: 10ms")],
    ["a colon that cannot stand there", withLine("  bank: workers: 2")],
  ])("%s as no YAML", (_name, text) => {
    expect(squall(["check", "scenario.yaml", "--quiet"], text).status).toBe(2);
    expect(refusal(() => engine.load({ text }))).toMatch(/^scenario\.yaml:\d+: is not YAML: /);
  });

  it("JSON with the command's words", () => {
    const text = '{"squall": 1,\n "name": "x",\n "services": {"bank": }}';
    const native = squall(["check", "scenario.json"], text, "scenario.json");
    expect(refusal(() => engine.load({ text, file: "scenario.json" }))).toBe(native.errors.trimEnd());
  });

  it("a variant that is not there", () => {
    const text = shippedText("tutorial-bursts");
    const native = squall(["run", "scenario.yaml", "--variant", "rpc-save", "--quiet"], text);
    expect(refusal(() => study(engine, { text }, { variant: "rpc-save" }))).toBe(native.errors.trimEnd());
  });

  it("a run that takes more events than it may", () => {
    const text = shippedText("tutorial-bursts");
    const native = squall(["compare", "scenario.yaml", "--max-events", "10000", "--quiet"], text);
    expect(native.status).toBe(3);
    // Between two looks a run may go over, in both by its own measure.
    const shape = (line: string): string => line.replaceAll(/\d+(\.\d+)?/g, "N");
    const ours = refusal(() => study(engine, { text }, { limits: { eventsMax: 10_000 } }));
    expect(shape(ours)).toBe(shape(native.errors.trimEnd()));
  });

  it("a run that holds more memory than it may", () => {
    const text = [
      "squall: 1", "name: flood", "duration: 1000s", "services: {a: {workers: 1, latency: 1s}}",
      "workloads: {w: {to: a, objective: 1s, arrivals: {constant: 100000/s}}}", "",
    ].join("\n");
    const ours = refusal(() => study(engine, { text }, { limits: { memoryBytesMax: 30e6 } }));
    expect(ours).toMatch(/^scenario\.yaml: variant 'base' holds \d+ MB .*more than --max-memory 30 MB/);
  });

  it("and goes on with the next scenario", () => {
    expect(refusal(() => engine.load({ text: "a: [" }))).not.toBe("no error");
    expect(JSON.parse(study(engine, { text: good }).result)).toMatchObject({ scenario: "small" });
  });
});
