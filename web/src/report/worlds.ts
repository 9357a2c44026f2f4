import type { Page, Timeline } from "../data/page";
import { goodputRatio, type ResultVariant } from "../data/result";
import { verdictText } from "../format/conclusion";
import { count, percent } from "../format/numbers";

/** A run that can be shown: of which variant, and of which world where its replications split. */
export interface RunChoice {
  readonly variant: number;
  readonly run: number;
  readonly name: string;
  /** `recovered in 29 of 30 runs`; empty where all are of one kind. */
  readonly world: string;
  readonly goodput: number | null;
  readonly timeline: Timeline;
}

function worldText(label: string, variant: ResultVariant | undefined): string {
  const world = variant?.worlds?.find((one) => one.name === label);
  const text = verdictText(label) || label;
  if (!world || !variant?.worlds) return text;
  const all = variant.worlds.reduce((sum, one) => sum + one.count, 0);
  return `${text} in ${count(world.count)} of ${count(all)} runs (${percent(world.share)})`;
}

/** All runs of a page in the order of its variants. */
export function runsOf(page: Page): RunChoice[] {
  return page.variants.flatMap((variant, v) => {
    const result = page.result.variants.find((one) => one.name === variant.name);
    const split = variant.runs.length > 1;
    return variant.runs.map((timeline, run) => {
      const world = split ? result?.worlds?.find((one) => one.name === timeline.label) : undefined;
      return {
        variant: v,
        run,
        name: variant.name,
        world: split ? worldText(timeline.label, result) : "",
        goodput: world ? world.goodput_ratio.mean : result ? goodputRatio(result) : null,
        timeline,
      };
    });
  });
}
