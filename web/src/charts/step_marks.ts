/** The steps of the story on a chart: small numbers above it, each at its instant. */
import { colour } from "../theme/theme";

/** What the step does to the system, for its colour. */
export type Tone = "fault" | "worse" | "better";

export interface StepMark {
  readonly at_ms: number;
  readonly tone: Tone;
  /** The sentence of the story. */
  readonly text: string;
}

/** Steps that stand too close to each other to be told apart are one mark. */
export interface MarkCluster {
  /** Places among the steps, from 0; without gaps. */
  readonly first: number;
  readonly last: number;
  /** From the left end of the axis. */
  readonly x: number;
}

/** What the marks take above a chart. */
export const MARKS_HEIGHT = 18;
const RADIUS = 7.5;
/** Between the middles of two marks. */
const APART = 2 * RADIUS + 3;

const TOKENS: Readonly<Record<Tone, string>> = { fault: "fault-edge", worse: "failed", better: "ok" };

/**
 * @param xs where the steps stand, rising; null for one that is not in view
 * @return marks that do not cover each other, from left to right
 */
export function clusters(xs: readonly (number | null)[]): MarkCluster[] {
  const made: { first: number; last: number; xs: number[] }[] = [];
  const middle = (one: { xs: number[] }): number => ((one.xs[0] ?? 0) + (one.xs[one.xs.length - 1] ?? 0)) / 2;
  xs.forEach((x, i) => {
    if (x === null) return;
    let next = { first: i, last: i, xs: [x] };
    // What is joined moves to the middle, and may so come too close to the one before.
    for (let before = made[made.length - 1]; before && widthOf(before) / 2 + widthOf(next) / 2 + 3 > middle(next) - middle(before); before = made[made.length - 1]) {
      next = { first: before.first, last: next.last, xs: [...before.xs, ...next.xs] };
      made.pop();
    }
    made.push(next);
  });
  return made.map((one) => ({ first: one.first, last: one.last, x: middle(one) }));
}

export const labelOf = ({ first, last }: Pick<MarkCluster, "first" | "last">): string =>
  first === last ? String(first + 1) : `${first + 1}–${last + 1}`;

/** So wide is the mark: a circle, or a pill. */
export function widthOf(one: Pick<MarkCluster, "first" | "last">): number {
  return Math.max(2 * RADIUS, labelOf(one).length * 6.2 + 7);
}

/** The mark at that place above the chart, or undefined. */
export function markAt(marks: readonly MarkCluster[], x: number): MarkCluster | undefined {
  return marks.find((one) => Math.abs(one.x - x) <= Math.max(APART, widthOf(one)) / 2);
}

/**
 * @param box of the plot in CSS pixels, on a canvas that is scaled by `ratio`
 */
export function drawMarks(
  ctx: CanvasRenderingContext2D,
  marks: readonly MarkCluster[],
  steps: readonly StepMark[],
  box: { readonly left: number; readonly top: number },
  ratio: number,
): void {
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = '600 10px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  ctx.lineWidth = 1.5;
  const y = box.top - MARKS_HEIGHT / 2;
  for (const one of marks) {
    const x = box.left + one.x;
    const width = widthOf(one);
    ctx.strokeStyle = colour(TOKENS[toneOfCluster(one, steps)]);
    ctx.fillStyle = colour("card");
    ctx.beginPath();
    ctx.roundRect(x - width / 2, y - RADIUS, width, 2 * RADIUS, RADIUS);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = colour("ink");
    ctx.fillText(labelOf(one), x, y + 0.5);
  }
  ctx.restore();
}

/** Of several the worst: what began to go wrong is not to be missed. */
function toneOfCluster({ first, last }: MarkCluster, steps: readonly StepMark[]): Tone {
  const tones = steps.slice(first, last + 1).map((step) => step.tone);
  return tones.includes("worse") ? "worse" : (tones[0] ?? "fault");
}
