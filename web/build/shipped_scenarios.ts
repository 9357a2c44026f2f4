import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";
import { parseDocument } from "yaml";

/** A scenario that comes with squall, as the playground lists it. */
export interface ShippedScenario {
  /** As `squall scenarios` has it: the name of its file. */
  readonly name: string;
  readonly description: string;
  /** The whole file. */
  readonly text: string;
}

/** Those in a folder, by name. */
export function readShippedScenarios(folder: string): ShippedScenario[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, `${name}.yaml`), "utf8");
      const description: unknown = parseDocument(text, { schema: "failsafe" }).get("description");
      return { name, description: typeof description === "string" ? description : "", text };
    });
}

/** Puts `scenarios.json` beside the page: all scenarios of the folder. */
export function shippedScenarios(folder: string): Plugin {
  const json = (): string => JSON.stringify(readShippedScenarios(folder));
  return {
    name: "squall-shipped-scenarios",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "scenarios.json", source: json() });
    },
    configureServer(server) {
      server.middlewares.use("/scenarios.json", (_request, response) => {
        response.setHeader("Content-Type", "application/json");
        response.end(json());
      });
    },
  };
}
