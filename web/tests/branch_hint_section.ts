/** Reads the custom section `metadata.code.branch_hint` of a WebAssembly module. */

interface Section {
  readonly id: number;
  /** Of custom sections; else empty. */
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

/** Bytes and a place in them. */
class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("the module ends too early");
    return value;
  }
  /** LEB128 without sign. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  name(): string {
    const size = this.number();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + size));
    this.at += size;
    return text;
  }
}

const customSection = 0;
const codeSection = 10;
const importSection = 2;

export function sectionsOf(bytes: Uint8Array): readonly Section[] {
  const reader = new Reader(bytes, 8);
  const sections: Section[] = [];
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    const name = id === customSection ? reader.name() : "";
    sections.push({ id, name, at: reader.at, end });
    reader.at = end;
  }
  return sections;
}

/** Functions only: the engine imports nothing else. */
function importedFunctions(bytes: Uint8Array, sections: readonly Section[]): number {
  const section = sections.find(({ id }) => id === importSection);
  return section === undefined ? 0 : new Reader(bytes, section.at).number();
}

export interface BranchHint {
  /** Index of the function, imported ones included. */
  readonly fn: number;
  /** From the start of the function's body, its locals included. */
  readonly offset: number;
  readonly likely: boolean;
  /** The byte that stands there. */
  readonly opcode: number;
}

/** REQUIRES a module that imports functions alone. @throws Error where the section breaks the format. */
export function branchHintsOf(bytes: Uint8Array): readonly BranchHint[] {
  const sections = sectionsOf(bytes);
  const place = sections.findIndex(({ name }) => name === "metadata.code.branch_hint");
  const codePlace = sections.findIndex(({ id }) => id === codeSection);
  const section = sections[place];
  const code = sections[codePlace];
  if (section === undefined || code === undefined) return [];
  if (place > codePlace) throw new Error("hints stand behind the code that they are for");

  const bodies: number[] = [];
  const inCode = new Reader(bytes, code.at);
  for (let left = inCode.number(); left > 0; --left) {
    const size = inCode.number();
    bodies.push(inCode.at);
    inCode.at += size;
  }
  const imported = importedFunctions(bytes, sections);
  const hints: BranchHint[] = [];
  const reader = new Reader(bytes, section.at);
  let lastFunction = -1;
  for (let functions = reader.number(); functions > 0; --functions) {
    const fn = reader.number();
    if (fn <= lastFunction) throw new Error("functions are not in order");
    lastFunction = fn;
    const body = bodies[fn - imported];
    if (body === undefined) throw new Error(`there is no function ${fn}`);
    let lastOffset = -1;
    for (let left = reader.number(); left > 0; --left) {
      const offset = reader.number();
      if (offset <= lastOffset) throw new Error("offsets are not in order");
      lastOffset = offset;
      const size = reader.number();
      const value = reader.byte();
      if (size !== 1 || value > 1) throw new Error("a hint is one byte, 0 or 1");
      hints.push({ fn, offset, likely: value === 1, opcode: bytes[body + offset] ?? -1 });
    }
  }
  if (reader.at !== section.end) throw new Error("the section is longer than its hints");
  return hints;
}
