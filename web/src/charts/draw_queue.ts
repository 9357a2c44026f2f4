/** Who decides when a part of the page shows what it was given. */
export interface Painter {
  /** Says that the element is going to be painted, so that it is known by then whether anybody sees it. */
  watch(element: Element): void;
  /**
   * Calls `work` once, now or later; of several calls for one element that wait only the last one counts.
   * The element may be off the page still.
   */
  paint(element: Element, work: () => void): void;
  /** Drops what waits for the element, which goes away. */
  forget(element: Element): void;
}

/** Waits for nothing. */
export const atOnce: Painter = {
  watch: () => undefined,
  paint: (_, work) => work(),
  forget: () => undefined,
};

/** So much around the screen counts as on it: one scrolls faster than one draws. */
const around = "160px 0px";
/** What the rest may take of a frame, so that a slider does not stutter. */
const sliceMs = 6;

/**
 * Draws at once what is on the screen, and the rest in the frames that follow, a little in each, or when it
 * is scrolled to. All is drawn before the page is printed.
 */
export class DrawQueue implements Painter {
  readonly #isSeen = new WeakMap<Element, boolean>();
  readonly #waiting = new Map<Element, () => void>();
  readonly #observer: IntersectionObserver;
  readonly #idle: (() => void)[] = [];
  #frame: number | undefined;
  #isPaused = false;

  constructor() {
    this.#observer = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: around });
    window.addEventListener("beforeprint", this.#flush);
  }

  watch(element: Element): void {
    if (this.#isSeen.has(element)) return;
    this.#isSeen.set(element, false);
    this.#observer.observe(element);
  }

  paint(element: Element, work: () => void): void {
    this.watch(element);
    if (this.#isSeen.get(element) === true) {
      this.#waiting.delete(element);
      work();
      return;
    }
    this.#waiting.set(element, work);
    this.#goOn();
  }

  forget(element: Element): void {
    this.#observer.unobserve(element);
    this.#isSeen.delete(element);
    this.#waiting.delete(element);
  }

  /** Calls back, once, when nothing waits any more; at once if nothing does. */
  whenIdle(callback: () => void): void {
    if (this.#waiting.size === 0) callback();
    else this.#idle.push(callback);
  }

  /** Leaves the processors to others until resume(): what nobody sees waits. What comes to be seen does not. */
  pause(): void {
    this.#isPaused = true;
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  /** What waits goes on, with the frame after the next; no-op where nothing was paused. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#goOn();
  }

  destroy(): void {
    this.#observer.disconnect();
    window.removeEventListener("beforeprint", this.#flush);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#waiting.clear();
  }

  #look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!this.#isSeen.has(target)) continue;
      this.#isSeen.set(target, isIntersecting);
      if (isIntersecting) this.#work(target);
    }
    this.#tellIdle();
  }

  /** The next frame is that of what is seen; the rest begins with the one after it. */
  #goOn(): void {
    if (this.#isPaused) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(this.#slice);
    });
  }

  readonly #slice = (): void => {
    this.#frame = undefined;
    const began = performance.now();
    for (const element of [...this.#waiting.keys()]) {
      this.#work(element);
      if (performance.now() - began >= sliceMs) break;
    }
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(this.#slice);
    else this.#tellIdle();
  };

  readonly #flush = (): void => {
    while (this.#waiting.size > 0) for (const element of [...this.#waiting.keys()]) this.#work(element);
    this.#tellIdle();
  };

  /** Work may ask for more: a section gives its charts theirs. */
  #work(element: Element): void {
    const work = this.#waiting.get(element);
    this.#waiting.delete(element);
    work?.();
  }

  #tellIdle(): void {
    if (this.#waiting.size > 0) return;
    for (const callback of this.#idle.splice(0)) callback();
  }
}
