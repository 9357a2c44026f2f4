import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { shippedScenarios } from "./build/shipped_scenarios";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** dist/playground/: static files for any web host, in any folder. */
export default defineConfig({
  root: here("src/playground"),
  base: "./",
  plugins: [shippedScenarios(here("../scenarios"))],
  cacheDir: here("node_modules/.vite"),
  build: {
    outDir: here("dist/playground"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: { input: here("src/playground/index.html") },
  },
  worker: { format: "es" },
});
