/**
 * How fast the engine in WebAssembly is beside the command, on one thread, one after the other in turns:
 *
 *   SQUALL_COMMAND=... SQUALL_WASM=.../web/squall.wasm [CHROMIUM=...] npm run bench:engine [SCENARIO] [TURNS]
 *
 * In a headless Chromium, if CHROMIUM names one: that is what runs it for those who use the playground. Node, whose
 * compiler of WebAssembly may be years older, is measured in the same turns.
 *
 * Prints events a second of each, and their ratio to the command: of each turn, in which they run one right after
 * the other, and of these ratios the middle one and how far they spread. A machine whose speed changes with the
 * minute so changes it for all; the fastest turn of each may have been at different times. What the process
 * of the command takes to begin and end is left out by a run of nothing, and so is the first run in WebAssembly, as
 * browsers compile what runs often once more.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import type * as EngineModule from "../src/engine/engine";
import { Engine } from "../src/engine/engine";
import { openBrowser } from "../tests/browser/browser";

const [scenario = fileURLToPath(new URL("../../bench/scenarios/mm1.yaml", import.meta.url)), turns = "5"] =
  process.argv.slice(2).filter((word) => !word.endsWith("engine.ts"));
const command = process.env["SQUALL_COMMAND"] ?? "squall";
const text = readFileSync(scenario, "utf8");
const wasm = readFileSync(process.env["SQUALL_WASM"] ?? "squall.wasm");

interface Run {
  readonly seconds: number;
  /** The JSON of it. */
  readonly output: string;
}
interface Runner {
  readonly name: string;
  run(): Run | Promise<Run>;
  close(): Promise<void>;
}

function runCommand(words: readonly string[]): Run {
  const began = performance.now();
  const ended = spawnSync(command, words, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - began) / 1e3;
  if (ended.status !== 0) throw new Error(ended.stderr || String(ended.error));
  return { seconds, output: ended.stdout };
}

/** Runs in the page too: so it is all there is to it. */
function runIn(engine: Engine, yaml: string): Run {
  engine.load({ text: yaml });
  const began = performance.now();
  engine.begin({ variant: "", replications: 1, page: false, limits: {} });
  while (!engine.step());
  const seconds = (performance.now() - began) / 1e3;
  return { seconds, output: engine.result() };
}

async function inNode(): Promise<Runner> {
  const engine = await Engine.instantiate(await WebAssembly.compile(wasm));
  return { name: `Node ${process.versions.node}`, run: () => runIn(engine, text), close: async () => {} };
}

/** What a page has of it. */
interface Global {
  squallEngine: typeof EngineModule;
  engine: Engine;
}

async function inChromium(): Promise<Runner> {
  const built = (await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL("../src/engine/engine.ts", import.meta.url)), formats: ["iife"], name: "squallEngine" },
    },
  })) as Rollup.RollupOutput[];
  const browser = await openBrowser();
  const tab = await browser.newPage();
  await tab.addScriptTag({ content: built[0]?.output[0].code ?? "" });
  await tab.evaluate(async (bytes) => {
    const here = globalThis as unknown as Global;
    const module = await WebAssembly.compile(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)));
    here.engine = await here.squallEngine.Engine.instantiate(module);
  }, wasm.toString("base64"));
  const source = `(${runIn.toString()})(engine, ${JSON.stringify(text)})`;
  return {
    name: `Chromium ${browser.version().split(".")[0] ?? ""}`,
    run: () => tab.evaluate<Run>(source),
    close: () => browser.close(),
  };
}

/** The middle one, and the least and the greatest. */
function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number): string => (sorted[place] ?? NaN).toFixed(digits);
  return `${at(sorted.length >> 1)} (${at(0)} to ${at(sorted.length - 1)})`;
}

const runners: Runner[] = [];
try {
  runners.push(await inNode());
  if (process.env["CHROMIUM"]) runners.push(await inChromium());
  for (const runner of runners) await runner.run();
  const natives: number[] = [];
  const theirs = runners.map((): number[] => []);
  let events = 0;
  for (let turn = 0; turn < Number(turns); ++turn) {
    const nothing = runCommand(["--version"]).seconds;
    const ours = runCommand(["run", scenario, "--json", "-", "--jobs", "1"]);
    natives.push(ours.seconds - nothing);
    for (const [index, runner] of runners.entries()) {
      const { seconds, output } = await runner.run();
      if (output !== ours.output) throw new Error(`the command and ${runner.name} do not give the same bytes`);
      theirs[index]?.push(seconds);
    }
    const { variants } = JSON.parse(ours.output) as { variants: { engine: { events: number } }[] };
    events = variants[0]?.engine.events ?? 0;
  }

  const row = (name: string, seconds: readonly number[]): string => {
    const millions = spread(seconds.map((taken) => events / taken / 1e6), 1);
    const ratio = seconds === natives ? "" : spread(seconds.map((taken, turn) => (natives[turn] ?? NaN) / taken), 3);
    return `${name.padEnd(14)}${millions.padEnd(26)}${ratio}`.trimEnd();
  };
  console.log(
    [
      `${events} events in each run, ${natives.length} turns: the middle one (least to most)`,
      `${"".padEnd(14)}${"million events a second".padEnd(26)}of the command`,
      row("command", natives),
      ...runners.map(({ name }, index) => row(name, theirs[index] ?? [])),
    ].join("\n"),
  );
} finally {
  for (const runner of runners) await runner.close();
}
