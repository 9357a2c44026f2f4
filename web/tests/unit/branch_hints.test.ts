import { beforeAll, describe, expect, it } from "vitest";
import wabt from "wabt";
import { counting, hinted, passesIn, type Passes } from "../../build/branch_hints/branches";
import { branchHintsOf } from "../branch_hint_section";

/**
 * f(n) goes round n times. Its branches, in the order of the text: out of the block before the first round where
 * n is 0 (never, here); to the next round (all but the last time); and every second round over the call.
 */
const module = `
(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func))
  (func (;0;) (type 1))
  (func (;1;) (type 0) (param i32) (result i32)
    (local i32)
    block  ;; label = @1
      local.get 0
      i32.eqz
      br_if 0 (;@1;)
      loop  ;; label = @2
        block  ;; label = @3
          local.get 1
          i32.const 1
          i32.and
          br_if 0 (;@3;)
          call 0
        end
        local.get 1
        i32.const 1
        i32.add
        local.tee 1
        local.get 0
        i32.lt_u
        br_if 0 (;@2;)
      end
    end
    local.get 1)
  (memory (;0;) 2)
  (global (;0;) (mut i32) (i32.const 65536))
  (export "memory" (memory 0))
  (export "f" (func 1)))`;

let binaryOf: (text: string) => Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const { parseWat } = await wabt();
  const features = { annotations: true, code_metadata: true };
  binaryOf = (text) => new Uint8Array(parseWat("a.wat", text, features).toBinary({}).buffer);
});

interface Looping {
  readonly memory: WebAssembly.Memory;
  f(rounds: number): number;
}
const instanceOf = async (text: string): Promise<Looping> =>
  (await WebAssembly.instantiate(await WebAssembly.compile(binaryOf(text)))).exports as unknown as Looping;

describe("counting", () => {
  it("finds how often each branch was taken, and changes no result", async () => {
    const counted = counting(module);
    expect(counted.branches).toBe(3);
    const { f, memory } = await instanceOf(counted.text);
    expect(f(2000)).toBe(2000);
    expect(passesIn(memory.buffer, counted)).toEqual([
      { stayed: 1, taken: 0 },
      { stayed: 1000, taken: 1000 },
      { stayed: 1, taken: 1999 },
    ]);
  });

  it("refuses numbers that the stack came near to", async () => {
    const counted = counting(module);
    const { memory } = await instanceOf(counted.text);
    const bytes = new Uint8Array(memory.buffer);
    bytes[32768] = 1; // the upper half is the stack's
    expect(passesIn(memory.buffer, counted)).toHaveLength(3);
    bytes[32767] = 1;
    expect(() => passesIn(memory.buffer, counted)).toThrow("the stack came near");
  });

  it("refuses a module without a stack, or of more branches than half of it holds", () => {
    expect(() => counting(module.replace("(global", "(;global").replace("65536))", "65536)));)"))).toThrow("no module of lld's");
    const withData = (at: number): string => module.replace(/\)$/, `\n  (data (;0;) (i32.const ${at}) "abc"))`);
    expect(() => counting(withData(65535))).toThrow("no module of lld's");
    expect(counting(withData(65536)).branches).toBe(3);
    expect(() => counting(module.replace("65536", "47"))).toThrow("3 branches take more than half of the stack of 47 bytes");
    expect(counting(module.replace("65536", "48")).branches).toBe(3);
  });
});

describe("hinted", () => {
  const never: Passes = { stayed: 0, taken: 0 };
  const hintsFor = (...passes: readonly Passes[]): readonly string[] =>
    branchHintsOf(binaryOf(hinted(module, passes))).map(
      ({ fn, opcode, likely }) => `${fn} ${opcode.toString(16)} ${likely ? "likely" : "unlikely"}`,
    );

  it("says which way a branch goes 98 times of 100, from a thousand passes on", () => {
    expect(hintsFor({ stayed: 980, taken: 20 }, never, { stayed: 20, taken: 980 })).toEqual(["1 d unlikely", "1 d likely"]);
    expect(hintsFor({ stayed: 979, taken: 21 }, never, { stayed: 21, taken: 979 })).toEqual([]);
    expect(hintsFor({ stayed: 999, taken: 0 }, never, { stayed: 0, taken: 999 })).toEqual([]);
  });

  it("refuses passes of another module", () => {
    expect(() => hinted(module, [])).toThrow("3 branches, but 0 were counted");
  });

  it("changes nothing but that", async () => {
    const text = hinted(module, [{ stayed: 5000, taken: 0 }, never, never]);
    expect(branchHintsOf(binaryOf(text))).toHaveLength(1);
    expect((await instanceOf(text)).f(7)).toBe(7);
    expect(text.replace(/^.*@metadata.*\n/m, "").split("\n").filter((line) => line !== "").join("\n")).toBe(module.trim());
  });
});
