import { readFileSync, writeFileSync } from "node:fs";
import { library } from "@forkpath/config/tsup";
import type { Options } from "tsup";

/** Functions of `src/data.ts`, and the files whose texts they answer. */
const TEXTS = {
  vectorsText: "public.jsonl",
  countersText: "counters.json",
  swapEncodingText: "swapencoding.json",
};

const config: Options = {
  ...library,
  esbuildPlugins: [
    {
      name: "data beside the build",
      setup: ({ onResolve }) => {
        onResolve({ filter: /^\.\/data\.ts$/ }, () => ({ path: "./data.js", external: true }));
      },
    },
  ],
  async onSuccess() {
    // A function each: nothing is read, or kept in memory, before it is called.
    const lines = Object.entries(TEXTS).map(([name, file]) => {
      const text = JSON.stringify(readFileSync(`data/${file}`, "utf8"));
      return `export const ${name} = () => ${text};\n`;
    });
    writeFileSync("dist/data.js", lines.join(""));
  },
};
export default config;
