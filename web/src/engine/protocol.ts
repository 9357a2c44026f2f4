/**
 * What the page and the worker that holds the engine say to each other.
 *
 * The page sends a `start` once and may send requests right after it. Each request has an `id` of the
 * page's choosing, unique among those under way. For each comes any number of `progress` and `partial`
 * answers and then exactly one of `done`, `error` and `cancelled`. Requests are worked on one after the
 * other, in the order they came; one that waits or is under way can be cancelled.
 *
 * `client.ts` wraps this in promises.
 */

/** A scenario as the user has it, and what of it to change first. */
export interface ScenarioInput {
  /** YAML, or JSON, which is YAML too. At most 16 MiB. */
  readonly text: string;
  /** How messages call the text. Default: `scenario.yaml`. */
  readonly file?: string;
  /** As `--set PATH=VALUE` of the command, in this order. */
  readonly set?: readonly Assignment[];
  /** As `--seed`: decimal digits. A string, since a seed has 64 bits. Default: the scenario's own. */
  readonly seed?: string;
}

export interface Assignment {
  /** Dotted: `policies.careful.retry.max_attempts`. */
  readonly path: string;
  /** YAML on one line: `5`, `120ms`, `{fixed: 100ms}`; `null` removes what stands there. */
  readonly value: string;
}

/** What a run may take before it ends in an error. */
export interface RunLimits {
  /** Events of each run. Default: no limit. */
  readonly eventsMax?: number;
  /** Bytes that all runs under way hold. Default: 1 GB; an engine in WebAssembly has 4 GiB at most. */
  readonly memoryBytesMax?: number;
}

/** Instantiates the engine. */
export interface StartRequest {
  readonly kind: "start";
  /** Absolute address of `squall.wasm`. */
  readonly wasm: string;
}

/** Validates and lints, without running: what `squall check` says. */
export interface CheckRequest {
  readonly id: number;
  readonly kind: "check";
  readonly scenario: ScenarioInput;
}

interface StudyRequest {
  readonly id: number;
  readonly scenario: ScenarioInput;
  /** As `--replications`: a whole number from 1. Default: 1. */
  readonly replications?: number;
  /** Whether the answer has page data too, which takes a run of each variant more. Default: false. */
  readonly page?: boolean;
  /** Milliseconds between two partial answers, 50 or more; absent: none are sent. */
  readonly partialEveryMs?: number;
  readonly limits?: RunLimits;
}

/** Every variant side by side: `squall compare`. */
export interface CompareRequest extends StudyRequest {
  readonly kind: "compare";
}

/** One scenario: `squall run`. */
export interface RunRequest extends StudyRequest {
  readonly kind: "run";
  /** Default: the scenario without any variant's changes. */
  readonly variant?: string;
}

/** Ends the request of that id; it is answered by `cancelled` unless it is over already. */
export interface CancelRequest {
  readonly id: number;
  readonly kind: "cancel";
}

export type WorkRequest = CheckRequest | CompareRequest | RunRequest;
export type Request = StartRequest | WorkRequest | CancelRequest;

/** The engine is there. */
export interface ReadyAnswer {
  readonly kind: "ready";
  /** Of squall, as in `0.1.0`. */
  readonly version: string;
}

/** The engine is not there and nothing can be asked: no WebAssembly, no file, not ours. */
export interface UnavailableAnswer {
  readonly kind: "unavailable";
  readonly message: string;
}

/** How far a compare or run is; at most some twenty a second. */
export interface ProgressAnswer {
  readonly id: number;
  readonly kind: "progress";
  /** Of the whole, 0 to 1, never falling. */
  readonly share: number;
  /** What is under way, for people: a variant, or `replication 3 of 20`. */
  readonly label: string;
}

/** What there is so far. All variants of a single run advance together in virtual time. */
export interface PartialAnswer {
  readonly id: number;
  readonly kind: "partial";
  readonly share: number;
  /** As `result` of the answer `done`, with `"partial": true`. */
  readonly result: string;
  /** As `page` of the answer `done`; there when it was asked for. */
  readonly page?: string;
}

export interface CheckDoneAnswer {
  readonly id: number;
  readonly kind: "done";
  readonly of: "check";
  /** JSON text, as of `squall check --format json`. */
  readonly findings: string;
  /** The scenario with every default filled in, as `squall check` prints it. */
  readonly yaml: string;
  /** The same as JSON text: all values are strings, as the scenario writes them. */
  readonly document: string;
  /** Names, in their order; none: the scenario is run as it is, as `base`. */
  readonly variants: readonly string[];
  /** Lines that the command prints to standard error. */
  readonly warnings: readonly string[];
}

export interface StudyDoneAnswer {
  readonly id: number;
  readonly kind: "done";
  readonly of: "compare" | "run";
  /** JSON text: the bytes that `--json -` of the command prints, the newline at the end included. */
  readonly result: string;
  /** JSON text: the data of the charts and the story (squall/report/page_json); if asked for. */
  readonly page?: string;
  /** One line for each expectation of the scenario that was not met, as the command prints it. */
  readonly unmet: readonly string[];
  readonly warnings: readonly string[];
  /** From the beginning of the work on it, waiting not counted. */
  readonly elapsedMs: number;
}

export interface CancelledAnswer {
  readonly id: number;
  readonly kind: "cancelled";
}

export interface ErrorAnswer {
  readonly id: number;
  readonly kind: "error";
  readonly error: EngineError;
}

export interface EngineError {
  /**
   * - `input`: the scenario is wrong, or a setting; the command would end with status 2.
   * - `environment`: a limit was reached; status 3.
   * - `bug`: the engine stopped by itself. It is started anew before the next request.
   */
  readonly kind: "input" | "environment" | "bug";
  /** The whole line that the command would print: `file:line: key: message`. */
  readonly text: string;
  readonly message: string;
  /** `scenario.yaml`, `--set`, `--seed`; empty when there is none. */
  readonly file: string;
  /** From 1; 0 when unknown. */
  readonly line: number;
  /** Dotted path; empty when there is none. */
  readonly key: string;
}

export type DoneAnswer = CheckDoneAnswer | StudyDoneAnswer;
/** Ends a request. */
export type FinalAnswer = DoneAnswer | CancelledAnswer | ErrorAnswer;
export type Answer = ReadyAnswer | UnavailableAnswer | ProgressAnswer | PartialAnswer | FinalAnswer;
