import { describe, expect, it } from "vitest";
import { AXIS_STEPS_MS, duration, instant, tick } from "../../src/format/time";

describe("durations", () => {
  it("take the unit that fits", () => {
    expect([0, 0.85, 13.86, 171, 1460, 59_000, 125_000, 3_780_000].map(duration)).toEqual([
      "0 s", "850 µs", "13.9 ms", "171 ms", "1.46 s", "59.0 s", "2 min 5 s", "1 h 3 min",
    ]);
  });

  it("round over into the next unit, never to 60 s or 1,000 ms", () => {
    expect(duration(999.9)).toBe("1 s");
    expect(duration(59_999)).toBe("1 min");
    expect(duration(3_599_999)).toBe("1 h");
    expect(duration(null)).toBe("–");
    expect(duration(-5)).toBe("−5.00 ms");
  });
});

describe("instants", () => {
  it("are as fine as the grid of the run", () => {
    expect(instant(10_030, 10)).toBe("10.03 s");
    expect(instant(430, 3)).toBe("430 ms");
    expect(instant(0.25, 0.05)).toBe("0.25 ms");
    expect(instant(20_100, 50)).toBe("20.10 s");
    expect(instant(90_000, 250)).toBe("1 min 30 s");
    expect(instant(0, 10)).toBe("0 s");
  });
});

describe("a time axis", () => {
  it("has rising steps and short labels", () => {
    expect([...AXIS_STEPS_MS].sort((a, b) => a - b)).toEqual(AXIS_STEPS_MS);
    expect([0, 0.5, 200, 1200, 60_000].map(tick)).toEqual(["0", "0.5 ms", "200 ms", "1.2 s", "1 min"]);
  });
});
