/**
 * How long the page took to answer a change, and where the time went. Each answer is a measure of the
 * browser's own (User Timing) called `squall answer`: it is seen in developer tools, and bench/slider.ts
 * reads it.
 */

export const answerMeasure = "squall answer";

/** All in milliseconds; they add up to the duration of the measure. */
export interface AnswerParts {
  /** From the change until the engines were asked: the text is edited and read. The controls follow meanwhile. */
  readonly askMs: number;
  /** Of the engine that took longest, both runs and their JSON; 0 where nothing had to run. */
  readonly engineMs: number;
  /** The way to the engines and back, with what the page did meanwhile. */
  readonly transferMs: number;
  /** From the last answer until what is on the screen was drawn and painted. */
  readonly drawMs: number;
}

export class AnswerClock {
  #changedAt: number | undefined;
  #askedAt = 0;
  #answeredAt = 0;
  #engineMs = 0;

  /** Milliseconds since the change; 0 where none is waiting for its answer. */
  get waitedMs(): number {
    return this.#changedAt === undefined ? 0 : performance.now() - this.#changedAt;
  }

  get isRunning(): boolean {
    return this.#changedAt !== undefined;
  }

  /** Something was changed. A change before the last one is answered starts the clock anew. */
  changed(): void {
    this.#changedAt = performance.now();
    this.#askedAt = this.#changedAt;
    this.#answeredAt = this.#changedAt;
    this.#engineMs = 0;
  }

  asked(): void {
    this.#askedAt = performance.now();
    this.#answeredAt = Math.max(this.#answeredAt, this.#askedAt);
  }

  /** @param engineMs  what the engine says it took */
  answered(engineMs: number): void {
    this.#answeredAt = performance.now();
    this.#engineMs = Math.max(this.#engineMs, engineMs);
  }

  /** What is on the screen shows the change. @return milliseconds from the change; undefined where none was waiting */
  drawn(): number | undefined {
    const start = this.#changedAt;
    if (start === undefined) return undefined;
    this.#changedAt = undefined;
    const end = performance.now();
    const detail: AnswerParts = {
      askMs: this.#askedAt - start,
      engineMs: this.#engineMs,
      transferMs: this.#answeredAt - this.#askedAt - this.#engineMs,
      drawMs: end - this.#answeredAt,
    };
    performance.measure(answerMeasure, { start, end, detail });
    // Observers have been told; nobody wants a list that grows for as long as the page is open.
    performance.clearMeasures(answerMeasure);
    return end - start;
  }
}

/** Calls back when what has been changed on the page until now is painted. */
export function afterPaint(callback: () => void): void {
  requestAnimationFrame(() => {
    // Tasks wait until the frame is made, which the callbacks of it are a part of.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(undefined);
  });
}
