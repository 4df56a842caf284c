import type { Options } from "tsup";

/** How every library is built: one ESM entry with types and source map, tied to no host. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  clean: true,
};
