/** The worker's side of protocol.ts; apart from worker.ts, so that tests run it without a worker. */
import { Engine, EngineFailure } from "./engine";
import type {
  Answer,
  CompareRequest,
  EngineError,
  FinalAnswer,
  Request,
  RunRequest,
  StartRequest,
  WorkRequest,
} from "./protocol";

/** Between two looks at messages: short enough for a slider, long enough not to matter. */
const sliceMs = 12;
const progressEveryMs = 50;
const partialEveryMsMin = 50;

type StudyRequest = CompareRequest | RunRequest;

/** Lets messages in. A timer would be held back for some milliseconds after a few of them. */
function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function errorOf(thrown: unknown): EngineError {
  if (thrown instanceof EngineFailure) return thrown.error;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: "bug", text: message, message, file: "", line: 0, key: "" };
}

export class WorkerLoop {
  private module: WebAssembly.Module | undefined;
  private engine: Engine | undefined;
  private readonly waiting: WorkRequest[] = [];
  private readonly cancelled = new Set<number>();
  private underWay: number | undefined;
  private running = false;

  /** @param fetchModule  compiles what stands at an address */
  constructor(
    private readonly send: (answer: Answer) => void,
    private readonly fetchModule: (address: string) => Promise<WebAssembly.Module>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async receive(request: Request): Promise<void> {
    if (request.kind === "start") {
      await this.start(request);
    } else if (request.kind === "cancel") {
      this.cancel(request.id);
    } else {
      this.waiting.push(request);
    }
    await this.work();
  }

  private async start(request: StartRequest): Promise<void> {
    try {
      this.module = await this.fetchModule(request.wasm);
      this.engine = await Engine.instantiate(this.module);
      this.send({ kind: "ready", version: this.engine.version });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.send({ kind: "unavailable", message: `the engine cannot be loaded: ${reason}` });
    }
  }

  private cancel(id: number): void {
    if (id === this.underWay) {
      this.cancelled.add(id);
      return;
    }
    const place = this.waiting.findIndex((one) => one.id === id);
    if (place < 0) return; // over already
    this.waiting.splice(place, 1);
    this.send({ id, kind: "cancelled" });
  }

  /** Works on what waits, one after the other, unless that is going on already. */
  private async work(): Promise<void> {
    if (this.running || this.module === undefined) return;
    this.running = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      this.underWay = next.id;
      const answer = await this.answer(next, this.module);
      this.underWay = undefined;
      this.cancelled.clear();
      this.send(answer);
    }
    this.running = false;
  }

  private async answer(request: WorkRequest, module: WebAssembly.Module): Promise<FinalAnswer> {
    const { id } = request;
    try {
      this.engine ??= await Engine.instantiate(module);
      if (request.kind !== "check") return await this.study(request, this.engine);
      const warnings = this.engine.load(request.scenario);
      return { id, kind: "done", of: "check", ...this.engine.check(), warnings };
    } catch (error) {
      // What stopped in the middle of its work holds nothing to go on from.
      if (!(error instanceof EngineFailure)) this.engine = undefined;
      return { id, kind: "error", error: errorOf(error) };
    }
  }

  private async study(request: StudyRequest, engine: Engine): Promise<FinalAnswer> {
    const { id, kind, replications = 1, limits = {} } = request;
    if (!Number.isInteger(replications) || replications < 1 || replications > 10_000_000) {
      const message = `must be a whole number from 1 to 10000000, is '${replications}'`;
      const text = `--replications: ${message}`;
      throw new EngineFailure({ kind: "input", text, message, file: "--replications", line: 0, key: "" });
    }
    const began = this.now();
    const warnings = engine.load(request.scenario);
    const variant = kind === "run" ? (request.variant ?? "") : undefined;
    const page = request.page ?? false;
    engine.begin({ variant, replications, page, limits });
    const partialEvery =
      request.partialEveryMs === undefined ? Infinity : Math.max(partialEveryMsMin, request.partialEveryMs);
    let progressAt = began;
    let partialAt = began;
    for (let done = false; !done; ) {
      const slice = this.now();
      do done = engine.step();
      while (!done && this.now() - slice < sliceMs);
      if (done) break;
      if (this.now() - progressAt >= progressEveryMs) {
        progressAt = this.now();
        this.send({ id, kind: "progress", share: engine.progress, label: engine.label });
      }
      if (this.now() - partialAt >= partialEvery) {
        const soFar = page ? { page: engine.page() } : {};
        this.send({ id, kind: "partial", share: engine.progress, result: engine.result(), ...soFar });
        partialAt = this.now();
      }
      await yieldToMessages();
      if (this.cancelled.has(id)) {
        engine.end();
        return { id, kind: "cancelled" };
      }
    }
    const result = engine.result();
    const unmet = engine.unmet();
    const shown = page ? { page: engine.page() } : {};
    engine.end();
    return { id, kind: "done", of: kind, result, ...shown, unmet, warnings, elapsedMs: this.now() - began };
  }
}

