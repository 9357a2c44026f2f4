import { describe, expect, it } from "vitest";
import { ladder, measure, write } from "../../../src/playground/ladder";

describe("measuring what a scenario writes", () => {
  it.each([
    ["duration", "120ms", 120],
    ["duration", "1.5s", 1500],
    ["duration", "20us", 0.02],
    ["duration", "2m", 120_000],
    ["duration", "0", 0],
    ["rate", "50/s", 50],
    ["rate", "6/m", 0.1],
    ["share", "5%", 0.05],
    ["share", "0.05", 0.05],
    ["factor", "x0.2", 0.2],
    ["count", "40", 40],
    ["number", "2.5", 2.5],
  ] as const)("%s %s is %s", (kind, text, number) => {
    expect(measure(kind, text)).toBeCloseTo(number, 12);
  });

  it.each([
    ["duration", "120"],
    ["duration", "+50ms"],
    ["duration", "forever"],
    ["rate", "50"],
    ["factor", "4"],
    ["count", "2.5"],
    ["share", "5ms"],
    ["count", "unlimited"],
  ] as const)("%s %s is none", (kind, text) => {
    expect(measure(kind, text)).toBeUndefined();
  });

  it("writes in the unit that reads best, and reads the same back", () => {
    expect([write("duration", 1500), write("duration", 20), write("duration", 0.5)]).toEqual([
      "1.5s",
      "20ms",
      "500us",
    ]);
    expect([write("rate", 50), write("rate", 0.1), write("share", 0.05)]).toEqual(["50/s", "6/m", "5%"]);
    for (const number of [0.02, 0.5, 1, 120, 1000, 90_000]) {
      expect(measure("duration", write("duration", number))).toBeCloseTo(number, 9);
    }
  });
});

describe("the positions of a slider", () => {
  const timeouts = { kind: "duration", from: 1, to: 10_000, after: ["forever"] } as const;

  it("rise, and have what stands there among them once", () => {
    for (const now of ["120ms", "0.12s", "130ms", "47ms", "forever", "20s"]) {
      const { texts, index } = ladder(timeouts, now) ?? { texts: [], index: -1 };
      expect(texts[index]).toBe(now);
      const numbers = texts.filter((text) => text !== "forever").map((text) => measure("duration", text) ?? NaN);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers.map((number) => number.toFixed(6))).size).toBe(numbers.length);
      expect(texts[texts.length - 1]).toBe("forever");
    }
  });

  it("are whole numbers for counts, each of them at first", () => {
    const { texts, index } = ladder({ kind: "count", from: 1, to: 1000 }, "4") ?? { texts: [], index: -1 };
    expect(texts.slice(0, 6)).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(index).toBe(3);
    expect(texts.every((text) => /^\d+$/.test(text))).toBe(true);
    expect(texts[texts.length - 1]).toBe("1000");
  });

  it("do not name a value twice that is also the word before the first", () => {
    const waits = { kind: "duration", from: 1, to: 100, before: ["0ms"] } as const;
    expect(ladder(waits, "0s")?.texts.slice(0, 2)).toEqual(["0s", "1ms"]);
    expect(ladder(waits, "5ms")?.texts.slice(0, 2)).toEqual(["0ms", "1ms"]);
  });

  it("are not there for what cannot be measured", () => {
    expect(ladder(timeouts, "{exponential: 3ms}")).toBeUndefined();
    expect(ladder({ kind: "factor", from: 1, to: 10 }, "+50ms")).toBeUndefined();
  });
});
