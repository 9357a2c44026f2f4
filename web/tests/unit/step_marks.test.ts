import { describe, expect, it } from "vitest";
import { clusters, labelOf, markAt, widthOf } from "../../src/charts/step_marks";

describe("the marks of the steps", () => {
  it("stand each at its step where there is room", () => {
    const marks = clusters([10, 100, 300]);
    expect(marks).toEqual([{ first: 0, last: 0, x: 10 }, { first: 1, last: 1, x: 100 }, { first: 2, last: 2, x: 300 }]);
    expect(marks.map(labelOf)).toEqual(["1", "2", "3"]);
  });

  it("are one where they would cover each other, and keep their numbers where some are out of view", () => {
    expect(clusters([null, 50, 55, 200]).map(labelOf)).toEqual(["2–3", "4"]);
    expect(clusters([50, 60, 75, 85]).map(labelOf)).toEqual(["1–4"]);
    expect(clusters([null, null])).toEqual([]);
  });

  it("never cover each other, whatever the steps", () => {
    for (let seed = 1; seed < 200; ++seed) {
      let state = seed;
      const xs = Array.from({ length: 20 }, () => (state = (state * 48271) % 2147483647) % 400).sort((a, b) => a - b);
      const marks = clusters(xs);
      marks.forEach((mark, i) => {
        const before = marks[i - 1];
        if (before) expect(mark.x - before.x).toBeGreaterThanOrEqual((widthOf(mark) + widthOf(before)) / 2);
      });
      expect(marks.reduce((sum, { first, last }) => sum + last - first + 1, 0)).toBe(20);
    }
  });

  it("are found by a pointer that is near", () => {
    const marks = clusters([10, 100]);
    expect(markAt(marks, 95)?.first).toBe(1);
    expect(markAt(marks, 55)).toBeUndefined();
  });
});
