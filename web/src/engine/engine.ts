/** squall.wasm with its functions (wasm/engine.h) as a class; knows nothing of workers. */
import { encodeDocument } from "./document";
import type { EngineError, RunLimits, ScenarioInput } from "./protocol";
import { EngineStopped, Wasi } from "./wasi";

/** The engine refused: what it was given is wrong, or a limit was reached. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  constructor(readonly error: EngineError) {
    super(error.text);
  }
}

/** What `squall check` says. */
export interface Checked {
  readonly findings: string;
  readonly yaml: string;
  readonly document: string;
  readonly variants: readonly string[];
}

export interface StudyPlan {
  /** The variant to run; absent: all of them side by side. Empty: the scenario without changes. */
  readonly variant?: string | undefined;
  readonly replications: number;
  /** Whether to look at the runs over time too, for page(). */
  readonly page: boolean;
  readonly limits: RunLimits;
}

const defaultFile = "scenario.yaml";
const defaultMemoryBytesMax = 1e9;

/** Functions of wasm/engine.h; texts go in as address and size. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  squall_allocate(bytes: number): number;
  squall_release(memory: number): void;
  squall_output_data(): number;
  squall_output_size(): number;
  squall_version(): void;
  squall_open(...texts: number[]): number;
  squall_assign(...texts: number[]): number;
  squall_set_seed(...texts: number[]): number;
  squall_build(): number;
  squall_check(): number;
  squall_begin_compare(replications: number, page: number, eventsMax: number, memoryBytesMax: number): number;
  squall_begin_run(
    variant: number,
    size: number,
    replications: number,
    page: number,
    eventsMax: number,
    memoryBytesMax: number,
  ): number;
  squall_step(): number;
  squall_progress(): number;
  squall_label(): number;
  squall_result(): number;
  squall_page(): number;
  squall_unmet(): number;
  squall_end(): void;
}

const exportsNeeded = ["_initialize", "squall_open", "squall_step", "squall_result"];

export class Engine {
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();

  private constructor(
    private readonly wasm: Exports,
    private readonly wasi: Wasi,
  ) {}

  static async instantiate(module: WebAssembly.Module, wasi = new Wasi()): Promise<Engine> {
    const instance = await WebAssembly.instantiate(module, wasi.imports(module));
    if (exportsNeeded.some((name) => typeof instance.exports[name] !== "function")) {
      throw new Error("this squall.wasm is not the engine of this page");
    }
    // The names were asked for; their types are wasm/engine.h's.
    const wasm = instance.exports as unknown as Exports;
    wasi.attach(wasm.memory);
    wasm._initialize();
    return new Engine(wasm, wasi);
  }

  get version(): string {
    this.wasm.squall_version();
    return this.output();
  }

  /** Takes a scenario in, in place of the one before. @return warnings, a line each */
  load(scenario: ScenarioInput): readonly string[] {
    const { text, file = defaultFile, set = [], seed } = scenario;
    const tree = file.endsWith(".json") ? "" : encodeDocument(text);
    this.must(this.withTexts([file, text, tree], (...texts) => this.wasm.squall_open(...texts)));
    for (const { path, value } of set) {
      const texts = [`${path}=${value}`, encodeDocument(value.trim())];
      this.must(this.withTexts(texts, (...given) => this.wasm.squall_assign(...given)));
    }
    if (seed !== undefined) {
      this.must(this.withTexts([seed], (...given) => this.wasm.squall_set_seed(...given)));
    }
    this.must(this.guarded(() => this.wasm.squall_build()));
    return JSON.parse(this.output()) as string[];
  }

  /** REQUIRES a scenario. */
  check(): Checked {
    this.must(this.guarded(() => this.wasm.squall_check()));
    return JSON.parse(this.output()) as Checked;
  }

  /** REQUIRES a scenario. */
  begin(plan: StudyPlan): void {
    const { replications, limits, variant } = plan;
    const page = plan.page ? 1 : 0;
    const eventsMax = limits.eventsMax ?? 0;
    const memoryBytesMax = limits.memoryBytesMax ?? defaultMemoryBytesMax;
    this.must(
      variant === undefined
        ? this.guarded(() => this.wasm.squall_begin_compare(replications, page, eventsMax, memoryBytesMax))
        : this.withTexts([variant], (at = 0, size = 0) =>
            this.wasm.squall_begin_run(at, size, replications, page, eventsMax, memoryBytesMax),
          ),
    );
  }

  /** @return whether the study is done. REQUIRES begin(). */
  step(): boolean {
    const status = this.guarded(() => this.wasm.squall_step());
    this.must(status);
    return status === 2;
  }

  get progress(): number {
    return this.wasm.squall_progress();
  }
  get label(): string {
    this.must(this.wasm.squall_label());
    return this.output();
  }

  /** The bytes of `--json -`, or before the study is done of what there is so far. */
  result(): string {
    this.must(this.guarded(() => this.wasm.squall_result()));
    return this.output();
  }
  /** The data of the charts and the story, as JSON text; of what there is so far. */
  page(): string {
    this.must(this.guarded(() => this.wasm.squall_page()));
    return this.output();
  }
  /** Expectations that were not met, a line each. */
  unmet(): readonly string[] {
    this.must(this.guarded(() => this.wasm.squall_unmet()));
    return JSON.parse(this.output()) as string[];
  }
  /** Drops the study. */
  end(): void {
    this.wasm.squall_end();
  }

  /** Traps become what the engine said before: an allocation that failed, the stack that ran over. */
  private guarded(call: () => number): number {
    try {
      return call();
    } catch (error) {
      if (error instanceof EngineStopped) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineStopped(this.wasi.said || `the engine stopped: ${reason}`);
    }
  }

  private withTexts(texts: readonly string[], call: (...given: number[]) => number): number {
    const given: number[] = [];
    for (const text of texts) {
      const bytes = this.encoder.encode(text);
      const at = this.wasm.squall_allocate(bytes.length);
      new Uint8Array(this.wasm.memory.buffer, at, bytes.length).set(bytes);
      given.push(at, bytes.length);
    }
    const status = this.guarded(() => call(...given));
    for (let i = 0; i < given.length; i += 2) this.wasm.squall_release(given[i] ?? 0);
    return status;
  }

  private output(): string {
    const bytes = new Uint8Array(
      this.wasm.memory.buffer,
      this.wasm.squall_output_data(),
      this.wasm.squall_output_size(),
    );
    return this.decoder.decode(bytes);
  }

  private must(status: number): void {
    if (status === 0) throw new EngineFailure(JSON.parse(this.output()) as EngineError);
  }
}
