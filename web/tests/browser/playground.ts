import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page as Tab } from "playwright-core";
import type { ResultVariant } from "../../src/data/result";
import { pathFrom } from "./browser";

/** The playground in a tab of its own, with the clipboard of its own. */
export interface Playground {
  readonly tab: Tab;
  /** Errors and warnings, and what it asked for from elsewhere. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openPlayground(
  browser: Browser,
  origin: string,
  fragment = "",
  options: BrowserContextOptions = {},
  before?: () => void,
): Promise<Playground> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  if (before !== undefined) await context.addInitScript(before);
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  tab.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) complaints.push(request.url());
  });
  await tab.goto(`${origin}/playground/${fragment}`);
  await settled(tab);
  return { tab, complaints, close: () => context.close() };
}

/**
 * To be run before the page: a frame comes every 400 ms only. What nobody sees is drawn a little in each frame, so
 * that there is time to look at it before it is drawn, however slow the machine is.
 */
export function slowFrames(): void {
  window.requestAnimationFrame = (callback) => window.setTimeout(() => callback(performance.now()), 400);
  window.cancelAnimationFrame = (frame) => window.clearTimeout(frame);
}

/** Waits until the runs that the last change asked for are done and shown. */
export async function settled(tab: Tab): Promise<void> {
  await tab.locator(".playground[data-settled='true']").waitFor({ timeout: 45_000 });
}

/** Moves the slider of that label by so many steps, by keys. */
export async function move(tab: Tab, label: string, steps: number): Promise<void> {
  const slider = tab.getByRole("slider", { name: label, exact: true }).first();
  await slider.focus();
  for (let i = 0; i < Math.abs(steps); i += 1) await tab.keyboard.press(steps > 0 ? "ArrowRight" : "ArrowLeft");
  await settled(tab);
}

/** What the figures' table says: a row's label, then column A and B. */
export async function summary(tab: Tab): Promise<Record<string, string[]>> {
  const rows = await tab.locator("table.summary tbody tr").all();
  const read = await Promise.all(
    rows.map(async (row): Promise<[string, string[]]> => [
      (await row.locator("th").textContent()) ?? "",
      await row.locator("td").allTextContents(),
    ]),
  );
  return Object.fromEntries(read);
}

export const yamlOf = (tab: Tab): Promise<string> => tab.locator("textarea.yaml").inputValue();

export async function shareMenu(tab: Tab, item: string): Promise<void> {
  await tab.getByText("Share and keep").click();
  await tab.getByRole("button", { name: item }).click();
}

export async function downloaded(
  tab: Tab,
  item: string,
): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([tab.waitForEvent("download"), shareMenu(tab, item)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

export const shippedFile = (name: string): string => fileURLToPath(new URL(`../../../scenarios/${name}.yaml`, import.meta.url));

/** What the command prints to standard output. */
export function squall(...words: readonly string[]): string {
  const command = pathFrom("SQUALL_COMMAND", "the squall command");
  // 1: an expectation of the scenario was not met, which does not matter here.
  return execFileSync("sh", ["-c", '"$0" "$@" 2>/dev/null || test $? = 1', command, ...words], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
}

/** The same with a file of that text, named as the last word. */
export function squallOn(text: string, ...words: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-playground-"));
  try {
    const file = join(folder, "scenario.yaml");
    writeFileSync(file, text);
    return squall(...words, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function variantOf(json: string, name: string): ResultVariant {
  const { variants } = JSON.parse(json) as { readonly variants: readonly ResultVariant[] };
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`no variant ${name}`);
  return found;
}
