/**
 * Runs what the columns show, each on an engine of its own, so that two columns are two processors. Only
 * the last wish counts: whatever is under way for an older one is cancelled, and what is shown already is
 * not run again.
 */
import { Cancelled, EngineRefusal } from "../engine/client";
import type { EngineClient } from "../engine/client";
import type { EngineError, RunRequest, StudyDoneAnswer } from "../engine/protocol";
import type { Column, Side } from "./model";
import { baseName, effective } from "./overrides";
import { ScenarioText } from "./yaml_edit";

export interface ColumnRun {
  readonly column: Column;
  readonly status: "running" | "done" | "stopped" | "failed";
  /** 0 to 1. */
  readonly share: number;
  /** JSON texts, of what there is so far; of an older run until there is anything of this one. */
  readonly result?: string | undefined;
  readonly page?: string | undefined;
  /** Whether they are of this column's text, whole or in part. */
  readonly isCurrent: boolean;
  readonly error?: EngineError | undefined;
  readonly unmet: readonly string[];
  readonly elapsedMs?: number;
}

const partialEveryMs = 120;

export class Runner {
  readonly #engines: Readonly<Record<Side, EngineClient>>;
  readonly #notify: (run: ColumnRun) => void;
  readonly #jobs = new Map<Side, { readonly signature: string; readonly abort: AbortController; run: ColumnRun }>();

  constructor(engines: Readonly<Record<Side, EngineClient>>, notify: (run: ColumnRun) => void) {
    this.#engines = engines;
    this.#notify = notify;
  }

  show(columns: readonly Column[]): void {
    for (const [side, job] of this.#jobs) {
      if (columns.some((column) => column.side === side)) continue;
      job.abort.abort();
      this.#jobs.delete(side);
    }
    for (const column of columns) this.#start(column);
  }

  /** Ends what is under way and keeps what has come of it. */
  stop(): void {
    for (const job of this.#jobs.values()) {
      if (job.run.status === "running") job.abort.abort();
    }
  }

  #start(column: Column): void {
    const before = this.#jobs.get(column.side);
    const signature = signatureOf(column);
    if (before?.signature === signature && (before.run.status === "running" || before.run.status === "done")) {
      before.run = { ...before.run, column };
      this.#notify(before.run);
      return;
    }
    before?.abort.abort();
    const abort = new AbortController();
    const run: ColumnRun = {
      column,
      status: "running",
      share: 0,
      result: before?.run.result,
      page: before?.run.page,
      isCurrent: false,
      unmet: [],
    };
    const job = { signature, abort, run };
    this.#jobs.set(column.side, job);
    const tell = (change: Partial<ColumnRun>): void => {
      if (this.#jobs.get(column.side) !== job) return;
      job.run = { ...job.run, ...change };
      this.#notify(job.run);
    };
    this.#notify(run);
    this.#engines[column.side]
      .run(requestOf(column), {
        signal: abort.signal,
        progress: ({ share }) => tell({ share }),
        partial: ({ share, result, page }) => tell({ share, result, page, isCurrent: true }),
      })
      .then(
        (answer) => tell({ ...whole(answer), status: "done", share: 1, isCurrent: true }),
        (error: unknown) =>
          tell(error instanceof Cancelled ? { status: "stopped" } : { status: "failed", error: refusalOf(error) }),
      );
  }
}

/** @return what an engine says is wrong; of any other error, its words. */
export function refusalOf(error: unknown): EngineError {
  if (error instanceof EngineRefusal) return error.error;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "environment", text: message, message, file: "", line: 0, key: "" };
}

function whole({ result, page, unmet, elapsedMs }: StudyDoneAnswer): Partial<ColumnRun> {
  return { result, page, unmet, elapsedMs };
}

function requestOf({ text, variant }: Column): Omit<RunRequest, "id"> {
  return {
    kind: "run",
    scenario: { text },
    page: true,
    partialEveryMs,
    ...(variant === baseName ? {} : { variant }),
  };
}

/** What a run depends on; comments and other variants are no part of it. */
function signatureOf({ text, variant }: Column): string {
  const scenario = ScenarioText.read(text);
  return scenario instanceof ScenarioText ? JSON.stringify([variant, effective(scenario, variant)]) : text;
}
