/**
 * What the page costs, beside what it may: `pnpm --filter @forkpath/playground budgets`. The load
 * of the machine is told, since every time here is one of this machine and this moment. A budget
 * that is missed makes the command fail.
 */
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { browserPath, launch } from "./browser.ts";
import { isWithin, LONG_TIMINGS, type Measure, sizes, TIMINGS, timed } from "./measures.ts";
import { serve } from "./site.ts";

const missed: string[] = [];

const tell = (measure: Measure): void => {
  const { what, is, budget, unit } = measure;
  const isKept = isWithin(measure);
  if (!isKept) missed.push(what);
  const mark = isKept ? "ok  " : "MISS";
  const bound = unit === "a second" ? "of at least" : "of";
  console.log(
    `${mark}  ${what.padEnd(46)} ${is.toFixed(1).padStart(8)} ${bound} ${budget} ${unit}`,
  );
};

/** How many processes want a processor, in the last one, five and fifteen minutes. */
const tellLoad = (when: string): void => {
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(
    `load of the machine ${when}: ${load.join(" ")}, ${availableParallelism()} processors`,
  );
};

const path = await browserPath();
if (path === undefined) throw new Error("there is no Chromium; CHROMIUM_PATH may name one");
tellLoad("at the start");
sizes().forEach(tell);
const site = await serve(fileURLToPath(new URL("../../dist", import.meta.url)));
const browser = await launch(path);
for (const timing of [...TIMINGS, ...LONG_TIMINGS]) tell(await timed(browser, site, timing));
tellLoad("at the end");
await browser.close();
await site.close();
if (missed.length > 0) {
  console.error(`\nmissed: ${missed.join("; ")}`);
  process.exitCode = 1;
}
