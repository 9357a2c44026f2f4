/** Holds the model, lets the engines run it, and shows what comes of it. */
import { downloadText } from "../charts/download";
import { readPage } from "../data/read_page";
import type { Timeline } from "../data/page";
import { button, h, setText } from "../dom/element";
import { Cancelled } from "../engine/client";
import type { EngineClient } from "../engine/client";
import type { EngineError } from "../engine/protocol";
import { percent } from "../format/numbers";
import { AnswerClock, afterPaint } from "./answer_clock";
import { ChartsView } from "./charts_view";
import { ColumnsView, ReachView } from "./columns_view";
import { commandOf, fileStem } from "./command";
import type { Control, Option } from "./controls/control";
import { controlGroups } from "./controls/groups";
import { ControlsView } from "./controls_view";
import { EditorView } from "./editor_view";
import type { Remark } from "./editor_view";
import { figuresOf } from "./figures";
import type { Figures, VariantResult } from "./figures";
import { History } from "./history";
import type { Found } from "./history";
import {
  atTourStep,
  columnsOf,
  openShipped,
  toState,
  withEdits,
  withPin,
  withScenario,
  withSeed,
  withText,
  withVariant,
  withoutChanges,
  withoutPin,
  withoutTour,
} from "./model";
import type { Model, ShippedScenario, Side } from "./model";
import { isOwn, variantNames } from "./overrides";
import type { Reach } from "./overrides";
import { Panels } from "./panels";
import { Runner, refusalOf } from "./runner";
import type { ColumnRun } from "./runner";
import { setupOf } from "./setup";
import { StatusView } from "./status_view";
import { SummaryView } from "./summary_view";
import { ToolbarView } from "./toolbar_view";
import type { Column as TourColumn } from "./tour/column";
import { TourView } from "./tour/view";
import { ScenarioText } from "./yaml_edit";

interface Outcome {
  readonly run: ColumnRun;
  readonly figures: Figures | undefined;
  readonly timeline: Timeline | undefined;
}

/** The place of the text among the panels. */
const yamlPanel = 1;
const typingMs = 250;
const checkAfterMs = 400;
const announceAfterMs = 900;
/** For so long one column waits for the other, so that both change at once. */
const togetherMs = 120;

export class App {
  readonly element = h("div", { class: "playground" });
  readonly #shipped: readonly ShippedScenario[];
  readonly #first: ShippedScenario;
  readonly #engines: Readonly<Record<Side, EngineClient>>;
  readonly #runner: Runner;
  readonly #history: History;
  readonly #outcomes = new Map<Side, Outcome>();
  #model: Model;
  #focus: Side = "a";
  #reach: Reach = "all";
  #remarks: readonly Remark[] = [];
  readonly #clock = new AnswerClock();
  #answeredInMs: number | undefined;
  #frame: number | undefined;
  #timers: {
    typing?: ReturnType<typeof setTimeout>;
    check?: ReturnType<typeof setTimeout>;
    announce?: ReturnType<typeof setTimeout>;
    together?: ReturnType<typeof setTimeout>;
  } = {};
  #checking: AbortController | undefined;

  readonly #toolbar: ToolbarView;
  readonly #columns: ColumnsView;
  readonly #reachView: ReachView;
  readonly #controls: ControlsView;
  readonly #editor: EditorView;
  readonly #panels: Panels;
  readonly #tour: TourView;
  readonly #status: StatusView;
  readonly #summary = new SummaryView();
  readonly #charts = new ChartsView();
  readonly #results = h("main", { class: "results", tabindex: -1 });
  readonly #description = h("p", { class: "description", dir: "auto" });

  /** REQUIRES at least one shipped scenario. */
  constructor(
    shipped: readonly ShippedScenario[],
    engines: Readonly<Record<Side, EngineClient>>,
    first: ShippedScenario,
  ) {
    this.#shipped = shipped;
    this.#first = first;
    this.#engines = engines;
    this.#model = openShipped(first);
    this.#runner = new Runner(engines, (run) => this.#receive(run));
    this.#history = new History(shipped, (found) => this.#arrive(found));
    this.#toolbar = new ToolbarView(shipped, {
      open: (name) => this.#openScenario(name),
      setSeed: (seed) => this.#become(withSeed(this.#model, seed, shipped), "push"),
      reset: () => this.#become(withoutChanges(this.#model, shipped), "push"),
      tour: () => (this.#model.tour === undefined ? this.#goToStep(1) : this.#leaveTour()),
      copyLink: () => void this.#copyLink(),
      copyCommand: () => void this.#copyCommand(),
      downloadYaml: () => this.#downloadYaml(),
      downloadJson: () => void this.#downloadJson(),
    });
    this.#columns = new ColumnsView({
      choose: (side, variant) => this.#become(withVariant(this.#model, side, variant), "push"),
      pin: () => this.#become(withPin(this.#model), "push"),
      unpin: () => this.#become(withoutPin(this.#model), "push"),
    });
    this.#reachView = new ReachView({
      focus: (side) => this.#refocus(side),
      reach: (reach) => {
        this.#reach = reach;
        this.#renderControls();
      },
    });
    this.#controls = new ControlsView((control, option, isFinal) => this.#choose(control, option, isFinal));
    this.#editor = new EditorView((text) => this.#type(text));
    this.#tour = new TourView({ goTo: (step) => this.#goToStep(step), leave: () => this.#leaveTour() });
    this.#status = new StatusView({ stop: () => this.#runner.stop(), goTo: (line) => this.#showLine(line) });
    this.#panels = new Panels("Settings", [
      { title: "Sliders", element: h("div", {}, this.#reachView.element, this.#controls.element) },
      { title: "YAML", element: this.#editor.element, opened: () => this.#editor.opened() },
    ]);
    this.#results.append(
      this.#tour.element,
      h("div", { class: "columns-line" }, this.#columns.element, this.#status.line),
      this.#status.element,
      h(
        "div",
        { class: "hero" },
        h("div", { class: "summary-card" }, this.#summary.element),
        this.#charts.overview,
      ),
      this.#charts.element,
    );
    this.element.append(
      button("To the results", () => this.#results.focus(), { class: "skip" }),
      this.#toolbar.element,
      h(
        "div",
        { class: "bench" },
        h("aside", { class: "settings", "aria-label": "Settings" }, this.#description, this.#panels.element),
        this.#results,
      ),
    );
  }

  /** Shows what the address says, else the first scenario. */
  async start(): Promise<void> {
    await this.#history.read();
  }

  #arrive({ model, remarks }: Found): void {
    // The address names what is shown from the start on, so that one can come back to it.
    this.#become(model ?? openShipped(this.#first), model === undefined ? "replace" : undefined);
    this.#status.aboutLink(
      model !== undefined || remarks.length === 0 ? remarks : [...remarks, `This is ${this.#first.name} in its place.`],
    );
  }

  #become(model: Model, entry: "push" | "replace" | undefined): void {
    const isOtherText = model.text !== this.#model.text;
    const isOtherStep = model.tour !== this.#model.tour;
    this.#model = model;
    if (isOtherStep) this.#focus = model.tour === undefined ? "a" : "b";
    if (this.#sideB() === undefined) this.#focus = "a";
    if (!this.#clock.isRunning) this.#clock.changed();
    this.element.dataset["settled"] = "false";
    this.#charts.expect();
    this.#runner.show(columnsOf(model));
    this.#clock.asked();
    if (entry !== undefined) {
      this.#history.write(model, entry);
      this.#status.aboutLink([]);
    }
    if (isOtherText || this.#remarks.length === 0) this.#checkSoon();
    this.#render();
  }

  #choose(_: Control, option: Option, isFinal: boolean): void {
    if (option.edits.length === 0) return;
    const variant = this.#focus === "a" ? this.#model.a : this.#model.b;
    this.#clock.changed();
    this.#become(
      withEdits(this.#model, variant, option.edits, this.#reach, this.#shipped),
      isFinal ? "push" : "replace",
    );
  }

  #type(text: string): void {
    this.element.dataset["settled"] = "false";
    clearTimeout(this.#timers.typing);
    this.#timers.typing = setTimeout(
      () => this.#become(withText(this.#model, text, this.#shipped), "replace"),
      typingMs,
    );
  }

  #openScenario(name: string): void {
    const scenario = this.#shipped.find((one) => one.name === name);
    if (scenario !== undefined) this.#become(withScenario(this.#model, scenario), "push");
  }

  #goToStep(step: number): void {
    const model = atTourStep(step, this.#shipped);
    if (model !== undefined) this.#become(model, "push");
    this.#tour.focus();
  }

  #leaveTour(): void {
    this.#become(withoutTour(this.#model), "push");
  }

  #refocus(side: Side): void {
    this.#focus = side;
    this.#renderControls();
  }

  #showLine(line: number): void {
    this.#panels.open(yamlPanel);
    this.#editor.goTo(line);
  }

  #sideB(): string | undefined {
    return this.#model.pinned !== undefined || this.#model.b === "" ? undefined : this.#model.b;
  }

  // What comes back from the engines.

  #receive(run: ColumnRun): void {
    const { side } = run.column;
    if (run.status === "done") this.#clock.answered(run.elapsedMs ?? 0);
    const before = this.#outcomes.get(side);
    const isSame = before !== undefined && before.run.result === run.result && before.run.page === run.page;
    this.#outcomes.set(
      side,
      isSame ? { ...before, run } : { run, figures: readFigures(run.result), timeline: readTimeline(run.page) },
    );
    if (run.status === "done" && this.#shown().every((outcome) => outcome.run.status === "done")) {
      // The last that was waited for: a frame more would only be a frame late.
      this.#renderOutcomes();
      return;
    }
    const wait = this.#togetherIn();
    if (run.status === "done" && wait > 0) {
      // Nothing of it is to be seen yet: a frame would only take time from the other engine.
      this.#renderLater(wait);
      return;
    }
    this.#frame ??= requestAnimationFrame(() => this.#renderOutcomes());
  }

  #shown(): Outcome[] {
    return columnsOf(this.#model).flatMap(({ side }) => this.#outcomes.get(side) ?? []);
  }

  /** For how long what has come waits for the other column still; 0 where it does not. In milliseconds. */
  #togetherIn(): number {
    const isHalf = this.#shown().some(({ run }) => run.status === "running" && !run.isCurrent);
    return isHalf ? Math.max(0, togetherMs - this.#clock.waitedMs) : 0;
  }

  #renderLater(ms: number): void {
    clearTimeout(this.#timers.together);
    this.#timers.together = setTimeout(() => this.#renderOutcomes(), ms);
  }

  #renderOutcomes(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    clearTimeout(this.#timers.together);
    const outcomes = this.#shown();
    const isRunning = outcomes.some(({ run }) => run.status === "running");
    const wait = this.#togetherIn();
    if (wait > 0) {
      this.#renderStatus(isRunning);
      this.#renderLater(wait);
      return;
    }
    this.#summary.update(
      columnsOf(this.#model).map(({ side, label }) => ({
        side,
        label,
        figures: this.#outcomes.get(side)?.figures,
      })),
    );
    const runs = outcomes.flatMap(({ run, timeline }) =>
      timeline === undefined ? [] : [{ side: run.column.side, label: run.column.label, timeline }],
    );
    if (runs.length > 0) this.#charts.update(runs);
    this.element.classList.toggle(
      "stale",
      outcomes.some(({ run }) => !run.isCurrent),
    );
    this.#renderTour();
    this.#renderStatus(isRunning);
    if (!isRunning && this.#clock.isRunning) afterPaint(() => this.#settle());
  }

  /** All that the last change asked for is done, and on the screen; what is further down follows. */
  #settle(): void {
    const outcomes = this.#shown();
    if (outcomes.some(({ run }) => run.status === "running") || this.#frame !== undefined) return;
    this.#answeredInMs = this.#clock.drawn() ?? this.#answeredInMs;
    this.#renderStatus(false);
    this.#announceSoon();
    this.#charts.whenDrawn(() => {
      if (!this.#clock.isRunning) this.element.dataset["settled"] = "true";
    });
  }

  #renderStatus(isRunning: boolean): void {
    const outcomes = this.#shown();
    const error = outcomes.find(({ run }) => run.error !== undefined)?.run.error;
    this.#status.update({
      isRunning,
      isStopped: outcomes.some(({ run }) => run.status === "stopped"),
      share: outcomes.length === 0 ? 0 : outcomes.reduce((sum, { run }) => sum + run.share, 0) / outcomes.length,
      answeredInMs: this.#answeredInMs,
      trouble: error === undefined ? undefined : { message: messageOf(error), line: error.line },
      unmet: [...new Set(outcomes.flatMap(({ run }) => run.unmet))],
    });
  }

  #renderTour(): void {
    const { tour } = this.#model;
    this.#tour.element.hidden = tour === undefined;
    if (tour === undefined) return;
    const outcomes = this.#shown();
    const scenario = ScenarioText.read(this.#model.text);
    const columns = outcomes.flatMap(({ run, figures }): TourColumn[] => {
      if (figures === undefined || !run.isCurrent || !(scenario instanceof ScenarioText)) return [];
      return [
        { name: run.column.label, side: run.column.side, setup: setupOf(scenario, run.column.variant), figures },
      ];
    });
    const [a, b] = columns;
    const original = atTourStep(tour, this.#shipped);
    this.#tour.update({
      step: tour,
      columns: a === undefined || b === undefined ? undefined : [a, b],
      isStale: outcomes.some(({ run }) => run.status !== "done" || !run.isCurrent),
      isChanged:
        original?.text !== this.#model.text || original.a !== this.#model.a || original.b !== this.#model.b,
    });
  }

  #announceSoon(): void {
    clearTimeout(this.#timers.announce);
    this.#timers.announce = setTimeout(() => {
      const words = this.#shown().map(({ run, figures }) =>
        figures === undefined ? "" : `${run.column.label}: ${percent(figures.goodput)} served in time.`,
      );
      this.#status.live.textContent = words.join(" ");
    }, announceAfterMs);
  }

  // What does not wait for them.

  #render(): void {
    const { source, text, a, b, pinned, tour } = this.#model;
    const scenario = ScenarioText.read(text);
    const seed = scenario instanceof ScenarioText ? scenario.at(["seed"]) : undefined;
    const variants =
      scenario instanceof ScenarioText
        ? variantNames(scenario)
        : [...new Set([a, b].filter((name) => name !== ""))];
    const label = columnsOf(this.#model).find((column) => column.side === "b")?.label ?? "";
    this.#toolbar.update({
      scenario: source.kind === "shipped" ? source.name : "",
      seed: typeof seed === "string" ? seed : "1",
      isChanged: source.kind === "shipped" && source.steps.length > 0,
      isOnTour: tour !== undefined,
    });
    this.#columns.update({ variants, a, b, pinned: pinned === undefined ? undefined : label });
    setText(this.#description, scenario instanceof ScenarioText ? textAt(scenario, "description") : "");
    this.#renderControls();
    this.#renderEditor();
    this.#renderTour();
  }

  #renderControls(): void {
    const scenario = ScenarioText.read(this.#model.text);
    const b = this.#sideB();
    const variant = this.#focus === "b" && b !== undefined ? b : this.#model.a;
    this.#controls.element.classList.toggle("side-a", this.#focus === "a");
    this.#controls.element.classList.toggle("side-b", this.#focus === "b");
    this.#reachView.update({ focus: this.#focus, a: this.#model.a, b, reach: this.#reach });
    // While a text is half written the sliders stay as they were.
    if (!(scenario instanceof ScenarioText)) return;
    this.#controls.update({
      groups: controlGroups(scenario, variant),
      isOwn: (control) => isOwn(scenario, variant, control.path),
    });
  }

  #renderEditor(): void {
    this.#editor.update({ text: this.#model.text, remarks: this.#remarks });
  }

  #checkSoon(): void {
    clearTimeout(this.#timers.check);
    this.#timers.check = setTimeout(() => void this.#check(), checkAfterMs);
  }

  async #check(): Promise<void> {
    this.#checking?.abort();
    const checking = (this.#checking = new AbortController());
    const request = { kind: "check", scenario: { text: this.#model.text } } as const;
    let remarks: readonly Remark[];
    try {
      remarks = readFindings((await this.#engines.a.check(request, { signal: checking.signal })).findings);
    } catch (thrown) {
      if (thrown instanceof Cancelled) return;
      const error = refusalOf(thrown);
      remarks = [{ severity: "error", line: error.line, message: messageOf(error) }];
    }
    if (checking !== this.#checking) return;
    this.#remarks = remarks;
    this.#renderEditor();
  }

  // What can be taken away.

  async #copyLink(): Promise<void> {
    const link = await this.#history.link(this.#model);
    if (link === undefined)
      this.#status.notice("This scenario is too long for a link. Download the YAML and send it.");
    else await this.#copy(link, "The link is copied: whoever opens it sees this.");
  }

  async #copyCommand(): Promise<void> {
    const { line, file } = commandOf(toState(this.#model, this.#shipped).source, this.#nameOf(this.#model));
    await this.#copy(
      line,
      file === undefined ? `Copied: ${line}` : `Copied: ${line} (download the YAML as ${file} first)`,
    );
  }

  #downloadYaml(): void {
    downloadText(this.#model.text, `${fileStem(this.#nameOf(this.#model))}.yaml`, "application/yaml");
  }

  async #downloadJson(): Promise<void> {
    this.#status.notice("All variants are being run …");
    const stem = fileStem(this.#nameOf(this.#model));
    try {
      const { result } = await this.#engines.b.compare({ kind: "compare", scenario: { text: this.#model.text } });
      downloadText(result, `${stem}.json`, "application/json");
      this.#status.notice("Downloaded: the bytes that squall compare --json writes.");
    } catch (thrown) {
      this.#status.notice(messageOf(refusalOf(thrown)));
    }
  }

  async #copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#status.notice(done);
    } catch {
      this.#status.notice(`The browser did not let it be copied. Here it is: ${text}`);
    }
  }

  #nameOf({ text, source }: Model): string {
    const scenario = ScenarioText.read(text);
    const name = scenario instanceof ScenarioText ? textAt(scenario, "name") : "";
    return name !== "" ? name : source.kind === "shipped" ? source.name : "scenario";
  }
}

function textAt(scenario: ScenarioText, key: string): string {
  const value = scenario.at([key]);
  return typeof value === "string" ? value : "";
}

function messageOf({ key, message }: EngineError): string {
  return key === "" ? message : `${key}: ${message}`;
}

function readFigures(result: string | undefined): Figures | undefined {
  if (result === undefined) return undefined;
  const { variants } = JSON.parse(result) as { readonly variants?: readonly VariantResult[] };
  return variants?.[0] === undefined ? undefined : figuresOf(variants[0]);
}

function readTimeline(page: string | undefined): Timeline | undefined {
  return page === undefined ? undefined : readPage(page).variants[0]?.runs[0];
}

interface Finding {
  readonly severity: Remark["severity"];
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
  readonly variants: readonly string[];
}

function readFindings(json: string): Remark[] {
  const { findings } = JSON.parse(json) as { readonly findings: readonly Finding[] };
  return findings.map(({ severity, line, message, remedy, variants }) => ({
    severity,
    line,
    message: `${message}${variants.length > 0 ? ` (${variants.join(", ")})` : ""}. Remedy: ${remedy}`,
  }));
}
