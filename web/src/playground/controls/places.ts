/** Controls of workloads, faults, services, queues and consumers. */
import { measure } from "../ladder";
import type { LadderRange } from "../ladder";
import type { Path } from "../yaml_edit";
import { choice, remove, set, slider, withKey } from "./control";
import type { Control } from "./control";
import { callsOf } from "./view";
import type { View } from "./view";

const times: LadderRange = { kind: "duration", from: 1, to: 60_000 };
const unlimited = ["unlimited"];

export function workloadControls(view: View, name: string): Control[] {
  const workload: Path = ["workloads", name];
  const arrivals = [...workload, "arrivals"];
  const number = (label: string, path: Path, range: LadderRange): Control[] =>
    slider(label, path, view.text(...path), range);
  return [
    ...route(view, name),
    ...number("requests", [...arrivals, "constant"], rates(view, [...arrivals, "constant"])),
    ...number("requests", [...arrivals, "poisson"], rates(view, [...arrivals, "poisson"])),
    ...number("requests in a burst", [...arrivals, "bursts", "size"], { kind: "count", from: 1, to: 5000 }),
    ...number("a burst every", [...arrivals, "bursts", "every"], { ...times, to: 3_600_000 }),
    ...number("users", [...arrivals, "closed", "users"], { kind: "count", from: 1, to: 10_000 }),
    ...number("objective", [...workload, "objective"], { ...times, from: 10, after: ["forever"] }),
  ];
}

/** Around what stands there: two decades down, one up. */
function rates(view: View, path: Path): LadderRange {
  const now = measure("rate", view.text(...path) ?? "") ?? 100;
  return { kind: "rate", from: Math.max(now / 100, 0.01), to: Math.max(now * 10, 1) };
}

/** A call of a service or a message for its queue, where the scenario has both ways to the same work. */
function route(view: View, name: string): Control[] {
  const path = ["workloads", name, "to"];
  const to = view.text(...path);
  if (to === undefined) return [];
  const policy = ["workloads", name, "policy"];
  const callers = view.names("consumers").map((consumer) => ({
    queue: view.text("consumers", consumer, "from") ?? "",
    services: view.names("services").filter((service) => callsOf(view, ["consumers", consumer]).includes(service)),
  }));
  const isEvents = view.has("queues", to);
  const queue = isEvents ? to : callers.find((caller) => caller.services.includes(to))?.queue;
  const service = isEvents ? serviceBehind(view, callers.find((caller) => caller.queue === to)?.services) : to;
  if (queue === undefined || service === undefined || isExpectedOfCalls(view, name)) return [];
  const caller = view.names("policies").find((candidate) => view.has("policies", candidate, "retry"));
  const toService = [
    set(path, service),
    ...(caller === undefined || view.has(...policy) ? [] : [set(policy, caller)]),
  ];
  const toQueue = [set(path, queue), ...(view.has(...policy) ? [remove(policy)] : [])];
  return choice("sent as", path, isEvents ? "events" : "calls", ["calls", "events"], (word) =>
    word === "calls" ? toService : toQueue,
  );
}

/** An expectation of the workload's own call cannot be asked of events, nor the other way round. */
function isExpectedOfCalls(view: View, workload: string): boolean {
  const expected = view.at("expect");
  if (!Array.isArray(expected)) return false;
  return expected.some((_, index) =>
    view.text("expect", String(index), "metric")?.startsWith(`calls.${workload}->`),
  );
}

function serviceBehind(view: View, services: readonly string[] | undefined): string | undefined {
  return services?.find((service) => view.has("services", service));
}

export function faultControls(view: View, name: string): Control[] {
  const fault: Path = ["faults", name];
  const number = (label: string, key: string, range: LadderRange): Control[] =>
    slider(label, [...fault, key], view.text(...fault, key), range);
  const latency = view.text(...fault, "latency");
  const isPlus = latency?.startsWith("+") ?? false;
  const plus = slider("slower by", [...fault, "latency"], latency?.slice(1), times, (text) => [
    set([...fault, "latency"], `+${text}`),
  ]);
  const runs = measure("duration", view.text("duration") ?? "") ?? 60_000;
  return [
    ...number("lasts", "for", { kind: "duration", from: 10, to: Math.max(runs, 1000), after: ["forever"] }),
    ...(isPlus ? plus : number("slower", "latency", { kind: "factor", from: 1, to: 20 })),
    ...number("fails", "failure", { kind: "share", from: 0, to: 1 }),
    ...number("capacity", "capacity", { kind: "factor", from: 0.1, to: 1 }),
    ...number("loses", "loss", { kind: "share", from: 0, to: 1 }),
    ...number("load", "rate", { kind: "factor", from: 0.1, to: 10 }),
  ];
}

export function serviceControls(view: View, name: string): Control[] {
  const service: Path = ["services", name];
  const written = (label: string, key: string, range: LadderRange, fallback: string): Control[] =>
    slider(label, [...service, key], view.has(...service, key) ? view.text(...service, key) : fallback, range);
  const deep = (label: string, path: Path, range: LadderRange): Control[] =>
    slider(label, [...service, ...path], view.text(...service, ...path), range);
  const workers = view.text(...service, "workers");
  const line = [...service, "queue"];
  return [
    ...(workers === undefined
      ? []
      : written("workers", "workers", { kind: "count", from: 1, to: 1000, after: unlimited }, "")),
    ...deep("replicas", ["replicas"], { kind: "count", from: replicasMin(view, name), to: 100 }),
    ...deep("time of a request", ["latency"], times),
    ...deep("time of a request, mean", ["latency", "exponential"], times),
    ...deep("time of a request, mean", ["latency", "gamma", "mean"], times),
    ...written("fails", "failure", { kind: "share", from: 0, to: 1 }, "0%"),
    ...deep("bears at once", ["overload", "capacity"], { kind: "count", from: 1, to: 1000 }),
    ...(workers === undefined || workers === "unlimited" ? [] : lineControls(view, line)),
    ...(view.has("policies") ? whenGone(view, service) : []),
  ];
}

/** A fault of one replica needs it to be there. */
function replicasMin(view: View, service: string): number {
  const numbers = view
    .names("faults")
    .filter((fault) => view.text("faults", fault, "on") === `service.${service}`)
    .map((fault) => measure("count", view.text("faults", fault, "replica") ?? "0") ?? 0);
  return Math.max(0, ...numbers) + 1;
}

function lineControls(view: View, line: Path): Control[] {
  const capacity = [...line, "capacity"];
  const order = [...line, "order"];
  return [
    ...slider(
      "line holds",
      capacity,
      view.has(...capacity) ? view.text(...capacity) : "unlimited",
      {
        kind: "count",
        from: 0,
        to: 10_000,
        after: unlimited,
      },
      (text) => [view.has(...line) ? set(capacity, text) : set(line, withKey(undefined, "capacity", text))],
    ),
    ...choice("served first", order, view.text(...order) ?? "fifo", ["fifo", "lifo", "adaptive_lifo"], (word) => [
      view.has(...line) ? set(order, word) : set(line, withKey(undefined, "order", word)),
    ]),
  ];
}

function whenGone(view: View, service: Path): Control[] {
  const path = [...service, "when_caller_gone"];
  return choice("caller gone", path, view.text(...path) ?? "finish", ["finish", "skip_queued", "cancel"]);
}

export function queueControls(view: View, name: string): Control[] {
  const queue: Path = ["queues", name];
  const capacity = [...queue, "capacity"];
  const deliveries = [...queue, "max_deliveries"];
  const consumers = view.names("consumers").filter((consumer) => view.text("consumers", consumer, "from") === name);
  return [
    ...slider("queue holds", capacity, view.has(...capacity) ? view.text(...capacity) : "unlimited", {
      kind: "count",
      from: 1,
      to: 100_000,
      after: unlimited,
    }),
    ...slider("deliveries in all", deliveries, view.text(...deliveries), {
      kind: "count",
      from: 1,
      to: 20,
      after: unlimited,
    }),
    ...consumers.flatMap((consumer) => {
      const path = ["consumers", consumer, "concurrency"];
      return slider(`handled at once`, path, view.text(...path) ?? "1", { kind: "count", from: 1, to: 1000 });
    }),
  ];
}
