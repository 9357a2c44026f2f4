/**
 * The positions of a slider: texts of a scenario in rising order (`1ms`, `1.2ms`, `1.5ms` ...), the one
 * that stands there now among them. A slider moves over positions, so each step is a value that one would
 * write by hand, and its text goes into the scenario as it is.
 */

/** What a text of a scenario measures: a number in one unit, comparable within a kind. */
export type Kind = "duration" | "rate" | "share" | "factor" | "count" | "number";

export interface Ladder {
  readonly texts: readonly string[];
  /** Of what stands there now. */
  readonly index: number;
}

export interface LadderRange {
  readonly kind: Kind;
  /** First and last step, in the kind's unit: milliseconds, events a second, 0 to 1, times, pieces. */
  readonly from: number;
  readonly to: number;
  /** Texts before the first step (`0ms`), if any. */
  readonly before?: readonly string[];
  /** Texts after the last step (`unlimited`), if any. */
  readonly after?: readonly string[];
}

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] as const;
const wholeUpTo = 20;

const unitsInMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
};

/**
 * @return the number that a text stands for, in the unit of its kind, or undefined if it is no such text.
 *     `40` is no duration, as in the scenario; 0 alone is one.
 */
export function measure(kind: Kind, text: string): number | undefined {
  const match = /^([+]?)(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([a-z%/]*)$/.exec(text.trim().replace(/^x(?=\d)/, ""));
  if (match === null || match[1] === "+") return undefined;
  const number = Number(match[2]);
  const unit = match[3] ?? "";
  switch (kind) {
    case "duration":
      if (unit === "") return number === 0 ? 0 : undefined;
      return unitsInMs[unit] === undefined ? undefined : number * unitsInMs[unit];
    case "rate":
      return { "/s": number, "/m": number / 60, "/h": number / 3600 }[unit];
    case "share":
      return unit === "%" ? number / 100 : unit === "" ? number : undefined;
    case "factor":
      return unit === "" && text.trim().startsWith("x") ? number : undefined;
    case "count":
      return unit === "" && Number.isInteger(number) ? number : undefined;
    case "number":
      return unit === "" ? number : undefined;
  }
}

/** @return the number as a scenario writes it, in the unit that reads best. */
export function write(kind: Kind, number: number): string {
  switch (kind) {
    case "duration":
      if (number >= 1000) return `${plain(number / 1000)}s`;
      return number >= 1 || number === 0 ? `${plain(number)}ms` : `${plain(number * 1000)}us`;
    case "rate":
      return number >= 1 ? `${plain(number)}/s` : `${plain(number * 60)}/m`;
    case "share":
      return `${plain(number * 100)}%`;
    case "factor":
      return `x${plain(number)}`;
    case "count":
    case "number":
      return plain(number);
  }
}

/**
 * @param now what stands there; a text of the kind, or one of `before` and `after`.
 * @return undefined where `now` is none of these: such a value has no slider.
 */
export function ladder(range: LadderRange, now: string): Ladder | undefined {
  const { kind, before = [], after = [] } = range;
  const isWord = before.includes(now) || after.includes(now);
  const value = isWord ? undefined : measure(kind, now);
  if (!isWord && value === undefined) return undefined;
  const numbers = between(range).filter((number) => value === undefined || !isSame(number, value));
  const texts = numbers.map((number) => ({ number, text: write(kind, number) }));
  if (value !== undefined) texts.push({ number: value, text: now });
  texts.sort((a, b) => a.number - b.number);
  const low = before.filter((text) => text === now || measure(kind, text) !== value || value === undefined);
  const all = [...low, ...texts.map((entry) => entry.text), ...after];
  return { texts: all, index: all.indexOf(now) };
}

function between({ kind, from, to }: LadderRange): number[] {
  const numbers: number[] = [];
  if (kind === "share") return shares(from, to);
  if (kind === "count" && from <= wholeUpTo) {
    for (let number = Math.ceil(from); number <= Math.min(wholeUpTo, to); number += 1) numbers.push(number);
  }
  const first = Math.floor(Math.log10(Math.max(from, 1e-6)));
  for (let power = first; power <= Math.log10(to) + 1; power += 1) {
    for (const step of steps) {
      const number = Number((step * 10 ** power).toPrecision(3));
      const isIn = number >= from && number <= to;
      const isMissing = numbers.length === 0 || number > (numbers[numbers.length - 1] ?? 0);
      if (isIn && isMissing && (kind !== "count" || Number.isInteger(number))) numbers.push(number);
    }
  }
  return numbers;
}

/** Per cent: by halves to 2, by ones to 10, by fives to 100. */
function shares(from: number, to: number): number[] {
  const percents = [0, 0.5, 1, 1.5, 2];
  for (let percent = 3; percent <= 10; percent += 1) percents.push(percent);
  for (let percent = 15; percent <= 100; percent += 5) percents.push(percent);
  return percents.map((percent) => percent / 100).filter((share) => share >= from && share <= to);
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function plain(number: number): string {
  return String(Number(number.toPrecision(6)));
}
