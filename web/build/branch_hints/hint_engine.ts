/**
 * The engine for browsers, told which of its branches nearly always go one way:
 *
 *   vite-node build/branch_hints/hint_engine.ts FROM.wasm TO.wasm
 *
 * clang knows, but does not say so in WebAssembly; and a browser's compiler that does not know it keeps for each
 * call that hardly ever happens all that is in registers on the stack. So a module that counts its branches runs
 * some scenarios. What it counts is the same on any machine, and so are the bytes that are written.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";
import { Engine } from "../../src/engine/engine";
import type { Assignment } from "../../src/engine/protocol";
import { Wasi } from "../../src/engine/wasi";
import { counting, hinted, passesIn, type Counting, type Passes } from "./branches";

interface Training {
  readonly scenario: string;
  readonly set?: readonly Assignment[];
}

/** Full flow, a call with all its layers at three loads, and what the playground shows first. */
const trainings: readonly Training[] = [
  { scenario: "bench/scenarios/mm1.yaml", set: [{ path: "workloads.customers.requests", value: "300000" }] },
  ...[
    { rate: "800/s", latency: "10ms" },
    { rate: "1100/s", latency: "10ms" },
    { rate: "800/s", latency: "40ms" },
  ].map(({ rate, latency }) => ({
    scenario: "bench/scenarios/whole-request.yaml",
    set: [
      { path: "workloads.shoppers.requests", value: "100000" },
      { path: "workloads.shoppers.arrivals", value: `{poisson: ${rate}}` },
      { path: "services.bank.latency", value: `{exponential: ${latency}}` },
    ],
  })),
  { scenario: "scenarios/tutorial-bursts.yaml" },
];

/** Keeps hold of the engine's memory. */
class WatchedWasi extends Wasi {
  seen: WebAssembly.Memory | undefined;
  override attach(memory: WebAssembly.Memory): void {
    this.seen = memory;
    super.attach(memory);
  }
}

async function passesOf(module: Counting): Promise<readonly Passes[]> {
  const wasi = new WatchedWasi();
  const engine = await Engine.instantiate(await WebAssembly.compile(binaryOf(module.text)), wasi);
  for (const { scenario, set = [] } of trainings) {
    const path = fileURLToPath(new URL(`../../../${scenario}`, import.meta.url));
    engine.load({ text: readFileSync(path, "utf8"), set });
    engine.begin({ replications: 1, page: true, limits: {} });
    while (!engine.step());
    engine.result();
    engine.page();
    engine.end();
  }
  if (wasi.seen === undefined) throw new Error("the engine has no memory");
  return passesIn(wasi.seen.buffer, module);
}

const { readWasm, parseWat } = await wabt();
const features = { sign_extension: true, mutable_globals: true };
const withHints = { ...features, annotations: true, code_metadata: true };

function textOf(module: Uint8Array): string {
  const read = readWasm(module, { ...features, readDebugNames: false });
  const text = read.toText({ foldExprs: false, inlineExport: false });
  read.destroy();
  return text;
}

function binaryOf(module: string): Uint8Array<ArrayBuffer> {
  const parsed = parseWat("squall.wat", module, withHints);
  const { buffer } = parsed.toBinary({ write_debug_names: false });
  parsed.destroy();
  return new Uint8Array(buffer);
}

async function hintEngine(from: string, to: string): Promise<void> {
  const text = textOf(readFileSync(from));
  const result = binaryOf(hinted(text, await passesOf(counting(text))));
  // It is not clang's bytes and some more, but all of it written anew.
  if (textOf(result) !== text) throw new Error("with hints it is another module than without");
  writeFileSync(`${to}.new`, result);
  renameSync(`${to}.new`, to);
}

const [from, to] = process.argv.slice(2).filter((word) => !word.endsWith("hint_engine.ts"));
try {
  if (from === undefined || to === undefined) throw new Error("usage: hint_engine.ts FROM.wasm TO.wasm");
  await hintEngine(from, to);
} catch (error) {
  console.error(
    `no hints for the branches of the engine: ${error instanceof Error ? error.message : String(error)}\n` +
      "With -DSQUALL_BUILD_WASM=OFF all but the playground is built without it.",
  );
  process.exitCode = 1;
}
