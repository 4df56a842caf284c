/** Where a Chromium is: what the environment says, or the system's own. */
import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Undefined where there is none. `CHROMIUM_PATH` names one that stands elsewhere. */
export const chromiumPath = (): string | undefined =>
  [process.env.CHROMIUM_PATH ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
