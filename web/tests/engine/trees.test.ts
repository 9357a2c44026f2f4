/** A document parsed in the page is to the engine what it is to the command: value, line and message. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeDocument } from "../../src/engine/document";
import { numbersFrom, RandomYaml } from "./random_yaml";
import { fromEnvironment, shippedNames, shippedText } from "./support";

/** Lines of compare_trees; empty where all are the same. */
function differences(texts: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-trees-"));
  try {
    const file = join(folder, "documents.json");
    const documents = [...texts].map(([name, yaml]) => ({ name, yaml, tree: encodeDocument(yaml) }));
    writeFileSync(file, JSON.stringify(documents));
    const program = fromEnvironment("COMPARE_TREES", "the program of tests/trees");
    const ended = spawnSync(program, [file], { encoding: "utf8", maxBuffer: 2 ** 28 });
    return ended.status === 0 ? "" : ended.stdout + ended.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("reads every shipped scenario as the command does", () => {
  expect(differences(new Map(shippedNames().map((name) => [name, shippedText(name)])))).toBe("");
});

it("reads documents that nobody wrote as the command does", () => {
  const seed = Number(process.env["SQUALL_TREES_SEED"] ?? 1);
  const random = new RandomYaml(numbersFrom(seed));
  const texts = new Map<string, string>();
  for (let i = 0; i < 2_000; ++i) {
    const text = random.document();
    texts.set(text, text);
  }
  expect(differences(texts)).toBe("");
});

it("reads scenarios with a sign changed as the command does, where both can read them", () => {
  const next = numbersFrom(7);
  const signs = ["", "\t", ":", "- ", "{", "}", "[", "]", '"', "'", "&a ", "*a", "!t ", "#", "|", ",", "? ", "\n", "  "];
  const texts = new Map<string, string>();
  for (const name of ["tutorial-bursts", "tutorial"]) {
    const whole = shippedText(name).replace(/^#.*\n/gm, "");
    for (let i = 0; i < 300; ++i) {
      const at = Math.floor(next() * whole.length);
      const sign = signs[Math.floor(next() * signs.length)] ?? "";
      const text = whole.slice(0, at) + sign + whole.slice(at + Math.floor(next() * 3));
      texts.set(`${name} with ${JSON.stringify(sign)} at ${at}`, text);
    }
  }
  // Two parsers do not find the same texts to be broken, nor the same thing first.
  const found = differences(texts).split("\n").filter((line) => line !== "" && !line.includes(": error '"));
  expect(found).toEqual([]);
});
