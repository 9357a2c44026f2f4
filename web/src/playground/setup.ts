/**
 * What a variant is set to, in words that are read off the scenario, for the tour: a text that follows the
 * sliders stays true when they move.
 */
import { View, callSteps } from "./controls/view";
import { measure } from "./ladder";
import { effective } from "./overrides";
import type { ScenarioText } from "./yaml_edit";
import { isObject } from "./yaml_edit";

export interface Setup {
  /** Of the first workload, as the scenario writes it; undefined where it is not constant or poisson. */
  readonly rate: string | undefined;
  readonly objective: string | undefined;
  /** Messages to a queue, or calls. */
  readonly isEvents: boolean;
  /** Attempts in all; undefined where they are a preset's. Of events: 1, the broker delivers again. */
  readonly attempts: number | undefined;
  readonly timeout: string | undefined;
  /** The first wait before a retry; undefined where there is none. */
  readonly wait: string | undefined;
  readonly jitter: string | undefined;
  readonly hasBudget: boolean;
  readonly hasBreaker: boolean;
  readonly hasBulkhead: boolean;
  /** Of the service that the workload or its handler calls; undefined: unlimited. */
  readonly line: string | undefined;
  readonly order: string;
  /** What each fault does, in the order of the scenario. */
  readonly faults: readonly FaultWords[];
}

export interface FaultWords {
  readonly name: string;
  /** As `from 15 s to 18 s bank is 5 times slower`. */
  readonly words: string;
}

export function setupOf(scenario: ScenarioText, variant: string): Setup {
  const view = new View(effective(scenario, variant));
  const workload = view.names("workloads")[0] ?? "";
  const to = view.text("workloads", workload, "to") ?? "";
  const isEvents = view.has("queues", to);
  const policy = view.text("workloads", workload, "policy") ?? "";
  const at = ["policies", policy];
  const service = isEvents ? serviceBehind(view, to) : to;
  const retries = view.has(...at, "retry");
  const capacity = view.text("services", service, "queue", "capacity");
  const written =
    view.text(...at, "retry", "max_attempts") ?? (view.has(...at, "retry", "preset") ? undefined : "3");
  return {
    rate:
      view.text("workloads", workload, "arrivals", "poisson") ??
      view.text("workloads", workload, "arrivals", "constant"),
    objective: view.text("workloads", workload, "objective"),
    isEvents,
    attempts: retries ? (written === undefined ? undefined : Number(written)) : 1,
    timeout: view.text(...at, "timeout"),
    ...waitOf(view, [...at, "retry", "backoff"]),
    hasBudget: view.has(...at, "budget"),
    hasBreaker: view.has(...at, "breaker"),
    hasBulkhead: view.has(...at, "bulkhead"),
    line: capacity === "unlimited" ? undefined : capacity,
    order: view.text("services", service, "queue", "order") ?? "fifo",
    faults: view.names("faults").map((name) => ({ name, words: faultWords(view, name) })),
  };
}

function serviceBehind(view: View, queue: string): string {
  const consumer = view.names("consumers").find((name) => view.text("consumers", name, "from") === queue);
  if (consumer === undefined) return "";
  return callSteps(view, ["consumers", consumer, "calls"]).find((step) => step.to !== undefined)?.to ?? "";
}

function waitOf(view: View, backoff: readonly string[]): { wait: string | undefined; jitter: string | undefined } {
  const written = view.at(...backoff);
  if (!isObject(written))
    return { wait: written === "none" ? undefined : view.text(...backoff), jitter: undefined };
  const shape = Object.keys(written).find((key) => !["jitter", "cap", "unit"].includes(key)) ?? "";
  const wait = view.text(...backoff, shape) ?? view.text(...backoff, shape, "base");
  const jitter = view.text(...backoff, "jitter");
  return { wait, jitter: jitter === "none" ? undefined : jitter };
}

function faultWords(view: View, name: string): string {
  const at = ["faults", name];
  const starts = view.text(...at, "at") ?? "0s";
  const lasts = view.text(...at, "for");
  const on = view.text(...at, "on") ?? "";
  const what = on.slice(on.indexOf(".") + 1);
  return `${spell(starts, lasts)} ${effects(view, at, what).join(" and ")}`;
}

function spell(starts: string, lasts: string | undefined): string {
  const from = measure("duration", starts);
  const length = measure("duration", lasts ?? "");
  if (from === undefined) return `from ${starts} on`;
  const inSeconds = (ms: number): string => `${Number((ms / 1000).toPrecision(6))} s`;
  return length === undefined
    ? `from ${inSeconds(from)} on`
    : `from ${inSeconds(from)} to ${inSeconds(from + length)}`;
}

function effects(view: View, at: readonly string[], what: string): string[] {
  const latency = view.text(...at, "latency");
  const failure = view.text(...at, "failure");
  const capacity = view.text(...at, "capacity");
  const down = view.text(...at, "down");
  const loss = view.text(...at, "loss");
  const rate = view.text(...at, "rate");
  const found: string[] = [];
  if (latency?.startsWith("x") === true) found.push(`${what} takes ${latency.slice(1)} times as long`);
  else if (latency !== undefined) found.push(`${what} takes ${latency.replace("+", "")} longer`);
  if (failure !== undefined) found.push(`${what} fails ${failure} of its requests`);
  if (capacity !== undefined) found.push(`${what} has ${capacity.slice(1)} times its capacity`);
  if (down !== undefined) found.push(`${what} is down`);
  if (view.text(...at, "pause") === "true") found.push(`${what} stands still`);
  if (loss !== undefined) found.push(`${what} loses ${loss} of its messages`);
  if (rate !== undefined) found.push(`${what} sends ${rate.slice(1)} times as much`);
  if (view.has(...at, "set")) found.push("settings are changed");
  return found.length > 0 ? found : [`something changes at ${what}`];
}
