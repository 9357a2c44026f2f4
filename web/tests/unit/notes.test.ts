import { describe, expect, it } from "vitest";
import type { Page, Timeline } from "../../src/data/page";
import type { Result, ResultVariant } from "../../src/data/result";
import { plainText } from "../../src/format/conclusion";
import { isPartial, PARTIAL_HEADING, partialNote, titleOf, warmupNote } from "../../src/report/notes";

const variant = (name: string, cut_ms?: number): ResultVariant => ({
  name, workloads: {}, calls: {}, services: {}, queues: {}, ...(cut_ms === undefined ? {} : { warmup: { cut_ms } }),
});
const result = (variants: ResultVariant[], more: Partial<Result> = {}): Result => ({ scenario: "shop", variants, ...more });
const page = (of: Result, runs: readonly Timeline[] = []): Page => ({
  page: 1, squall: "1", command: "", scenario_text: "", seed: "7", result: of, variants: [{ name: "a", seed: "7", runs }],
});

describe("the note on the warm-up", () => {
  it("says how much the figures leave out", () => {
    expect(plainText(warmupNote(result([variant("a", 5000), variant("b", 5000)])))).toBe(
      "The warm-up of 5 s is in the charts and the steps of the story; totals leave it out.",
    );
    expect(plainText(warmupNote(result([variant("a", 5000), variant("b", 0), variant("c", 250)])))).toBe(
      "The warm-up (a 5 s, c 250 ms) is in the charts and the steps of the story; totals leave it out.",
    );
  });

  it("is not there where nothing was cut", () => {
    expect(warmupNote(result([variant("a", 0), variant("b")]))).toEqual([]);
  });
});

describe("a partial page", () => {
  it("says so first, and draws no conclusion", () => {
    const partial = page(result([variant("a")], { partial: true, not_begun: ["b", "c"] }));
    expect(isPartial(partial)).toBe(true);
    expect(PARTIAL_HEADING).toMatch(/^Partial:/);
    expect(titleOf(partial, "a served all")).toBe("Partial: shop");
    expect(plainText(partialNote(partial))).toBe(
      "Interrupted: this is a part of what was asked for, and not the whole. Not begun: b and c.",
    );
  });

  it("says how many replications there are, and when only the run over time was cut", () => {
    expect(plainText(partialNote(page(result([], { partial: true, replications: 3, replications_asked: 8 }))))).toContain(
      "3 of 8 replications",
    );
    const cut = { partial: true } as Timeline;
    expect(plainText(partialNote(page(result([variant("a")]), [cut])))).toContain("over time");
  });

  it("names those of which there is nothing over time", () => {
    expect(plainText(partialNote(page(result([variant("a")]))))).toBe(
      "Only the totals are there, and nothing over time, of a.",
    );
  });

  it("is not made of a whole one", () => {
    const whole = page(result([variant("a")]), [{} as Timeline]);
    expect(partialNote(whole)).toEqual([]);
    expect(titleOf(whole, "a served all.")).toBe("shop: a served all.");
  });
});
