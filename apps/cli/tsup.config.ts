import { cp } from "node:fs/promises";
import type { Options } from "tsup";

const config: Options = {
  entry: { main: "src/main.ts", "explore-worker": "src/explore/explore-worker.ts" },
  format: "esm",
  target: "node20",
  sourcemap: true,
  clean: true,
  // The command knows these by name.
  async onSuccess() {
    const isExample = (file: string): boolean => !file.includes("litmus");
    await cp("../../examples", "dist/examples", { recursive: true, filter: isExample });
    await cp("../../examples/litmus", "dist/litmus", { recursive: true });
    const isNoMap = (file: string): boolean => !file.endsWith(".map");
    await cp("../playground/dist", "dist/playground", { recursive: true, filter: isNoMap });
  },
};
export default config;
