import { expect, it } from "vitest";
import { newEngine, shippedText, squall, study } from "./support";

/** Where addresses have 32 bits, times beyond 2^32 ns (4.3 s) are the first to go wrong. */
it("ends a run that is finely spread in time beyond 4.3 s, and as the command does", async () => {
  const text = shippedText("tutorial-bursts").replace("requests: 2400", "requests: 40000");
  const { result } = study(await newEngine(), { text }, { variant: "rpc-queued" });
  expect(result).toBe(squall(["run", "scenario.yaml", "--variant", "rpc-queued", "--json", "-"], text).output);
});
