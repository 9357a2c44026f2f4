import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/playground/address";
import { linkRemarks } from "../../../src/playground/link_remarks";
import { columnsOf, fromState, openShipped, toState, withEdits } from "../../../src/playground/model";
import type { Model, ShippedScenario } from "../../../src/playground/model";

const file = fileURLToPath(new URL("../../../../scenarios/tutorial-bursts.yaml", import.meta.url));
const bursts: ShippedScenario = { name: "tutorial-bursts", description: "", text: readFileSync(file, "utf8") };
const shipped = [bursts];

/** What the link opens, and all that is said about it. */
async function follow(fragment: string): Promise<{ readonly model: Model; readonly said: readonly string[] }> {
  const { state, remarks = [] } = await decode(fragment, (name) => name === bursts.name);
  if (state === undefined) throw new Error("the link is not followed at all");
  const model = fromState(state, shipped);
  if (typeof model === "string") throw new Error(model);
  return { model, said: [...remarks, ...linkRemarks(state, model, shipped)] };
}

describe("a link that can be followed in part", () => {
  it.each([
    ["a=xxx", /no variant “xxx”; column A shows “rpc-naive” in its place/],
    ["b=xxx", /no variant “xxx”; column B shows “rpc-safe” in its place/],
    ["set=foo", /changes “foo”, which is nowhere in the scenario/],
    ["set=services/nobody/workers", /“services\.nobody\.workers”, which is nowhere/],
    ["pins=tutorial-bursts&pinv=xxx", /no variant “xxx”; “rpc-naive” is pinned in its place/],
    ["pins=tutorial-bursts&pinv=rpc-safe&pinset=foo", /“foo”, which is nowhere/],
    ["sed=3", /“sed”, which means nothing here/],
    ["a=rpc-safe&a=rpc-naive", /“a” 2 times; the first counts/],
  ])("says what was not understood: %s", async (part, words) => {
    const { model, said } = await follow(`s=tutorial-bursts&${part}`);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(words);
    expect(columnsOf(model)).toHaveLength(2);
  });

  it("says nothing of one that means what it says", async () => {
    for (const fragment of ["", "&a=rpc-safe&b=-&seed=1", "&set=services/payments/workers=20&tour=3", "&set=seed=1"]) {
      expect((await follow(`s=tutorial-bursts${fragment}`)).said).toEqual([]);
    }
  });

  it("keeps its sentences short, whatever the link says", async () => {
    const { said } = await follow(`s=tutorial-bursts&a=${"x".repeat(5_000)}&${"y".repeat(5_000)}=1`);
    expect(said).toHaveLength(2);
    for (const sentence of said) expect(sentence.length).toBeLessThan(120);
  });
});

it("a link names no change that came to nothing, as a switch that is on and off again", async () => {
  const path = ["policies", "naive", "budget"];
  const on = withEdits(openShipped(bursts), "rpc-naive", [{ path, value: "{aws: {}}" }], "all", shipped);
  const text = `${on.text}`;
  const off = withEdits(on, "rpc-naive", [{ path, value: null }], "all", shipped);
  expect(text).not.toBe(bursts.text);
  const seeded = withEdits(off, "rpc-naive", [{ path: ["seed"], value: "9" }], "all", shipped);
  const fragment = await encode(toState(seeded, shipped));
  expect(fragment).not.toContain("budget");
  expect((await follow(fragment)).said).toEqual([]);
  expect((await follow(fragment)).model.text).toBe(seeded.text);
});
