import { h } from "../dom/element";
import { chooseTheme, chosenTheme, type Choice } from "./theme";

const CHOICES: readonly (readonly [Choice, string])[] = [
  ["auto", "Auto"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Chooses between light, dark and what the system has. */
export function themeSwitch(): HTMLElement {
  const select = h("select", { class: "theme-switch", "aria-label": "Colours" });
  for (const [choice, label] of CHOICES) select.append(h("option", { value: choice }, label));
  select.value = chosenTheme();
  select.addEventListener("change", () => {
    const found = CHOICES.find(([choice]) => choice === select.value);
    if (found) chooseTheme(found[0]);
  });
  return select;
}
