/** Numbers as the tour says them, and sentences that keep apart what was computed from what was written. */
import { count, percent, significant } from "../../format/numbers";
import { duration } from "../../format/time";

/** A number of the run under way, shown as such. */
export interface Live {
  readonly live: string;
}

export type Sentence = readonly (string | Live)[];

/**
 * A sentence with its numbers: say`${"events"} serves ${share(0.99)}.`
 * Texts that are put in stay text; numbers come as `Live`.
 */
export function say(strings: TemplateStringsArray, ...values: readonly (string | Live | Sentence)[]): Sentence {
  const pieces: (string | Live)[] = [];
  strings.forEach((text, index) => {
    if (text !== "") pieces.push(text);
    const value = values[index];
    if (value === undefined) return;
    if (typeof value === "string" || "live" in value) pieces.push(value);
    else pieces.push(...value);
  });
  return pieces;
}

export function textOf(sentence: Sentence): string {
  return sentence.map((piece) => (typeof piece === "string" ? piece : piece.live)).join("");
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
