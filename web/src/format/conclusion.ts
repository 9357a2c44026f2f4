import { goodputRatio, hasObjective, type Result, type ResultVariant } from "../data/result";
import { percent } from "./numbers";

/** Text with names of the scenario in it, which a page sets apart. */
export type Sentence = readonly (string | { readonly name: string })[];

export const plainText = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === "string" ? part : part.name)).join("");

const NAMES_MAX = 3;

function listed(variants: readonly ResultVariant[]): Sentence {
  const shown = variants.slice(0, NAMES_MAX);
  const more = variants.length - shown.length;
  const parts: (string | { name: string })[] = [];
  shown.forEach((variant, i) => {
    const last = i === shown.length - 1 && more === 0;
    if (i > 0) parts.push(last ? " and " : ", ");
    parts.push({ name: variant.name });
  });
  if (more > 0) parts.push(` and ${more} more`);
  return parts;
}

/**
 * What came of a comparison, in a sentence: who served most of what was asked, and who least. Those whose
 * shares differ by less than half a point are one group. Of one variant: what it served.
 */
export function conclusionOf(result: Result): Sentence {
  const judged = result.variants
    .map((variant) => ({ variant, ratio: goodputRatio(variant) }))
    .filter((one): one is { variant: ResultVariant; ratio: number } => one.ratio !== null)
    .sort((a, b) => b.ratio - a.ratio);
  const best = judged[0];
  const worst = judged[judged.length - 1];
  if (!best || !worst) return ["No request was offered."];
  const how = judged.some(({ variant }) => hasObjective(variant)) ? " in time" : "";
  if (judged.length === 1) {
    return [{ name: best.variant.name }, ` served ${percent(best.ratio)} of its requests${how}.`];
  }
  const near = (ratio: number) => (one: { ratio: number }): boolean => Math.abs(one.ratio - ratio) < 0.005;
  const top = judged.filter(near(best.ratio));
  if (top.length === judged.length) {
    return [`${judged.length === 2 ? "Both" : `All ${judged.length}`} variants served about the same: ${percent(best.ratio)} of the requests${how}.`];
  }
  const bottom = judged.filter(near(worst.ratio));
  const only = worst.ratio < 0.5 * best.ratio ? " only" : "";
  return [
    ...listed(top.map(({ variant }) => variant)),
    ` served ${percent(best.ratio)} of the requests${how}; `,
    ...listed(bottom.map(({ variant }) => variant)),
    `${only} ${percent(worst.ratio)}.`,
  ];
}

const VERDICTS: Readonly<Record<string, string>> = {
  recovered: "recovered",
  not_recovered: "did not recover",
  not_judged: "not judged",
  no_fault: "",
  mixed: "some did, some did not",
};

/** A verdict in words; empty where there was no fault to recover from. */
export const verdictText = (state: string | undefined): string =>
  state === undefined ? "" : (VERDICTS[state] ?? state.replaceAll("_", " "));
