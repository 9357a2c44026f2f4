import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page as Tab } from "playwright-core";
import type { Page } from "../../src/data/page";

/** A path that ctest sets; by hand: CHROMIUM=... SQUALL_COMMAND=... npm run test:browser. */
export function pathFrom(variable: string, meaning: string): string {
  const value = process.env[variable];
  if (!value || !existsSync(value)) throw new Error(`${variable} must name ${meaning}; it is '${value ?? ""}'`);
  return value;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: pathFrom("CHROMIUM", "a Chromium (Debian: chromium-headless-shell, or chromium)"),
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

const DATA = /<script type="application\/json" id="squall-data">([\s\S]*?)<\/script>/;

/** A report as the command writes it, and the data in it. */
export interface Report {
  readonly html: string;
  readonly page: Page;
}

/** What `squall ARGUMENTS --html FILE` writes. */
export function reportOf(...command: readonly string[]): Report {
  const folder = mkdtempSync(join(tmpdir(), "squall-web-"));
  try {
    const file = join(folder, "report.html");
    const squall = pathFrom("SQUALL_COMMAND", "the squall command");
    execFileSync(squall, [...command, "--quiet", "--html", file], { stdio: ["ignore", "ignore", "inherit"] });
    const html = readFileSync(file, "utf8");
    const json = DATA.exec(html)?.[1];
    if (!json) throw new Error(`no data in what squall ${command.join(" ")} --html wrote`);
    return { html, page: JSON.parse(json) as Page };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same report with other data in it. */
export function withData(report: Report, page: Page): string {
  const json = JSON.stringify(page).replaceAll("<", "\\u003c");
  return report.html.replace(DATA, () => `<script type="application/json" id="squall-data">${json}</script>`);
}

/** What a tab said and asked for that it should not have. */
export interface Complaints {
  readonly said: string[];
  readonly requested: string[];
}

export interface Opened {
  readonly tab: Tab;
  readonly complaints: Complaints;
  readonly close: () => Promise<void>;
}

/** Opens the HTML from a file, as one who got it by mail does. */
export async function openFile(
  browser: Browser,
  html: string,
  options: NonNullable<Parameters<Browser["newPage"]>[0]> = {},
): Promise<Opened> {
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
    if (request.url() !== url && !/^(data|blob):/.test(request.url())) complaints.requested.push(request.url());
  });
  await tab.goto(url);
  const close = async (): Promise<void> => {
    await tab.close();
    rmSync(folder, { recursive: true });
  };
  return { tab, complaints, close };
}

/** Serious and critical findings of axe-core, and headings that skip a level. */
export async function axeFindings(tab: Tab): Promise<string[]> {
  const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  // Evaluated by the debugger, which the policy of the page does not bind.
  await tab.evaluate(axe);
  return tab.evaluate(async () => {
    interface Found {
      readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string; failureSummary: string }[] }[];
    }
    const { axe: runner } = window as unknown as { axe: { run: () => Promise<Found> } };
    const { violations } = await runner.run();
    return violations
      .filter(({ id, impact }) => impact === "serious" || impact === "critical" || id === "heading-order")
      .map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 200) ?? ""} ${nodes[0]?.failureSummary ?? ""}`);
  });
}
