import { cp } from "node:fs/promises";
import type { Options } from "tsup";

const config: Options = {
  entry: { main: "src/main.ts", "explore-worker": "src/explore/explore-worker.ts" },
  format: "esm",
  target: "node20",
  sourcemap: true,
  clean: true,
  // The page that `forkpath playground` serves.
  async onSuccess() {
    const isNoMap = (file: string): boolean => !file.endsWith(".map");
    await cp("../playground/dist", "dist/playground", { recursive: true, filter: isNoMap });
  },
};
export default config;
