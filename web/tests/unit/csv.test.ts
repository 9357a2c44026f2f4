import { describe, expect, it } from "vitest";
import { fileName, toCsv } from "../../src/format/csv";

describe("CSV", () => {
  it("keeps numbers in full and quotes what has to be", () => {
    expect(toCsv({ head: ["time_ms", 'a "b", c'], rows: [[0.1 + 0.2, null], ["line\nbreak", 5]] })).toBe(
      'time_ms,"a ""b"", c"\r\n0.30000000000000004,\r\n"line\nbreak",5\r\n',
    );
  });

  it("lets no name be taken for a formula", () => {
    expect(toCsv({ head: ["x"], rows: [["=HYPERLINK(1)"], ["@a"], ["+1"], [-1]] })).toBe("x\r\n'=HYPERLINK(1)\r\n'@a\r\n'+1\r\n-1\r\n");
  });

  it("has names that every system takes", () => {
    expect(fileName("squall", "How requests/ended: é")).toBe("squall_How-requests-ended-e.csv");
    expect(fileName("../../..", "🌩")).toBe("squall.csv");
    expect(fileName("x".repeat(500)).length).toBeLessThan(110);
  });
});
