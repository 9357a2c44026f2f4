/** The engine that is shipped has hints, and each is for a branch. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { branchHintsOf } from "../branch_hint_section";
import { fromEnvironment } from "./support";

/** `br_if` of the binary format. */
const conditionalBranch = 0x0d;

it("says of many branches which way they go", () => {
  const hints = branchHintsOf(readFileSync(fromEnvironment("SQUALL_WASM", "squall.wasm with hints")));
  expect(hints.filter(({ opcode }) => opcode !== conditionalBranch)).toEqual([]);
  expect(hints.length).toBeGreaterThan(500);
  expect(hints.some(({ likely }) => likely)).toBe(true);
  expect(hints.some(({ likely }) => !likely)).toBe(true);
});
