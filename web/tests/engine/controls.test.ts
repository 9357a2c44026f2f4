import { describe, expect, it } from "vitest";
import { controlGroups } from "../../src/playground/controls/groups";
import { apply, variantNames } from "../../src/playground/overrides";
import { ScenarioText } from "../../src/playground/yaml_edit";
import { newEngine, refusal, shippedNames, shippedText } from "./support";

/** Of a row of options: the ends, and one between. */
function some<T>(options: readonly T[]): T[] {
  const last = options.length - 1;
  return options.filter((_, index) => index === 0 || index === Math.floor(last / 2) || index === last);
}

describe("every slider of the playground makes a scenario that the engine takes", () => {
  it.each(shippedNames())("%s", { timeout: 300_000 }, async (name) => {
    const engine = await newEngine();
    const scenario = ScenarioText.read(shippedText(name));
    if (!(scenario instanceof ScenarioText)) throw new Error(scenario.message);
    const names = variantNames(scenario);
    const refused: string[] = [];
    for (const variant of [names[0] ?? "", names[names.length - 1] ?? ""]) {
      for (const reach of ["all", "one"] as const) {
        for (const control of controlGroups(scenario, variant).flatMap((group) => group.controls)) {
          for (const option of some(control.options)) {
            const { text } = apply(scenario, variant, option.edits, reach);
            const line = refusal(() => engine.load({ text }));
            if (line !== "no error")
              refused.push(`${variant}, ${control.path.join(".")} = ${option.label}: ${line}`);
          }
        }
      }
    }
    expect(refused).toEqual([]);
  });
});
