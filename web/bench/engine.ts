/**
 * How fast the engine in WebAssembly is beside the command, on one thread, one after the other in turns:
 *
 *   SQUALL_COMMAND=... SQUALL_WASM=... npm run bench:engine [SCENARIO] [TURNS]
 *
 * Prints events a second of both, and their ratio: of each turn, in which the two run one right after the
 * other, and of these ratios the middle one and how far they spread. A machine whose speed changes with the
 * minute so changes it for both; the fastest turn of each may have been at different times. What the process
 * of the command takes to begin and end is left out by a run of nothing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Engine } from "../src/engine/engine";

const [scenario = fileURLToPath(new URL("../../bench/scenarios/mm1.yaml", import.meta.url)), turns = "5"] =
  process.argv.slice(2).filter((word) => !word.endsWith("engine.ts"));
const command = process.env["SQUALL_COMMAND"] ?? "squall";
const text = readFileSync(scenario, "utf8");

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1e3;
}

function native(words: readonly string[]): { seconds: number; output: string } {
  let output = "";
  const seconds = timed(() => {
    const ended = spawnSync(command, words, { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (ended.status !== 0) throw new Error(ended.stderr || String(ended.error));
    output = ended.stdout;
  });
  return { seconds, output };
}

const engine = await Engine.instantiate(await WebAssembly.compile(readFileSync(process.env["SQUALL_WASM"] ?? "squall.wasm")));
function inWebAssembly(): { seconds: number; output: string } {
  engine.load({ text });
  const seconds = timed(() => {
    engine.begin({ variant: "", replications: 1, page: false, limits: {} });
    while (!engine.step());
  });
  return { seconds, output: engine.result() };
}

interface Turn {
  readonly native: number;
  readonly wasm: number;
}
const measured: Turn[] = [];
let events = 0;
for (let turn = 0; turn < Number(turns); ++turn) {
  const nothing = native(["--version"]).seconds;
  const ours = native(["run", scenario, "--json", "-", "--jobs", "1"]);
  const theirs = inWebAssembly();
  if (ours.output !== theirs.output) throw new Error("the two do not give the same bytes");
  measured.push({ native: ours.seconds - nothing, wasm: theirs.seconds });
  const { variants } = JSON.parse(ours.output) as { variants: { engine: { events: number } }[] };
  events = variants[0]?.engine.events ?? 0;
}

/** The middle one, and the least and the greatest. */
function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number): string => (sorted[place] ?? NaN).toFixed(digits);
  return `${at(sorted.length >> 1)} (${at(0)} to ${at(sorted.length - 1)})`;
}
const millions = (seconds: number): number => events / seconds / 1e6;
console.log(`${events} events in each run, ${measured.length} turns: the middle one (least to most)
command      ${spread(measured.map((turn) => millions(turn.native)), 1)} million a second
WebAssembly  ${spread(measured.map((turn) => millions(turn.wasm)), 1)} million a second
ratio        ${spread(measured.map((turn) => turn.native / turn.wasm), 3)}`);
