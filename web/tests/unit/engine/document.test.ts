import { describe, expect, it } from "vitest";
import { encodeDocument } from "../../../src/engine/document";

const encoded = (text: string): unknown => JSON.parse(encodeDocument(text));

describe("encodeDocument", () => {
  it("keeps scalars as they were written, quoted or not, with their lines", () => {
    expect(encoded("a: 0x1F\nb: 'yes'\nc:\n  - 5%\n  - {d: 1e3}\n")).toEqual({
      n: 1,
      m: [
        ["a", 1, { n: 1, s: "0x1F" }],
        ["b", 2, { n: 2, s: "yes", q: true }],
        ["c", 3, { n: 4, l: [{ n: 4, s: "5%" }, { n: 5, m: [["d", 5, { n: 5, s: "1e3" }]] }] }],
      ],
    });
  });

  it("puts a missing value at its key, and takes quoted forms of null for text", () => {
    expect(encoded("a:\nb: ~\nc: '~'\n")).toEqual({
      n: 1,
      m: [
        ["a", 1, { n: 1 }],
        ["b", 2, { n: 2 }],
        ["c", 3, { n: 3, s: "~", q: true }],
      ],
    });
  });

  it("writes aliases out with the lines of their anchors", () => {
    expect(encoded("a: &x {b: 1}\nc: *x\n")).toEqual({
      n: 1,
      m: [
        ["a", 1, { n: 1, m: [["b", 1, { n: 1, s: "1" }]] }],
        ["c", 2, { n: 1, m: [["b", 1, { n: 1, s: "1" }]] }],
      ],
    });
  });

  it.each([
    ["a: !!int 1\n", 1, "tags (!!int) are not supported"],
    ["a: 1\n<<: {b: 2}\n", 2, "merge keys (<<) are not supported; write the keys out"],
    ["a: 1\n---\nb: 2\n", 2, "a second document begins here; a scenario is one document"],
    ["? [a]\n: 1\n", 1, "a key must be a word, not a list or a map"],
    ["", 0, "is empty"],
    ["a: *x\n", 1, "is not YAML: the referenced anchor is not defined"],
  ])("says of %j what is wrong, for the engine to tell", (text, line, message) => {
    expect(encoded(text)).toEqual({ n: line, e: message });
  });

  it("ends where aliases would fill the memory", () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      `l${i}: &l${i} [${Array(10).fill(i === 0 ? "x" : `*l${i - 1}`).join(", ")}]`,
    );
    expect(encoded(`${levels.join("\n")}\n`)).toMatchObject({ e: expect.stringContaining("aliases expanded") as string });
  });

  it("ends where a text is nested without end", () => {
    expect(encoded("[".repeat(100_000))).toHaveProperty("e");
  });
});
