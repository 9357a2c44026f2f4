import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { singleFile } from "./build/single_file";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** dist/report.html: one file that needs no other. */
export default defineConfig({
  root: here("src/report"),
  cacheDir: here("node_modules/.vite"),
  build: {
    outDir: here("dist"),
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rollupOptions: { input: here("src/report/report.html") },
  },
  plugins: [singleFile()],
});
