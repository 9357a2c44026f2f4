import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Control } from "../../../src/playground/controls/control";
import { controlGroups } from "../../../src/playground/controls/groups";
import { apply, effective, variantNames } from "../../../src/playground/overrides";
import { ScenarioText, valueAt } from "../../../src/playground/yaml_edit";

const folder = fileURLToPath(new URL("../../../../scenarios/", import.meta.url));

function read(text: string): ScenarioText {
  const result = ScenarioText.read(text);
  if (!(result instanceof ScenarioText)) throw new Error(result.message);
  return result;
}

function shipped(name: string): ScenarioText {
  return read(readFileSync(`${folder}${name}.yaml`, "utf8"));
}

function controls(scenario: ScenarioText, variant: string): Map<string, Control> {
  return new Map(
    controlGroups(scenario, variant).flatMap((group) => group.controls.map((made) => [made.path.join("."), made])),
  );
}

function choose(scenario: ScenarioText, variant: string, path: string, label: string): ScenarioText {
  const found = controls(scenario, variant).get(path);
  const option = found?.options.find((candidate) => candidate.label === label);
  if (option === undefined) throw new Error(`no option ${label} of ${path}`);
  return read(apply(scenario, variant, option.edits).text);
}

function selectedLabel(scenario: ScenarioText, variant: string, path: string): string | undefined {
  const found = controls(scenario, variant).get(path);
  return found?.options[found.selected]?.label;
}

describe("the controls of a variant", () => {
  const bursts = shipped("tutorial-bursts");

  it("are of the policies and queues that its requests come to", () => {
    const rpc = [...controls(bursts, "rpc-safe").keys()];
    expect(rpc.filter((path) => path.startsWith("policies.naive") || path.startsWith("queues"))).toEqual([]);
    expect(rpc).toContain("policies.safe.bulkhead.max_concurrent");
    const events = [...controls(bursts, "event-safe").keys()];
    expect(events).toContain("queues.orders.capacity");
    expect(events).toContain("consumers.handler.concurrency");
    expect(events.filter((path) => path.startsWith("policies.safe"))).toEqual([]);
  });

  it("show what holds for the variant, its own changes included", () => {
    expect(selectedLabel(bursts, "event-naive", "queues.orders.capacity")).toBe("700");
    expect(selectedLabel(bursts, "event-safe", "queues.orders.capacity")).toBe("5000");
    expect(selectedLabel(bursts, "rpc-naive", "policies.naive.breaker")).toBe("off");
    expect(selectedLabel(bursts, "rpc-safe", "policies.safe.breaker")).toBe("on");
    expect(selectedLabel(bursts, "rpc-safe", "policies.safe.retry.backoff")).toBe("20ms");
    expect(selectedLabel(bursts, "rpc-safe", "policies.safe.retry.backoff.jitter")).toBe("full");
  });

  it("turn a design of calls into one of events and back", () => {
    const events = choose(bursts, "rpc-naive", "workloads.shoppers.to", "events");
    expect(effective(events, "rpc-naive")).toMatchObject({ workloads: { shoppers: { to: "orders" } } });
    expect(valueAt(effective(events, "rpc-naive"), ["workloads", "shoppers", "policy"])).toBeUndefined();
    const calls = choose(bursts, "event-safe", "workloads.shoppers.to", "calls");
    expect(effective(calls, "event-safe")).toMatchObject({
      workloads: { shoppers: { to: "payments", policy: "naive" } },
    });
  });

  it("add a layer to an order that is written out", () => {
    const text = read(
      "policies: {p: {timeout: 1s, order: [timeout]}}\nworkloads: {w: {to: s, policy: p}}\nservices: {s: {}}\n",
    );
    const retrying = choose(text, "base", "policies.p.retry.max_attempts", "3");
    expect(retrying.at(["policies", "p", "order"])).toEqual(["retry", "timeout"]);
    const guarded = choose(retrying, "base", "policies.p.breaker", "on");
    expect(guarded.at(["policies", "p", "order"])).toEqual(["retry", "breaker", "timeout"]);
  });

  it("raise the most of a wait together with its base", () => {
    const slow = choose(bursts, "rpc-naive", "policies.naive.retry.backoff", "1s");
    expect(slow.at(["policies", "naive", "retry", "backoff", "exponential"])).toEqual({ base: "1s", max: "1s" });
  });

  it("leave alone what is no plain number", () => {
    expect([...controls(bursts, "rpc-naive").keys()]).not.toContain("services.payments.latency");
    expect(controlGroups(read("services: [1, 2]\nworkloads: 3\n"), "base")).toEqual([]);
  });
});

describe("every option of every control of every shipped scenario", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

  it.each(files)(
    "is selected once it is chosen, if it still has a control: %s",
    (file) => {
      const scenario = shipped(file.replace(".yaml", ""));
      const [variant = ""] = variantNames(scenario);
      let count = 0;
      for (const [path, control] of controls(scenario, variant)) {
        expect(control.options[control.selected]?.edits).toEqual([]);
        const every = Math.max(1, Math.floor(control.options.length / 6));
        for (const option of control.options.filter((_, index) => index % every === 0)) {
          const after = read(apply(scenario, variant, option.edits).text);
          const label = selectedLabel(after, variant, path);
          if (label !== undefined) expect(`${path}=${label}`).toBe(`${path}=${option.label}`);
          count += 1;
        }
      }
      expect(count).toBeGreaterThan(5);
    },
    60_000,
  );
});
