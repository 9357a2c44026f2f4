import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ScenarioText, flowText, isObject, valueAt } from "../../../src/playground/yaml_edit";
import type { Path, Value } from "../../../src/playground/yaml_edit";

function read(text: string): ScenarioText {
  const result = ScenarioText.read(text);
  if (!(result instanceof ScenarioText)) throw new Error(`${result.line}: ${result.message}`);
  return result;
}

const shop = `# A shop
services:
  bank: {workers: 40, latency: 8ms}   # of each replica
  # what it calls
  ledger:
    latency: 5ms                      # each time

    failure: 1%

policies:
  careful:
    retry: {max_attempts: 4, backoff: {exponential: {base: 20ms, max: 400ms}, jitter: full}}
variants:
  naive: {policies.careful.retry: null}
`;

describe("setting a value", () => {
  it("replaces a scalar in a map on one line and nothing else", () => {
    expect(read(shop).set(["services", "bank", "workers"], "60")).toBe(shop.replace("workers: 40", "workers: 60"));
  });

  it("keeps the comment behind a value of a block", () => {
    expect(read(shop).set(["services", "ledger", "latency"], "50ms")).toBe(
      shop.replace("latency: 5ms  ", "latency: 50ms  "),
    );
  });

  it("adds a key at the end of a map on one line", () => {
    expect(read(shop).set(["services", "bank", "failure"], "5%")).toContain(
      "latency: 8ms, failure: 5%}   # of each",
    );
  });

  it("adds a key behind the last line of a block, with its indentation", () => {
    expect(read(shop).set(["services", "ledger", "workers"], "3")).toContain(
      "    failure: 1%\n    workers: 3\n\npol",
    );
  });

  it("makes the maps that are missing on the way", () => {
    const text = read(shop).set(["services", "bank", "queue", "capacity"], "10");
    expect(read(text).at(["services", "bank", "queue", "capacity"])).toBe("10");
  });

  it("puts a whole value in place of a block", () => {
    const text = read(shop).set(["services", "ledger"], "{}");
    expect(text).toContain("  ledger: {}\n\npolicies:");
  });

  it("puts a map in place of a scalar that stands in the way", () => {
    const text = read("a: {backoff: none}\n").set(["a", "backoff", "fixed"], "10ms");
    expect(text).toBe("a: {backoff: {fixed: 10ms}}\n");
  });

  it("finds the keys of a variant, which have dots", () => {
    expect(read(shop).set(["variants", "naive", "policies.careful.retry"], "{max_attempts: 2}")).toContain(
      "naive: {policies.careful.retry: {max_attempts: 2}}",
    );
  });

  it("fills an empty map, a key without a value, and an empty text", () => {
    expect(read("a: {}\n").set(["a", "b"], "1")).toBe("a: {b: 1}\n");
    expect(read("a:\nc: 1\n").set(["a"], "1")).toBe("a: 1\nc: 1\n");
    expect(read("a:\nc: 1\n").set(["a", "b"], "1")).toBe("a: {b: 1}\nc: 1\n");
    expect(read("").set(["a", "b"], "1")).toBe("a: {b: 1}\n");
  });

  it("changes an item of a list, and leaves a list alone that has no such item", () => {
    const text = "calls: [{to: bank}, {to: fraud}]\n";
    expect(read(text).set(["calls", "1", "to"], "ledger")).toBe("calls: [{to: bank}, {to: ledger}]\n");
    expect(read(text).set(["calls", "7", "to"], "ledger")).toBe(text);
  });

  it("adds to a block whose last value ends with the text, without a newline", () => {
    expect(read("a:\n  b: 1").set(["a", "c"], "2")).toBe("a:\n  b: 1\n  c: 2");
  });
});

describe("removing a key", () => {
  it("takes the comma with it, wherever it stands on the line", () => {
    const text = "a: {x: 1, y: 2, z: 3}\n";
    expect(read(text).remove(["a", "x"])).toBe("a: {y: 2, z: 3}\n");
    expect(read(text).remove(["a", "y"])).toBe("a: {x: 1, z: 3}\n");
    expect(read(text).remove(["a", "z"])).toBe("a: {x: 1, y: 2}\n");
    expect(read("a: {x: 1}\n").remove(["a", "x"])).toBe("a: {}\n");
  });

  it("takes its lines out of a block", () => {
    expect(read(shop).remove(["services", "ledger", "failure"])).toBe(shop.replace("    failure: 1%\n", ""));
    expect(read(shop).remove(["services", "ledger"])).not.toContain("failure: 1%");
  });

  it("leaves an empty map where it was the only key of a block", () => {
    expect(read(shop).remove(["policies", "careful", "retry"])).toContain("  careful: {}\nvariants");
  });

  it("does nothing where there is no such key", () => {
    expect(read(shop).remove(["services", "nobody", "latency"])).toBe(shop);
  });

  it("takes the first key out of an item of a list", () => {
    expect(read("a:\n  - to: x\n    policy: y\n").remove(["a", "0", "to"])).toBe("a:\n  - policy: y\n");
  });
});

describe("reading", () => {
  it("keeps scalars as they are written", () => {
    expect(read("a: 1e3\nb: 0x10\nc: true\nd: 5%\n").root).toEqual({ a: "1e3", b: "0x10", c: "true", d: "5%" });
  });

  it("says at which line YAML stops to make sense", () => {
    const result = ScenarioText.read("a: 1\nb: {c: 2\nd: 3\n");
    expect(result).not.toBeInstanceOf(ScenarioText);
    expect((result as { line: number }).line).toBeGreaterThan(1);
    expect(ScenarioText.read("- a\n")).toMatchObject({ line: 1 });
  });

  it("finds the line of a key, or of the nearest thing above it", () => {
    expect(read(shop).lineOf(["services", "ledger", "failure"])).toBe(8);
    expect(read(shop).lineOf(["services", "ledger", "nothing"])).toBe(5);
  });

  it("has no keys but those of the text", () => {
    expect(read("a: 1\n").at(["constructor"])).toBeUndefined();
    expect(read("constructor: 1\n").at(["constructor"])).toBe("1");
  });

  it("writes values back as one line that reads the same", () => {
    const value: Value = { a: "5%", "x->y": ["1", "a: b"], c: {}, d: "null", e: "" };
    expect(read(`v: ${flowText(value)}\n`).at(["v"])).toEqual(value);
  });
});

/** So many of each scenario are tried, evenly spread. */
const pathsMax = 40;

describe("the values of every shipped scenario", () => {
  const folder = fileURLToPath(new URL("../../../../scenarios/", import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

  it("is found", () => expect(files.length).toBeGreaterThan(10));

  it.each(files)(
    "can be replaced and removed, and nothing else changes: %s",
    (file) => {
      const text = readFileSync(`${folder}${file}`, "utf8");
      const scenario = read(text);
      const comments = text.split("\n").filter((line) => line.trimStart().startsWith("#"));
      const paths = allPaths(scenario.root);
    const every = Math.ceil(paths.length / pathsMax);
    for (const path of paths.filter((_, index) => index % every === 0)) {
        const replaced = scenario.set(path, "xyz");
        expect(read(replaced).root).toEqual(withValue(scenario.root, path, "xyz"));
        const last = path[path.length - 1] ?? "";
        if (isObject(valueAt(scenario.root, path.slice(0, -1)))) {
          const removed = scenario.remove(path);
          expect(read(removed).root).toEqual(withValue(scenario.root, path, undefined));
          if (typeof valueAt(scenario.root, path) === "string")
            expect(removed.split("\n").filter(isCommentLine)).toEqual(comments);
        }
        const added = scenario.set([...path.slice(0, -1), `${last}-new`], "xyz");
        const isList = Array.isArray(valueAt(scenario.root, path.slice(0, -1)));
        if (!isList) expect(valueAt(read(added).root, [...path.slice(0, -1), `${last}-new`])).toBe("xyz");
      }
    },
    60_000,
  );
});

function isCommentLine(line: string): boolean {
  return line.trimStart().startsWith("#");
}

function allPaths(value: Value, path: Path = []): Path[] {
  if (typeof value === "string") return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...allPaths(inner, [...path, key])]);
}

function withValue(root: Value, path: Path, value: Value | undefined): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((item: Value, index) =>
      String(index) === key ? (withValue(item, rest, value) as Value) : item,
    );
  }
  const copy: Record<string, Value> = { ...(root as Record<string, Value>) };
  const inner = withValue(copy[key] as Value, rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}
