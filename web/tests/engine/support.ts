import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Engine, EngineFailure } from "../../src/engine/engine";
import type { RunLimits, ScenarioInput } from "../../src/engine/protocol";

/** A variable that ctest sets; by hand: SQUALL_COMMAND=... SQUALL_WASM=... npm run test:engine. */
export function fromEnvironment(name: string, meaning: string): string {
  const value = process.env[name];
  if (!value || !existsSync(value)) throw new Error(`${name} must name ${meaning}; it is '${value ?? ""}'`);
  return value;
}

export const command = (): string => fromEnvironment("SQUALL_COMMAND", "the squall command");

const scenarios = fileURLToPath(new URL("../../../scenarios", import.meta.url));

export function shippedNames(): string[] {
  return readdirSync(scenarios)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}
export const shippedText = (name: string): string => readFileSync(join(scenarios, `${name}.yaml`), "utf8");

let module: WebAssembly.Module | undefined;
export async function newEngine(): Promise<Engine> {
  const file = fromEnvironment("SQUALL_WASM", "squall.wasm");
  module ??= await WebAssembly.compile(readFileSync(file));
  return Engine.instantiate(module);
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The command, with the text as `scenario.yaml` in a folder of its own, in which it runs. */
export function squall(words: readonly string[], text = "", file = "scenario.yaml"): Ended {
  const folder = mkdtempSync(join(tmpdir(), "squall-engine-"));
  try {
    writeFileSync(join(folder, file), text);
    const ended = spawnSync(command(), words, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
    return { status: ended.status, output: ended.stdout, errors: ended.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The words of the command for the same scenario and changes. */
export function wordsFor({ file = "scenario.yaml", set = [], seed }: Omit<ScenarioInput, "text">): string[] {
  const changes = set.flatMap(({ path, value }) => ["--set", `${path}=${value}`]);
  return [file, ...changes, ...(seed === undefined ? [] : ["--seed", seed])];
}

export interface Study {
  readonly variant?: string;
  readonly replications?: number;
  readonly limits?: RunLimits;
}

/** What the engine gives for a study, run to its end. */
export function study(engine: Engine, scenario: ScenarioInput, how: Study = {}): { result: string; unmet: readonly string[] } {
  engine.load(scenario);
  engine.begin({ variant: how.variant, replications: how.replications ?? 1, page: false, limits: how.limits ?? {} });
  while (!engine.step());
  return { result: engine.result(), unmet: engine.unmet() };
}

/** The line that it refuses with. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineFailure) return error.error.text;
    throw error;
  }
  return "no error";
}
