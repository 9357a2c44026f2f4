import { describe, expect, it } from "vitest";
import { splitByNames } from "../../src/dom/told";

const parts = (text: string, names: readonly string[]): string[] =>
  splitByNames(text, names).map((part) => (part.is_name ? `[${part.text}]` : part.text));

describe("the names in a sentence", () => {
  it("are found whole, the longest first", () => {
    expect(parts("Retries of web->bank fed bank, not banks.", ["bank", "web->bank", "web"])).toEqual([
      "Retries of ", "[web->bank]", " fed ", "[bank]", ", not banks.",
    ]);
  });

  it("may hold any sign", () => {
    expect(parts("a.b (x) is at </b>", ["(x)", "</b>", "a.c", "$&"])).toEqual(["a.b ", "[(x)]", " is at ", "[</b>]"]);
    expect(parts("متجر opens", ["متجر"])).toEqual(["[متجر]", " opens"]);
    expect(parts("", ["a"])).toEqual([]);
    expect(parts("as is", [""])).toEqual(["as is"]);
  });
});
