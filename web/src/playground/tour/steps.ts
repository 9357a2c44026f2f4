/**
 * The guided tour: seven steps through the scenario `tour`, two variants at a time. Everything that is
 * said of a run is chosen by the run's numbers, and everything that is said of the settings is read off
 * the scenario, so that no slider leaves a false sentence.
 */
import {
  aftermath,
  attempts,
  attemptsBoth,
  cameBack,
  compareGoodput,
  design,
  differInRetriesOnly,
  lost,
  servedBoth,
  stayedDown,
} from "./column";
import type { Column } from "./column";
import { capital, number, say, share, time } from "./words";
import type { Sentence } from "./words";

export const tourScenario = "tour";

export interface Step {
  /** What the step is about, for the list of steps. */
  readonly topic: string;
  readonly a: string;
  readonly b: string;
  /** What comes of it, in a few words. */
  headline(a: Column, b: Column): string;
  tell(a: Column, b: Column): Sentence[];
  /** What to try, without saying what will come of it. */
  readonly invitation: string;
}

export const steps: readonly Step[] = [
  {
    topic: "A blip",
    a: "once-blip",
    b: "retries-blip",
    headline: (a, b) =>
      ["Retries hurt here", "Retries make no difference here", "Retries help"][compareGoodput(a, b) + 1] ?? "",
    tell(a, b) {
      const sentences = [servedBoth(a, b), attemptsBoth(a, b)];
      const saved = lost(a) - lost(b);
      if (compareGoodput(a, b) > 0 && (b.figures.amplification ?? 0) < 1.5) {
        sentences.push(
          say`Of the ${number(lost(a))} requests that ${a} loses, ${number(saved)} are saved for little work more: failures that are rare and have nothing to do with each other are what retries are for.`,
        );
      } else if (compareGoodput(a, b) > 0) {
        sentences.push(say`It saves ${number(saved)} requests, but the work that it costs is no longer small.`);
      } else if (compareGoodput(a, b) < 0) {
        sentences.push(say`The attempts that are added take the place of requests that would have been served.`);
      }
      return sentences;
    },
    invitation: "Let the blip last longer, or fail more of the requests.",
  },
  {
    topic: "A slow bank",
    a: "once-blip",
    b: "once",
    headline: (_, b) =>
      stayedDown(b)
        ? "It is not worked off in time"
        : cameBack(b)
          ? "Slow for a while, then well again"
          : "Nobody can tell whether it came back",
    tell(a, b) {
      const sentences = [servedBoth(a, b), ...aftermath(b)];
      const { wasted, lineMax } = b.figures;
      if (lineMax > 50 && (wasted ?? 0) > 0.02 && b.setup.timeout !== undefined) {
        sentences.push(
          say`Meanwhile a line of up to ${number(lineMax)} stands before the bank. Whoever has waited for ${b.setup.timeout} goes away, and stays in line: ${share(wasted)} of the bank's work is for callers that had gone.`,
        );
      }
      if (cameBack(b) && (b.figures.recoveredAfterMs ?? 0) > 0 && b.setup.attempts === 1) {
        sentences.push(say`As nobody asks twice, the line is worked off, and that is the end of it.`);
      }
      return sentences;
    },
    invitation: "Make the spell longer or shorter, and watch the line.",
  },
  {
    topic: "Retries",
    a: "once",
    b: "retries",
    headline: (a, b) =>
      cameBack(a) && stayedDown(b)
        ? "Retries kill"
        : cameBack(a) && cameBack(b)
          ? "Both come back"
          : stayedDown(a) && stayedDown(b)
            ? "Neither comes back"
            : stayedDown(a) && cameBack(b)
              ? "Here it is the retries that come back"
              : "Nobody can tell whether they came back",
    tell(a, b) {
      const sentences = [servedBoth(a, b), ...aftermath(a), ...aftermath(b)];
      if (cameBack(a) && stayedDown(b) && a.setup.attempts === 1 && differInRetriesOnly(a, b)) {
        sentences.push(
          say`The spell is over and the bank as fast as before, but the line is longer than anybody waits: each request becomes ${attempts(b)}, ${share(b.figures.wasted)} of the work is for callers that had gone, and so the line stays. It is the retries alone that keep the bank down. Such a failure is called metastable.`,
        );
      } else if (cameBack(a) && cameBack(b)) {
        sentences.push(say`Each request becomes ${attempts(b)} with ${b}, and for these there is room.`);
      } else if (stayedDown(a) && stayedDown(b)) {
        sentences.push(
          say`So it is not the retries alone: without them, too, the run ends before the bank is well.`,
        );
      }
      return sentences;
    },
    invitation:
      "Look for the shortest spell from which it does not come back, or the number of attempts that it bears.",
  },
  {
    topic: "Backoff",
    a: "retries",
    b: "backoff",
    headline: (a, b) =>
      stayedDown(a) && stayedDown(b)
        ? "Later is not fewer"
        : stayedDown(a) && cameBack(b)
          ? "Here waiting is enough"
          : cameBack(a) && cameBack(b)
            ? "Both come back"
            : cameBack(a) && stayedDown(b)
              ? "Here waiting makes it worse"
              : "Nobody can tell whether they came back",
    tell(a, b) {
      const sentences = [servedBoth(a, b), attemptsBoth(a, b)];
      const fewer = (a.figures.amplification ?? 0) - (b.figures.amplification ?? 0);
      if (stayedDown(a) && stayedDown(b) && Math.abs(fewer) < 0.3) {
        sentences.push(
          say`To wait before a retry moves it and does not make it go away. Jitter keeps clients from coming at the same instant, and that is not what is wrong here: neither comes back.`,
        );
      } else {
        sentences.push(...aftermath(a), ...aftermath(b));
      }
      return sentences;
    },
    invitation: "Take a much longer wait, or fewer attempts, or switch the circuit breaker on.",
  },
  {
    topic: "A budget",
    a: "backoff",
    b: "budget",
    headline: (a, b) =>
      stayedDown(a) && cameBack(b)
        ? "Fewer retries, and it comes back"
        : stayedDown(b)
          ? "Still too many"
          : cameBack(a) && cameBack(b)
            ? "Both come back"
            : "Nobody can tell whether they came back",
    tell(a, b) {
      const sentences = [servedBoth(a, b), attemptsBoth(a, b)];
      const { retriesDenied, refusedByBreaker } = b.figures;
      if (retriesDenied > 0) sentences.push(say`The budget of ${b} denies ${number(retriesDenied)} retries.`);
      if (refusedByBreaker > 0)
        sentences.push(say`Its circuit breaker refuses ${number(refusedByBreaker)} attempts.`);
      sentences.push(...aftermath(b));
      if (stayedDown(a) && cameBack(b) && b.setup.hasBudget) {
        sentences.push(
          say`A budget counts the retries of all calls together. While few fail it is not felt; when all fail, it is what keeps them from multiplying.`,
        );
      } else if (stayedDown(b) && retriesDenied > 0) {
        sentences.push(say`What it lets through is still more than the bank can work off.`);
      }
      return sentences;
    },
    invitation: "Give the budget 60 %, or take it away and switch the circuit breaker on.",
  },
  {
    topic: "A queue",
    a: "budget",
    b: "events",
    headline(_, b) {
      if (!hides(b)) return "Little is hidden here";
      return (b.figures.goodput ?? 0) >= 0.99 ? "All are served, and the wait is hidden" : "The wait is hidden";
    },
    tell(a, b) {
      const sentences = [servedBoth(a, b)];
      const { p99Ms, deliveryP99Ms, depthMax } = b.figures;
      if (!b.setup.isEvents || deliveryP99Ms === undefined || depthMax === undefined) {
        sentences.push(say`${b} ${design(b)}, so no queue hides anything.`);
        return sentences;
      }
      sentences.push(
        say`With ${b} up to ${number(depthMax)} messages wait in the queue, and nobody who waits asks again.`,
      );
      sentences.push(
        say`A handler that starts its clock at delivery reports that 99 % are done within ${time(deliveryP99Ms)}. From the moment at which the user wanted it, it is ${time(p99Ms)}.`,
      );
      sentences.push(
        hides(b)
          ? say`The second is what is felt. A queue does not make the bank faster: it sells time, to those who can wait.`
          : say`The two are close, because hardly anybody has to wait in the queue.`,
      );
      return sentences;
    },
    invitation: "Let the spell last for 10 s, or handle more at once than the bank can bear.",
  },
  {
    topic: "Bounds",
    a: "budget",
    b: "bounds",
    headline: (a, b) =>
      cameBack(b) && compareGoodput(a, b) > 0
        ? "What holds is what is bounded"
        : cameBack(b)
          ? "It holds"
          : stayedDown(b)
            ? "This does not hold either"
            : "Nobody can tell whether it came back",
    tell(a, b) {
      const sentences = [servedBoth(a, b), ...aftermath(a), ...aftermath(b)];
      const { refusedByQueue, wasted } = b.figures;
      if (refusedByQueue > 0 && b.setup.line !== undefined) {
        sentences.push(
          say`The line of at most ${b.setup.line} refuses ${number(refusedByQueue)} attempts as they come, in place of answers that come too late: ${share(wasted)} of the work is for callers that had gone, with ${a} ${share(a.figures.wasted)}.`,
        );
      }
      if (cameBack(b) && compareGoodput(a, b) > 0 && b.setup.hasBudget && b.setup.line !== undefined) {
        sentences.push(say`So bound what can grow: retries by a budget, lines by a length, waiting by a timeout.`);
      }
      return sentences;
    },
    invitation: "Try to break it: let the spell last for 20 s.",
  },
];

function hides({ figures }: Column): boolean {
  const { deliveryP99Ms, p99Ms } = figures;
  return deliveryP99Ms !== undefined && p99Ms !== undefined && p99Ms > 1.5 * deliveryP99Ms;
}

/** What happens and what the two do about it, read off the scenario. */
export function scene(a: Column, b: Column): Sentence[] {
  const sentences: Sentence[] = [];
  const [ofA, ofB] = [a, b].map(({ setup }) => setup.faults.map((fault) => fault.words));
  const shared = (ofB ?? []).filter((words) => ofA?.includes(words));
  const onlyA = (ofA ?? []).filter((words) => !ofB?.includes(words));
  const onlyB = (ofB ?? []).filter((words) => !ofA?.includes(words));
  if (shared.length > 0) sentences.push(say`${capital(shared.join("; "))}.`);
  if (onlyA.length > 0) sentences.push(say`For ${a} alone, ${onlyA.join("; ")}.`);
  if (onlyB.length > 0) sentences.push(say`For ${b} alone, ${onlyB.join("; ")}.`);
  if (shared.length + onlyA.length + onlyB.length === 0) sentences.push(say`Nothing goes wrong.`);
  const [how, other] = [design(a), design(b)];
  if (how === other) sentences.push(say`Each of the two ${how}.`);
  else sentences.push(say`${a} ${how}; ${b} ${other}.`);
  return sentences;
}
