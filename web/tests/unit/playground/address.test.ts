import { describe, expect, it } from "vitest";
import { decode, encode, linkLengthMax, textBytesMax } from "../../../src/playground/address";
import type { State } from "../../../src/playground/address";
import { pack, unpack } from "../../../src/playground/compress";

const isShipped = (name: string): boolean => name === "tutorial";

describe("an address", () => {
  const states: State[] = [
    { source: { kind: "shipped", name: "tutorial", steps: [] }, a: "", b: "" },
    {
      source: {
        kind: "shipped",
        name: "tutorial",
        steps: [
          { path: ["services", "a/b~c=d", "latency"], value: "{uniform: [8ms, 14ms]}" },
          { path: ["variants", "x", "policies.p.budget"], value: null },
          { path: ["seed"], value: "18446744073709551615" },
          { path: ["faults", "f", "latency"], value: "+50ms" },
        ],
      },
      a: "rpc & co = 50%",
      b: "-",
      tour: 3,
    },
    {
      source: { kind: "own", text: "name: \u{1F300} שלום\n# </script>\n" },
      a: "base",
      b: "",
      pinned: {
        source: { kind: "shipped", name: "tutorial", steps: [{ path: ["seed"], value: "2" }] },
        variant: "event",
      },
    },
  ];

  it.each(states)("brings back the state that made it: %#", async (state) => {
    const fragment = await encode(state);
    expect(fragment).toMatch(/^[\x21-\x7e]*$/);
    expect(await decode(`#${fragment}`, isShipped)).toEqual({ state });
  });

  it("reads well for a shipped scenario", async () => {
    const state: State = {
      source: { kind: "shipped", name: "tutorial", steps: [{ path: ["services", "s", "workers"], value: "20" }] },
      a: "rpc",
      b: "event",
    };
    expect(await encode(state)).toBe("s=tutorial&set=services/s/workers=20&a=rpc&b=event");
  });

  it("says what is wrong with it and gives no state", async () => {
    const broken: [string, RegExp][] = [
      ["s=nobody", /does not ship/],
      ["a=rpc", /names no scenario/],
      ["z=%%%", /broken % sign/],
      ["z=AAAA", /damaged or cut off/],
      [`z=${(await pack("name: x\n".repeat(50))).slice(0, -8)}`, /damaged or cut off/],
      [`s=tutorial&tour=0`, /no step/],
      [`s=tutorial&a=${"x".repeat(linkLengthMax)}`, /longer than/],
      ["s=tutorial&pinv=a&pins=nobody", /does not ship/],
    ];
    for (const [fragment, message] of broken) {
      const { state, problem } = await decode(fragment, isShipped);
      expect(state).toBeUndefined();
      expect(problem).toMatch(message);
    }
  });

  it("is nothing, without complaint, where there is none", async () => {
    expect(await decode("", isShipped)).toEqual({});
    expect(await decode("#", isShipped)).toEqual({});
  });
});

describe("packing", () => {
  it("makes a long scenario short", async () => {
    const text = "services:\n" + "  bank: {workers: 40, latency: 8ms}\n".repeat(300);
    const packed = await pack(text);
    expect(packed.length).toBeLessThan(text.length / 20);
    expect(await unpack(packed, textBytesMax)).toBe(text);
  });

  it("does not open what is longer than allowed", async () => {
    expect(await unpack(await pack("x".repeat(textBytesMax)), textBytesMax)).toHaveLength(textBytesMax);
    expect(await unpack(await pack("x".repeat(textBytesMax + 1)), textBytesMax)).toBeUndefined();
  });
});
