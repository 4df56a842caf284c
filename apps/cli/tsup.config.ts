import type { Options } from "tsup";

const config: Options = {
  entry: ["src/main.ts"],
  format: "esm",
  target: "node20",
  sourcemap: true,
  clean: true,
};
export default config;
