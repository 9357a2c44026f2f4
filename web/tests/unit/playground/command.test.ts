import { describe, expect, it } from "vitest";
import { commandOf, fileStem } from "../../../src/playground/command";

describe("the command", () => {
  it("names a shipped scenario and what was changed", () => {
    const steps = [
      { path: ["policies", "naive", "retry", "backoff"], value: "{fixed: 100ms, jitter: full}" },
      { path: ["policies", "naive", "timeout"], value: null },
      { path: ["seed"], value: "8" },
    ];
    expect(commandOf({ kind: "shipped", name: "tutorial-bursts", steps }, "tutorial-bursts")).toEqual({
      line:
        "squall compare tutorial-bursts --set 'policies.naive.retry.backoff={fixed: 100ms, jitter: full}'" +
        " --set policies.naive.timeout=null --seed 8",
      file: undefined,
    });
  });

  it("names a file where a text was written by hand, or a variant's own changes were", () => {
    expect(commandOf({ kind: "own", text: "" }, "my shop's")).toEqual({
      line: "squall compare my-shop-s.yaml",
      file: "my-shop-s.yaml",
    });
    const steps = [{ path: ["variants", "x", "policies.p.budget"], value: "null" }];
    expect(commandOf({ kind: "shipped", name: "tour", steps }, "tour").line).toBe("squall compare tour.yaml");
  });

  it("cannot be led astray by a name", () => {
    expect(fileStem("../../etc/passwd")).toBe("etc-passwd");
    expect(fileStem("$(rm -rf /)")).toBe("rm--rf");
    expect(fileStem("***")).toBe("scenario");
    const steps = [{ path: ["a"], value: "'; rm -rf /; '" }];
    expect(commandOf({ kind: "shipped", name: "tour", steps }, "tour").line).toBe(
      `squall compare tour --set 'a='\\''; rm -rf /; '\\'''`,
    );
  });
});
