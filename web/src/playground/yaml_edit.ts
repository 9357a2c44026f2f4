/**
 * Changes one value in the text of a scenario and leaves every other byte as it is: comments, layout and
 * quotes stay, so what one sees beside the sliders is what runs and what is downloaded.
 *
 * A path names keys and, in lists, positions from 0. Paths are arrays, not dotted text, since the keys of
 * a variant have dots themselves.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";

export type Path = readonly string[];

/** What stands at a path: text, since a scenario's units are not numbers. */
export type Value = string | readonly Value[] | { readonly [key: string]: Value };

export interface TextError {
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** Texts read, the oldest first: the moves of one slider read the same ones again and again. */
const recent = new Map<string, ScenarioText | TextError>();
const recentMax = 8;

/** A text that YAML understands, with its nodes for editing and its plain value for reading. */
export class ScenarioText {
  private constructor(
    readonly text: string,
    private readonly document: Document,
    /** An empty map where the text says nothing. */
    readonly root: Readonly<Record<string, Value>>,
  ) {}

  /** @return the text read, or where YAML stopped understanding it. The last few texts are remembered. */
  static read(text: string): ScenarioText | TextError {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const read = ScenarioText.parse(text);
    recent.set(text, read);
    const [oldest] = recent.keys();
    if (recent.size > recentMax && oldest !== undefined) recent.delete(oldest);
    return read;
  }

  private static parse(text: string): ScenarioText | TextError {
    // `failsafe`: all scalars stay the text that was written, as the engine reads them.
    const document = parseDocument(text, { schema: "failsafe", logLevel: "silent" });
    const error = document.errors[0];
    if (error !== undefined) {
      return { message: firstLine(error.message), line: error.linePos?.[0].line ?? lineAt(text, error.pos[0]) };
    }
    const plain = toPlain(document);
    if (plain instanceof Error) return { message: plain.message, line: 1 };
    if (plain !== undefined && !isObject(plain)) {
      return { message: "a scenario is a map of keys and values", line: 1 };
    }
    return new ScenarioText(text, document, plain ?? {});
  }

  /** @return what stands at the path, or undefined; a key without a value is an empty text. */
  at(path: Path): Value | undefined {
    return valueAt(this.root, path);
  }

  /** @return from 1, the line of the key at the path, or of the nearest thing above it that is there. */
  lineOf(path: Path): number {
    let node: unknown = this.document.contents;
    let offset = 0;
    for (const part of path) {
      const pair = pairOf(node, part);
      if (pair !== undefined) {
        offset = startOf(pair.key) ?? offset;
        node = pair.value;
        continue;
      }
      const item = itemOf(node, part);
      if (item === undefined) break;
      offset = startOf(item) ?? offset;
      node = item;
    }
    return lineAt(this.text, offset);
  }

  /**
   * @param value YAML on one line, as `120ms` or `{fixed: 100ms}`.
   * @return the text with the value at the path, in place of what is there; maps that are missing on the
   *     way are made. Unchanged where the way leads through a list that has no such item.
   */
  set(path: Path, value: string): string {
    let node: unknown = this.document.contents;
    for (let depth = 0; depth < path.length; depth += 1) {
      const part = path[depth] ?? "";
      const pair = pairOf(node, part);
      const item = pair === undefined ? itemOf(node, part) : undefined;
      if (pair === undefined && item === undefined) {
        if (isSeq(node)) return this.text;
        return this.add(node, part, nested(path.slice(depth + 1), value));
      }
      const next: unknown = pair === undefined ? item : pair.value;
      const isLast = depth + 1 === path.length;
      if (isLast || !isCollection(next)) {
        const whole = nested(path.slice(depth + 1), value);
        return pair === undefined ? this.replace(next, whole) : this.replaceValue(pair, whole);
      }
      node = next;
    }
    return this.text;
  }

  /** @return the text without the key at the path and what belongs to it; unchanged where there is none. */
  remove(path: Path): string {
    let map: unknown = this.document.contents;
    let owner: Pair | undefined;
    for (const part of path.slice(0, -1)) {
      const pair = pairOf(map, part);
      owner = pair;
      map = pair === undefined ? itemOf(map, part) : pair.value;
    }
    if (!isMap(map)) return this.text;
    const index = map.items.findIndex((pair) => keyOf(pair) === path[path.length - 1]);
    const pair = map.items[index];
    if (pair === undefined) return this.text;
    if (map.flow === true) return this.removeFromFlow(map, index);
    return this.removeLines(map, pair, owner);
  }

  private add(map: unknown, key: string, value: string): string {
    const written = `${quotedKey(key)}: ${value}`;
    if (!isMap(map)) return map === null || map === undefined ? `${this.text}${written}\n` : this.text;
    const last = map.items[map.items.length - 1];
    const [start = 0, end = 0] = map.range ?? [];
    if (last === undefined) return splice(this.text, start, end, `{${written}}`);
    const after = this.endOfPair(last);
    if (map.flow === true) return splice(this.text, after, after, `, ${written}`);
    const indent = columnOf(this.text, startOf(map.items[0]?.key) ?? 0);
    const lineEnd = endOfLine(this.text, after);
    return splice(this.text, lineEnd, lineEnd, `\n${" ".repeat(indent)}${written}`);
  }

  private replace(node: unknown, value: string): string {
    const start = startOf(node);
    return start === undefined ? this.text : splice(this.text, start, this.endOf(node) ?? start, value);
  }

  private replaceValue(pair: Pair, value: string): string {
    const colon = this.endOfKey(pair);
    const start = startOf(pair.value);
    const end = this.endOf(pair.value);
    if (start === undefined || end === undefined || end <= start)
      return splice(this.text, colon, colon, ` ${value}`);
    // A block, whose first line may be the next one: it is taken out from after its key on.
    const isBlock = (isMap(pair.value) || isSeq(pair.value)) && pair.value.flow !== true;
    return isBlock ? splice(this.text, colon, end, ` ${value}`) : splice(this.text, start, end, value);
  }

  private removeFromFlow(map: YAMLMap, index: number): string {
    const pair = map.items[index] as Pair;
    const next = map.items[index + 1];
    const before = map.items[index - 1];
    const start = startOf(pair.key) ?? 0;
    if (next !== undefined) return splice(this.text, start, startOf(next.key) ?? start, "");
    return splice(this.text, before === undefined ? start : this.endOfPair(before), this.endOfPair(pair), "");
  }

  private removeLines(map: YAMLMap, pair: Pair, owner: Pair | undefined): string {
    const start = startOf(pair.key) ?? 0;
    const lineStart = this.text.lastIndexOf("\n", start - 1) + 1;
    const end = endOfLine(this.text, this.endOfPair(pair));
    if (map.items.length === 1 && owner !== undefined) {
      // Comments between the owner's line and the only key stay.
      const colon = this.endOfKey(owner);
      const between = this.text.slice(colon, Math.max(lineStart - 1, colon));
      return splice(this.text, colon, end, ` {}${between}`);
    }
    const isFirstAfterDash = this.text.slice(lineStart, start).trim() !== "";
    if (isFirstAfterDash) {
      const next = map.items[1];
      return splice(this.text, start, next === undefined ? end : (startOf(next.key) ?? end), "");
    }
    return splice(this.text, lineStart, Math.min(end + 1, this.text.length), "");
  }

  private endOfPair(pair: Pair): number {
    return this.endOf(pair.value) ?? this.endOfKey(pair);
  }

  private endOfKey(pair: Pair): number {
    const keyEnd = isNode(pair.key) ? (pair.key.range?.[1] ?? 0) : 0;
    const colon = this.text.indexOf(":", keyEnd);
    return colon < 0 ? keyEnd : colon + 1;
  }

  /** Where the content ends: blank lines and comments after a block are not part of it. */
  private endOf(node: unknown): number | undefined {
    if (!isNode(node) || node.range == null) return undefined;
    if ((isMap(node) || isSeq(node)) && node.flow !== true) {
      const last: unknown = node.items[node.items.length - 1];
      if (last === undefined) return node.range[1];
      return isMap(node) ? this.endOfPair(last as Pair) : this.endOf(last);
    }
    // A scalar over several lines ends with a newline that is its layout.
    return this.text[node.range[1] - 1] === "\n" ? node.range[1] - 1 : node.range[1];
  }
}

/** @return what stands at the path in a plain value, or undefined. */
export function valueAt(root: Value | undefined, path: Path): Value | undefined {
  let value = root;
  for (const part of path) {
    if (isList(value)) value = value[Number(part)];
    else if (isObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
  }
  return value;
}

export function isObject(value: Value | undefined): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** @return the value as YAML on one line. */
export function flowText(value: Value): string {
  if (typeof value === "string") return quotedScalar(value);
  if (isList(value)) return `[${value.map(flowText).join(", ")}]`;
  if (!isObject(value)) return "{}";
  const pairs = Object.entries(value).map(([key, inner]) => `${quotedKey(key)}: ${flowText(inner)}`);
  return `{${pairs.join(", ")}}`;
}

function nested(path: Path, value: string): string {
  return path.reduceRight((inner, key) => `{${quotedKey(key)}: ${inner}}`, value);
}

/** Dots, slashes, percent signs and arrows stand bare in a scenario; anything else is quoted. */
function quotedScalar(text: string): string {
  return /^[\p{L}\p{N}+.](?:[\p{L}\p{N} ._/%+>-]*[\p{L}\p{N}_/%+-])?$/u.test(text) ? text : JSON.stringify(text);
}

function quotedKey(key: string): string {
  return quotedScalar(key);
}

function toPlain(document: Document): Value | undefined | Error {
  try {
    const plain: unknown = document.toJS({ maxAliasCount: 1000 });
    return plain === null || plain === undefined ? undefined : asValue(plain);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function asValue(plain: unknown): Value {
  if (Array.isArray(plain)) return plain.map(asValue);
  if (typeof plain === "object" && plain !== null) {
    // No prototype's keys: a scenario may call a service `constructor`.
    const made = Object.create(null) as Record<string, Value>;
    for (const [key, value] of Object.entries(plain)) made[key] = asValue(value);
    return made;
  }
  return plain === null || plain === undefined ? "" : String(plain);
}

function pairOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => keyOf(pair) === key) : undefined;
}

function itemOf(node: unknown, position: string): unknown {
  return isSeq(node) && /^\d+$/.test(position) ? node.items[Number(position)] : undefined;
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function isCollection(node: unknown): boolean {
  return isMap(node) || isSeq(node);
}

function isNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}
