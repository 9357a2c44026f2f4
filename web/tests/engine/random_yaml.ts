/** Documents that nobody wrote: every way to write a value that YAML has and scenarios may use. */

/** mulberry32: the same numbers for the same seed everywhere. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words = ["a", "workers", "12ms", "5%", "x4", "0.5", "-1", "true", "null", "~", "Null", "checkout->bank",
  "one two", "é", "日本", "🙂 storm", "a#b", "http://x", "1e3", "0x1f", "yes", "it's", "=", "50/s"];
const quotedWords = ["", "null", "a: b", "# no comment", "it's", 'say "x"', "tab\there", "{", "é🙂", " lead", "12ms"];

export class RandomYaml {
  private anchors: string[] = [];
  constructor(private readonly next: () => number) {}

  document(): string {
    this.anchors = [];
    const start = this.chance(0.1) ? "---\n" : this.chance(0.2) ? "# about it\n\n" : "";
    return `${start}${this.blockMap(0, 3)}${this.chance(0.1) ? "# the end\n" : ""}`;
  }

  private chance(share: number): boolean {
    return this.next() < share;
  }
  private pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)];
    if (found === undefined) throw new Error("pick() of nothing");
    return found;
  }
  private count(most: number): number {
    return 1 + Math.floor(this.next() * most);
  }

  private key(i: number): string {
    const name = `${this.pick(["k", "long key ", "é", "a-b_"])}${i}`;
    return this.chance(0.15) ? JSON.stringify(name) : this.chance(0.1) ? `'${name}'` : name;
  }

  private scalar(): string {
    if (this.chance(0.3)) {
      const text = this.pick(quotedWords);
      return this.chance(0.5) ? JSON.stringify(text) : `'${text.replaceAll("'", "''").replaceAll("\t", " ")}'`;
    }
    return this.pick(words);
  }

  private property(): string {
    if (!this.chance(0.08)) return "";
    const name = `n${this.anchors.length}`;
    this.anchors.push(name);
    return `&${name} `;
  }

  private flow(depth: number): string {
    if (depth === 0 || this.chance(0.4)) {
      const scalar = this.scalar();
      // A plain text must not hold what ends it there.
      return /[,{}[\]#=]|: |^[~=]/.test(scalar) && !/^["']/.test(scalar) ? JSON.stringify(scalar) : scalar;
    }
    const parts = Array.from({ length: Math.floor(this.next() * 4) }, (_, i) => i);
    // Far in: the library of the page wants it further in than what it belongs to, as YAML has it.
    const gap = this.chance(0.1) ? `,\n${" ".repeat(40)}` : ", ";
    return this.chance(0.5)
      ? `[${parts.map(() => this.flow(depth - 1)).join(gap)}]`
      : `{${parts.map((i) => `k${i}: ${this.flow(depth - 1)}`).join(gap)}}`;
  }

  /** What follows a key or a dash, with the end of the line. */
  private value(indent: number, depth: number): string {
    if (this.chance(0.06)) return " \n";
    if (this.anchors.length > 0 && this.chance(0.08)) return ` *${this.pick(this.anchors)}\n`;
    if (depth > 0 && this.chance(0.35)) {
      const anchor = this.property();
      const inner = indent + this.pick([2, 4]);
      const body = this.chance(0.6) ? this.blockMap(inner, depth - 1) : this.blockList(inner, depth - 1);
      return `${anchor === "" ? "" : ` ${anchor.trim()}`}\n${this.filler(inner)}${body}`;
    }
    if (this.chance(0.08)) {
      const pad = " ".repeat(indent + 2);
      return ` ${this.pick(["|", ">", "|-", ">-", "|+"])}\n${pad}first line\n${pad}second # line\n`;
    }
    if (this.chance(0.06)) return ` ${this.property()}one\n${" ".repeat(indent + 3)}two\n`;
    const comment = this.chance(0.12) ? " # why" : "";
    if (this.chance(0.3)) return ` ${this.property()}${this.flow(2)}${comment}\n`;
    return ` ${this.property()}${this.scalar()}${comment}\n`;
  }

  private filler(indent: number): string {
    if (this.chance(0.08)) return `${" ".repeat(indent)}# about the next\n`;
    return this.chance(0.08) ? "\n" : "";
  }

  private blockMap(indent: number, depth: number): string {
    let text = "";
    for (let i = 0, all = this.count(4); i < all; ++i) {
      text += `${this.filler(indent)}${" ".repeat(indent)}${this.key(i)}:${this.value(indent, depth)}`;
    }
    return text;
  }

  private blockList(indent: number, depth: number): string {
    const pad = " ".repeat(indent);
    let text = "";
    for (let i = 0, all = this.count(4); i < all; ++i) {
      if (depth > 0 && this.chance(0.3)) {
        text += `${pad}- ${this.blockMap(indent + 2, depth - 1).trimStart()}`;
      } else {
        // Nothing behind a dash stands where the next thing is, and two parsers differ about where.
        let value = this.value(indent, 0);
        while (value === " \n") value = this.value(indent, 0);
        text += `${pad}-${value}`;
      }
    }
    return text;
  }
}
