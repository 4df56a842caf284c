/**
 * Whether memory stays flat: the heap after each tenth of so many schedules, garbage collected.
 *
 *   node --expose-gc --conditions=@forkpath/source packages/explore/bench/heap.ts NAME STRATEGY MAX
 *
 * NAME is a file of examples/litmus, explored with turns everywhere; STRATEGY is one of those that
 * `forkpath explore` takes, such as `random:1`.
 */
import { Explorer } from "@forkpath/interleave";
import { parseStrategy } from "../src/index.ts";
import { litmusFile } from "../test/litmus-files.ts";

const TENTHS = 10;
const [name = "two-writes-of-one-page", strategy = "random:1", max = "1000000"] =
  process.argv.slice(2);
const { gc } = globalThis;
if (gc === undefined) throw new Error("wanted node --expose-gc");
const litmus = litmusFile(name, { everywhere: true, compile: Function });
const explorer = new Explorer(litmus, parseStrategy(strategy, Number(max)), {
  max: Number(max),
});
for (let schedules = 1; explorer.advance(); schedules++) {
  if (schedules % Math.floor(Number(max) / TENTHS) !== 0) continue;
  gc();
  const { heapUsed, external } = process.memoryUsage();
  const [heap, outside] = [heapUsed, external].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(`${schedules.toLocaleString("en")} schedules: ${heap} MB, ${outside} MB of columns`);
}
const { schedules, complete } = explorer.result();
console.log(`${schedules.toLocaleString("en")} schedules${complete ? ", complete" : ""}`);
