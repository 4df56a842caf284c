import { library } from "@forkpath/config/tsup";
import type { Options } from "tsup";

/** The loader reads the data files beside it, so this library is for Node only. */
const config: Options = { ...library, platform: "node" };
export default config;
