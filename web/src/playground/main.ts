import "uplot/dist/uPlot.min.css";
import "../theme/tokens.css";
import "../theme/page.css";
import "../theme/story.css";
import "./playground.css";
import { h } from "../dom/element";
import { EngineClient } from "../engine/client";
import { startTheme } from "../theme/theme";
import { App } from "./app";
import type { ShippedScenario } from "./model";

const firstShown = "tutorial-bursts";

async function shippedScenarios(): Promise<readonly ShippedScenario[]> {
  const response = await fetch("scenarios.json");
  if (!response.ok) throw new Error(`scenarios.json answers with status ${response.status}`);
  return (await response.json()) as readonly ShippedScenario[];
}

function startEngine(): EngineClient {
  const worker = new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module" });
  return new EngineClient(worker, new URL("squall.wasm", document.baseURI).href);
}

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  const engines = { a: startEngine(), b: startEngine() };
  const [shipped] = await Promise.all([shippedScenarios(), engines.a.ready, engines.b.ready]);
  const first = shipped.find(({ name }) => name === firstShown) ?? shipped[0];
  if (first === undefined) throw new Error("scenarios.json is empty");
  const app = new App(shipped, engines, first);
  root.replaceChildren(app.element);
  await app.start();
}

const root = document.getElementById("playground");
if (root !== null) {
  start(root).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    root.replaceChildren(
      h(
        "main",
        { class: "unavailable" },
        h("h1", {}, "The playground cannot start"),
        h("p", { role: "alert" }, reason),
        h(
          "p",
          {},
          "It needs a browser with WebAssembly, and a server: a page opened from a file may not load its parts. ",
          "squall serve shows it, and so does any static web host.",
        ),
      ),
    );
  });
}
