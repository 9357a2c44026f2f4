/**
 * What a variant sees, and where an edit of it has to go in the text: into the variant's own changes where
 * they decide the value, else into the scenario, where it holds for all variants.
 */
import { ScenarioText, isList, isObject, valueAt } from "./yaml_edit";
import type { Path, Value } from "./yaml_edit";

/** The name that the command gives to a scenario without variants. */
export const baseName = "base";

export interface Edit {
  /** As the scenario has it, without its variants. */
  readonly path: Path;
  /** YAML on one line; null removes the key. */
  readonly value: string | null;
}

/** Whom a change is for: all variants that do not say otherwise, or one alone. */
export type Reach = "all" | "one";

/** @return the names of the variants in their order; `base` alone where there are none. */
export function variantNames(scenario: ScenarioText): string[] {
  const variants = scenario.at(["variants"]);
  const names = isObject(variants) ? Object.keys(variants) : [];
  return names.length > 0 ? names : [baseName];
}

/** @return the scenario as the variant has it: the variant's changes done, without `variants`. */
export function effective(scenario: ScenarioText, variant: string): Value {
  const { variants, ...own } = scenario.root;
  let root: Value = own;
  for (const [dotted, value] of overridesOf(scenario, variant)) {
    root = withValue(root, pathOf(dotted, root), isNull(value) ? undefined : value);
  }
  return root;
}

/** @return whether the variant's own changes decide the value at the path. */
export function isOwn(scenario: ScenarioText, variant: string, path: Path): boolean {
  return overrideAbove(scenario, variant, path) !== undefined;
}

/** An edit where it goes in the text: `variants`, the variant and a dotted key, or the scenario's own path. */
export interface Step {
  readonly path: Path;
  /** YAML on one line; null removes the key. */
  readonly value: string | null;
}

export interface Edited {
  readonly text: string;
  /** What was done, in order; the same steps do the same to the same text. */
  readonly steps: readonly Step[];
}

/** @return the text with all edits done. */
export function apply(
  scenario: ScenarioText,
  variant: string,
  edits: readonly Edit[],
  reach: Reach = "all",
): Edited {
  let now = scenario;
  const done: Step[] = [];
  for (const edit of edits) {
    const steps = stepsOf(now, variant, edit, reach);
    const next = ScenarioText.read(replay(now.text, steps) ?? now.text);
    // An edit of a text that was understood leaves one that is; if not, what was there stays.
    if (!(next instanceof ScenarioText)) break;
    now = next;
    done.push(...steps);
  }
  return { text: now.text, steps: done };
}

/** @return the text with the steps done, or undefined where YAML does not understand what comes of them. */
export function replay(text: string, steps: readonly Step[]): string | undefined {
  let now = text;
  for (const { path, value } of steps) {
    const scenario = ScenarioText.read(now);
    if (!(scenario instanceof ScenarioText)) return undefined;
    now = value === null ? scenario.remove(path) : scenario.set(path, value);
  }
  return now;
}

/**
 * @return those of the steps that change nothing when all are done in order; `missing` is true where there is
 *     nothing at the path of such a step, false where the value stands there already.
 * REQUIRES steps that replay() does.
 */
export function idleSteps(text: string, steps: readonly Step[]): { readonly step: Step; readonly missing: boolean }[] {
  let now = text;
  return steps.flatMap((step) => {
    const scenario = ScenarioText.read(now);
    const next = replay(now, [step]) ?? now;
    const isIdle = next === now;
    const missing = scenario instanceof ScenarioText && scenario.at(step.path) === undefined;
    now = next;
    return isIdle ? [{ step, missing }] : [];
  });
}

function stepsOf(scenario: ScenarioText, variant: string, edit: Edit, reach: Reach): Step[] {
  const own = ["variants", variant];
  const below = overridesBelow(scenario, variant, edit.path).map((key): Step => ({
    path: [...own, key],
    value: null,
  }));
  return [...below, stepOf(scenario, variant, edit, reach)];
}

function stepOf(scenario: ScenarioText, variant: string, edit: Edit, reach: Reach): Step {
  const own = ["variants", variant];
  const above = overrideAbove(scenario, variant, edit.path);
  const isInBase = scenario.at(edit.path) !== undefined;
  if (above !== undefined) {
    const rest = edit.path.slice(above.path.length);
    const isWhole = rest.length === 0 && isInBase;
    return { path: [...own, above.key, ...rest], value: edit.value ?? (isWhole ? "null" : null) };
  }
  const hasVariants = isObject(scenario.at(own));
  const isForOne = reach === "one" || (!isInBase && isOrderedByOthers(scenario, variant, edit.path));
  const dotted = [...own, edit.path.join(".")];
  if (edit.value === null) {
    const isOneRemoval = isForOne || isNamedByOthers(scenario, variant, edit.path);
    return hasVariants && isInBase && isOneRemoval ? { path: dotted, value: "null" } : edit;
  }
  return hasVariants && isForOne ? { path: dotted, value: edit.value } : edit;
}

/** A whole that is replaced takes the variant's changes inside it along. */
function overridesBelow(scenario: ScenarioText, variant: string, path: Path): string[] {
  return overridesOf(scenario, variant)
    .map(([key]) => key)
    .filter((key) => {
      const at = pathOf(key, scenario.root);
      return at.length > path.length && startsWith(at, path);
    });
}

function overrideAbove(
  scenario: ScenarioText,
  variant: string,
  path: Path,
): { key: string; path: Path } | undefined {
  let found: { key: string; path: Path } | undefined;
  for (const [key] of overridesOf(scenario, variant)) {
    const at = pathOf(key, scenario.root);
    // The last one wins, as in the engine.
    if (startsWith(path, at)) found = { key, path: at };
  }
  return found;
}

function isNamedByOthers(scenario: ScenarioText, variant: string, path: Path): boolean {
  return variantNames(scenario).some(
    (other) =>
      other !== variant &&
      overridesOf(scenario, other).some(([key]) => startsWith(pathOf(key, scenario.root), path)),
  );
}

/** A part that is new in a policy has to be in every order of it, and another variant writes its own. */
function isOrderedByOthers(scenario: ScenarioText, variant: string, path: Path): boolean {
  return (
    path[0] === "policies" &&
    path.length === 3 &&
    isNamedByOthers(scenario, variant, ["policies", path[1] ?? "", "order"])
  );
}

function overridesOf(scenario: ScenarioText, variant: string): [string, Value][] {
  const overrides = scenario.at(["variants", variant]);
  return isObject(overrides) ? Object.entries(overrides) : [];
}

/** Names have no dots, so a dotted path has one reading. */
function pathOf(dotted: string, root: Value): Path {
  const parts = dotted.split(".");
  return parts.map((part, index) => (isList(valueAt(root, parts.slice(0, index))) ? String(Number(part)) : part));
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index]);
}

function isNull(value: Value): boolean {
  return value === "null" || value === "~" || value === "";
}

function withValue(root: Value, path: Path, value: Value | undefined): Value {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? {};
  if (isList(root)) {
    return root.map((item, index) => (String(index) === key ? withValue(item, rest, value) : item));
  }
  const copy: Record<string, Value> = Object.assign(
    Object.create(null) as Record<string, Value>,
    isObject(root) ? root : {},
  );
  if (rest.length > 0) copy[key] = withValue(copy[key] ?? {}, rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}
