import { describe, expect, it } from "vitest";
import type { Result, ResultVariant } from "../../src/data/result";
import { conclusionOf, plainText, verdictText } from "../../src/format/conclusion";
import { figuresByPart, keyFigures } from "../../src/report/key_figures";

function variant(name: string, ok: number, more: Partial<ResultVariant> = {}): ResultVariant {
  const workload = {
    objective_ms: 1000, offered: 1000, ok, late: 0, failed: 1000 - ok, rejected: 0, dead_lettered: 0, dropped: 0, unfinished: 0,
    goodput_ratio: ok / 1000, goodput_per_s: ok, latency_ms: { p50: 10, p99: 20 }, ok_within_ms: { p50: ok > 500 ? 12 : null, p99: null },
  };
  const call = (attempts: number) => ({ requests: 1000, attempts, retries: attempts - 1000, amplification: attempts / 1000, timeouts: 0, errors: 0 });
  return {
    name,
    workloads: { users: workload },
    calls: { "users->web": call(1000), "web->bank": call(3940) },
    services: { bank: { arrived: 1, completed: 1, wasted: 0, wasted_ratio: 0.25, wasted_time_s: 5, queue_max: 7 } },
    queues: {},
    ...more,
  };
}

const result = (...variants: ResultVariant[]): Result => ({ scenario: "s", variants });
const said = (...variants: ResultVariant[]): string => plainText(conclusionOf(result(...variants)));

describe("the conclusion", () => {
  it("names the best, and the worst with how little it did", () => {
    expect(said(variant("naive", 21), variant("safe", 1000), variant("half", 600), variant("queued", 999))).toBe(
      "safe and queued served 100 % of the requests in time; naive only 2.1 %.",
    );
    expect(said(variant("a", 990), variant("b", 800))).toBe("a served 99.0 % of the requests in time; b 80.0 %.");
  });

  it("says so where there is no difference, or one variant, or no request", () => {
    expect(said(variant("a", 990), variant("b", 989))).toBe("Both variants served about the same: 99.0 % of the requests in time.");
    expect(said(variant("a", 990), variant("b", 989), variant("c", 990))).toContain("All 3 variants served about the same");
    expect(said(variant("a", 990))).toBe("a served 99.0 % of its requests in time.");
    expect(said(variant("a", 0, { workloads: {} }))).toBe("No request was offered.");
  });

  it("does not list a dozen names", () => {
    const many = Array.from({ length: 9 }, (_, i) => variant(`good-${i}`, 1000));
    expect(said(...many, variant("bad", 100))).toBe(
      "good-0, good-1, good-2 and 6 more served 100 % of the requests in time; bad only 10.0 %.",
    );
  });

  it("keeps names apart from its words", () => {
    expect(conclusionOf(result(variant("</b>", 1)))[0]).toEqual({ name: "</b>" });
  });
});

describe("verdicts", () => {
  it("are words, and unknown ones are shown as they are", () => {
    expect([undefined, "no_fault", "not_recovered", "something_new"].map(verdictText)).toEqual(["", "", "did not recover", "something new"]);
  });
});

describe("the key figures", () => {
  const groups = keyFigures(result(variant("a", 600), variant("b", 1000)));
  const find = (label: string) => groups.flatMap((group) => group.rows).find((row) => row.label === label);

  it("show the best goodput and never a percentile that was not reached", () => {
    expect(find("goodput")?.cells).toEqual([
      { text: "60.0 %", raw: 0.6, best: false },
      { text: "100 %", raw: 1, best: true },
    ]);
    expect(find("p99 of all offered")?.cells.map((cell) => cell.text)).toEqual(["never", "never"]);
    expect(find("late")).toBeUndefined();
  });

  it("take the busiest callee of all with its name, and sum what adds up", () => {
    expect(find("attempts for each request")?.cells[0]).toEqual({ text: "3.94", raw: 3.94, at: "bank" });
    expect(find("retries")?.cells[0]?.raw).toBe(2940);
    expect(figuresByPart(result(variant("a", 600)))[0]?.rows.map((row) => row.label)).toEqual(["web->bank", "users->web"]);
  });
});
