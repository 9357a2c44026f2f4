import type { CallLine, ServiceLine, Timeline, WorkloadLine } from "../../src/data/page";

export const TIMES = [10, 20, 30, 40];
const zero = [0, 0, 0, 0];

export const workload = (more: Partial<WorkloadLine> = {}): WorkloadLine => ({
  offered: [10, 10, 10, 10], ok: [10, 10, 0, 0], late: zero, failed: [0, 0, 10, 10], rejected: zero, dead_lettered: zero, dropped: zero,
  open: zero, latency_ms: { p50: [1, 2, null, null], p95: [1, 2, null, null], p99: [1, 2, null, null], max: [1, 2, null, null] },
  latency_whole_ms: { p50: 0.9, p95: 1.9, p99: 1.9 }, distribution: [[1, 10], [2, 10]],
  ...more,
});

export const call = (more: Partial<CallLine> = {}): CallLine => ({
  from: "users", to: "bank", kind: "call", requests: [10, 10, 10, 10], attempts: [10, 10, 30, 40], retries: [0, 0, 20, 30], hedges: zero,
  timeouts: [0, 0, 25, 40], errors: zero, rejected: zero, refused_local: zero, denied: zero, under_way: zero,
  ...more,
});

export const service = (more: Partial<ServiceLine> = {}): ServiceLine => ({
  arrived: [10, 10, 30, 40], completed: [10, 10, 2, 1], failed: zero, refused: zero, wasted: zero, waiting: [0, 0, 50, 90], waiting_max: [0, 3, 60, 90],
  in_service: [3, 5, 5, 5], load: [0.6, 0.9, 1.4, 2],
  ...more,
});

/** Users call a bank that is overloaded from 20 ms on. */
export const timeline = (more: Partial<Timeline> = {}): Timeline => ({
  seed: "7", label: "", interval_ms: 10, time_ms: TIMES, workloads: { users: workload() }, calls: { "users->bank": call() },
  services: { bank: service() }, queues: {}, faults: [],
  nodes: [{ name: "users", kind: "workload" }, { name: "bank", kind: "service" }, { name: "idle", kind: "service" }],
  edges: [{ from: "workload.users", to: "service.bank", kind: "call", call: "users->bank" }],
  story: { headline: "", origin: "service.bank", steps: [], fed_by: "", stopped_by: "" },
  ...more,
});
