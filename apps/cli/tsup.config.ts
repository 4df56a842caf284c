import { cp } from "node:fs/promises";
import type { Options } from "tsup";

const config: Options = {
  entry: { main: "src/main.ts", "explore-worker": "src/explore/explore-worker.ts" },
  format: "esm",
  target: "node20",
  sourcemap: true,
  clean: true,
  // The command knows these litmuses by name.
  onSuccess: () => cp("../../examples/litmus", "dist/litmus", { recursive: true }),
};
export default config;
