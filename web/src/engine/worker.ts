/** The worker that holds the engine: new Worker(new URL("./worker.ts", import.meta.url), {type: "module"}). */
import type { Request } from "./protocol";
import { WorkerLoop } from "./worker_loop";

async function fetchModule(address: string): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers with status ${response.status}`);
  // Some hosts do not know the media type, which compileStreaming() insists on.
  return response.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

const loop = new WorkerLoop((answer) => self.postMessage(answer), fetchModule);
self.onmessage = (event: MessageEvent<Request>) => void loop.receive(event.data);
