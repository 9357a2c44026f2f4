import { isObject, valueAt } from "../yaml_edit";
import type { Path, Value } from "../yaml_edit";

/** The scenario as one variant has it, for reading. */
export class View {
  constructor(readonly root: Value) {}

  at(...path: string[]): Value | undefined {
    return valueAt(this.root, path);
  }

  /** @return the scalar at the path as written, or undefined where there is none or something else. */
  text(...path: string[]): string | undefined {
    const value = this.at(...path);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  has(...path: string[]): boolean {
    return this.at(...path) !== undefined;
  }

  names(...path: string[]): string[] {
    const value = this.at(...path);
    return isObject(value) ? Object.keys(value) : [];
  }
}

export function callsOf(view: View, owner: Path): string[] {
  return callSteps(view, [...owner, "calls"]).flatMap((step) => step.to ?? step.publish ?? []);
}

export interface CallStep {
  readonly to?: string | undefined;
  readonly publish?: string | undefined;
  readonly policy?: string | undefined;
}

/** @return the calls of a list, those made in parallel as well. */
export function callSteps(view: View, list: Path): CallStep[] {
  const steps = view.at(...list);
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((_, index) => {
    const step = [...list, String(index)];
    if (view.has(...step, "parallel")) return callSteps(view, [...step, "parallel"]);
    return [
      {
        to: view.text(...step, "to"),
        publish: view.text(...step, "publish"),
        policy: view.text(...step, "policy"),
      },
    ];
  });
}
