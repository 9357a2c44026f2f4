import type { TimeCursor } from "../charts/time_cursor";
import { button, h, setAttribute, setText } from "../dom/element";
import { instant } from "../format/time";

/** How long the whole of a run takes to play. */
const PLAY_MS = 15_000;

/**
 * Plays a run: a button, a slider over its time, and the time in words. Moves the shared cursor and
 * follows it. Where the reader asks for less motion it advances in few, still steps.
 */
export class Player {
  readonly element: HTMLElement;
  readonly #cursor: TimeCursor;
  readonly #slider: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #time = h("output", { class: "time" });
  readonly #end: () => void;
  #interval_ms: number;
  #frame = 0;

  constructor(cursor: TimeCursor, interval_ms: number) {
    this.#cursor = cursor;
    this.#interval_ms = interval_ms;
    this.#button = button("Play", () => this.#toggle(), { class: "play" });
    this.#slider = h("input", { type: "range", min: 0, max: 1000, step: 1, value: 0, "aria-label": "Time of the run" });
    this.#slider.addEventListener("input", () => {
      this.#stop();
      cursor.moveTo((Number(this.#slider.value) / 1000) * cursor.end_ms);
    });
    this.element = h("div", { class: "player" }, this.#button, this.#slider, this.#time);
    this.#end = cursor.subscribe(() => this.#show());
    this.#show();
  }

  update(interval_ms: number): void {
    this.#interval_ms = interval_ms;
    this.#show();
  }

  destroy(): void {
    this.#stop();
    this.#end();
  }

  #show(): void {
    const { at_ms, end_ms } = this.#cursor;
    const text = instant(at_ms, this.#interval_ms);
    const place = end_ms > 0 ? String(Math.round((at_ms / end_ms) * 1000)) : "0";
    if (this.#slider.value !== place) this.#slider.value = place;
    setAttribute(this.#slider, "aria-valuetext", text);
    setText(this.#time, `${text} of ${instant(end_ms, this.#interval_ms)}`);
  }

  #toggle(): void {
    if (this.#frame !== 0) {
      this.#stop();
      return;
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { end_ms } = this.#cursor;
    if (this.#cursor.at_ms >= end_ms) this.#cursor.moveTo(0);
    const from_ms = this.#cursor.at_ms;
    const begin = performance.now();
    let shown = -1;
    const step = (): void => {
      const played = performance.now() - begin;
      const place = still ? Math.floor(played / 1000) * 1000 : played;
      if (place !== shown) this.#cursor.moveTo(from_ms + (place / PLAY_MS) * end_ms);
      shown = place;
      if (this.#cursor.at_ms >= end_ms) this.#stop();
      else this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
    this.#button.textContent = "Pause";
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#button.textContent = "Play";
  }
}
