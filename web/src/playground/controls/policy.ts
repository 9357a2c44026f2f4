/** Controls of what stands at a caller: retries and their waits, timeouts, budget, breaker, bulkhead. */
import { measure, write } from "../ladder";
import type { LadderRange } from "../ladder";
import type { Edit } from "../overrides";
import { isList, isObject } from "../yaml_edit";
import type { Path, Value } from "../yaml_edit";
import { choice, remove, set, slider, toggle } from "./control";
import type { Control } from "./control";
import type { View } from "./view";

/** Of the layers of a policy, outermost first; where a new one goes when the order is written out. */
const layerOrder = ["retry", "hedge", "throttle", "breaker", "rate_limit", "limiter", "bulkhead", "timeout"];

const waits: LadderRange = { kind: "duration", from: 1, to: 60_000 };

export function policyControls(view: View, name: string): Control[] {
  const policy: Path = ["policies", name];
  return [
    ...retries(view, policy),
    ...backoff(view, policy),
    ...timeout(view, policy),
    ...deadline(view, policy),
    ...budget(view, policy),
    ...breaker(view, policy),
    ...bulkhead(view, policy),
  ];
}

function retries(view: View, policy: Path): Control[] {
  const retry = [...policy, "retry"];
  const path = [...retry, "max_attempts"];
  const isThere = view.has(...retry);
  const isPreset = view.has(...retry, "preset");
  const now = isThere ? (view.text(...path) ?? (isPreset ? undefined : "3")) : "1";
  const most = Math.max(10, measure("count", now ?? "") ?? 0);
  const fresh = "backoff: {exponential: {base: 20ms, max: 400ms}, jitter: full}";
  return slider("attempts in all", path, now, { kind: "count", from: 1, to: most }, (text) =>
    isThere ? [set(path, text)] : addLayer(view, policy, "retry", `{max_attempts: ${text}, ${fresh}}`),
  );
}

const shapes = ["fixed", "linear", "exponential", "cumulative", "decorrelated"];

function backoff(view: View, policy: Path): Control[] {
  const path = [...policy, "retry", "backoff"];
  if (!view.has(...policy, "retry")) return [];
  const written = view.at(...path);
  if (written === undefined && view.has(...policy, "retry", "preset")) return [];
  const shape = isObject(written) ? shapes.find((word) => view.has(...path, word)) : undefined;
  const range = { ...waits, before: ["none"] };
  if (shape === undefined) {
    const now = written === undefined ? "none" : view.text(...path);
    const first = slider("wait before a retry", path, now, range, (text) => [
      set(path, text === "none" ? text : exponential(text)),
    ]);
    return [...first, ...jitterOf(view, path, now)];
  }
  const base = [...path, shape];
  const isLong = isObject(view.at(...base));
  const basePath = isLong ? [...base, "base"] : base;
  const first = slider("wait before a retry", path, view.text(...basePath), range, (text) => {
    if (text === "none") return [set(path, text)];
    return [set(basePath, text), ...raisedMax(view, base, text)];
  });
  return [...first, ...jitterOf(view, path, undefined)];
}

function exponential(base: string): string {
  const most = write("duration", 20 * (measure("duration", base) ?? 1));
  return `{exponential: {base: ${base}, max: ${most}}, jitter: full}`;
}

/** The most of a wait is not below its base. */
function raisedMax(view: View, shape: Path, base: string): Edit[] {
  const most = measure("duration", view.text(...shape, "max") ?? "");
  return most !== undefined && most < (measure("duration", base) ?? 0) ? [set([...shape, "max"], base)] : [];
}

/** @param fixed the wait, where it is written as a bare duration. */
function jitterOf(view: View, backoffPath: Path, fixed: string | undefined): Control[] {
  const path = [...backoffPath, "jitter"];
  if (fixed === "none" || view.has(...backoffPath, "decorrelated")) return [];
  if (fixed !== undefined) {
    return choice("jitter", path, "none", ["none", "equal", "full"], (word) => [
      set(backoffPath, `{fixed: ${fixed}, jitter: ${word}}`),
    ]);
  }
  const written = view.at(...path);
  return choice("jitter", path, written === undefined ? "none" : view.text(...path), ["none", "equal", "full"]);
}

function timeout(view: View, policy: Path): Control[] {
  const path = [...policy, "timeout"];
  const isThere = view.has(...path);
  const now = isThere ? view.text(...path) : "forever";
  return slider("timeout of an attempt", path, now, { ...waits, after: ["forever"] }, (text) => {
    if (text === "forever") return [remove(path)];
    return isThere ? [set(path, text)] : addLayer(view, policy, "timeout", text);
  });
}

function deadline(view: View, policy: Path): Control[] {
  const path = [...policy, "deadline"];
  if (!view.has(...path)) return [];
  return slider("deadline of a call", path, view.text(...path), { ...waits, to: 600_000, after: ["forever"] });
}

/** Of each budget the number that bounds most, in the order of the reference. */
const budgetBounds: readonly (readonly [
  kind: string,
  key: string,
  label: string,
  fallback: string,
  LadderRange,
])[] = [
  ["envoy", "percent", "retries under way, at most", "20%", { kind: "share", from: 0, to: 1 }],
  ["grpc", "token_ratio", "tokens back for a success", "0.1", { kind: "number", from: 0.001, to: 1 }],
  ["finagle", "percent_can_retry", "retries for each call", "20%", { kind: "share", from: 0, to: 1 }],
  ["aws", "capacity", "tokens in the bucket", "500", { kind: "count", from: 0, to: 5000 }],
  ["failsafe", "max_rate", "retries under way, at most", "20%", { kind: "share", from: 0, to: 1 }],
  ["bucket", "deposit", "tokens for a success", "0.1", { kind: "number", from: 0.001, to: 1 }],
  ["cutoff", "failure_rate", "no retries above failures of", "10%", { kind: "share", from: 0, to: 1 }],
];

function budget(view: View, policy: Path): Control[] {
  const path = [...policy, "budget"];
  const isOn = view.has(...path);
  if (!isOn && !view.has(...policy, "retry")) return [];
  const fresh = "{envoy: {percent: 20%, min_concurrency: 3}}";
  const bounds = budgetBounds.filter(([kind]) => view.has(...path, kind));
  return [
    toggle("retry budget", path, isOn, [set(path, fresh)], [remove(path)]),
    ...bounds.flatMap(([kind, key, label, fallback, range]) =>
      bound(view, [...path, kind, key], label, fallback, range),
    ),
  ];
}

const breakerBounds: readonly (readonly [
  kind: string,
  key: string,
  label: string,
  fallback: string,
  LadderRange,
])[] = [
  ["window", "failures", "opens at failures", "8", { kind: "count", from: 1, to: 100 }],
  ["window", "open_for", "open for", "500ms", waits],
  ["resilience4j", "failure_rate", "opens at failures of", "50%", { kind: "share", from: 0.01, to: 1 }],
  ["resilience4j", "open_for", "open for", "60s", { ...waits, to: 600_000 }],
  ["polly", "failure_ratio", "opens at failures of", "10%", { kind: "share", from: 0, to: 1 }],
  ["polly", "break_for", "open for", "5s", waits],
  ["hystrix", "error_threshold", "opens at failures of", "50%", { kind: "share", from: 0.01, to: 1 }],
  ["hystrix", "sleep_window", "open for", "5s", waits],
  ["sentinel", "error_ratio", "opens above failures of", "", { kind: "share", from: 0, to: 1 }],
  ["sentinel", "open_for", "open for", "10s", waits],
  ["linkerd", "max_failures", "opens at failures in a row", "7", { kind: "count", from: 1, to: 100 }],
  ["linkerd", "min_penalty", "open for, at first", "1s", waits],
];

function breaker(view: View, policy: Path): Control[] {
  const path = [...policy, "breaker"];
  const isOn = view.has(...path);
  const fresh = "{resilience4j: {window: 20, minimum: 20, failure_rate: 50%, open_for: 1s, half_open_calls: 3}}";
  const bounds = breakerBounds.filter(([kind]) => view.has(...path, kind));
  return [
    toggle("circuit breaker", path, isOn, addLayer(view, policy, "breaker", fresh), [remove(path)]),
    ...bounds.flatMap(([kind, key, label, fallback, range]) => {
      const window = measure("count", view.text(...path, "window", "window") ?? "20") ?? 20;
      const isCount = kind === "window" && key === "failures";
      return bound(view, [...path, kind, key], label, fallback, isCount ? { ...range, to: window } : range);
    }),
  ];
}

function bulkhead(view: View, policy: Path): Control[] {
  const path = [...policy, "bulkhead"];
  const isOn = view.has(...path);
  const fresh = "{max_concurrent: 25, max_waiting: 1000, max_wait: 1s}";
  const on = addLayer(view, policy, "bulkhead", fresh);
  const sizes = isOn
    ? [
        ...bound(view, [...path, "max_concurrent"], "calls at once", "25", { kind: "count", from: 1, to: 1000 }),
        ...bound(view, [...path, "max_waiting"], "calls in line", "unlimited", {
          kind: "count",
          from: 0,
          to: 10_000,
          after: ["unlimited"],
        }),
      ]
    : [];
  return [toggle("bulkhead", path, isOn, on, [remove(path)]), ...sizes];
}

function bound(view: View, path: Path, label: string, fallback: string, range: LadderRange): Control[] {
  return slider(label, path, view.has(...path) ? view.text(...path) : fallback, range);
}

/** A layer that is new is named in the order, if there is one: the engine wants every part named. */
function addLayer(view: View, policy: Path, layer: string, value: string): Edit[] {
  const edits = [set([...policy, layer], value)];
  const order = view.at(...policy, "order");
  if (!isList(order) || order.includes(layer)) return edits;
  return [...edits, set([...policy, "order"], `[${insertLayer(order, layer).join(", ")}]`)];
}

function insertLayer(order: readonly Value[], layer: string): string[] {
  const names = order.map(String);
  const rank = layerOrder.indexOf(layer);
  const before = names.findIndex((name) => layerOrder.indexOf(name) > rank);
  names.splice(before < 0 ? names.length : before, 0, layer);
  return names;
}
