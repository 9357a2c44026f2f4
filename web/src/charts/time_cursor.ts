export type Window = readonly [from_ms: number, to_ms: number];

/**
 * The instant that all charts, the graph and the story look at, and the part of the run that is in
 * view. Whoever moves it tells all others.
 */
export class TimeCursor {
  #at_ms = 0;
  #end_ms = 0;
  #view: Window | null = null;
  readonly #listeners = new Set<() => void>();

  get at_ms(): number {
    return this.#at_ms;
  }

  get end_ms(): number {
    return this.#end_ms;
  }

  /** What is in view; all of the run unless one has zoomed in. */
  get view(): Window {
    return this.#view ?? [0, this.#end_ms];
  }

  get isZoomed(): boolean {
    return this.#view !== null;
  }

  /**
   * Begins with another run: all of it in view.
   * @param at_ms  where to look; by default the same instant, where the run has it
   */
  reset(end_ms: number, at_ms = this.#at_ms): void {
    this.#end_ms = end_ms;
    this.#at_ms = Math.min(at_ms, end_ms);
    this.#view = null;
    this.#tell();
  }

  /** Looks at an instant, or at the nearest that the run has. */
  moveTo(at_ms: number): void {
    const next = Math.min(this.#end_ms, Math.max(0, at_ms));
    if (next === this.#at_ms) return;
    this.#at_ms = next;
    this.#tell();
  }

  /** Shows a part of the run; null shows all of it. */
  zoomTo(view: Window | null): void {
    if (view && view[1] - view[0] <= 0) return;
    this.#view = view;
    this.#tell();
  }

  /** Calls back after each move or zoom; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
