/** The worker's loop with the real engine, as the page talks to it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Cancelled, EngineClient, EngineRefusal, type Port } from "../../src/engine/client";
import type { Answer, PartialAnswer, Request } from "../../src/engine/protocol";
import { WorkerLoop } from "../../src/engine/worker_loop";
import { fromEnvironment, shippedText, squall } from "./support";

/** A worker without a thread of its own. */
class LoopPort implements Port {
  onmessage: ((event: MessageEvent<Answer>) => void) | null = null;
  readonly answers: Answer[] = [];
  private readonly loop = new WorkerLoop(
    (answer) => {
      this.answers.push(answer);
      this.onmessage?.({ data: answer } as MessageEvent<Answer>);
    },
    (address) => WebAssembly.compile(readFileSync(address)),
  );
  postMessage(request: Request): void {
    // Never at once, as messages are.
    setTimeout(() => void this.loop.receive(request), 0);
  }
}

function start(): { port: LoopPort; client: EngineClient } {
  const port = new LoopPort();
  return { port, client: new EngineClient(port, fromEnvironment("SQUALL_WASM", "squall.wasm")) };
}

const text = shippedText("tutorial-bursts");
/** Seconds of work. */
const long = {
  text: [
    "squall: 1", "name: long", "duration: 100000s", "services: {a: {workers: 1, latency: {exponential: 1ms}}}",
    "workloads: {w: {to: a, objective: 1s, arrivals: {poisson: 900/s}}}", "",
  ].join("\n"),
};

describe("the worker", () => {
  it("says its version, and answers in the order it was asked", async () => {
    const { port, client } = start();
    expect(await client.ready).toBe(squall(["--version"]).output.trim().replace("squall ", ""));
    const [checked, compared] = await Promise.all([
      client.check({ kind: "check", scenario: { text } }),
      client.compare({ kind: "compare", scenario: { text } }),
    ]);
    expect(checked.variants).toContain("event-safe");
    expect(compared.result).toBe(squall(["compare", "scenario.yaml", "--json", "-"], text).output);
    expect(compared.page).toBeUndefined();
    expect(port.answers.filter(({ kind }) => kind === "done").map((answer) => "id" in answer && answer.id)).toEqual([1, 2]);
  });

  it("gives page data with the same result in it", async () => {
    const { client } = start();
    const { result, page } = await client.run({ kind: "run", scenario: { text }, variant: "rpc-safe", page: true });
    const shown = JSON.parse(page ?? "{}") as {
      scenario_text: string;
      result: unknown;
      variants: { name: string; runs: { workloads: Record<string, { offered: number[] }> }[] }[];
    };
    expect(shown.result).toEqual(JSON.parse(result));
    expect(shown.scenario_text).toBe(text);
    expect(shown.variants.map(({ name }) => name)).toEqual(["rpc-safe"]);
    const offered = shown.variants[0]?.runs[0]?.workloads["shoppers"]?.offered ?? [];
    expect(offered.reduce((sum, count) => sum + count, 0)).toBe(2400);
  });

  it("tells how far it is and what there is, and ends when it is told to", async () => {
    const { client } = start();
    const abort = new AbortController();
    const partials: PartialAnswer[] = [];
    let share = 0;
    const work = client.compare(
      { kind: "compare", scenario: long, partialEveryMs: 50, page: true },
      {
        signal: abort.signal,
        progress: (answer) => {
          expect(answer.share).toBeGreaterThanOrEqual(share);
          share = answer.share;
        },
        partial: (answer) => {
          partials.push(answer);
          if (partials.length === 3) abort.abort();
        },
      },
    );
    await expect(work).rejects.toBeInstanceOf(Cancelled);
    expect(share).toBeGreaterThan(0);
    for (const { result, page } of partials) {
      expect(JSON.parse(result)).toMatchObject({ scenario: "long", partial: true });
      expect(JSON.parse(page ?? "{}")).toMatchObject({ page: 1, result: { scenario: "long" } });
    }
    const after = await client.check({ kind: "check", scenario: { text } });
    expect(after.variants).toHaveLength(5);
  });

  it("drops what waits when it is told to", async () => {
    const { client } = start();
    const first = new AbortController();
    const second = new AbortController();
    const running = client.compare({ kind: "compare", scenario: long }, { signal: first.signal });
    const waiting = client.compare({ kind: "compare", scenario: long }, { signal: second.signal });
    setTimeout(() => second.abort(), 30);
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    first.abort();
    await expect(running).rejects.toBeInstanceOf(Cancelled);
  });

  it("hands errors over with their line, and goes on", async () => {
    const { client } = start();
    const wrong = { text: text.replace("services:", "servces:") };
    const refusal = await client.check({ kind: "check", scenario: wrong }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(EngineRefusal);
    const { kind, line, text: said } = (refusal as EngineRefusal).error;
    expect(kind).toBe("input");
    expect(line).toBeGreaterThan(0);
    expect(`${said}\n`).toBe(squall(["check", "scenario.yaml"], wrong.text).errors);
    await expect(
      client.run({ kind: "run", scenario: { text }, replications: 0.5 }),
    ).rejects.toThrow("must be a whole number from 1");
    expect((await client.check({ kind: "check", scenario: { text } })).yaml).toContain("squall: 1");
  });

  it("says so where there is no engine", async () => {
    const port = new LoopPort();
    const client = new EngineClient(port, "/nowhere/squall.wasm");
    const asked = client.check({ kind: "check", scenario: { text } });
    await expect(client.ready).rejects.toThrow("cannot be loaded");
    await expect(asked).rejects.toThrow("cannot be loaded");
  });
});
