import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { singleFile } from "../../build/single_file";

const page = (head: string): string =>
  `<!doctype html><html><head>\n<meta charset="utf-8">\n${head}` +
  `<script type="module" src="./main.ts"></script></head><body><p>x</p></body></html>`;

async function built(folder: string): Promise<string> {
  const outDir = join(folder, "dist");
  await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    build: { outDir, modulePreload: { polyfill: false }, rollupOptions: { input: join(folder, "page.html") } },
    plugins: [singleFile()],
  });
  expect(readdirSync(outDir)).toEqual(["page.html"]);
  return readFileSync(join(outDir, "page.html"), "utf8");
}

describe("a page in one file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "squall-web-"));
    writeFileSync(join(folder, "style.css"), "p{color:red}");
    writeFileSync(
      join(folder, "main.ts"),
      `import "./style.css"; document.title = "</script><!--" + "$& $1";`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds script and style, known to its policy by their hashes", async () => {
    writeFileSync(join(folder, "page.html"), page("<!--squall-data-->"));
    const html = await built(folder);
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
    expect(script).toContain("$& $1");
    expect(style).toContain("color");
    for (const [name, text] of [["script-src", script], ["style-src", style]] as const) {
      const hash = createHash("sha256").update(text).digest("base64");
      expect(html).toContain(`${name} 'sha256-${hash}'`);
    }
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/src="|href="/);
  });

  it("is refused without the data marker, or with two", async () => {
    writeFileSync(join(folder, "page.html"), page(""));
    await expect(built(folder)).rejects.toThrow("once");
    writeFileSync(join(folder, "page.html"), page("<!--squall-data--><!--squall-data-->"));
    await expect(built(folder)).rejects.toThrow("once");
  });
});
