import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { goodputRatio } from "../../src/data/result";
import { percent } from "../../src/format/numbers";
import { steps } from "../../src/playground/tour/steps";
import { axeFindings, openBrowser, pathFrom } from "./browser";
import {
  downloaded,
  move,
  openPlayground,
  settled,
  shareMenu,
  shippedFile,
  slowFrames,
  squall,
  squallOn,
  summary,
  variantOf,
  yamlOf,
} from "./playground";
import type { Playground } from "./playground";
import { serveFolder } from "./site";

const dist = pathFrom("SQUALL_WEB_DIST", "the folder of the built pages");
/** Without a compiler for WebAssembly the pages are built without it. */
const hasEngine = existsSync(join(dist, "playground", "squall.wasm"));

describe.skipIf(!hasEngine)("the playground", () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let opened: Playground[] = [];

  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveFolder(dist)]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
    expect(complaints).toEqual([]);
  });

  async function open(fragment = "", options: BrowserContextOptions = {}, before?: () => void): Promise<Tab> {
    const playground = await openPlayground(browser, site.origin, fragment, options, before);
    opened.push(playground);
    return playground.tab;
  }

  describe("computes what the command computes", () => {
    it.each([
      ["tutorial", "1"],
      ["tutorial-bursts", "7"],
      ["tutorial-bursts", "18446744073709551615"],
      ["tour", "3"],
    ])("to the byte: %s with seed %s", async (name, seed) => {
      const tab = await open(`#s=${name}&seed=${seed}`);
      const { name: file, text } = await downloaded(tab, "Download the JSON");
      expect(file).toBe(`${name}.json`);
      expect(text).toBe(squall("compare", shippedFile(name), "--seed", seed, "--json", "-"));
    });

    it("and shows it, after a slider too", async () => {
      const tab = await open();
      const shows = async (): Promise<void> => {
        const yaml = (await downloaded(tab, "Download the YAML")).text;
        expect(yaml).toBe(await yamlOf(tab));
        const expected = ["rpc-naive", "rpc-queued"].map((name) =>
          percent(goodputRatio(variantOf(squallOn(yaml, "run", "--variant", name, "--json", "-"), name))),
        );
        const [a = "", b = ""] = (await summary(tab))["served in time"] ?? [];
        expect([a.startsWith(expected[0] ?? "?"), b.startsWith(expected[1] ?? "?")]).toEqual([true, true]);
      };
      await shows();
      const before = await summary(tab);
      await move(tab, "attempts in all", -3);
      expect(await yamlOf(tab)).toContain("naive:\n    timeout: 120ms\n    retry: {max_attempts: 1, on");
      const after = await summary(tab);
      expect(after["attempts per request"]?.[0]).toBe("1");
      expect(after).not.toEqual(before);
      expect(after["served in time"]?.[1]).toBe(before["served in time"]?.[1]);
      await shows();
    });

    it("and shows expectations that are not met as the command words them", async () => {
      const tab = await open("#s=tutorial-bursts&set=workloads/shoppers/objective=200ms&a=event-safe&b=-");
      const words = (await tab.locator(".unmet").textContent()) ?? "";
      expect(words).toContain("event-safe: goodput_ratio is");
    });
  });

  describe("keeps its state in the address", () => {
    it("so that a link shows the same", async () => {
      const tab = await open("#s=tutorial-bursts&a=rpc-safe&b=event-naive");
      await move(tab, "calls at once", 3);
      await tab.getByRole("button", { name: "Pin A as it is" }).click();
      await move(tab, "timeout of an attempt", -2);
      await shareMenu(tab, "Copy the link");
      const link = await tab.evaluate(() => navigator.clipboard.readText());
      const other = await open(link.slice(link.indexOf("#")));
      expect(await yamlOf(other)).toBe(await yamlOf(tab));
      expect(await summary(other)).toEqual(await summary(tab));
      expect(await other.locator("table.summary thead").textContent()).toContain("rpc-safe (pinned)");
    });

    it("so that a text of one's own goes with it", async () => {
      const tab = await open();
      await tab.getByRole("tab", { name: "YAML" }).click();
      const text =
        "squall: 1\nname: mine\nuntil: drained\nservices: {s: {latency: 3ms}}\nworkloads: {w: {to: s, arrivals: {constant: 100/s}, requests: 50}}\n";
      await tab.locator("textarea.yaml").fill(text);
      await expect.poll(() => tab.evaluate(() => location.hash)).toMatch(/^#z=/);
      await settled(tab);
      const other = await open(await tab.evaluate(() => location.hash));
      expect(await yamlOf(other)).toBe(text);
      expect((await summary(other))["served in time"]).toEqual(["100 %50 of 50"]);
    });

    it("so that one can go back and forth", async () => {
      const tab = await open();
      const first = await summary(tab);
      await tab.locator(".toolbar select").first().selectOption("tipping-point");
      await expect.poll(() => tab.evaluate(() => location.hash)).toContain("s=tipping-point");
      await settled(tab);
      const second = await summary(tab);
      await tab.goBack();
      await settled(tab);
      await expect.poll(() => summary(tab)).toEqual(first);
      await tab.goForward();
      await settled(tab);
      await expect.poll(() => summary(tab)).toEqual(second);
    });

    it.each([
      ["#s=nobody", "does not ship with this version"],
      ["#z=AAAA", "damaged or cut off"],
      ["#z=%E0%A4%A", "broken % sign"],
      ["#s=tutorial&tour=77", "no step 77"],
      [`#s=tutorial&a=${"x".repeat(40_000)}`, "was not read"],
    ])("and says so where it is broken: %s", async (fragment, words) => {
      const tab = await open(fragment);
      expect(await tab.locator(".about-link").textContent()).toContain(words);
      expect((await summary(tab))["served in time"]?.[0]).toContain("2.0 %");
    });

    it("and says what of it was passed over, until something is changed", async () => {
      const tab = await open("#s=tutorial-bursts&a=xxx&set=foo&bar=1");
      expect(await tab.locator(".about-link li").allTextContents()).toEqual([
        "The link says “bar”, which means nothing here.",
        "The link changes “foo”, which is nowhere in the scenario: nothing was changed.",
        "The scenario has no variant “xxx”; column A shows “rpc-naive” in its place.",
      ]);
      await move(tab, "requests in a burst", 1);
      expect(await tab.locator(".about-link").isVisible()).toBe(false);
    });
  });

  describe("takes a text", () => {
    it("and shows an error at its line, until it is mended", async () => {
      const tab = await open();
      const yaml = await yamlOf(tab);
      await tab.getByRole("tab", { name: "YAML" }).click();
      const line = yaml.split("\n").findIndex((one) => one.includes("failure: 5%")) + 1;
      await tab.locator("textarea.yaml").fill(yaml.replace("failure: 5%", "failurre: 5%"));
      const trouble = tab.getByRole("alert").filter({ hasText: "failurre" });
      await trouble.waitFor();
      expect(await trouble.textContent()).toContain(
        `line ${line}: services.payments.failurre: unknown key; did you mean 'failure'?`,
      );
      await expect.poll(() => tab.locator(".line-numbers .error").allTextContents()).toEqual([String(line)]);
      expect(await tab.locator("textarea.yaml").getAttribute("aria-invalid")).toBe("true");
      await trouble.getByRole("button", { name: "Show the line" }).click();
      const selected = await tab
        .locator("textarea.yaml")
        .evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
      expect(selected).toBe("    failurre: 5%");
      await tab.locator("textarea.yaml").fill(yaml);
      await trouble.waitFor({ state: "hidden" });
      await expect.poll(() => tab.locator(".line-numbers .error").count()).toBe(0);
    });

    it("and says where YAML itself is broken", async () => {
      const tab = await open();
      await tab.getByRole("tab", { name: "YAML" }).click();
      await tab.locator("textarea.yaml").fill("squall: 1\nservices: {a: {latency: 1ms}\nworkloads: {}\n");
      await expect.poll(() => tab.locator(".trouble").textContent()).toMatch(/^line [23]: /);
    });

    it("and shows what check finds at its line", async () => {
      const tab = await open();
      await tab.getByRole("tab", { name: "YAML" }).click();
      await expect.poll(() => tab.locator(".remarks li").count()).toBeGreaterThan(3);
      expect(await tab.locator(".remarks").textContent()).toContain(
        "nothing bounds the retries of many calls together",
      );
    });
  });

  it.each([1440, 360])("shows names and texts of others as they are, at %d px", async (width) => {
    const evil = '</script><img src=x onerror=alert(1)><b>';
    const rtl = "متجر 🌩️";
    const long = `x${"verylong".repeat(15)}`; // a name has 128 bytes at most
    const quoted = (text: string): string => JSON.stringify(text);
    const text = [
      "squall: 1",
      `name: ${long}`,
      `description: ${quoted(`${evil} ${rtl} ${long}`)}`,
      "until: drained",
      `services: {${quoted(rtl)}: {latency: 3ms}}`,
      `workloads: {${long}: {to: ${quoted(rtl)}, arrivals: {constant: 100/s}, requests: 50}}`,
      `variants: {${quoted(evil)}: {}, ${quoted(rtl)}: {}, ${long}: {}}`,
      "",
    ].join("\n");
    const tab = await open("", { viewport: { width, height: 740 } });
    await tab.getByRole("tab", { name: "YAML" }).click();
    await tab.locator("textarea.yaml").fill(text);
    await expect.poll(() => tab.locator(".description").textContent()).toBe(`${evil} ${rtl} ${long}`);
    await expect.poll(async () => (await summary(tab))["served in time"]?.[0], { timeout: 20_000 }).toBe("100 %50 of 50");
    for (const name of [evil, long, rtl]) {
      await tab.locator(".columns select").first().selectOption(name);
      await settled(tab);
      expect(await tab.locator("img").count()).toBe(0);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });

  it("runs long scenarios with progress, and stops", async () => {
    const tab = await open();
    const yaml = (await yamlOf(tab)).replace("requests: 2400", "requests: 200000000");
    await tab.getByRole("tab", { name: "YAML" }).click();
    await tab.locator("textarea.yaml").fill(yaml);
    await tab.getByRole("button", { name: "Stop" }).waitFor();
    // What there is so far is shown while it runs.
    const some = async (): Promise<boolean> =>
      ((await summary(tab))["served in time"]?.[0] ?? "").includes("of 2,400") === false;
    await expect.poll(some, { timeout: 20_000 }).toBe(true);
    await tab.getByRole("button", { name: "Stop" }).click();
    await settled(tab);
    expect(await tab.locator(".status-words").textContent()).toContain("Stopped");
    // And it is ready for more.
    await tab.locator(".toolbar select").first().selectOption("tutorial");
    await settled(tab);
    expect((await summary(tab))["served in time"]?.[0]).toMatch(/of 2,000$/);
  });

  describe("has a tour", () => {
    const headlines = [
      "Retries help",
      "Slow for a while, then well again",
      "Retries kill",
      "Later is not fewer",
      "Fewer retries, and it comes back",
      "All are served, and the wait is hidden",
      "What holds is what is bounded",
    ];

    it("of seven steps, with the numbers of the command", async () => {
      const results = squall("compare", shippedFile("tour"), "--json", "-");
      const tab = await open();
      await tab.getByRole("button", { name: "Guided tour" }).click();
      for (const [index, step] of steps.entries()) {
        await settled(tab);
        expect(await tab.locator("#tour-headline").textContent()).toBe(headlines[index]);
        const text = (await tab.locator(".tour-text").textContent()) ?? "";
        for (const name of [step.a, step.b])
          expect(text).toContain(percent(goodputRatio(variantOf(results, name))));
        expect(await tab.locator(".tour-text .live").count()).toBeGreaterThan(1);
        await tab
          .locator(".tour")
          .getByRole("button", { name: index < 6 ? "Next" : "Try on your own" })
          .click();
      }
      expect(await tab.locator(".tour").isVisible()).toBe(false);
    });

    it.each(["2", "5", "12345"])("that is true with seed %s as well", async (seed) => {
      const tab = await open("#s=tour&tour=1");
      for (const [index, step] of steps.entries()) {
        await tab.locator(".toolbar input").fill(seed);
        await tab.locator(".toolbar input").press("Enter");
        await expect.poll(() => yamlOf(tab)).toContain(`seed: ${seed}\n`);
        await settled(tab);
        expect(await tab.locator("#tour-headline").textContent()).toBe(headlines[index]);
        expect(await tab.locator("table.summary thead th.side-a, table.summary thead th.side-b").allTextContents()).toEqual([step.a, step.b]);
        if (index < 6) await tab.locator(".tour").getByRole("button", { name: "Next" }).click();
        await settled(tab);
      }
    });

    it("of which a link with a seed opens a step", async () => {
      const tab = await open("#s=tour&seed=5&a=once&b=retries&tour=3");
      expect(await yamlOf(tab)).toContain("seed: 5\n");
      expect(await tab.locator("#tour-headline").textContent()).toBe(headlines[2]);
    });

    it("whose text follows the sliders, and goes back", async () => {
      const tab = await open("#s=tour&a=once&b=retries&tour=3");
      expect(await tab.locator("#tour-headline").textContent()).toBe("Retries kill");
      await move(tab, "attempts in all", -3);
      expect(await tab.locator("#tour-headline").textContent()).toBe("Both come back");
      expect(await tab.locator(".tour-text").textContent()).toContain("Each of the two asks once.");
      await tab.getByRole("button", { name: "As it was" }).click();
      await settled(tab);
      expect(await tab.locator("#tour-headline").textContent()).toBe("Retries kill");
    });
  });

  describe("can be used by all", () => {
    it("with keys alone", async () => {
      const tab = await open();
      await tab.keyboard.press("Tab");
      expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe("To the results");
      await tab.getByRole("tab", { name: "Sliders" }).focus();
      await tab.keyboard.press("ArrowRight");
      expect(await tab.locator("textarea.yaml").isVisible()).toBe(true);
      await tab.keyboard.press("ArrowLeft");
      const switched = tab.getByRole("switch", { name: "circuit breaker" });
      await switched.focus();
      await tab.keyboard.press("Space");
      await settled(tab);
      expect(await switched.isChecked()).toBe(true);
      // What is operated keeps the focus, though the sliders around it are others now.
      expect(await switched.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await tab.getByRole("slider", { name: "opens at failures of" }).isVisible()).toBe(true);
      expect(await yamlOf(tab)).toContain("breaker: {resilience4j:");
    });

    it("and tells screen readers what came of a change", async () => {
      const tab = await open();
      await expect
        .poll(() => tab.locator("[role=status][aria-live=polite]").first().textContent())
        .toContain("rpc-naive: 2.0 % served in time");
    });

    it.each([320, 390, 800, 1100, 1440])("in %d px without scrolling sideways", async (width) => {
      const tab = await open("#s=tour&a=once&b=retries&tour=3", { viewport: { width, height: 800 } });
      const [content, window] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content).toBeLessThanOrEqual(window ?? 0);
      expect(await tab.getByRole("slider", { name: "attempts in all" }).isVisible()).toBe(true);
    });

    it.each(["light", "dark"] as const)("without serious findings of axe-core in %s", async (colorScheme) => {
      const tab = await open("#s=tour&a=budget&b=bounds&tour=7", { colorScheme });
      const ground = await tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      expect(ground).toBe(colorScheme === "light" ? "rgb(251, 250, 248)" : "rgb(19, 20, 22)");
      expect(await axeFindings(tab)).toEqual([]);
      await tab.getByRole("tab", { name: "YAML" }).click();
      await tab.locator("textarea.yaml").fill("squall: 1\nservices: {}\nx: 1\n");
      await tab.locator(".remarks li.error").waitFor();
      expect(await axeFindings(tab)).toEqual([]);
    });
  });

  it("lays the page out a few times for a moved slider, however many charts there are", async () => {
    const tab = await open();
    const cdp = await tab.context().newCDPSession(tab);
    await cdp.send("Performance.enable");
    const layouts = async (): Promise<number> =>
      (await cdp.send("Performance.getMetrics")).metrics.find(({ name }) => name === "LayoutCount")?.value ?? NaN;
    await move(tab, "requests in a burst", 1);
    const before = await layouts();
    const moves = 4;
    for (let i = 0; i < moves; ++i) await move(tab, "requests in a burst", i % 2 === 0 ? -1 : 1);
    // Once for each chart it was some 85.
    expect(((await layouts()) - before) / moves).toBeLessThan(40);
    expect(await tab.locator("figure.chart").count()).toBeGreaterThan(15);
  });

  it("draws for a moved slider what is on the screen first, and nothing else while somebody waits", async () => {
    const tab = await open();
    // Else, on a machine that is late, the next frame comes before the page hears that this one is painted.
    await tab.evaluate(slowFrames);
    const drawn = await tab.evaluate(async () => {
      // No time passes for the page: one column waits for the other, however long a run takes on this machine.
      const stopped = performance.now();
      performance.now = () => stopped;
      const page = document.querySelector<HTMLElement>(".playground");
      const slider = document.querySelector<HTMLInputElement>(".controls input[type=range]");
      if (!page || !slider) throw new Error("no slider");
      // Every picture of a chart begins with an empty canvas.
      let canvases = new Set<HTMLCanvasElement>();
      const { clearRect } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        canvases.add(this.canvas);
        clearRect.apply(this, box);
      };
      const isSeen = (canvas: HTMLCanvasElement): boolean => {
        const { top, bottom } = canvas.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      };
      const move = (): void => {
        slider.value = String(Number(slider.value) - 2);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
      };
      const early: { readonly number: number; readonly areSeen: boolean }[] = [];
      const { measure } = performance;
      performance.measure = (...words) => {
        early.push({ number: canvases.size, areSeen: [...canvases].every(isSeen) });
        canvases = new Set();
        // Once more, before the charts further down have had their turn: a task could come after the next frame.
        if (early.length === 1) queueMicrotask(move);
        return measure.apply(performance, words);
      };
      move();
      while (early.length < 2 || page.dataset["settled"] !== "true") await new Promise(requestAnimationFrame);
      const all = [...document.querySelectorAll<HTMLCanvasElement>("figure.chart canvas")];
      return { early, seen: all.filter(isSeen).length, unseen: all.filter((one) => !isSeen(one)).length, late: canvases.size };
    });
    expect(drawn.seen).toBeGreaterThan(0);
    expect(drawn.early).toEqual([1, 2].map(() => ({ number: drawn.seen, areSeen: true })));
    expect(drawn.unseen).toBeGreaterThan(5);
    expect(drawn.late).toBe(drawn.unseen);
  });

  it("takes all charts to another instant, those that nobody sees too", async () => {
    const tab = await open();
    const instants = (): Promise<string[]> => tab.locator("figure.chart .legend .at").allTextContents();
    const before = new Set(await instants());
    await tab.locator(".hero [role=img]").focus();
    for (let i = 0; i < 5; ++i) await tab.keyboard.press("Shift+ArrowLeft");
    await expect.poll(async () => (await instants()).some((one) => before.has(one))).toBe(false);
    expect((await instants()).length).toBeGreaterThan(15);
    // Each where its own canvas has the cursor: within a pixel at the same place of charts of the same width.
    const places = await tab
      .locator(".charts figure.chart .u-cursor-x")
      .evaluateAll((lines) => lines.map((line) => Math.round(new DOMMatrix(getComputedStyle(line).transform).e)));
    expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(1);
  });

  it("shows what is new in charts that nobody sees, and in all before it is printed", async () => {
    const tab = await open();
    const last = tab.locator(".charts figure.chart", { hasText: "In service and in line" }).first();
    const label = (): Promise<string | null> => last.locator("[role=img]").getAttribute("aria-label");
    const before = await label();
    await move(tab, "requests in a burst", -6);
    expect(await label()).not.toBe(before);
    const told = await tab.evaluate(async () => {
      const charts = [...document.querySelectorAll(".charts figure.chart [role=img]")];
      const labels = (): string => charts.map((chart) => chart.getAttribute("aria-label")).join();
      const slider = document.querySelector<HTMLInputElement>(".controls input[type=range]");
      if (!slider) throw new Error("no slider");
      const was = labels();
      slider.value = String(Number(slider.value) - 3);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      // The first frame after the answer: those further down wait still, until paper is asked for.
      await new Promise<void>((resolve) => {
        new PerformanceObserver((_, observer) => (observer.disconnect(), resolve())).observe({ entryTypes: ["measure"] });
      });
      window.dispatchEvent(new Event("beforeprint"));
      const printed = labels();
      window.dispatchEvent(new Event("afterprint"));
      while (document.querySelector<HTMLElement>(".playground")?.dataset["settled"] !== "true")
        await new Promise(requestAnimationFrame);
      return { isNew: printed !== was, isAll: printed === labels() };
    });
    expect(told).toEqual({ isNew: true, isAll: true });
  });

  it("lets keys and find-in-page come to charts that nobody has seen yet", async () => {
    const tab = await open("", {}, slowFrames);
    const last = tab.locator(".charts figure.chart").last();
    expect(await last.locator("canvas").count()).toBe(0);
    await last.getByRole("img").focus();
    await last.locator("canvas").waitFor();
    const reading = (): Promise<string | null> => last.locator(".legend .at").textContent();
    const before = await reading();
    await tab.keyboard.press("Home");
    await expect.poll(reading).not.toBe(before);
    // To where nothing is seen of them again, and back by their words.
    await tab.getByRole("slider").first().focus();
    await tab.locator(".results").evaluate((results) => results.scrollTo(0, 0));
    const title = (await last.locator(".figure-title").textContent()) ?? "?";
    const found = await tab.evaluate((words) => {
      (window as unknown as { find(text: string): boolean }).find(words);
      return getSelection()?.anchorNode?.parentElement?.closest("figure.chart h4")?.textContent;
    }, title);
    expect(found).toBe(title);
  });

  it("prints all charts, those that nobody has seen yet too", async () => {
    const tab = await open("", {}, slowFrames);
    const charts = await tab.locator("figure.chart").count();
    const canvases = (): Promise<number> => tab.locator("figure.chart canvas").count();
    // What is far down is not even laid out.
    expect(await canvases()).toBeLessThan(charts);
    await tab.evaluate(() => {
      // What stands in the canvases when the paper is made.
      window.addEventListener("beforeprint", () => {
        const all = [...document.querySelectorAll<HTMLCanvasElement>("figure.chart canvas")];
        const isDrawn = all.filter((one) => one.getContext("2d")?.getImageData(0, 0, one.width, one.height).data.some(Boolean));
        document.body.dataset["drawn"] = String(isDrawn.length);
      });
    });
    await tab.pdf();
    expect(Number(await tab.locator("body").getAttribute("data-drawn"))).toBe(charts);
    const visibility = (): Promise<string> =>
      tab.locator(".charts .part").last().evaluate((part) => getComputedStyle(part).getPropertyValue("content-visibility"));
    expect(await visibility()).toBe("auto");
    await tab.emulateMedia({ media: "print" });
    expect(await visibility()).toBe("visible");
  });

  it("prints all charts as wide as they are, those too that nobody saw while the window became narrower", async () => {
    const tab = await open("", { viewport: { width: 1500, height: 900 } });
    const plots = tab.locator("figure.chart .plot");
    for (const plot of await plots.all()) {
      await plot.scrollIntoViewIfNeeded();
      await plot.locator("canvas").waitFor();
    }
    await tab.locator(".results").evaluate((results) => results.scrollTo(0, 0));
    await tab.setViewportSize({ width: 1150, height: 900 });
    const misfits = await plots.evaluateAll(async (all) => {
      window.dispatchEvent(new Event("beforeprint"));
      // A chart takes its size in a microtask, which the paper waits for.
      await Promise.resolve();
      return all.filter((plot) => plot.clientWidth !== plot.querySelector(".uplot")?.clientWidth).length;
    });
    expect(misfits).toBe(0);
  });

  it("shows the charts of both columns on one scale, with the values of the run", async () => {
    const tab = await open("#s=tour&a=once&b=retries");
    const ended = tab.locator("figure.chart", { hasText: "How requests ended" });
    expect(await ended.count()).toBe(2);
    await ended.first().getByRole("button", { name: "Table" }).click();
    const table = ended.first().locator("table");
    const column = (await table.locator("thead th").allTextContents()).indexOf("ok");
    const times = (await table.locator("tbody th").allTextContents()).map(Number);
    const rates = (await table.locator(`tbody td:nth-child(${column + 1})`).allTextContents()).map(Number);
    const ok = rates.reduce(
      (sum, rate, index) => sum + (rate * ((times[index] ?? 0) - (times[index - 1] ?? 0))) / 1000,
      0,
    );
    const once = variantOf(squall("compare", shippedFile("tour"), "--json", "-"), "once").workloads["shop"];
    expect(ok).toBeCloseTo(once?.ok ?? 0, 3);
    expect(await tab.locator(".hero figure.chart").getByRole("button", { name: "Table" }).isVisible()).toBe(true);
  });
});
