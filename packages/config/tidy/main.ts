/**
 * Checks the workspace that this file stands in: `pnpm tidy`. Exits 1 unless only warnings remain.
 */
import { REPO } from "../published.ts";
import { format, tidy } from "./tidy.ts";

const findings = tidy(REPO);
for (const one of findings) console.log(format(one));

const failures = findings.filter(({ isWarning }) => !isWarning).length;
console.log(`tidy: ${failures} to mend, ${findings.length - failures} warnings`);
process.exitCode = failures > 0 ? 1 : 0;
