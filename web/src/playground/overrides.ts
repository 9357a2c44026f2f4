/**
 * What a variant sees, and where an edit of it has to go in the text: into the variant's own changes where
 * they decide the value, else into the scenario, where it holds for all variants.
 */
import { ScenarioText, isList, isObject, valueAt } from './yaml_edit.ts';
import type { Path, Value } from './yaml_edit.ts';

/** The name that the command gives to a scenario without variants. */
export const baseName = 'base';

export interface Edit {
  /** As the scenario has it, without its variants. */
  readonly path: Path;
  /** YAML on one line; null removes the key. */
  readonly value: string | null;
}

/** Whom a change is for: all variants that do not say otherwise, or one alone. */
export type Reach = 'all' | 'one';

/** @return the names of the variants in their order; `base` alone where there are none. */
export function variantNames(scenario: ScenarioText): string[] {
  const variants = scenario.at(['variants']);
  const names = isObject(variants) ? Object.keys(variants) : [];
  return names.length > 0 ? names : [baseName];
}

/** @return the scenario as the variant has it: the variant's changes done, without `variants`. */
export function effective(scenario: ScenarioText, variant: string): Value {
  let root: Value = scenario.root;
  for (const [dotted, value] of overridesOf(scenario, variant)) {
    root = withValue(root, pathOf(dotted, root), isNull(value) ? undefined : value);
  }
  return root;
}

/** @return whether the variant's own changes decide the value at the path. */
export function isOwn(scenario: ScenarioText, variant: string, path: Path): boolean {
  return overrideAbove(scenario, variant, path) !== undefined;
}

/** @return the text with all edits done. */
export function apply(scenario: ScenarioText, variant: string, edits: readonly Edit[], reach: Reach = 'all'): string {
  let now = scenario;
  for (const edit of edits) {
    const next = ScenarioText.read(applyOne(now, variant, edit, reach));
    // An edit of a text that was understood leaves one that is; if not, what was there stays.
    if (!(next instanceof ScenarioText)) return now.text;
    now = next;
  }
  return now.text;
}

function applyOne(scenario: ScenarioText, variant: string, edit: Edit, reach: Reach): string {
  const cleared = withoutOverridesBelow(scenario, variant, edit.path);
  const own = ['variants', variant];
  const above = overrideAbove(cleared, variant, edit.path);
  const dotted = edit.path.join('.');
  const isInBase = cleared.at(edit.path) !== undefined;

  if (above !== undefined) {
    const rest = edit.path.slice(above.path.length);
    if (edit.value !== null) return cleared.set([...own, above.key, ...rest], edit.value);
    if (rest.length > 0) return cleared.remove([...own, above.key, ...rest]);
    return isInBase ? cleared.set([...own, above.key], 'null') : cleared.remove([...own, above.key]);
  }
  const hasVariants = isObject(cleared.at(['variants', variant]));
  const othersNeedIt = edit.value === null && isNamedByOthers(cleared, variant, edit.path);
  if (hasVariants && isInBase && (othersNeedIt || (edit.value === null && reach === 'one'))) {
    return cleared.set([...own, dotted], 'null');
  }
  if (edit.value === null) return cleared.remove(edit.path);
  return hasVariants && reach === 'one' ? cleared.set([...own, dotted], edit.value) : cleared.set(edit.path, edit.value);
}

/** A whole that is replaced takes the variant's changes inside it along. */
function withoutOverridesBelow(scenario: ScenarioText, variant: string, path: Path): ScenarioText {
  let now = scenario;
  for (const [dotted] of overridesOf(scenario, variant)) {
    const below = pathOf(dotted, scenario.root);
    if (below.length <= path.length || !startsWith(below, path)) continue;
    const next = ScenarioText.read(now.remove(['variants', variant, dotted]));
    if (next instanceof ScenarioText) now = next;
  }
  return now;
}

function overrideAbove(scenario: ScenarioText, variant: string, path: Path): { key: string; path: Path } | undefined {
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
      other !== variant && overridesOf(scenario, other).some(([key]) => startsWith(pathOf(key, scenario.root), path)),
  );
}

function overridesOf(scenario: ScenarioText, variant: string): [string, Value][] {
  const overrides = scenario.at(['variants', variant]);
  return isObject(overrides) ? Object.entries(overrides) : [];
}

/** Names have no dots, so a dotted path has one reading. */
function pathOf(dotted: string, root: Value): Path {
  const parts = dotted.split('.');
  return parts.map((part, index) => (isList(valueAt(root, parts.slice(0, index))) ? String(Number(part)) : part));
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index]);
}

function isNull(value: Value): boolean {
  return value === 'null' || value === '~' || value === '';
}

function withValue(root: Value, path: Path, value: Value | undefined): Value {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? {};
  if (isList(root)) {
    return root.map((item, index) => (String(index) === key ? withValue(item, rest, value) : item));
  }
  const copy: Record<string, Value> = Object.assign(Object.create(null) as Record<string, Value>, isObject(root) ? root : {});
  if (rest.length > 0) copy[key] = withValue(copy[key] ?? {}, rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}
