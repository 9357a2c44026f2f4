/**
 * What the playground is about at one moment: a text, the two columns that are looked at, and how the text
 * came about, so that an address can say it shortly. Values; every action gives a new one.
 */
import type { Pinned, Source, State } from "./address";
import { apply, baseName, idleSteps, replay, variantNames } from "./overrides";
import type { Edit, Reach, Step } from "./overrides";
import { steps as tourSteps, tourScenario } from "./tour/steps";
import { ScenarioText } from "./yaml_edit";

export interface ShippedScenario {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

export type Side = "a" | "b";

/** A text as one of its variants has it: what one column shows. */
export interface Column {
  readonly side: Side;
  readonly text: string;
  readonly variant: string;
  /** For people: the variant's name, with a word where it is pinned. */
  readonly label: string;
}

export interface Model {
  readonly source: Source;
  readonly text: string;
  /** Name of a variant; of `b` empty where there is one column alone. */
  readonly a: string;
  readonly b: string;
  readonly pinned?: Pinned & { readonly text: string };
  readonly tour?: number;
}

/** The two that are shown first: of the bursts the naive design and the one that loses least. */
const opening: Readonly<Record<string, readonly [string, string]>> = {
  "tutorial-bursts": ["rpc-naive", "rpc-queued"],
};

export function openShipped(scenario: ShippedScenario): Model {
  return withVariants(
    { kind: "shipped", name: scenario.name, steps: [] },
    scenario.text,
    ...(opening[scenario.name] ?? ["", ""]),
  );
}

/** @param given another text, edited by hand or pasted. */
export function withText(model: Model, given: string, shipped: readonly ShippedScenario[]): Model {
  const same = shipped.find((scenario) => scenario.text === given);
  const source: Source =
    same === undefined ? { kind: "own", text: given } : { kind: "shipped", name: same.name, steps: [] };
  return keep(model, withVariants(source, given, model.a, model.b));
}

/** The name of another scenario in the place of this one; what was pinned stays. */
export function withScenario(model: Model, scenario: ShippedScenario): Model {
  const { tour, ...rest } = keep(model, openShipped(scenario));
  return rest;
}

export function withEdits(
  model: Model,
  variant: string,
  edits: readonly Edit[],
  reach: Reach,
  shipped: readonly ShippedScenario[],
): Model {
  const scenario = ScenarioText.read(model.text);
  if (!(scenario instanceof ScenarioText)) return model;
  const { text, steps } = apply(scenario, variant, edits, reach);
  return { ...model, text, source: withSteps(model.source, steps, text, shipped) };
}

export function withSeed(model: Model, seed: string, shipped: readonly ShippedScenario[]): Model {
  return withEdits(model, baseName, [{ path: ["seed"], value: seed }], "all", shipped);
}

export function withVariant(model: Model, side: Side, variant: string): Model {
  if (side === "a") return { ...model, a: variant };
  const { pinned, ...rest } = model;
  return { ...rest, b: variant };
}

/** Keeps what column A shows now in the place of B, whatever becomes of A. */
export function withPin(model: Model): Model {
  return { ...model, pinned: { source: model.source, variant: model.a, text: model.text } };
}

export function withoutPin(model: Model): Model {
  const { pinned, ...rest } = model;
  return rest;
}

/**
 * @param step from 1.
 * @return the step as it begins, with the scenario of the tour as it ships.
 */
export function atTourStep(step: number, shipped: readonly ShippedScenario[]): Model | undefined {
  const scenario = shipped.find((candidate) => candidate.name === tourScenario);
  const wanted = tourSteps[step - 1];
  if (scenario === undefined || wanted === undefined) return undefined;
  return { ...openShipped(scenario), a: wanted.a, b: wanted.b, tour: step };
}

export function withoutTour(model: Model): Model {
  const { tour, ...rest } = model;
  return rest;
}

/** Back to the text as it ships, with the same columns. */
export function withoutChanges(model: Model, shipped: readonly ShippedScenario[]): Model {
  const { source } = model;
  const scenario =
    source.kind === "shipped" ? shipped.find((candidate) => candidate.name === source.name) : undefined;
  return scenario === undefined
    ? model
    : keep(
        model,
        withVariants({ kind: "shipped", name: scenario.name, steps: [] }, scenario.text, model.a, model.b),
      );
}

export function columnsOf(model: Model): Column[] {
  const columns: Column[] = [{ side: "a", text: model.text, variant: model.a, label: model.a }];
  const { pinned } = model;
  if (pinned !== undefined) {
    columns.push({ side: "b", text: pinned.text, variant: pinned.variant, label: `${pinned.variant} (pinned)` });
  } else if (model.b !== "") {
    columns.push({ side: "b", text: model.text, variant: model.b, label: model.b });
  }
  return columns;
}

export function toState({ source, text, a, b, pinned, tour }: Model, shipped: readonly ShippedScenario[]): State {
  return {
    source: proven(source, text, shipped),
    a,
    b: b === "" ? "-" : b,
    ...(pinned === undefined
      ? {}
      : { pinned: { source: proven(pinned.source, pinned.text, shipped), variant: pinned.variant } }),
    ...(tour === undefined ? {} : { tour }),
  };
}

/** @return the model, or what is wrong with the state, for people. */
export function fromState(state: State, shipped: readonly ShippedScenario[]): Model | string {
  const text = textOf(state.source, shipped);
  if (text === undefined) return "The changes in the link do not fit its scenario.";
  let model = withVariants(state.source, text, state.a, state.b);
  if (state.pinned !== undefined) {
    const pinnedText = textOf(state.pinned.source, shipped);
    if (pinnedText === undefined) return "The changes in the link do not fit the pinned scenario.";
    const { a: variant } = withVariants(state.pinned.source, pinnedText, state.pinned.variant, "-");
    model = { ...model, pinned: { ...state.pinned, variant, text: pinnedText } };
  }
  return state.tour === undefined ? model : { ...model, tour: state.tour };
}

function textOf(source: Source, shipped: readonly ShippedScenario[]): string | undefined {
  if (source.kind === "own") return source.text;
  const scenario = shipped.find((candidate) => candidate.name === source.name);
  return scenario === undefined ? undefined : replay(scenario.text, source.steps);
}

/** The columns that were asked for where the text has them, else its first two variants. */
function withVariants(source: Source, text: string, a: string, b: string): Model {
  const scenario = ScenarioText.read(text);
  const names = scenario instanceof ScenarioText ? variantNames(scenario) : [];
  const first = names.includes(a) ? a : (names[0] ?? a);
  if (b === "-" || b === "") {
    const second = b === "-" ? "" : (names.find((name) => name !== first) ?? "");
    return { source, text, a: first, b: second };
  }
  const second = names.length === 0 || names.includes(b) ? b : (names.find((name) => name !== first) ?? "");
  return { source, text, a: first, b: second };
}

function keep(before: Model, after: Model): Model {
  const { pinned, tour } = before;
  return {
    ...after,
    b: before.b === "" && before.pinned === undefined ? "" : after.b,
    ...(pinned === undefined ? {} : { pinned }),
    ...(tour === undefined ? {} : { tour }),
  };
}

/** Steps of one path are one step, as a slider makes them. */
function withSteps(
  before: Source,
  steps: readonly Step[],
  text: string,
  shipped: readonly ShippedScenario[],
): Source {
  if (before.kind === "own") return { kind: "own", text };
  if (shipped.some(({ name, text: original }) => name === before.name && original === text))
    return { ...before, steps: [] };
  const paths = new Set(steps.map(({ path }) => path.join("/")));
  return { ...before, steps: [...before.steps.filter(({ path }) => !paths.has(path.join("/"))), ...steps] };
}

/**
 * Where the steps put together do not make the text any more, the text speaks for itself. Steps that came to
 * nothing, as a switch that was turned on and off again, are left out.
 */
function proven(source: Source, text: string, shipped: readonly ShippedScenario[]): Source {
  if (textOf(source, shipped) !== text) return { kind: "own", text };
  if (source.kind === "own") return source;
  const scenario = shipped.find(({ name }) => name === source.name);
  const idle = new Set(idleSteps(scenario?.text ?? "", source.steps).map(({ step }) => step));
  return { ...source, steps: source.steps.filter((step) => !idle.has(step)) };
}
