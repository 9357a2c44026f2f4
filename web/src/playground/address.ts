/**
 * The state of the playground as the fragment of an address, so that a link shows the same to whoever
 * opens it:
 *
 *   #s=tutorial-bursts&set=services/payments/workers=20&seed=3&a=rpc-naive&b=rpc-safe&tour=2
 *   #z=<packed text>&a=base
 *
 * `s` names a shipped scenario, each `set` a step of an edit (without a value: the key is removed), `z` is
 * a whole text in place of both. `pin` goes before the keys of what is pinned. A fragment never leaves the
 * browser.
 */
import { pack, unpack } from "./compress";
import type { Step } from "./overrides";

/** A text, as a shipped scenario and steps from there, or as it is. */
export type Source =
  | { readonly kind: "shipped"; readonly name: string; readonly steps: readonly Step[] }
  | { readonly kind: "own"; readonly text: string };

/** One scenario as one of its variants has it. */
export interface Pinned {
  readonly source: Source;
  readonly variant: string;
}

export interface State {
  readonly source: Source;
  /** Names of variants; empty: the first two. `b` is `-` where one column is enough. */
  readonly a: string;
  readonly b: string;
  /** Stands in the place of `b` where it is there. */
  readonly pinned?: Pinned;
  /** From 1; absent outside of the tour. */
  readonly tour?: number;
}

/** Of a link. Browsers take more, but mail and chat do not. */
export const linkLengthMax = 30_000;
/** Of a text in a link, and of what is read from one. */
export const textBytesMax = 1 << 20;

const noSecond = "-";
const seedPath = "seed";

export function hasSecond(state: State): boolean {
  return state.b !== noSecond || state.pinned !== undefined;
}

/** @return the fragment, without `#`. */
export async function encode(state: State): Promise<string> {
  const words = await encodeSource(state.source, "");
  if (state.a !== "") words.push(["a", state.a]);
  if (state.b !== "") words.push(["b", state.b]);
  if (state.pinned !== undefined) {
    words.push(...(await encodeSource(state.pinned.source, "pin")), ["pinv", state.pinned.variant]);
  }
  if (state.tour !== undefined) words.push(["tour", String(state.tour)]);
  return words.map(([key, value]) => `${key}=${escape(value)}`).join("&");
}

export interface Decoded {
  readonly state?: State;
  /** Why there is no state, for people. */
  readonly problem?: string;
  /** What of the address means nothing here and was passed over, for people; absent where all was understood. */
  readonly remarks?: readonly string[];
}

/**
 * @param isShipped whether there is a scenario of this name.
 * @return the state, or undefined and what is wrong. An empty fragment is undefined without a word.
 */
export async function decode(fragment: string, isShipped: (name: string) => boolean): Promise<Decoded> {
  const words = fragment.replace(/^#/, "");
  if (words === "") return {};
  if (words.length > linkLengthMax) {
    return {
      problem: `The link is longer than ${linkLengthMax.toLocaleString("en")} characters and was not read.`,
    };
  }
  let fields: Fields;
  try {
    fields = parse(words);
  } catch {
    return { problem: "The link is damaged: it has a broken % sign. Copy it again, whole." };
  }
  const source = await decodeSource(fields, "", isShipped);
  if (typeof source === "string") return { problem: source };
  const pinnedVariant = fields.one("pinv");
  const pinned = pinnedVariant === undefined ? undefined : await decodeSource(fields, "pin", isShipped);
  if (typeof pinned === "string") return { problem: pinned };
  const tour = fields.one("tour");
  if (tour !== undefined && !/^[1-9]$/.test(tour)) return { problem: `The tour has no step ${tour.slice(0, 20)}.` };
  const remarks = remarksOn(fields);
  return {
    ...(remarks.length === 0 ? {} : { remarks }),
    state: {
      source,
      a: fields.one("a") ?? "",
      b: fields.one("b") ?? "",
      ...(pinned === undefined ? {} : { pinned: { source: pinned, variant: pinnedVariant ?? "" } }),
      ...(tour === undefined ? {} : { tour: Number(tour) }),
    },
  };
}

async function encodeSource(source: Source, prefix: string): Promise<[string, string][]> {
  if (source.kind === "own") return [[`${prefix}z`, await pack(source.text)]];
  return [
    [`${prefix}s`, source.name],
    ...source.steps.map(({ path, value }): [string, string] => {
      if (path.length === 1 && path[0] === seedPath && value !== null) return [`${prefix}seed`, value];
      const parts = path.map((part) => part.replace(/[~/=]/g, (letter) => `~${tildes.indexOf(letter)}`)).join("/");
      return [`${prefix}set`, value === null ? parts : `${parts}=${value}`];
    }),
  ];
}

/** What a part of a path writes as `~0`, `~1` and `~2`. */
const tildes = ["~", "/", "="];

async function decodeSource(
  fields: Fields,
  prefix: string,
  isShipped: (name: string) => boolean,
): Promise<Source | string> {
  const packed = fields.one(`${prefix}z`);
  if (packed !== undefined) {
    const text = await unpack(packed, textBytesMax);
    return text === undefined
      ? "The scenario in the link is damaged or cut off. Copy it again, whole."
      : { kind: "own", text };
  }
  const name = fields.one(`${prefix}s`);
  if (name === undefined) return "The link names no scenario.";
  if (!isShipped(name))
    return `The link names a scenario that does not ship with this version: “${name.slice(0, 60)}”.`;
  const steps = fields.all.flatMap(([key, value]): Step[] => {
    if (key === `${prefix}seed`) return [{ path: [seedPath], value }];
    if (key !== `${prefix}set`) return [];
    const equals = value.indexOf("=");
    const parts = equals < 0 ? value : value.slice(0, equals);
    const path = parts
      .split("/")
      .map((part) => part.replace(/~([012])/g, (_, digit) => tildes[Number(digit)] ?? ""));
    return [{ path, value: equals < 0 ? null : value.slice(equals + 1) }];
  });
  return { kind: "shipped", name, steps };
}

const keysOnce = ["s", "z", "seed", "a", "b", "pins", "pinz", "pinseed", "pinv", "tour"];
const keysMany = ["set", "pinset"];

function remarksOn({ all }: Fields): string[] {
  const keys = [...new Set(all.map(([key]) => key))];
  return keys.flatMap((key) => {
    if (keysMany.includes(key)) return [];
    if (!keysOnce.includes(key)) return [`The link says “${shortened(key)}”, which means nothing here.`];
    const times = all.filter(([other]) => other === key).length;
    return times > 1 ? [`The link says “${key}” ${times} times; the first counts.`] : [];
  });
}

/** Of what comes from a link, so much as fits into a sentence. */
export const shortened = (text: string): string => (text.length > 40 ? `${[...text].slice(0, 39).join("")}…` : text);

interface Fields {
  readonly all: readonly (readonly [string, string])[];
  one(key: string): string | undefined;
}

function parse(words: string): Fields {
  const all = words.split("&").map((word): [string, string] => {
    const equals = word.indexOf("=");
    const [key, value] = equals < 0 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
    return [key, decodeURIComponent(value.replace(/\+/g, " "))];
  });
  return { all, one: (key) => all.find(([name]) => name === key)?.[1] };
}

const readable: Readonly<Record<string, string>> = {
  "%20": "+",
  "%2F": "/",
  "%3A": ":",
  "%3D": "=",
  "%2C": ",",
  "%40": "@",
};

/** Leaves bare what reads well and needs no escape in a fragment. */
function escape(value: string): string {
  return encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escaped) => readable[escaped] ?? escaped);
}
