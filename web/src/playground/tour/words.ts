/** Numbers as the tour says them, and sentences that keep apart what was computed from what was written. */
import { count, percent, significant } from "../../format/numbers";
import { duration } from "../../format/time";
import type { Side } from "../model";

/** A number of the run under way, shown as such. */
export interface Live {
  readonly live: string;
}

/** A column, by the name of its variant. */
export interface Named {
  readonly name: string;
  readonly side: Side;
}

export type Piece = string | Live | Named;
export type Sentence = readonly Piece[];

/**
 * A sentence with its numbers: say`${"events"} serves ${share(0.99)}.`
 * Texts that are put in stay text; numbers come as `Live`.
 */
export function say(strings: TemplateStringsArray, ...values: readonly (Piece | Sentence)[]): Sentence {
  const pieces: Piece[] = [];
  strings.forEach((text, index) => {
    if (text !== "") pieces.push(text);
    const value = values[index];
    if (value === undefined) return;
    if (typeof value === "string" || "live" in value || "name" in value) pieces.push(value);
    else pieces.push(...value);
  });
  return pieces;
}

export function textOf(sentence: Sentence): string {
  return sentence.map(wordsOf).join("");
}

export function wordsOf(piece: Piece): string {
  if (typeof piece === "string") return piece;
  return "live" in piece ? piece.live : piece.name;
}

export const share = (value: number | undefined): Live => ({ live: percent(value) });
export const number = (value: number): Live => ({ live: count(value) });
export const time = (ms: number | undefined): Live => ({ live: ms === undefined ? "never" : duration(ms) });
/** Of attempts for each request: 1, 1.04, 3. */
export const factor = (value: number | undefined): Live => ({ live: times(value) });

/** To three digits, without zeros at the end. */
export function times(value: number | undefined): string {
  const text = significant(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
