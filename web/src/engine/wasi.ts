/**
 * What squall.wasm asks of its surroundings (wasi_snapshot_preview1), and nothing more: it may write to
 * standard output and error, read a clock, and stop. It gets no files, no arguments and no randomness.
 */

/** The engine stopped by itself: a bug, with what it said, or no memory. */
export class EngineStopped extends Error {
  override readonly name = "EngineStopped";
}

const success = 0;
const badDescriptor = 8;
const notSupported = 58;

const standardOutput = 1;
const standardError = 2;

export class Wasi {
  private memory: WebAssembly.Memory | undefined;
  private readonly written: string[] = [];
  private readonly decoder = new TextDecoder();

  /** REQUIRES that it is called before the module runs. */
  attach(memory: WebAssembly.Memory): void {
    this.memory = memory;
  }

  /** What was written to standard output and error. */
  get said(): string {
    return this.written.join("").trim();
  }

  /** For WebAssembly.instantiate(): what is not in the list of the module's imports is left out. */
  imports(module: WebAssembly.Module): WebAssembly.Imports {
    const known: Record<string, WebAssembly.ImportValue> = {
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        this.view().setBigUint64(at, BigInt(Date.now()) * 1_000_000n, true);
        return success;
      },
      fd_write: (fd: number, vectors: number, count: number, written: number) =>
        this.write(fd, vectors, count, written),
      fd_fdstat_get: (fd: number) => (fd <= standardError ? success : badDescriptor),
      proc_exit: (status: number) => {
        throw new EngineStopped(this.said || `the engine stopped with status ${status}`);
      },
    };
    const wanted = WebAssembly.Module.imports(module).filter((one) => one.kind === "function");
    const functions = wanted.map(({ name }) => [name, known[name] ?? (() => notSupported)] as const);
    return { wasi_snapshot_preview1: Object.fromEntries(functions) };
  }

  private view(): DataView {
    if (this.memory === undefined) throw new EngineStopped("the engine has no memory yet");
    return new DataView(this.memory.buffer);
  }

  private write(fd: number, vectors: number, count: number, written: number): number {
    if (fd !== standardOutput && fd !== standardError) return badDescriptor;
    const view = this.view();
    let total = 0;
    for (let i = 0; i < count; ++i) {
      const at = view.getUint32(vectors + 8 * i, true);
      const size = view.getUint32(vectors + 8 * i + 4, true);
      this.written.push(this.decoder.decode(new Uint8Array(view.buffer, at, size)));
      total += size;
    }
    view.setUint32(written, total, true);
    return success;
  }
}
