import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../src/data/page";
import { openBrowser, openFile, reportWith } from "./browser";

const page: Page = {
  page: 1,
  squall: "0.1.0",
  command: "squall compare",
  scenario_text: "squall: 1\n",
  result: { scenario: "</script><b>bold</b>", seed: 7, variants: [] },
  variants: [],
};

describe("the report", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it("opens from a file without a request and without an error", async () => {
    const { tab, complaints, close } = await openFile(browser, reportWith(page));
    expect(await tab.textContent("h1")).toBe("</script><b>bold</b>");
    expect(complaints).toEqual({ said: [], requested: [] });
    await close();
  });
});
