/** The engine that is shipped is the same wherever it was built. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { fromEnvironment } from "./support";

it("names its sources as they stand in the project, and no folder of the machine that built it", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const text = readFileSync(fromEnvironment("SQUALL_WASM", "squall.wasm with hints"), "latin1");
  expect(text.includes("squall/model/")).toBe(true);
  expect(text.includes(root)).toBe(false);
});
