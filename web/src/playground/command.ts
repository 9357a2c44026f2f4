/** The command that does the same, for a shell. */
import type { Source } from "./address";

export interface Command {
  readonly line: string;
  /** The file that has to be downloaded first; undefined where the command has all that it needs. */
  readonly file: string | undefined;
}

/** @param name of the scenario, from which the file's name is made. */
export function commandOf(source: Source, name: string): Command {
  // A variant's own changes cannot be given on a command line.
  if (source.kind === "shipped" && source.steps.every(({ path }) => path[0] !== "variants")) {
    const words = source.steps.map(({ path, value }) => {
      if (path.length === 1 && path[0] === "seed") return `--seed ${value ?? "1"}`;
      return `--set ${quoted(`${path.join(".")}=${value ?? "null"}`)}`;
    });
    return { line: ["squall compare", quoted(source.name), ...words].join(" "), file: undefined };
  }
  const file = `${fileStem(name)}.yaml`;
  return { line: `squall compare ${quoted(file)}`, file };
}

/** @return a name that any file system takes. */
export function fileStem(name: string): string {
  const stem = name.replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, "");
  return stem === "" ? "scenario" : stem.slice(0, 60);
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./=:@%+-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
