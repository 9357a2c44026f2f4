/**
 * What can be moved beside the charts. A control is a row of options, one of them selected; choosing
 * another means edits of the scenario's text. Sliders, switches and lists differ in looks alone.
 */
import { ladder } from "../ladder";
import type { LadderRange } from "../ladder";
import type { Edit } from "../overrides";
import { flowText, isObject } from "../yaml_edit";
import type { Path, Value } from "../yaml_edit";

export interface Option {
  readonly label: string;
  readonly edits: readonly Edit[];
}

export interface Control {
  readonly kind: "slider" | "switch" | "choice";
  readonly label: string;
  /** Where it is in the scenario; also its identity among the controls. */
  readonly path: Path;
  readonly options: readonly Option[];
  /** Index into `options`. */
  readonly selected: number;
}

export interface Group {
  readonly title: string;
  /** What the group is about, as `shop to bank`; may be empty. */
  readonly note: string;
  readonly controls: readonly Control[];
}

export function set(path: Path, value: string): Edit {
  return { path, value };
}

export function remove(path: Path): Edit {
  return { path, value: null };
}

/**
 * @param now what stands there, or what holds where nothing does.
 * @param edit the edits that bring a position's text about; by default the text is set at the path.
 * @return nothing where what stands there is none of the ladder's kind.
 */
export function slider(
  label: string,
  path: Path,
  now: string | undefined,
  range: LadderRange,
  edit: (text: string) => readonly Edit[] = (text) => [set(path, text)],
): Control[] {
  if (now === undefined) return [];
  const steps = ladder(range, now);
  if (steps === undefined) return [];
  const options = steps.texts.map((text, index) => ({
    label: text,
    edits: index === steps.index ? [] : edit(text),
  }));
  return [{ kind: "slider", label, path, options, selected: steps.index }];
}

export function toggle(
  label: string,
  path: Path,
  isOn: boolean,
  on: readonly Edit[],
  off: readonly Edit[],
): Control {
  const options = [
    { label: "off", edits: isOn ? off : [] },
    { label: "on", edits: isOn ? [] : on },
  ];
  return { kind: "switch", label, path, options, selected: isOn ? 1 : 0 };
}

/** @return nothing where `now` is none of the words: then it is better changed in the text. */
export function choice(
  label: string,
  path: Path,
  now: string | undefined,
  words: readonly string[],
  edit: (word: string) => readonly Edit[] = (word) => [set(path, word)],
): Control[] {
  const selected = words.indexOf(now ?? "");
  if (selected < 0) return [];
  const options = words.map((label_, index) => ({ label: label_, edits: index === selected ? [] : edit(label_) }));
  return [{ kind: "choice", label, path, options, selected }];
}

/** @return the value as text, with one key set. */
export function withKey(value: Value | undefined, key: string, inner: Value): string {
  return flowText({ ...(isObject(value) ? value : {}), [key]: inner });
}
