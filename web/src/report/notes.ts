import type { Page } from "../data/page";
import type { Result } from "../data/result";
import type { Sentence } from "../format/conclusion";
import { count } from "../format/numbers";
import { duration } from "../format/time";

/** Whether the totals, or what is shown over time, were interrupted. */
export const isPartial = ({ result, variants }: Page): boolean =>
  result.partial === true || variants.some((variant) => variant.runs.some((run) => run.partial === true));

/** What stands in the place of a conclusion: of a part of the runs there is none to be drawn. */
export const PARTIAL_HEADING = "Partial: interrupted before all of it was run.";

/** The names after the text, with commas and an "and"; empty without names. */
const listed = (text: string, names: readonly string[]): Sentence => [
  ...names.flatMap((name, i) => [i === 0 ? text : i === names.length - 1 ? " and " : ", ", { name }]),
  ...(names.length > 0 ? ["."] : []),
];

/** Those of which there are totals and nothing over time, as where a limit was hit meanwhile. */
const notLookedAt = ({ variants }: Page): Sentence =>
  listed(
    "Only the totals are there, and nothing over time, of ",
    variants.filter(({ runs }) => runs.length === 0).map(({ name }) => name),
  );

/** What of a partial page is there and what is not; empty where the page is whole. */
export function partialNote(page: Page): Sentence {
  if (!isPartial(page)) return notLookedAt(page);
  const { partial, replications, replications_asked, not_begun = [] } = page.result;
  if (partial !== true) return ["Interrupted: what is shown over time is a part, and not the whole."];
  const done =
    replications !== undefined && replications_asked !== undefined && replications < replications_asked
      ? [` ${count(replications)} of ${count(replications_asked)} replications are in these figures.`]
      : [];
  return ["Interrupted: this is a part of what was asked for, and not the whole.", ...done, ...listed(" Not begun: ", not_begun)];
}

/** Whole as in the scenario: 5 s, not 5.00 s. */
const length = (ms: number): string => duration(ms).replace(/\.0+ /, " ");

/** That totals and charts differ by the warm-up; empty where nothing was cut. */
export function warmupNote({ variants }: Result): Sentence {
  const cuts = variants.map((variant) => ({ name: variant.name, cut_ms: variant.warmup?.cut_ms ?? 0 }));
  const cut = cuts.filter(({ cut_ms }) => cut_ms > 0);
  const first = cut[0];
  if (!first) return [];
  const said = " is in the charts and the steps of the story; totals leave it out.";
  if (cuts.every(({ cut_ms }) => cut_ms === first.cut_ms)) return [`The warm-up of ${length(first.cut_ms)}${said}`];
  const each = cut.flatMap(({ name, cut_ms }, i) => [i === 0 ? "" : ", ", { name }, ` ${length(cut_ms)}`]);
  return ["The warm-up (", ...each, `)${said}`];
}

/** The title of the document: of a partial page it begins so, since a tab shows little of it. */
export const titleOf = (page: Page, conclusion: string): string =>
  (isPartial(page) ? `Partial: ${page.result.scenario}` : `${page.result.scenario}: ${conclusion}`).slice(0, 200);
