/**
 * How long the playground takes from a moved slider to drawn charts, in a headless Chromium:
 *
 *   CHROMIUM=... SQUALL_WEB_DIST=... npm run bench:slider [SCENARIO] [MOVES]
 *
 * Moves one slider to and fro, each time when the last answer is on the screen, and prints median and worst of
 * the whole and of its parts (src/playground/answer_clock.ts): asking (the text is edited and read), the engine
 * (meanwhile the controls follow), the way there and back, and drawing until the frame is painted. `rest` is how
 * long the charts further down took after that. The load of the machine is printed too: the figures mean little
 * beside other work.
 */
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import type { AnswerParts } from "../src/playground/answer_clock";
import { openBrowser, pathFrom } from "../tests/browser/browser";
import { openPlayground, settled } from "../tests/browser/playground";
import { serveFolder } from "../tests/browser/site";

const [scenario = "tutorial-bursts", moves = "30"] = process.argv.slice(2).filter((word) => !word.endsWith("slider.ts"));
const dist = pathFrom("SQUALL_WEB_DIST", "the folder of the built pages");
if (!existsSync(join(dist, "playground", "squall.wasm"))) throw new Error(`${dist} has no squall.wasm: the engine was not built`);
/** Answers before the first that counts: the browser compiles what it sees often. */
const warmUp = 6;

interface Answer extends AnswerParts {
  readonly wholeMs: number;
  readonly restMs: number;
}

const site = await serveFolder(dist);
const browser = await openBrowser();
try {
  const load = loadavg()[0] ?? 0;
  const { tab, complaints } = await openPlayground(browser, site.origin, `#s=${scenario}`);
  await settled(tab);
  const answers: Answer[] = await tab.evaluate(
    async ([count, before]) => {
      const slider = [...document.querySelectorAll<HTMLInputElement>(".controls input[type=range]")].find(
        (one) => Number(one.max) >= 4,
      );
      const page = document.querySelector<HTMLElement>(".playground");
      if (!slider || !page) throw new Error("there is no slider");
      const middle = Math.floor(Number(slider.max) / 2);
      const move = (to: number): Promise<Answer> =>
        new Promise((resolve) => {
          const observer = new PerformanceObserver((list) => {
            const measure = list.getEntriesByName("squall answer")[0] as PerformanceMeasure | undefined;
            if (measure === undefined) return;
            observer.disconnect();
            const answered = measure.startTime + measure.duration;
            const finish = (): void => {
              if (page.dataset["settled"] !== "true") requestAnimationFrame(finish);
              else resolve({ ...(measure.detail as AnswerParts), wholeMs: answered - began, restMs: performance.now() - answered });
            };
            finish();
          });
          observer.observe({ entryTypes: ["measure"] });
          const began = performance.now();
          slider.value = String(to);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        });
      const all: Answer[] = [];
      for (let i = 0; i < count + before; ++i) {
        const answer = await move(middle + (i % 2 === 0 ? 1 : -1));
        if (i >= before) all.push(answer);
        // As a hand does it, and so that nothing of the last answer is still going on.
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      return all;
    },
    [Number(moves), warmUp] as const,
  );
  if (complaints.length > 0) throw new Error(complaints.join("\n"));

  const row = (label: string, part: (answer: Answer) => number): string => {
    const sorted = answers.map(part).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return `${label.padEnd(10)}${median.toFixed(1).padStart(8)}${(sorted[sorted.length - 1] ?? 0).toFixed(1).padStart(8)}`;
  };
  console.log(
    [
      `${scenario}, ${answers.length} moves of a slider, ms; ${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}, load ${load.toFixed(1)}, Chromium ${browser.version()}`,
      `${"".padEnd(10)}${"median".padStart(8)}${"worst".padStart(8)}`,
      row("whole", (answer) => answer.wholeMs),
      row("  ask", (answer) => answer.askMs),
      row("  engine", (answer) => answer.engineMs),
      row("  way", (answer) => answer.transferMs),
      row("  draw", (answer) => answer.drawMs),
      row("rest", (answer) => answer.restMs),
    ].join("\n"),
  );
} finally {
  await browser.close();
  await site.close();
}
