import { createHash } from "node:crypto";
import type { Plugin } from "vite";

type Bundle = Parameters<Extract<NonNullable<Plugin["generateBundle"]>, (...a: never[]) => unknown>>[1];

/** Where the command puts the data of a report. */
export const DATA_MARKER = "<!--squall-data-->";

const sha256 = (text: string): string =>
  `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** In a script element the text must neither end the element nor open a comment. */
const inertInScript = (code: string): string =>
  code.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3C!--");

function takeText(bundle: Bundle, suffix: string): string {
  let text = "";
  for (const [name, file] of Object.entries(bundle)) {
    if (!name.endsWith(suffix)) continue;
    text += file.type === "chunk" ? file.code : String(file.source);
    delete bundle[name];
  }
  return text;
}

/**
 * Makes the page one file: its script and style move into the HTML, which gets a policy that lets
 * these two run, known by their hashes, and nothing else: no network, no other script.
 * Fails the build where the page has no data marker in its head, or more than one.
 */
export function singleFile(): Plugin {
  return {
    name: "squall-single-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const script = inertInScript(takeText(bundle, ".js").trim());
      const style = takeText(bundle, ".css").trim();
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type !== "asset" || !name.endsWith(".html")) {
          this.error(`${name} would be a second file beside the page`);
        }
        const policy = [
          "default-src 'none'",
          `script-src ${sha256(script)}`,
          `style-src ${sha256(style)}`,
          "img-src data:",
          "base-uri 'none'",
          "form-action 'none'",
        ].join("; ");
        const html = String(file.source)
          .replace(/\s*<script type="module"[^>]*><\/script>/g, "")
          .replace(/\s*<link rel="stylesheet"[^>]*>/g, "")
          .replace(
            '<meta charset="utf-8">',
            () => `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">`,
          )
          .replace("</head>", () => `<style>${style}</style>\n</head>`)
          .replace("</body>", () => `<script type="module">${script}</script>\n</body>`);
        const head = html.slice(0, html.indexOf("</head>"));
        if (head.split(DATA_MARKER).length !== 2 || html.split(DATA_MARKER).length !== 2) {
          this.error(`${name} must hold ${DATA_MARKER} once, in its head`);
        }
        if (!html.includes(policy) || !html.includes(`<script type="module">${script.slice(0, 40)}`)) {
          this.error(`${name} lacks <meta charset="utf-8">, <head> or <body>`);
        }
        file.source = html;
      }
    },
  };
}
