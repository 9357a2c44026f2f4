import { defineConfig } from "vitest/config";

/** `unit` needs Node alone; `browser` needs Chromium and a built page (tests/browser/setup.ts). */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      // The engine beside the command: SQUALL_COMMAND and SQUALL_WASM name them.
      {
        test: {
          name: "engine",
          include: ["tests/engine/**/*.test.ts"],
          setupFiles: ["tests/engine/breathe.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // The usual second is not enough for a page that shares two slow cores with a compiler.
          expect: { poll: { timeout: 20_000 } },
          poolOptions: { forks: { singleFork: true } },
        },
      },
    ],
  },
});
