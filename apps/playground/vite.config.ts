import { defineConfig } from "vite";
import { leanWorker } from "./lean-worker.ts";

export default defineConfig({
  // Every address in the page is relative: the folder works under any path.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The packages as they are written: no build of theirs has to come first.
  resolve: { conditions: ["@forkpath/source", "module", "browser", "development|production"] },
  // Modules, so that a worker fetches what only a race needs when there is one.
  worker: {
    format: "es",
    plugins: () => [leanWorker()],
    rolldownOptions: { output: { comments: { annotation: false } } },
  },
  build: {
    target: "es2023",
    sourcemap: true,
    modulePreload: { polyfill: false },
  },
});
