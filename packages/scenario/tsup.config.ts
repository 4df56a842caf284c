import { library } from "@forkpath/config/tsup";
import type { Options } from "tsup";

const config: Options = {
  ...library,
  entry: {
    index: "src/index.ts",
    internal: "src/internal.ts",
    examples: "src/examples/list.ts",
  },
};
export default config;
