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
    for (const style of ["theme/tokens.css", "theme/page.css", "report/report.css"]) {
      await tab.addStyleTag({ path: fileURLToPath(new URL(`../../src/${style}`, import.meta.url)) });
    }
    await tab.addStyleTag({ path: fileURLToPath(new URL("../../node_modules/uplot/dist/uPlot.min.css", import.meta.url)) });
    await tab.evaluate(await reportScript());
    tutorial = reportOf("compare", "tutorial-bursts").page;
    other = reportOf("compare", "checkout").page;
  });
  afterAll(() => browser?.close());

  /** What is to be read and to be seen of a report: of the first data, or of the second after the first. */
  const shown = (first: Page, second?: Page): Promise<{ text: string; pictures: string[]; kept: boolean }> =>
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
        const pictures = [...root.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
        view.destroy();
        return { text: root.innerText, pictures, kept: before === after };
      },
      [first, second] as const,
    );

  it("says and draws the same as one that was made of them", async () => {
    for (const [first, second] of [[tutorial, other], [other, tutorial]] as const) {
      const [updated, made] = [await shown(first, second), await shown(second)];
      expect(updated.text).toBe(made.text);
      expect(updated.pictures.length).toBeGreaterThan(8);
      expect(updated.pictures.map((picture, i) => picture === made.pictures[i])).toEqual(made.pictures.map(() => true));
    }
  });

  it("draws in the same canvases where the variants are the same", async () => {
    const twice: Page = {
      ...tutorial,
      variants: tutorial.variants.map((variant) => ({
        ...variant,
        runs: variant.runs.map((run) => ({
          ...run,
          workloads: Object.fromEntries(
            Object.entries(run.workloads).map(([name, line]) => [name, { ...line, ok: line.ok.map((value) => 2 * value) }]),
          ),
        })),
      })),
    };
    const [updated, made] = [await shown(tutorial, twice), await shown(twice)];
    expect(updated.kept).toBe(true);
    expect(updated.pictures.map((picture, i) => picture === made.pictures[i])).toEqual(made.pictures.map(() => true));
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
