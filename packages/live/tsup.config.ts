import { library } from "@forkpath/config/tsup";
import type { Options } from "tsup";

/** For Node only: it starts processes, and reads /proc. */
const config: Options = { ...library, platform: "node" };
export default config;
