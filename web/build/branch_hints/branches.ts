/**
 * The branches of a WebAssembly module, in its text format with an instruction a line (that of wabt's `toText`
 * without folded expressions): counted while it runs, and then told to browsers by the hints of the custom
 * section `metadata.code.branch_hint` (the Branch Hinting proposal of WebAssembly; Chromium 156 acts on them without
 * being asked to). Where a browser does not know them they are skipped; in no case do results change.
 *
 * Of branches there are `br_if` alone: clang 19 writes no `if`, and a `br_table` takes no hint.
 */

/** A branch is said to go one way if it went there at least that often. */
const shareHinted = 0.98;
/** Of fewer passes nothing is concluded. */
const passesMin = 1000;

const bytesPerBranch = 8;
const branch = /^\s*br_if\s/;
const stackPointer = /^\s*\(global \(;0;\) \(mut i32\) \(i32\.const (\d+)\)\)/m;
const data = /^\s*\(data \(;\d+;\) \(i32\.const (\d+)\)/gm;
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

/** A module that counts its branches. */
export interface Counting {
  readonly text: string;
  readonly branches: number;
  /** Address that the stack comes down from. */
  readonly stackTop: number;
}

/**
 * Two numbers of 32 bits for each branch are where in its memory the stack has its last bytes, from address 0 on.
 *
 * @throws Error where the stack, from global 0 on, does not go down to address 0, as lld's --stack-first makes it, or
 * more than half of it would be taken.
 */
export function counting(text: string): Counting {
  const counted = onBranches(text, (index) => `i32.const ${index * bytesPerBranch} call $count`);
  const stackTop = Number(stackPointer.exec(text)?.[1] ?? 0);
  const lowestData = Math.min(...[...text.matchAll(data)].map(([, at]) => Number(at)));
  if (stackTop === 0 || lowestData < stackTop || !firstExport.test(text)) {
    throw new Error("this is no module of lld's with its stack first");
  }
  if (counted.branches * bytesPerBranch > stackTop / 2) {
    throw new Error(`${counted.branches} branches take more than half of the stack of ${stackTop} bytes: give it more`);
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
  return { text: counted.text.replace(firstExport, (found) => `${count}${found}`), branches: counted.branches, stackTop };
}

/**
 * What it has counted.
 * @throws Error where its stack went down past its middle: the numbers may be wrong.
 */
export function passesIn(memory: ArrayBuffer, { branches, stackTop }: Counting): readonly Passes[] {
  const numbers = new DataView(memory);
  for (let at = branches * bytesPerBranch; at < stackTop / 2; ++at) {
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

/**
 * The module with hints where its branches nearly always went one way.
 * REQUIRES the passes of each of its branches.
 */
export function hinted(text: string, passes: readonly Passes[]): string {
  const { text: written, branches } = onBranches(text, (index) => {
    const of = passes[index];
    return of === undefined ? "" : hintOf(of);
  });
  if (branches !== passes.length) throw new Error(`${branches} branches, but ${passes.length} were counted`);
  return written;
}
