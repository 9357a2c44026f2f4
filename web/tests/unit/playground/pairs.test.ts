import { describe, expect, it } from "vitest";
import { resampled } from "../../../src/playground/pairs";

describe("counts on another grid", () => {
  const sum = (rates: readonly (number | null)[], width: number): number =>
    rates.reduce<number>((total, rate) => total + ((rate ?? 0) * width) / 1000, 0);

  it.each([
    [[100, 200, 300, 400], [1, 2, 3, 4], 1, 400],
    [[100, 200, 300, 350], [5, 0, 7, 2], 7, 350],
    [[100, 200, 300, 400], [1, 2, 3, 4], 16, 400],
    [[250, 500], [10, 30], 5, 1000],
  ])("lose nothing: %j %j in %d bins", (time_ms, counts, bins, end) => {
    const width = end / bins;
    const grid = Array.from({ length: bins }, (_, index) => (index + 1) * width);
    const rates = resampled({ time_ms }, counts, grid);
    expect(sum(rates, width)).toBeCloseTo(
      counts.reduce((total, one) => total + one, 0),
      9,
    );
  });

  it("are the same on the same grid, as rates", () => {
    expect(resampled({ time_ms: [100, 200, 300] }, [1, 2, 3], [100, 200, 300])).toEqual([10, 20, 30]);
  });

  it("are not there after the end of the run", () => {
    expect(resampled({ time_ms: [100] }, [4], [50, 100, 150, 200])).toEqual([40, 40, null, null]);
  });
});
