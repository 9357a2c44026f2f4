import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page as Tab } from "playwright-core";
import type { Page } from "../../src/data/page";

/** A variable that ctest sets; by hand: CHROMIUM=... SQUALL_WEB_DIST=... npm run test:browser. */
function fromEnvironment(name: string, meaning: string): string {
  const value = process.env[name];
  if (!value || !existsSync(value)) {
    throw new Error(`${name} must name ${meaning}; it is '${value ?? ""}'`);
  }
  return value;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: fromEnvironment("CHROMIUM", "a Chromium (Debian: chromium)"),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** The report page with these data in it, as the command writes it. */
export function reportWith(page: Page): string {
  const dist = fromEnvironment("SQUALL_WEB_DIST", "the folder of the built pages");
  const template = readFileSync(join(dist, "report.html"), "utf8");
  const json = JSON.stringify(page).replaceAll("<", "\\u003c");
  return template.replace(
    "<!--squall-data-->",
    () => `<script type="application/json" id="squall-data">${json}</script>`,
  );
}

/** What a tab said and asked for that it should not have. */
export interface Complaints {
  readonly said: string[];
  readonly requested: string[];
}

/** Opens the HTML from a file, as one who got it by mail does. */
export async function openFile(
  browser: Browser,
  html: string,
  options: NonNullable<Parameters<Browser["newPage"]>[0]> = {},
): Promise<{ tab: Tab; complaints: Complaints; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "squall-web-"));
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  const url = pathToFileURL(file).href;
  const tab = await browser.newPage(options);
  const complaints: Complaints = { said: [], requested: [] };
  tab.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.said.push(message.text());
  });
  tab.on("pageerror", (error) => complaints.said.push(String(error)));
  tab.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) complaints.requested.push(request.url());
  });
  await tab.goto(url);
  const close = async (): Promise<void> => {
    await tab.close();
    rmSync(folder, { recursive: true });
  };
  return { tab, complaints, close };
}
