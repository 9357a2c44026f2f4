/** Numbers as the tour says them, and sentences that keep apart what was computed from what was written. */

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

export function share(value: number | undefined): Live {
  if (value === undefined) return { live: "none" };
  // Not rounded up to all, nor down to nothing.
  const percent = value * 100;
  const shown = percent > 99.9 && percent < 100 ? Math.floor(percent * 100) / 100 : Number(percent.toFixed(1));
  return { live: `${percent > 0 && shown === 0 ? "under 0.1" : String(shown)} %` };
}

export function count(value: number): Live {
  return { live: value.toLocaleString("en-US") };
}

/** With as many digits as one reads: 14 ms, 1.82 s. */
export function time(ms: number | undefined): Live {
  if (ms === undefined) return { live: "never" };
  if (ms >= 1000) return { live: `${Number((ms / 1000).toPrecision(3))} s` };
  return { live: ms >= 10 || ms === 0 ? `${Math.round(ms)} ms` : `${Number(ms.toPrecision(2))} ms` };
}

/** Of attempts for each request: 1, 1.04, 3. */
export function factor(value: number | undefined): Live {
  if (value === undefined) return { live: "none" };
  return { live: value >= 2 ? value.toFixed(1).replace(/\.0$/, "") : String(Number(value.toFixed(2))) };
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
