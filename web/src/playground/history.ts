/** Keeps the address in step with the model, and the model with the address when one goes back. */
import { decode, encode, linkLengthMax } from "./address";
import { linkRemarks } from "./link_remarks";
import { fromState, toState } from "./model";
import type { Model, ShippedScenario } from "./model";

/** `push`: one can go back to what was before. `replace`: a small change of the same. */
export type Entry = "push" | "replace";

/** What an address holds. */
export interface Found {
  /** Absent where it holds nothing, or nothing that can be shown. */
  readonly model?: Model;
  /** What could not be followed, for people. */
  readonly remarks: readonly string[];
}

export class History {
  readonly #shipped: readonly ShippedScenario[];
  readonly #open: (found: Found) => void;
  #waiting: Entry | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #model: Model | undefined;
  /** Goes up with each address that is read or written, so that what comes late is dropped. */
  #turn = 0;

  /** @param open is told what an address holds, at the start and when it changes. */
  constructor(shipped: readonly ShippedScenario[], open: (found: Found) => void) {
    this.#shipped = shipped;
    this.#open = open;
    window.addEventListener("popstate", () => void this.read());
  }

  async read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    const turn = (this.#turn += 1);
    const { state, problem, remarks = [] } = await decode(location.hash, (name) =>
      this.#shipped.some((one) => one.name === name),
    );
    if (turn !== this.#turn) return;
    if (state === undefined) {
      this.#open({ remarks: problem === undefined ? [] : [problem] });
      return;
    }
    const model = fromState(state, this.#shipped);
    if (typeof model === "string") this.#open({ remarks: [model] });
    else this.#open({ model, remarks: [...remarks, ...linkRemarks(state, model, this.#shipped)] });
  }

  /** Writes the model into the address, a moment later: a slider that moves is one change. */
  write(model: Model, entry: Entry): void {
    this.#model = model;
    this.#waiting = this.#waiting === "push" || entry === "push" ? "push" : "replace";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), 250);
  }

  /** @return the address of the model, or undefined where it is too long for a link. */
  async link(model: Model): Promise<string | undefined> {
    const fragment = await encode(toState(model, this.#shipped));
    if (fragment.length > linkLengthMax) return undefined;
    const url = new URL(location.href);
    url.hash = fragment;
    return url.href;
  }

  async #flush(): Promise<void> {
    const [model, entry] = [this.#model, this.#waiting];
    this.#waiting = undefined;
    if (model === undefined || entry === undefined) return;
    const turn = (this.#turn += 1);
    const link = await this.link(model);
    // Too long: the address stays as it is, and the page says so when one asks for the link.
    if (link === undefined || turn !== this.#turn || link === location.href) return;
    if (entry === "push") history.pushState(null, "", link);
    else history.replaceState(null, "", link);
  }
}
