import { describe, expect, it } from "vitest";
import { apply as edited, effective, isOwn, replay, variantNames } from "../../../src/playground/overrides";
import { ScenarioText, valueAt } from "../../../src/playground/yaml_edit";

function read(text: string): ScenarioText {
  const result = ScenarioText.read(text);
  if (!(result instanceof ScenarioText)) throw new Error(result.message);
  return result;
}

const text = `policies:
  careful: {timeout: 1s, retry: {max_attempts: 4, backoff: none}, breaker: {window: {window: 20}}}
  other: {timeout: 2s}
variants:
  plain: {}
  naive: {policies.careful.breaker: null, policies.careful.retry.max_attempts: 2}
  whole: {policies.careful.retry: {max_attempts: 3}}
`;

function apply(...given: Parameters<typeof edited>): string {
  const { text: after, steps } = edited(...given);
  expect(replay(given[0].text, steps)).toBe(after);
  return after;
}

describe("what a variant sees", () => {
  it("is the scenario with the changes of the variant", () => {
    expect(valueAt(effective(read(text), "plain"), ["policies", "careful", "retry", "max_attempts"])).toBe("4");
    const naive = effective(read(text), "naive");
    expect(valueAt(naive, ["policies", "careful", "retry"])).toEqual({ max_attempts: "2", backoff: "none" });
    expect(valueAt(naive, ["policies", "careful", "breaker"])).toBeUndefined();
    expect(valueAt(effective(read(text), "whole"), ["policies", "careful", "retry"])).toEqual({
      max_attempts: "3",
    });
  });

  it("is named base where there are no variants", () => {
    expect(variantNames(read("a: 1\n"))).toEqual(["base"]);
    expect(variantNames(read(text))).toEqual(["plain", "naive", "whole"]);
  });
});

describe("an edit", () => {
  const attempts = ["policies", "careful", "retry", "max_attempts"];

  it("goes into the scenario where no change of the variant decides", () => {
    const edited = apply(read(text), "plain", [{ path: attempts, value: "9" }]);
    expect(edited).toBe(text.replace("max_attempts: 4", "max_attempts: 9"));
  });

  it("goes into the change of the variant that decides, be it of the value or of what it is in", () => {
    expect(apply(read(text), "naive", [{ path: attempts, value: "9" }])).toBe(
      text.replace("max_attempts: 2", "max_attempts: 9"),
    );
    expect(apply(read(text), "whole", [{ path: attempts, value: "9" }])).toBe(
      text.replace("{max_attempts: 3}", "{max_attempts: 9}"),
    );
    expect(isOwn(read(text), "naive", attempts)).toBe(true);
    expect(isOwn(read(text), "plain", attempts)).toBe(false);
  });

  it("of one variant alone becomes a change of that variant", () => {
    const edited = apply(read(text), "plain", [{ path: attempts, value: "9" }], "one");
    expect(edited).toBe(text.replace("plain: {}", "plain: {policies.careful.retry.max_attempts: 9}"));
  });

  it("does not remove what other variants change, but removes it for this variant", () => {
    const edited = apply(read(text), "plain", [{ path: ["policies", "careful", "breaker"], value: null }]);
    expect(edited).toBe(text.replace("plain: {}", "plain: {policies.careful.breaker: null}"));
  });

  it("removes for all what no other variant changes", () => {
    expect(apply(read(text), "plain", [{ path: ["policies", "other", "timeout"], value: null }])).toBe(
      text.replace("{timeout: 2s}", "{}"),
    );
  });

  it("brings back what a variant had removed", () => {
    const edited = apply(read(text), "naive", [
      { path: ["policies", "careful", "breaker"], value: "{window: {}}" },
    ]);
    expect(valueAt(effective(read(edited), "naive"), ["policies", "careful", "breaker"])).toEqual({ window: {} });
    expect(valueAt(effective(read(edited), "plain"), ["policies", "careful", "breaker", "window", "window"])).toBe(
      "20",
    );
  });

  it("of a whole takes the changes inside it along", () => {
    const edited = apply(read(text), "naive", [{ path: ["policies", "careful", "retry"], value: null }]);
    expect(read(edited).at(["variants", "naive"])).toEqual({
      "policies.careful.breaker": "null",
      "policies.careful.retry": "null",
    });
  });

  it("works where there are no variants", () => {
    expect(apply(read("a: {b: 1}\n"), "base", [{ path: ["a", "b"], value: "2" }], "one")).toBe("a: {b: 2}\n");
  });
});
