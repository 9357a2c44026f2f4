import { nameElement } from "./element";

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A text cut into what is a name of the scenario and what is not. Names within words do not count. */
export function splitByNames(text: string, names: readonly string[]): { readonly text: string; readonly is_name: boolean }[] {
  const wanted = [...new Set(names)].filter((name) => name !== "" && text.includes(name)).sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return text === "" ? [] : [{ text, is_name: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(${wanted.map(escaped).join("|")})(?![\\p{L}\\p{N}_])`, "u");
  return text
    .split(pattern)
    .map((part, i) => ({ text: part, is_name: i % 2 === 1 }))
    .filter((part) => part.text !== "");
}

/**
 * A sentence of the engine as nodes: its names are isolated, so that one from right to left does not turn
 * the sentence round, and cut where they are long.
 */
export function told(text: string, names: readonly string[]): (string | HTMLElement)[] {
  return splitByNames(text, names).map((part) => (part.is_name ? nameElement(part.text) : part.text));
}
