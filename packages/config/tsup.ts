import { existsSync } from "node:fs";
import type { Options } from "tsup";
import { pureConstants } from "./publish/pure-constants.ts";

/** How every library is built: ESM with types and source map, tied to no host. */
export const library: Options = {
  entry: ["src/index.ts", "src/internal.ts"].filter((file) => existsSync(file)),
  format: "esm",
  target: "node20",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  // The sources are published beside the build: maps need not hold them once more.
  esbuildOptions(options) {
    options.sourcesContent = false;
  },
  clean: true,
  plugins: [
    {
      name: "pure constants",
      renderChunk: (code, { map }) => ({ code: pureConstants(code), map: map ?? null }),
    },
  ],
};
