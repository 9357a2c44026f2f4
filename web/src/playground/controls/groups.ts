/**
 * The controls of a scenario as one variant has it: what its requests can reach, in the order in which a
 * storm goes through it. What no request of the variant comes to has no control, since moving it would
 * change nothing.
 */
import { effective } from "../overrides";
import type { ScenarioText } from "../yaml_edit";
import type { Group } from "./control";
import { faultControls, queueControls, serviceControls, workloadControls } from "./places";
import { policyControls } from "./policy";
import { View, callSteps } from "./view";
import type { CallStep } from "./view";

interface Reached {
  readonly services: string[];
  readonly queues: string[];
  /** Policies, and whose calls they stand around. */
  readonly policies: Map<string, string[]>;
}

export function controlGroups(scenario: ScenarioText, variant: string): Group[] {
  const view = new View(effective(scenario, variant));
  const reached = reach(view);
  const groups: Group[] = [
    ...view
      .names("workloads")
      .map((name) => ({ title: "Load", note: name, controls: workloadControls(view, name) })),
    ...view.names("faults").map((name) => ({ title: "Trigger", note: name, controls: faultControls(view, name) })),
    ...[...reached.policies].map(([name, edges]) => ({
      title: "Policy",
      note: `${name}: ${edges.join(", ")}`,
      controls: policyControls(view, name),
    })),
    ...reached.queues.map((name) => ({ title: "Queue", note: name, controls: queueControls(view, name) })),
    ...reached.services.map((name) => ({ title: "Service", note: name, controls: serviceControls(view, name) })),
  ];
  return groups.filter((group) => group.controls.length > 0);
}

function reach(view: View): Reached {
  const reached: Reached = { services: [], queues: [], policies: new Map() };
  const visit = (from: string, { to, publish, policy }: CallStep): void => {
    const target = to ?? publish;
    if (target === undefined) return;
    if (policy !== undefined && view.has("policies", policy)) {
      const edges = reached.policies.get(policy) ?? [];
      const edge = `${from} → ${target}`;
      if (!edges.includes(edge)) edges.push(edge);
      reached.policies.set(policy, edges);
    }
    if (view.has("services", target) && !reached.services.includes(target)) {
      reached.services.push(target);
      for (const step of callSteps(view, ["services", target, "calls"])) visit(target, step);
    }
    if (view.has("queues", target) && !reached.queues.includes(target)) {
      reached.queues.push(target);
      for (const consumer of view.names("consumers")) {
        if (view.text("consumers", consumer, "from") !== target) continue;
        for (const step of callSteps(view, ["consumers", consumer, "calls"])) visit(consumer, step);
      }
    }
  };
  for (const name of view.names("workloads")) {
    const to = view.text("workloads", name, "to");
    visit(name, { to, policy: view.text("workloads", name, "policy") });
  }
  return reached;
}
