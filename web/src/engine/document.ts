/**
 * YAML text -> the document that the engine reads (squall/scenario/parse_tree.hpp): every scalar as it
 * was written, quoted or not, with its line. The engine then checks limits and keys as the command does,
 * and words all messages but those on syntax.
 */
import {
  type Alias,
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Pair,
  Parser,
  type ParsedNode,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** As squall/scenario/node.hpp has them. */
const depthMax = 64;
const nodesMax = 2_000_000;
/** Of the encoded document: aliases of a long text may make it larger than any limit of values. */
const lengthMax = 256 * 2 ** 20;

const keyIsNotAWord = "a key must be a word, not a list or a map";

/** What is wrong at a line, in the words of the command. */
class Mistake extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** A finished value that an alias may copy. */
interface Anchored {
  readonly json: string;
  readonly nodes: number;
  /** Of a scalar that is not null: what it is as a key. */
  readonly key: string | undefined;
}

/** The tokens around a value that belong to it: `&anchor`, `!tag`. */
type Properties = readonly CST.SourceToken[];

const isNullForm = (text: string): boolean => ["", "~", "null", "Null", "NULL"].includes(text);

/** Those behind the sign that introduces the value. */
function propertiesIn(tokens: readonly CST.SourceToken[] | undefined): Properties {
  const found: CST.SourceToken[] = [];
  for (const token of tokens ?? []) {
    if (/-ind$|^comma$|-start$/.test(token.type)) found.length = 0;
    if (token.type === "anchor" || token.type === "tag") found.push(token);
  }
  return found;
}

class Encoder {
  private readonly anchors = new Map<string, Anchored>();
  /** Of the values around the one that is looked at. */
  private readonly open = new Set<string>();
  private nodes = 0;

  /** @param length  of the text */
  constructor(
    private readonly lines: LineCounter,
    private readonly length: number,
  ) {}

  line(offset: number): number {
    return this.lines.linePos(offset).line;
  }

  /** @param keyLine of the key that the value stands behind; 0 in a list and at the root */
  value(node: ParsedNode | null, properties: Properties, depth: number, keyLine: number): string {
    if (node === null) {
      this.count(1, keyLine);
      return JSON.stringify({ n: Math.max(1, keyLine) });
    }
    if (isAlias(node)) return this.alias(node);
    const line = this.lineOf(node, properties);
    if (depth > depthMax) throw new Mistake(line, `is nested deeper than ${depthMax} levels`);
    const before = this.nodes;
    if (node.anchor !== undefined) this.open.add(node.anchor);
    const isText = this.checkTags(properties, line);
    this.count(1, line);
    const json = isScalar(node)
      ? this.scalar(node, isText, line, keyLine)
      : isMap(node)
        ? this.map(node, line, depth)
        : this.list(node, line, depth);
    if (json.length > lengthMax) throw this.tooMany(line);
    if (node.anchor !== undefined) {
      const nodes = this.nodes - before;
      this.count(nodes, line);
      const isNull = isScalar(node) && node.type === "PLAIN" && isNullForm(node.source ?? "");
      const key = isScalar(node) && !isNull ? String(node.value) : undefined;
      this.anchors.set(node.anchor, { json, nodes, key });
      this.open.delete(node.anchor);
    }
    return json;
  }

  private scalar(node: Scalar, isText: boolean, line: number, keyLine: number): string {
    const quoted = node.type !== "PLAIN" || isText;
    // A block that goes to the end of the text ends without a line end: the text has none there.
    const isLast = node.type?.startsWith("BLOCK") === true && (node.range?.[1] ?? 0) >= this.length;
    const text = isLast ? String(node.value).replace(/\n+$/, "") : String(node.value ?? "");
    if (!quoted && isNullForm(text)) return JSON.stringify({ n: keyLine || line });
    return JSON.stringify(quoted ? { n: line, s: text, q: true } : { n: line, s: text });
  }

  private list(node: YAMLSeq, line: number, depth: number): string {
    const properties = new Map<unknown, Properties>();
    for (const item of (node.srcToken as CST.BlockSequence | undefined)?.items ?? []) {
      properties.set(item.value, propertiesIn(item.start));
    }
    const items = node.items.map((item) => {
      // `[a: 1]` is a list of a map of one pair.
      const value = item as ParsedNode;
      return this.value(value, properties.get(value.srcToken) ?? [], depth + 1, 0);
    });
    return `{"n":${line},"l":[${items.join(",")}]}`;
  }

  private map(node: YAMLMap, line: number, depth: number): string {
    const members = node.items.map((pair) => this.member(pair as Pair<ParsedNode | null, ParsedNode | null>, depth));
    return `{"n":${line},"m":[${members.join(",")}]}`;
  }

  private member(pair: Pair<ParsedNode | null, ParsedNode | null>, depth: number): string {
    const tokens = pair.srcToken;
    const properties = propertiesIn(tokens?.start);
    const [key, line] = this.key(pair.key, properties, tokens);
    const value = this.value(pair.value, propertiesIn(tokens?.sep), depth + 1, line);
    return `[${JSON.stringify(key)},${line},${value}]`;
  }

  private key(node: ParsedNode | null, properties: Properties, tokens: Pair["srcToken"]): [string, number] {
    const place = tokens?.sep?.find((token) => token.type === "map-value-ind");
    const line = node === null ? this.line(place?.offset ?? 0) : this.lineOf(node, properties);
    if (node !== null && isAlias(node)) {
      const key = this.anchored(node, line).key;
      if (key === undefined) throw new Mistake(line, keyIsNotAWord);
      return [key, line];
    }
    if (node !== null && !isScalar(node)) throw new Mistake(line, keyIsNotAWord);
    const isText = this.checkTags(properties, line);
    const text = String(node?.value ?? "");
    const isPlain = (node === null || node.type === "PLAIN") && !isText;
    if (isPlain && isNullForm(text)) throw new Mistake(line, "a key is missing before ':'");
    if (isPlain && text === "<<") {
      throw new Mistake(line, "merge keys (<<) are not supported; write the keys out");
    }
    if (node?.anchor !== undefined) {
      const json = JSON.stringify(isPlain ? { n: line, s: text } : { n: line, s: text, q: true });
      this.anchors.set(node.anchor, { json, nodes: 1, key: text });
    }
    return [text, line];
  }

  private alias(node: Alias.Parsed): string {
    const line = this.line(node.range[0]);
    const target = this.anchored(node, line);
    this.count(target.nodes, line);
    return target.json;
  }

  private anchored(node: Alias.Parsed, line: number): Anchored {
    if (this.open.has(node.source)) throw new Mistake(line, "an alias stands inside its own anchor");
    const found = this.anchors.get(node.source);
    if (found === undefined) throw new Mistake(line, "is not YAML: the referenced anchor is not defined");
    return found;
  }

  private count(nodes: number, line: number): void {
    this.nodes += nodes;
    if (this.nodes > nodesMax) throw this.tooMany(line);
  }

  private tooMany(line: number): Mistake {
    return new Mistake(line, `holds more than ${nodesMax} values (aliases expanded)`);
  }

  /** Refuses tags but `!`, which says that a scalar is text. @return whether that is there */
  private checkTags(properties: Properties, line: number): boolean {
    const tag = properties.find((token) => token.type === "tag")?.source;
    if (tag === undefined) return false;
    if (tag === "!") return true;
    const shown = tag.replace(/^!<(.*)>$/, "$1").replace(/^tag:yaml\.org,2002:/, "!!");
    throw new Mistake(line, `tags (${shown}) are not supported`);
  }

  /** Where a value begins, its properties included. */
  private lineOf(node: ParsedNode, properties: Properties): number {
    return this.line(properties[0]?.offset ?? this.start(node));
  }

  /** Of a block, which its comments are no part of, the first key or dash. */
  private start(node: ParsedNode): number {
    const token = node.srcToken;
    if (token?.type === "block-seq") {
      const dash = token.items[0]?.start.find((part) => part.type === "seq-item-ind");
      return dash?.offset ?? node.range[0];
    }
    if (token?.type === "block-map") {
      const first = token.items[0];
      const explicit = first?.start.find((part) => part.type === "explicit-key-ind");
      const key = explicit ?? propertiesIn(first?.start)[0] ?? first?.key ?? first?.sep?.[0];
      return key?.offset ?? node.range[0];
    }
    return node.range[0];
  }
}

/** The library's message as the command would put it. */
function worded(error: YAMLError): string {
  if (error.code === "TAB_AS_INDENT") return "is not YAML: a tab in the indentation; indent with spaces";
  return `is not YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
}

function encode(text: string, lines: LineCounter): string {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const composer = new Composer({ schema: "failsafe", keepSourceTokens: true, uniqueKeys: false, logLevel: "silent" });
  const documents = [...composer.compose(tokens, false, text.length)];
  const first = documents[0];
  // The root's properties stand before it in the document.
  const root = tokens.find((token): token is CST.Document => token.type === "document");
  if (first === undefined || (first.contents === null && first.errors.length === 0)) {
    return JSON.stringify({ n: 0, e: "is empty" });
  }
  const encoder = new Encoder(lines, text.length);
  // Tags are refused by name further down; what the schema says of them is of no use.
  const wrong = first.errors.find((error) => error.code !== "TAG_RESOLVE_FAILED");
  const syntax = wrong && new Mistake(encoder.line(wrong.pos[0]), worded(wrong));
  try {
    const json = encoder.value(first.contents, propertiesIn(root?.start), 1, 0);
    if (syntax) throw syntax;
    const second = documents[1];
    if (second) {
      const line = encoder.line(second.range[0]);
      throw new Mistake(line, "a second document begins here; a scenario is one document");
    }
    return json;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    const earlier = syntax !== undefined && syntax.line <= error.line ? syntax : error;
    return JSON.stringify({ n: earlier.line, e: earlier.message });
  }
}

/** Whether so many brackets are open somewhere, also in text and comments, that parsing would take minutes. */
function isFarTooDeep(text: string): boolean {
  const most = 10_000;
  let depth = 0;
  for (const sign of text.match(/[[\]{}]/g) ?? []) {
    depth += sign === "[" || sign === "{" ? 1 : depth > 0 ? -1 : 0;
    if (depth > most) return true;
  }
  return false;
}

const tooDeep = JSON.stringify({ n: 0, e: `is nested deeper than ${depthMax} levels` });

/** The document as JSON text; what is wrong with the text stands in it, for the engine to say. */
export function encodeDocument(text: string): string {
  if (isFarTooDeep(text)) return tooDeep;
  const lines = new LineCounter();
  try {
    // As the command: without a mark of byte order, and without line ends behind the last text.
    return encode(text.replace(/^\uFEFF/, "").replace(/[ \r\n]+$/, ""), lines);
  } catch (error) {
    // The parser calls itself for each level, and so runs out of stack only far below any limit.
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}
