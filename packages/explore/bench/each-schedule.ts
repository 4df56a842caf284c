/**
 * What one schedule costs where the machine is busy: each is timed by itself, again and again, and
 * the best times are added up. Pauses for other programs, and for garbage, are left out that way.
 *
 *   node --conditions=@forkpath/source packages/explore/bench/each-schedule.ts NAME [REPEATS] [MAX]
 *
 * NAME is a file of examples/litmus, or `bare`.
 */
import { dfs, Explorer, type Program, type Strategy } from "@forkpath/interleave";
import { execCharge } from "../src/index.ts";
import { litmusFile, reduced } from "../test/litmus-files.ts";

const WARM_UP = 3;
const [name = "fork-against-reclaim", repeats = "20", max = "1000"] = process.argv.slice(2);
const [program, strategy] = programOf(name);
const best: number[] = [];
let steps = 0;
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const explorer = new Explorer(program, strategy, { max: Number(max) });
  for (let at = 0, isOn = true; ; at++) {
    const began = performance.now();
    isOn = explorer.advance();
    const took = performance.now() - began;
    if (!isOn) break;
    if (repeat >= WARM_UP) best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, took);
  }
  steps = explorer.result().steps;
}
const milliseconds = best.reduce((sum, one) => sum + one, 0);
const perSecond = (count: number): number => Math.round((count / milliseconds) * 1000);
console.log(
  `${name}: ${best.length} schedules, ${perSecond(best.length)}/s, ${perSecond(steps)} steps/s`,
);

function programOf(name: string): readonly [Program<unknown>, Strategy] {
  if (name === "bare") return [execCharge() as Program<unknown>, dfs()];
  return [litmusFile(name, { everywhere: true, compile: Function }) as Program<unknown>, reduced];
}
