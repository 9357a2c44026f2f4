import { readFileSync } from "node:fs";
import type { Browser, Locator, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ratesOf } from "../../src/data/derive";
import type { Page, Timeline } from "../../src/data/page";
import { goodputRatio } from "../../src/data/result";
import { count, percent, perSecond } from "../../src/format/numbers";
import { duration, instant } from "../../src/format/time";
import { axeFindings, openBrowser, openFile, reportOf, withData, type Opened, type Report } from "./browser";

let browser: Browser;
let tutorial: Report;
let opened: Opened | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  tutorial = reportOf("compare", "tutorial-bursts");
});
afterAll(() => browser?.close());
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(html: string, options?: Parameters<typeof openFile>[2]): Promise<Tab> {
  opened = await openFile(browser, html, options);
  await opened.tab.waitForSelector("canvas");
  return opened.tab;
}

/** The timeline of a variant of the tutorial. */
function runOf(page: Page, variant: number): Timeline {
  const run = page.variants[variant]?.runs[0];
  if (!run) throw new Error(`no variant ${variant}`);
  return run;
}

const chart = (tab: Tab, title: string): Locator =>
  tab.locator("figure", { has: tab.getByRole("heading", { name: title, exact: true }) });

/** What the legend of a chart reads for a series. */
const reading = (tab: Tab, title: string, series: string): Promise<string> =>
  chart(tab, title).locator(".entry", { hasText: series }).locator(".reading").innerText();

/** Puts the pointer on a point of a chart, in the middle of its interval. */
async function hover(tab: Tab, title: string, run: Timeline, i: number): Promise<void> {
  const over = chart(tab, title).locator(".u-over");
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  const end = run.time_ms[run.time_ms.length - 1] ?? 1;
  const middle = ((run.time_ms[i] ?? 0) + (run.time_ms[i - 1] ?? 0)) / 2;
  if (!box) throw new Error(`${title} is not to be seen`);
  await tab.mouse.move(box.x + (middle / end) * box.width, box.y + box.height / 2);
}

const widthOf = (tab: Tab): Promise<number> => tab.evaluate(() => document.documentElement.scrollWidth);
const background = (tab: Tab): Promise<string> =>
  tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

describe("the report", () => {
  it("opens from a file without an error and without a request, and weighs less than 1 MB", async () => {
    const tab = await open(tutorial.html);
    await tab.getByRole("tab").nth(1).click();
    await tab.mouse.wheel(0, 10_000);
    expect(opened?.complaints).toEqual({ said: [], requested: [] });
    expect(Buffer.byteLength(tutorial.html)).toBeLessThan(1_000_000);
  });

  it("begins with the conclusion and the goodput of every variant", async () => {
    const tab = await open(tutorial.html, { viewport: { width: 1280, height: 800 } });
    const { variants } = tutorial.page.result;
    const ratios = variants.map((variant) => goodputRatio(variant) ?? 0);
    const worst = variants[ratios.indexOf(Math.min(...ratios))];
    const conclusion = await tab.getByRole("heading", { level: 1 }).innerText();
    expect(conclusion).toContain(worst?.name);
    expect(conclusion).toContain(percent(Math.max(...ratios)));
    expect(await tab.locator(".goodput-row .share").allInnerTexts()).toEqual(ratios.map(percent));
    const last = await tab.locator(".goodput-row").last().boundingBox();
    expect((last?.y ?? 1e9) + (last?.height ?? 0)).toBeLessThan(800);
  });

  it("reads the values of the data by hover, in all linked charts", async () => {
    const tab = await open(tutorial.html);
    const run = runOf(tutorial.page, 0);
    const [workload] = Object.values(run.workloads);
    const call = run.calls["shoppers->payments"];
    const service = run.services["payments"];
    if (!workload || !call || !service) throw new Error("the tutorial has changed");
    const failed = ratesOf(workload.failed, run.time_ms);
    const attempts = ratesOf(call.attempts, run.time_ms);
    for (const i of [3, Math.floor(run.time_ms.length / 2), run.time_ms.length - 3]) {
      await hover(tab, "How requests ended", run, i);
      expect(await reading(tab, "How requests ended", "failed")).toBe(perSecond(failed[i]));
      expect(await reading(tab, "Requests inside", "open")).toBe(count(workload.open[i]));
      expect(await reading(tab, "Offered load and attempts", "attempts")).toBe(perSecond(attempts[i]));
      expect(await reading(tab, "In service and in line", "in service")).toBe(count(service.in_service[i]));
    }
  });

  it("marks the distribution with the percentiles of the result", async () => {
    const tab = await open(tutorial.html);
    const [variant] = tutorial.page.result.variants;
    const { p50, p95, p99 } = Object.values(variant?.workloads ?? {})[0]?.latency_ms ?? {};
    const words = await chart(tab, "How long requests took").locator(".reading").innerText();
    expect(words).toContain(`p50 ${duration(p50)} · p95 ${duration(p95)} · p99 ${duration(p99)}`);
  });

  it("marks the steps of the story on its charts, and a mark takes all charts to its step", async () => {
    const tab = await open(tutorial.html);
    const run = runOf(tutorial.page, 0);
    const { steps } = run.story;
    expect(await tab.locator(".steps .step-number").allInnerTexts()).toEqual(steps.map((_, i) => String(i + 1)));
    const over = chart(tab, "Requests inside").locator(".u-over");
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    const end = run.time_ms[run.time_ms.length - 1] ?? 1;
    if (!box) throw new Error("no chart");
    const last = steps[steps.length - 1];
    if (!last) throw new Error("a story without steps");
    // The pointer may be a little off; the cursor is not.
    await tab.mouse.move(box.x + (last.at_ms / end) * box.width - 2, box.y - 9);
    const named = (await chart(tab, "Requests inside").locator(".plot").getAttribute("title")) ?? "";
    expect(named).toContain(`${steps.length}. ${last.text}`);
    const marked = [...named.matchAll(/^(\d+)\. /gm)].map(([, number]) => steps[Number(number) - 1]);
    await tab.mouse.down();
    await tab.mouse.up();
    const at = await tab.locator(".player .time").innerText();
    expect(marked.filter((step) => step && at.startsWith(instant(step.at_ms, run.interval_ms)))).not.toEqual([]);
  });

  it("has a table behind each chart, and the same as CSV", async () => {
    const tab = await open(tutorial.html);
    const run = runOf(tutorial.page, 0);
    const open_line = Object.values(run.workloads)[0]?.open ?? [];
    const figure = chart(tab, "Requests inside");
    await figure.getByRole("button", { name: "Table" }).click();
    expect(await figure.locator("tbody tr").count()).toBe(run.time_ms.length);
    expect(await figure.locator("tbody tr td:last-child").allInnerTexts()).toEqual(open_line.map(String));
    const [download] = await Promise.all([
      tab.waitForEvent("download"),
      figure.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("squall_Requests-inside.csv");
    const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
    expect(lines).toHaveLength(run.time_ms.length + 1);
    lines.slice(1).forEach((line, i) => {
      expect(line.startsWith(`${run.time_ms[i]},`) && line.endsWith(`,${open_line[i]}`)).toBe(true);
    });
    expect(opened?.complaints).toEqual({ said: [], requested: [] });
  });

  it("plays: by the slider, by keys, and by itself", async () => {
    const tab = await open(tutorial.html);
    const run = runOf(tutorial.page, 0);
    const end = run.time_ms[run.time_ms.length - 1] ?? 0;
    const slider = tab.getByRole("slider", { name: "Time of the run" });
    const box = await slider.boundingBox();
    if (!box) throw new Error("no slider");
    await slider.scrollIntoViewIfNeeded();
    await slider.click({ position: { x: box.width / 2, y: box.height / 2 } });
    const half = Number(await slider.inputValue());
    expect(Math.abs(half - 500)).toBeLessThan(30);
    const graph = tab.locator(".graph-holder svg");
    const at_half = await graph.getAttribute("aria-label");

    await slider.press("End");
    expect(await tab.locator(".player .time").innerText()).toBe(`${instant(end, run.interval_ms)} of ${instant(end, run.interval_ms)}`);
    expect(await graph.getAttribute("aria-label")).not.toBe(at_half);
    expect(await reading(tab, "Requests inside", "open")).toBe(count(Object.values(run.workloads)[0]?.open.at(-1)));
    await slider.press("ArrowLeft");
    expect(await slider.inputValue()).toBe("999");
    await slider.press("Home");
    expect(await slider.inputValue()).toBe("0");

    await tab.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => slider.inputValue().then(Number), { timeout: 5000 }).toBeGreaterThan(20);
    await tab.getByRole("button", { name: "Pause" }).click();
    const paused = await slider.inputValue();
    await tab.waitForTimeout(200);
    expect(await slider.inputValue()).toBe(paused);
  });

  it("tells the story, and a step takes all charts to its time", async () => {
    const tab = await open(tutorial.html);
    const { story, interval_ms } = runOf(tutorial.page, 0);
    expect(await tab.locator(".story-headline").innerText()).toBe(story.headline);
    expect(await tab.locator(".step .what").allInnerTexts()).toEqual(story.steps.map((step) => step.text));
    const last = story.steps[story.steps.length - 1];
    if (!last) throw new Error("the tutorial has no story");
    await tab.locator(".step").last().click();
    expect(await tab.locator(".player .time").innerText()).toContain(instant(last.at_ms, interval_ms));
    expect(await tab.locator(".steps [aria-current=step]").innerText()).toContain(last.text);
  });

  it("goes to another variant by its tab, by keys, and from the overview", async () => {
    const tab = await open(tutorial.html);
    const headline = tab.locator(".story-headline");
    await tab.getByRole("tab").first().focus();
    await tab.keyboard.press("ArrowRight");
    expect(await headline.innerText()).toBe(runOf(tutorial.page, 1).story.headline);
    await tab.keyboard.press("End");
    expect(await headline.innerText()).toBe(runOf(tutorial.page, 4).story.headline);
    expect(await tab.getByRole("tab", { selected: true }).innerText()).toContain(tutorial.page.variants[4]?.name);
    await tab.locator(".goodput-row").nth(2).getByRole("button").click();
    expect(await headline.innerText()).toBe(runOf(tutorial.page, 2).story.headline);
    expect(opened?.complaints.said).toEqual([]);
  });

  it("moves the cursor of all charts by the keys of one", async () => {
    const tab = await open(tutorial.html);
    const run = runOf(tutorial.page, 0);
    const picture = chart(tab, "Requests inside").getByRole("img");
    await picture.focus();
    await tab.keyboard.press("Home");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("Shift+ArrowRight");
    expect(await chart(tab, "Load").locator(".at").innerText()).toBe(`at ${instant(run.time_ms[11] ?? 0, run.interval_ms)}`);
  });

  it("zooms all charts by dragging, and shows the whole run again", async () => {
    const tab = await open(tutorial.html);
    const over = chart(tab, "Requests inside").locator(".u-over");
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (!box) throw new Error("no chart");
    await tab.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await tab.mouse.down();
    await tab.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 });
    await tab.mouse.up();
    const whole = tab.getByRole("button", { name: "Show the whole run" });
    await whole.click();
    expect(await whole.isHidden()).toBe(true);
  });
});

describe("the report of one run", () => {
  it("is not called side by side", async () => {
    const tab = await open(reportOf("run", "tutorial").html);
    const headings = await tab.getByRole("heading", { level: 2 }).allInnerTexts();
    expect(headings).toContain("The figures");
    expect(headings).not.toContain("Side by side");
  });

  it("begins with its story", async () => {
    const run = reportOf("run", "tutorial-bursts", "--variant", "rpc-safe");
    const tab = await open(run.html);
    expect(await tab.getByRole("heading", { level: 1 }).innerText()).toBe(runOf(run.page, 0).story.headline);
    expect(await tab.locator(".goodput-row").count()).toBe(1);
    expect(await tab.getByRole("tablist").isHidden()).toBe(true);
    const breaker = chart(tab, "Breaker");
    expect(await breaker.locator(".entry").count()).toBe(3);
    await tab.locator(".step", { hasText: "breaker" }).first().click();
    expect(await tab.locator(".graph .edge .breaker").first().isVisible()).toBe(true);
    expect(opened?.complaints).toEqual({ said: [], requested: [] });
  });
});

describe("the report of many runs", () => {
  it("shows means with intervals, and both worlds where runs split", async () => {
    const many = reportOf("compare", "tutorial-bursts", "--replications", "5");
    const [first, ...others] = many.page.result.variants;
    const [variant, ...rest] = many.page.variants;
    const run = variant?.runs[0];
    if (!first || !variant || !run) throw new Error("no variant");
    const world = (name: string, number: number, mean: number) => ({
      name, count: number, share: number / 5, share_low_95: 0, share_high_95: 1, goodput_ratio: { mean, min: mean, max: mean },
    });
    const split: Page = {
      ...many.page,
      result: {
        ...many.page.result,
        variants: [{ ...first, worlds: [world("recovered", 4, 0.75), world("not_recovered", 1, 0.25)] }, ...others],
      },
      variants: [{ ...variant, runs: [{ ...run, label: "recovered" }, { ...run, label: "not_recovered" }] }, ...rest],
    };
    const tab = await open(withData(many, split));
    expect(await tab.locator(".goodput-row").count()).toBe(6);
    expect((await tab.locator(".goodput-row .share").allInnerTexts()).slice(0, 2)).toEqual(["75.0 %", "25.0 %"]);
    expect(await tab.getByRole("tab").nth(1).innerText()).toContain("did not recover in 1 of 5 runs (20.0 %)");
    const goodput = chart(tab, "Goodput");
    expect(await goodput.locator(".interval .world").count()).toBe(2);
    const estimate = others[0]?.estimates?.["goodput_ratio"];
    const text = await goodput.locator(".interval-row .reading").nth(1).innerText();
    expect(text).toContain(percent(estimate?.mean));
    expect(text).toContain(`${percent(estimate?.low_95)} to ${percent(estimate?.high_95)}`);
    expect(await chart(tab, "Differences, run by run").locator("tbody tr").count()).toBeGreaterThan(3);
    expect(await axeFindings(tab)).toEqual([]);
    expect(opened?.complaints).toEqual({ said: [], requested: [] });
  });
});

describe("the look of the report", () => {
  it("follows the system, and what the reader chooses", async () => {
    const tab = await open(tutorial.html, { colorScheme: "dark" });
    const dark = await background(tab);
    await tab.getByLabel("Colours").selectOption("light");
    const light = await background(tab);
    expect(light).not.toBe(dark);
    await tab.reload();
    expect(await background(tab)).toBe(light);
    await tab.getByLabel("Colours").selectOption("auto");
    expect(await background(tab)).toBe(dark);
  });

  it.each(["light", "dark"] as const)("has no serious finding of axe-core in %s", async (colorScheme) => {
    const tab = await open(tutorial.html, { colorScheme });
    await chart(tab, "Requests inside").getByRole("button", { name: "Table" }).click();
    expect(await axeFindings(tab)).toEqual([]);
  });

  it.each([360, 768, 1280])("fits in %d px", async (width) => {
    const tab = await open(tutorial.html, { viewport: { width, height: 740 } });
    for (let i = 0; i < 5; ++i) {
      await tab.getByRole("tab").nth(i).click();
      expect(await widthOf(tab)).toBeLessThanOrEqual(width);
    }
  });

  it("is printed light, without what only a screen can do", async () => {
    const tab = await open(tutorial.html, { colorScheme: "dark" });
    await tab.emulateMedia({ media: "print" });
    await tab.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    expect(await tab.evaluate(() => document.documentElement.dataset["theme"])).toBe("light");
    expect(await tab.locator(".player").isHidden()).toBe(true);
    expect((await tab.pdf()).byteLength).toBeGreaterThan(10_000);
    await tab.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    expect(await tab.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  });
});

describe("names and texts of others", () => {
  const evil = '</script><img src=x onerror="document.title=1"><b>';
  const rtl = "متجر 🌩️ \u202eabc";
  // Without a space or a hyphen, where a line could be broken.
  const long = `x${"verylong".repeat(75)}`;

  const renamed = (page: Page): Page => {
    const names: readonly (readonly [string, string])[] = [
      ["shoppers", evil],
      ["payments", rtl],
      ["rpc-naive", long],
      ["rpc-safe", rtl],
      ["event-safe", evil],
    ];
    let text = JSON.stringify(page);
    for (const [from, to] of names) text = text.replaceAll(from, JSON.stringify(to).slice(1, -1));
    const named = JSON.parse(text) as Page;
    return { ...named, result: { ...named.result, scenario: long, description: `${evil} ${rtl} ${long}` } };
  };

  it.each([1280, 360])("are shown as they are and do nothing, at %d px", async (width) => {
    const tab = await open(withData(tutorial, renamed(tutorial.page)), { viewport: { width, height: 740 } });
    for (const view of await tab.getByRole("tab").all()) {
      await view.click();
      expect(await widthOf(tab)).toBeLessThanOrEqual(width);
    }
    expect(opened?.complaints).toEqual({ said: [], requested: [] });
    expect(await tab.locator("img, b").count()).toBe(0);
    expect(await tab.locator(".description").textContent()).toBe(`${evil} ${rtl} ${long}`);
    const names = await tab.locator(".goodput-row .name").allTextContents();
    expect(names.slice(0, 2)).toEqual([long, rtl]);
    expect(names).toContain(evil);
    expect(await tab.locator(".goodput-row .name").first().getAttribute("title")).toBe(long);
    expect(await tab.locator(".group .name, .group option").allTextContents()).toContain(evil);
    await tab.locator("details.scenario summary").click();
    expect(await tab.locator("details.scenario code").textContent()).toContain(evil);
  });

  it("are isolated from the direction of the text around them", async () => {
    const tab = await open(withData(tutorial, renamed(tutorial.page)));
    const name = tab.locator(".goodput-row .name").nth(1);
    expect(await name.evaluate((element) => getComputedStyle(element).unicodeBidi)).toMatch(/isolate/);
  });
});

describe("a page that cannot be shown", () => {
  it("says why", async () => {
    for (const [data, words] of [["{\"page\": 1", "damaged"], ["{\"page\": 2}", "version 2"]] as const) {
      const html = tutorial.html.replace(/(id="squall-data">)[\s\S]*?(<\/script>)/, (_all, head: string, tail: string) => head + data + tail);
      opened = await openFile(browser, html);
      expect(await opened.tab.locator("main").innerText()).toContain(words);
      await opened.close();
      opened = undefined;
    }
  });
});
