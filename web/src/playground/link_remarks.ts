/** What of a link does not fit its scenario, and what is shown in its place. */
import { shortened } from "./address";
import type { Source, State } from "./address";
import type { Model, ShippedScenario } from "./model";
import { idleSteps } from "./overrides";

/**
 * @param model what fromState() made of the state
 * @return sentences for people; none where all of it could be followed.
 */
export function linkRemarks(state: State, model: Model, shipped: readonly ShippedScenario[]): string[] {
  const remarks = [...onSteps(state.source, shipped)];
  if (state.a !== "" && state.a !== model.a) remarks.push(`${noVariant(state.a)}; column A shows “${model.a}” in its place.`);
  const { pinned } = state;
  if (pinned === undefined) {
    if (state.b !== "" && state.b !== "-" && state.b !== model.b)
      remarks.push(
        `${noVariant(state.b)}; ${model.b === "" ? "column B is left out" : `column B shows “${model.b}” in its place`}.`,
      );
    return remarks;
  }
  remarks.push(...onSteps(pinned.source, shipped));
  const shown = model.pinned?.variant ?? "";
  if (pinned.variant !== shown) remarks.push(`${noVariant(pinned.variant)}; “${shown}” is pinned in its place.`);
  return remarks;
}

const noVariant = (name: string): string => `The scenario has no variant “${shortened(name)}”`;

function onSteps(source: Source, shipped: readonly ShippedScenario[]): string[] {
  if (source.kind === "own") return [];
  const text = shipped.find(({ name }) => name === source.name)?.text ?? "";
  return idleSteps(text, source.steps)
    .filter(({ missing }) => missing)
    .map(({ step }) => `The link changes “${shortened(step.path.join("."))}”, which is nowhere in the scenario: nothing was changed.`);
}
