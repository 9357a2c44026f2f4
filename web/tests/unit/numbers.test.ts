import { describe, expect, it } from "vitest";
import { compact, count, counted, NONE, percent, perSecond, significant } from "../../src/format/numbers";

describe("numbers", () => {
  it("have three significant digits and groups of thousands", () => {
    expect(significant(0)).toBe("0");
    expect(significant(0.012345)).toBe("0.0123");
    expect(significant(1.2345)).toBe("1.23");
    expect(significant(12345.6)).toBe("12,346");
    expect([9.999, 99.96, 999.6].map((value) => significant(value))).toEqual(["10.0", "100", "1,000"]);
    expect(significant(-1234567)).toBe("−1,234,567");
    expect(significant(1e-7, 2)).toBe("0.00000010");
  });

  it("are counted in full where they are whole", () => {
    expect(count(2400)).toBe("2,400");
    expect(count(16.26)).toBe("16.3");
    expect(count(null)).toBe(NONE);
    expect(count(Number.NaN)).toBe(NONE);
    expect(count(Number.POSITIVE_INFINITY)).toBe(NONE);
  });

  it("are short on axes", () => {
    expect([950, 1500, 20000, 3e6, 0.25, 1e10].map(compact)).toEqual(["950", "1.5k", "20k", "3M", "0.25", "10G"]);
  });

  it("are never rounded to all or to nothing", () => {
    expect(percent(0)).toBe("0 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(0.575)).toBe("57.5 %");
    expect(percent(0.9999)).toBe("99.99 %");
    expect(percent(0.99996)).toBe("99.996 %");
    expect(percent(0.0001)).toBe("0.01 %");
    expect(percent(1e-12)).toBe("< 0.00001 %");
    expect(percent(1 - 1e-12)).toBe("> 99.99999 %");
  });

  it("are rates by a unit", () => {
    expect(perSecond(1346.2)).toBe("1,346/s");
    expect(perSecond(null)).toBe(NONE);
  });
});

describe("a count of things", () => {
  it("has one thing in the singular", () => {
    expect([0, 1, 2400].map((value) => counted(value, "request"))).toEqual(["0 requests", "1 request", "2,400 requests"]);
  });
});
