export type Choice = "auto" | "light" | "dark";

const KEY = "squall-theme";
const listeners = new Set<() => void>();
const system_dark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");
let printing = false;

/** A page from a file may have no storage; the choice then lasts as long as the page. */
function stored(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

let choice: Choice = "auto";

/** What is in force: paper is white whatever was chosen. */
export function isDark(): boolean {
  if (printing) return false;
  return choice === "dark" || (choice === "auto" && system_dark().matches);
}

function apply(): void {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  colours.clear();
  for (const listener of listeners) listener();
}

/** Sets the theme by what was chosen before, else by the system, and follows both. Once a page. */
export function startTheme(): void {
  choice = stored();
  system_dark().addEventListener("change", apply);
  window.addEventListener("beforeprint", () => {
    printing = true;
    apply();
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    apply();
  });
  apply();
}

export const chosenTheme = (): Choice => choice;

export function chooseTheme(next: Choice): void {
  choice = next;
  try {
    if (next === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Not kept: see stored().
  }
  apply();
}

/** Calls back after every change of theme; returns what ends that. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const colours = new Map<string, string>();

/** The colour of a custom property of tokens.css, in force now; for canvases. */
export function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}
