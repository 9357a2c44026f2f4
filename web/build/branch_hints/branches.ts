/**
 * The branches of a WebAssembly module, in its text format with an instruction a line (that of wabt's `toText`
 * without folded expressions): counted while it runs, and then told to browsers by the hints of the custom
 * section `metadata.code.branch_hint` (the Branch Hinting proposal of WebAssembly; Chromium 156 acts on them without
 * being asked to). Where a browser does not know them they are skipped; in no case do results change.
 */

/** A branch is said to go one way if it went there at least that often. */
const shareHinted = 0.98;
/** Of fewer passes nothing is concluded. */
const passesMin = 1000;

const bytesPerBranch = 8;
const branch = /^\s*br_if\s/;
const stackTop = /^\s*\(global \(;0;\) \(mut i32\) \(i32\.const (\d+)\)\)/m;
const firstExport = /^\s*\(export /m;

/** How often a branch was not taken, and taken. */
export interface Passes {
  readonly stayed: number;
  readonly taken: number;
}

function onBranches(text: string, before: (index: number) => string): { readonly text: string; readonly branches: number } {
  let branches = 0;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (branch.test(line)) lines.push(before(branches++));
    lines.push(line);
  }
  return { text: lines.join("\n"), branches };
}

/**
 * A module that counts its branches, where in its memory the stack has its last bytes: two numbers of 32 bits
 * for each branch, from address 0 on.
 *
 * REQUIRES a module whose stack grows down to address 0 from its global 0, as lld's --stack-first makes it.
 * @throws Error where that is not so, or more than half of the stack would be taken.
 */
export function counting(text: string): { readonly text: string; readonly branches: number } {
  const counted = onBranches(text, (index) => `i32.const ${index * bytesPerBranch} call $count`);
  const top = stackTop.exec(text)?.[1];
  if (top === undefined || !firstExport.test(text)) throw new Error("this is no module of lld's with its stack first");
  if (counted.branches * bytesPerBranch > Number(top) / 2) {
    throw new Error(`${counted.branches} branches take more than half of the stack of ${top} bytes: give it more`);
  }
  // Behind all other functions: those are called by their numbers.
  const count = `(func $count (param $condition i32) (param $at i32) (result i32)
    local.get $at
    local.get $condition i32.const 0 i32.ne i32.const 2 i32.shl
    i32.add
    local.tee $at
    local.get $at i32.load i32.const 1 i32.add
    i32.store
    local.get $condition)
`;
  return { text: counted.text.replace(firstExport, (found) => `${count}${found}`), branches: counted.branches };
}

/**
 * What a module of counting() has counted.
 * @throws Error where its stack came near to the numbers: they may be wrong.
 */
export function passesIn(memory: ArrayBuffer, branches: number): readonly Passes[] {
  const numbers = new DataView(memory);
  const between = 4096;
  const end = branches * bytesPerBranch;
  for (let at = end; at < end + between; ++at) {
    if (numbers.getUint8(at) !== 0) throw new Error("the stack came near to where branches are counted");
  }
  return Array.from({ length: branches }, (_, index) => ({
    stayed: numbers.getUint32(index * bytesPerBranch, true),
    taken: numbers.getUint32(index * bytesPerBranch + 4, true),
  }));
}

/** The hint of a branch, as the proposal writes it in text. */
function hintOf({ stayed, taken }: Passes): string {
  const passes = stayed + taken;
  if (passes < passesMin) return "";
  if (stayed >= passes * shareHinted) return '(@metadata.code.branch_hint "\\00")';
  if (taken >= passes * shareHinted) return '(@metadata.code.branch_hint "\\01")';
  return "";
}

/** The module with hints where its branches nearly always went one way. */
export function hinted(text: string, passes: readonly Passes[]): { readonly text: string; readonly hints: number } {
  let hints = 0;
  const { text: written } = onBranches(text, (index) => {
    const hint = hintOf(passes[index] ?? { stayed: 0, taken: 0 });
    if (hint !== "") ++hints;
    return hint;
  });
  return { text: written, hints };
}
