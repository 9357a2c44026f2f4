import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/playground/address";
import { controlGroups } from "../../../src/playground/controls/groups";
import {
  atTourStep,
  columnsOf,
  fromState,
  openShipped,
  toState,
  withEdits,
  withPin,
  withScenario,
  withSeed,
  withText,
  withVariant,
  withoutChanges,
  withoutPin,
} from "../../../src/playground/model";
import type { Model, ShippedScenario } from "../../../src/playground/model";
import { steps } from "../../../src/playground/tour/steps";
import { ScenarioText } from "../../../src/playground/yaml_edit";

function load(name: string): ShippedScenario {
  const file = fileURLToPath(new URL(`../../../../scenarios/${name}.yaml`, import.meta.url));
  return { name, description: "", text: readFileSync(file, "utf8") };
}

const bursts = load("tutorial-bursts");
const shipped = [bursts, load("tour"), load("tutorial")];
const attempts = ["policies", "naive", "retry", "max_attempts"];

async function throughAddress(model: Model): Promise<Model | string | undefined> {
  const { state } = await decode(await encode(toState(model, shipped)), (name) =>
    shipped.some((one) => one.name === name),
  );
  return state === undefined ? undefined : fromState(state, shipped);
}

function move(model: Model, value: string): Model {
  return withEdits(model, "rpc-naive", [{ path: attempts, value }], "all", shipped);
}

describe("the model", () => {
  it("opens a shipped scenario with two columns", () => {
    expect(columnsOf(openShipped(bursts)).map((column) => column.label)).toEqual(["rpc-naive", "rpc-queued"]);
  });

  it("keeps a moved slider as one step, and none where it is back", () => {
    const moved = move(move(move(openShipped(bursts), "5"), "6"), "7");
    expect(moved.source).toEqual({ kind: "shipped", name: bursts.name, steps: [{ path: attempts, value: "7" }] });
    expect(moved.text).toContain("retry: {max_attempts: 7, on");
    expect(move(moved, "4").source).toEqual({ kind: "shipped", name: bursts.name, steps: [] });
  });

  it("comes back from its address as it was, whatever was done to it", async () => {
    let model = openShipped(bursts);
    const seen: Model[] = [model];
    const note = (next: Model): void => {
      model = next;
      seen.push(next);
    };
    note(move(model, "9"));
    note(withSeed(model, "42", shipped));
    note(withPin(model));
    note(move(model, "2"));
    note(withVariant(model, "a", "event-safe"));
    note(withoutPin(model));
    note(withVariant(model, "b", ""));
    note(withText(model, `${model.text}# mine\n`, shipped));
    note(move(model, "3"));
    note(atTourStep(5, shipped) ?? model);
    for (const one of seen) expect(await throughAddress(one)).toEqual(one);
  });

  it("comes back after every option of every control", async () => {
    const model = openShipped(bursts);
    const scenario = ScenarioText.read(model.text) as ScenarioText;
    for (const control of controlGroups(scenario, "event-naive").flatMap((group) => group.controls)) {
      for (const option of [control.options[0], control.options[control.options.length - 1]]) {
        const after = withEdits(model, "event-naive", option?.edits ?? [], "one", shipped);
        expect(await throughAddress(after)).toEqual(after);
        expect(after.source.kind).toBe("shipped");
      }
    }
  });

  it("shows what is pinned beside what it becomes", () => {
    const pinned = move(withPin(openShipped(bursts)), "1");
    const [a, b] = columnsOf(pinned);
    expect(a?.text).toContain("max_attempts: 1");
    expect(b?.text).toBe(bursts.text);
    expect(b?.label).toBe("rpc-naive (pinned)");
    expect(columnsOf(withoutPin(pinned))[1]?.label).toBe("rpc-queued");
  });

  it("takes the first variants where a text does not have those that were shown", () => {
    const model = withText(openShipped(bursts), "variants: {x: {}, y: {}}\n", shipped);
    expect([model.a, model.b]).toEqual(["x", "y"]);
    const single = withText(model, "services: {}\n", shipped);
    expect([single.a, single.b]).toEqual(["base", ""]);
  });

  it("keeps the names of the columns while a text is half written", () => {
    const model = withText(openShipped(bursts), "variants: {rpc-naive: {", shipped);
    expect([model.a, model.b]).toEqual(["rpc-naive", "rpc-queued"]);
  });

  it("goes back to what ships, and leaves the tour for another scenario", () => {
    const moved = move(openShipped(bursts), "9");
    expect(withoutChanges(moved, shipped)).toEqual(openShipped(bursts));
    expect(withScenario(atTourStep(2, shipped) as Model, bursts).tour).toBeUndefined();
  });

  it("says so where the changes of a link do not fit", () => {
    const source = {
      kind: "shipped",
      name: "tour",
      steps: [
        { path: ["seed"], value: "{" },
        { path: ["a"], value: "1" },
      ],
    } as const;
    expect(fromState({ source, a: "", b: "" }, shipped)).toMatch(/do not fit/);
  });
});

describe("the tour", () => {
  it("has seven steps, each of variants that its scenario has", () => {
    expect(steps).toHaveLength(7);
    steps.forEach((step, index) => {
      const model = atTourStep(index + 1, shipped);
      expect(columnsOf(model as Model).map((column) => column.variant)).toEqual([step.a, step.b]);
      expect(openShipped(load("tour")).text).toContain(`  ${step.b}:`);
    });
    expect(atTourStep(8, shipped)).toBeUndefined();
    expect(atTourStep(1, [bursts])).toBeUndefined();
  });
});
