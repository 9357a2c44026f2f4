/** What is going on: how far the runs are, what went wrong, and what was done. */
import { button, h, setText } from "../dom/element";
import type { View } from "../dom/view";
import { duration } from "../format/time";

export interface Trouble {
  readonly message: string;
  /** From 1; 0 where it belongs to no line. */
  readonly line: number;
}

export interface StatusData {
  readonly isRunning: boolean;
  readonly isStopped: boolean;
  /** 0 to 1, of all that is under way. */
  readonly share: number;
  /** From the change to the charts; undefined before the first. */
  readonly answeredInMs: number | undefined;
  readonly trouble: Trouble | undefined;
  /** Expectations of the scenario that were not met. */
  readonly unmet: readonly string[];
}

/** What is over sooner shows no progress, which would only flicker. */
const quietMs = 250;

export class StatusView implements View<StatusData> {
  readonly element: HTMLElement;
  /** How far it is; stands where the page wants it. */
  readonly line: HTMLElement;
  /** For screen readers: what came of the last change, once it is settled. */
  readonly live = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  readonly #progress = h("progress", { max: 1, "aria-label": "How far the run is" });
  readonly #words = h("span", { class: "status-words" });
  readonly #stop: HTMLButtonElement;
  readonly #trouble = h("p", { class: "trouble", role: "alert" });
  readonly #unmet = h("details", { class: "unmet" });
  readonly #notice = h("p", { class: "notice", role: "status" });
  readonly #link = h("ul", { class: "about-link", role: "status", hidden: true });
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #runningSince: number | undefined;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(actions: { stop(): void; goTo(line: number): void }) {
    this.#stop = button("Stop", () => actions.stop());
    this.#goTo = actions.goTo;
    this.line = h("div", { class: "status-line" }, this.#progress, this.#stop, this.#words);
    this.element = h("div", { class: "status" }, this.#link, this.#trouble, this.#unmet, this.#notice, this.live);
  }
  readonly #goTo: (line: number) => void;

  update(data: StatusData): void {
    this.#showProgress(data);
    this.#showTrouble(data.trouble);
    this.#showUnmet(data.unmet);
  }

  /** Says something for a while. */
  notice(message: string): void {
    clearTimeout(this.#noticeTimer);
    this.#notice.textContent = message;
    this.#noticeTimer = setTimeout(() => (this.#notice.textContent = ""), 8000);
  }

  /** What of the link could not be followed; stays until it is told anew, since a link is read when there is time. */
  aboutLink(remarks: readonly string[]): void {
    this.#link.hidden = remarks.length === 0;
    this.#link.replaceChildren(...remarks.map((remark) => h("li", { dir: "auto" }, remark)));
  }

  destroy(): void {
    clearTimeout(this.#noticeTimer);
    clearTimeout(this.#quietTimer);
  }

  #showProgress({ isRunning, isStopped, share, answeredInMs }: StatusData): void {
    if (!isRunning) this.#runningSince = undefined;
    else this.#runningSince ??= performance.now();
    const isLong = this.#runningSince !== undefined && performance.now() - this.#runningSince >= quietMs;
    clearTimeout(this.#quietTimer);
    if (isRunning && !isLong) this.#quietTimer = setTimeout(() => this.#reveal(true), quietMs);
    this.#reveal(isLong);
    this.#progress.value = share;
    if (isLong) setText(this.#words, `${Math.floor(share * 100)} %`);
    else if (isStopped) setText(this.#words, "Stopped: what is shown is a part of the run.");
    else if (answeredInMs !== undefined && !isRunning)
      setText(this.#words, `computed in ${duration(Math.round(answeredInMs))}, in this page`);
  }

  #reveal(isLong: boolean): void {
    this.#progress.hidden = !isLong;
    this.#stop.hidden = !isLong;
  }

  #showTrouble(trouble: Trouble | undefined): void {
    const words =
      trouble === undefined ? "" : trouble.line > 0 ? `line ${trouble.line}: ${trouble.message}` : trouble.message;
    this.#trouble.hidden = trouble === undefined;
    if (this.#trouble.dataset["words"] === words) return;
    this.#trouble.dataset["words"] = words;
    const line = trouble?.line ?? 0;
    this.#trouble.replaceChildren(
      words,
      ...(line > 0 ? [" ", button("Show the line", () => this.#goTo(line))] : []),
    );
  }

  #showUnmet(unmet: readonly string[]): void {
    this.#unmet.hidden = unmet.length === 0;
    const words = unmet.join("\n");
    if (this.#unmet.dataset["words"] === words) return;
    this.#unmet.dataset["words"] = words;
    const title =
      unmet.length === 1
        ? "An expectation of the scenario is not met"
        : `${unmet.length} expectations of the scenario are not met`;
    this.#unmet.replaceChildren(
      h("summary", {}, title),
      h("ul", {}, ...unmet.map((line) => h("li", { dir: "auto" }, line))),
    );
  }
}
