import type { Options } from "tsup";
import { pureConstants } from "./publish/pure-constants.ts";

/** How every library is built: one ESM entry with types and source map, tied to no host. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  clean: true,
  plugins: [
    {
      name: "pure constants",
      renderChunk: (code, { map }) => ({ code: pureConstants(code), map: map ?? null }),
    },
  ],
};
