/**
 * What a step of a random history costs where the machine is busy: each is timed by itself, from
 * one to the next, again and again, and the best times are added up. Pauses for other programs, and
 * for garbage, are left out that way.
 *
 *   node --conditions=@forkpath/source packages/fuzz/bench/each-step.ts [SEEDS] [REPEATS] [KERNEL]
 */
import type { KernelName } from "@forkpath/abi";
import { fuzz } from "../src/index.ts";

const STEPS = 250;
const WARM_UP = 3;
const [seeds = "40", repeats = "12", kernel = "el6"] = process.argv.slice(2);
const best: number[] = [];
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  let at = 0;
  let began = performance.now();
  const onStep = (): void => {
    const now = performance.now();
    if (repeat >= WARM_UP) best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, now - began);
    at++;
    began = now;
  };
  for (let seed = 1; seed <= Number(seeds); seed++) {
    began = performance.now();
    fuzz({ seed, steps: STEPS, kernel: kernel as KernelName, onStep });
  }
}
const microseconds = best.reduce((sum, one) => sum + one, 0) * 1000;
console.log(`${best.length} steps, ${(microseconds / best.length).toFixed(1)} us each`);
