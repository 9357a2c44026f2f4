import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page as Tab } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../src/data/page";
import type { renderReport as Render } from "../../src/report/report";
import { openBrowser, reportOf } from "./browser";

interface WithReport {
  squall: { renderReport: typeof Render };
  view: ReturnType<typeof Render>;
}

/** The modules of the report as one script for a blank page. */
async function reportScript(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "squall-web-"));
  try {
    await build({
      configFile: false,
      logLevel: "silent",
      build: {
        outDir: folder,
        target: "es2022",
        lib: {
          entry: fileURLToPath(new URL("../../src/report/report.ts", import.meta.url)),
          formats: ["iife"],
          name: "squall",
          fileName: () => "report.js",
        },
      },
    });
    return readFileSync(join(folder, "report.js"), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a report that is given other data", () => {
  let browser: Browser;
  let tab: Tab;
  let tutorial: Page;
  let other: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    tab = await browser.newPage();
    for (const style of ["theme/tokens.css", "theme/page.css", "theme/story.css", "report/report.css"]) {
      await tab.addStyleTag({ path: fileURLToPath(new URL(`../../src/${style}`, import.meta.url)) });
    }
    await tab.addStyleTag({ path: fileURLToPath(new URL("../../node_modules/uplot/dist/uPlot.min.css", import.meta.url)) });
    await tab.evaluate(await reportScript());
    tutorial = reportOf("compare", "tutorial-bursts").page;
    other = reportOf("compare", "checkout").page;
  });
  afterAll(() => browser?.close());

  /** What is to be read in a report of the first data, or of the second after the first. */
  const shown = (first: Page, second?: Page): Promise<{ text: string; kept: boolean; pictures: string[] }> =>
    tab.evaluate(
      async ([a, b]) => {
        const root = document.createElement("div");
        document.body.replaceChildren(root);
        // Charts are drawn when their size is known.
        const drawn = async (): Promise<void> => {
          for (let i = 0; i < 4; ++i) await new Promise(requestAnimationFrame);
        };
        const view = (window as unknown as WithReport).squall.renderReport(root, a);
        await drawn();
        const before = root.querySelector(".goodput-row canvas");
        if (b) {
          view.update(b);
          await drawn();
        }
        const after = root.querySelector(".goodput-row canvas");
        const text = root.innerText;
        const pictures = [...root.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
        view.destroy();
        return { text, kept: before === after, pictures };
      },
      [first, second] as const,
    );

  it.each([
    ["other services", true],
    ["and back", false],
  ] as const)("says and draws the same as one that was made of them, axes and all (%s)", async (_way, isForth) => {
    const [first, second] = isForth ? [tutorial, other] : [other, tutorial];
    const [after, fresh] = [await shown(first, second), await shown(second)];
    expect(after.text).toBe(fresh.text);
    expect(after.pictures.length).toBeGreaterThan(5);
    expect(after.pictures.map((picture, i) => picture === fresh.pictures[i])).toEqual(fresh.pictures.map(() => true));
  });

  it("draws in the same canvases where the variants are the same", async () => {
    expect((await shown(tutorial, tutorial)).kept).toBe(true);
  });

  it("leaves alone what says the same, so that a step of the story keeps the focus", async () => {
    const kept = await tab.evaluate((data) => {
      const root = document.createElement("div");
      document.body.replaceChildren(root);
      const view = (window as unknown as WithReport).squall.renderReport(root, data);
      const picture = root.querySelector(".graph-holder svg");
      const step = root.querySelector<HTMLElement>(".story .step");
      step?.focus();
      view.update(data);
      const isFocused = step !== null && document.activeElement === step;
      const isSame = picture !== null && root.querySelector(".graph-holder svg") === picture;
      view.destroy();
      return { isFocused, isSame };
    }, tutorial);
    expect(kept).toEqual({ isFocused: true, isSame: true });
  });

  it("keeps the tab that was chosen", async () => {
    const chosen = await tab.evaluate((data) => {
      const root = document.createElement("div");
      document.body.replaceChildren(root);
      const view = (window as unknown as WithReport).squall.renderReport(root, data);
      root.querySelectorAll<HTMLElement>("[role=tab]")[2]?.click();
      view.update(data);
      return root.querySelector("[role=tab][aria-selected=true]")?.textContent;
    }, tutorial);
    expect(chosen).toContain(tutorial.variants[2]?.name);
  });
});
