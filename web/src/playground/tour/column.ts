/** One of the two columns of a tour's step: what it is set to and what came of it. */
import type { Figures } from "../figures";
import type { Setup } from "../setup";
import { factor, say, share, time } from "./words";
import type { Named, Sentence } from "./words";

export interface Column extends Named {
  readonly setup: Setup;
  readonly figures: Figures;
}

/** Half a point of goodput: what is less is called the same. */
const tellable = 0.005;

/** @return 1 where b serves a greater share than a, -1 where a smaller one, 0 where it is about the same. */
export function compareGoodput(a: Column, b: Column): -1 | 0 | 1 {
  const difference = (b.figures.goodput ?? 0) - (a.figures.goodput ?? 0);
  return difference > tellable ? 1 : difference < -tellable ? -1 : 0;
}

export function cameBack(column: Column): boolean {
  return column.figures.state === "recovered";
}

export function stayedDown(column: Column): boolean {
  return column.figures.state === "not_recovered";
}

/** @return whether the two differ in how often and when they ask again, and in nothing else that is read. */
export function differInRetriesOnly({ setup: a }: Column, { setup: b }: Column): boolean {
  const alike = { attempts: 0, wait: "", jitter: "" };
  return JSON.stringify({ ...a, ...alike }) === JSON.stringify({ ...b, ...alike });
}

/** Requests that ended, and not well. */
export function lost(column: Column): number {
  const { offered, ok, unfinished } = column.figures;
  return offered - ok - unfinished;
}

/** As `asks up to 4 times, from 100ms on, with full jitter`. */
export function design({ setup }: Column): string {
  const parts: string[] = [];
  if (setup.isEvents) parts.push("sends messages through a queue");
  else if (setup.attempts === 1) parts.push("asks once");
  else if (setup.attempts === undefined) parts.push("asks again");
  else parts.push(`asks up to ${setup.attempts} times${setup.wait === undefined ? ", at once" : ""}`);
  if (!setup.isEvents && setup.attempts !== 1 && setup.wait !== undefined) {
    parts.push(
      `after a wait from ${setup.wait} on${setup.jitter === undefined ? " without jitter" : `, with ${setup.jitter} jitter`}`,
    );
  }
  if (setup.hasBudget) parts.push("within a retry budget");
  if (setup.hasBreaker) parts.push("behind a circuit breaker");
  if (setup.hasBulkhead) parts.push("through a bulkhead");
  if (setup.line !== undefined) parts.push(`before a line of at most ${setup.line}`);
  return parts.join(", ");
}

export function servedBoth(a: Column, b: Column): Sentence {
  return say`${a} serves ${share(a.figures.goodput)} of the requests in time, ${b} ${share(b.figures.goodput)}.`;
}

/** When it was as before; nothing where nobody can tell. */
export function aftermath(column: Column): Sentence[] {
  const { recoveredAfterMs } = column.figures;
  if (stayedDown(column)) return [say`${column} is still down when the run ends.`];
  if (!cameBack(column) || recoveredAfterMs === undefined) return [];
  if (recoveredAfterMs === 0) return [say`${column} is well again as soon as the last fault is over.`];
  return [say`${column} is well again ${time(recoveredAfterMs)} after the last fault.`];
}

export function attemptsBoth(a: Column, b: Column): Sentence {
  return say`Each request becomes ${attempts(a)} with ${a} and ${attempts(b)} with ${b}.`;
}

export function attempts({ figures }: Column): Sentence {
  const { live } = factor(figures.amplification);
  return say`${{ live }} ${live === "1" ? "attempt" : "attempts"}`;
}
