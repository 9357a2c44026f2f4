/** The page's side of protocol.ts, as promises. */
import type {
  Answer,
  CheckDoneAnswer,
  CheckRequest,
  CompareRequest,
  EngineError,
  PartialAnswer,
  ProgressAnswer,
  Request,
  RunRequest,
  StudyDoneAnswer,
} from "./protocol";

/** The request was cancelled, by cancel() or a signal. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** The engine said what is wrong. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  constructor(readonly error: EngineError) {
    super(error.text);
  }
}

/** What a Worker is to the client. */
export interface Port {
  postMessage(request: Request): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
}

export interface StudyWatcher {
  /** Cancels when it is aborted. */
  readonly signal?: AbortSignal;
  progress?(answer: ProgressAnswer): void;
  partial?(answer: PartialAnswer): void;
}

type Done = CheckDoneAnswer | StudyDoneAnswer;

interface Pending {
  readonly watcher: StudyWatcher;
  resolve(answer: Done): void;
  reject(error: Error): void;
}

type WithoutId<T> = Omit<T, "id">;

export class EngineClient {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  /** The version of the engine; rejects where it cannot be loaded. */
  readonly ready: Promise<string>;
  private settleReady: { resolve(version: string): void; reject(error: Error): void };

  /** @param wasm  absolute address of squall.wasm */
  constructor(
    private readonly port: Port,
    wasm: string,
  ) {
    let settle: typeof this.settleReady | undefined;
    this.ready = new Promise((resolve, reject) => (settle = { resolve, reject }));
    if (settle === undefined) throw new Error("a promise calls its executor at once");
    this.settleReady = settle;
    port.onmessage = (event) => this.receive(event.data);
    port.postMessage({ kind: "start", wasm });
  }

  check(request: WithoutId<CheckRequest>, watcher: StudyWatcher = {}): Promise<CheckDoneAnswer> {
    return this.ask({ ...request, id: ++this.lastId }, watcher) as Promise<CheckDoneAnswer>;
  }
  compare(request: WithoutId<CompareRequest>, watcher: StudyWatcher = {}): Promise<StudyDoneAnswer> {
    return this.ask({ ...request, id: ++this.lastId }, watcher) as Promise<StudyDoneAnswer>;
  }
  run(request: WithoutId<RunRequest>, watcher: StudyWatcher = {}): Promise<StudyDoneAnswer> {
    return this.ask({ ...request, id: ++this.lastId }, watcher) as Promise<StudyDoneAnswer>;
  }

  private ask(request: CheckRequest | CompareRequest | RunRequest, watcher: StudyWatcher): Promise<Done> {
    const { id } = request;
    return new Promise((resolve, reject) => {
      if (watcher.signal?.aborted) {
        reject(new Cancelled("cancelled"));
        return;
      }
      this.pending.set(id, { watcher, resolve, reject });
      watcher.signal?.addEventListener("abort", () => this.port.postMessage({ kind: "cancel", id }), { once: true });
      this.port.postMessage(request);
    });
  }

  private receive(answer: Answer): void {
    if (answer.kind === "ready") {
      this.settleReady.resolve(answer.version);
      return;
    }
    if (answer.kind === "unavailable") {
      const error = new Error(answer.message);
      this.settleReady.reject(error);
      for (const one of this.pending.values()) one.reject(error);
      this.pending.clear();
      return;
    }
    const asked = this.pending.get(answer.id);
    if (asked === undefined) return;
    if (answer.kind === "progress") {
      asked.watcher.progress?.(answer);
    } else if (answer.kind === "partial") {
      asked.watcher.partial?.(answer);
    } else {
      this.pending.delete(answer.id);
      if (answer.kind === "done") asked.resolve(answer);
      else if (answer.kind === "error") asked.reject(new EngineRefusal(answer.error));
      else asked.reject(new Cancelled("cancelled"));
    }
  }
}
