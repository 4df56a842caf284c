/**
 * What a recount of a machine of random histories costs, warm: after every tenth step the machine
 * is recounted ten times, in each round again, and the best times are averaged.
 *
 *   node --conditions=@forkpath/source packages/fuzz/bench/each-recount.ts [KERNEL] [ROUNDS]
 *
 * A third number says how many histories.
 */
import type { KernelName } from "@forkpath/abi";
import { fuzz } from "../src/index.ts";

const STEPS = 250;
const STEPS_A_LOOK = 10;
const RECOUNTS = 10;
const WARM_UP = 2;
const [kernel = "el6", rounds = "8", seeds = "8"] = process.argv.slice(2);
const best: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  let at = 0;
  for (let seed = 1; seed <= Number(seeds); seed++) {
    fuzz({
      seed,
      steps: STEPS,
      kernel: kernel as KernelName,
      onStep: (machine, step) => {
        if (step % STEPS_A_LOOK !== 0) return;
        const began = performance.now();
        for (let count = 0; count < RECOUNTS; count++) machine.check();
        const took = (performance.now() - began) / RECOUNTS;
        if (round >= WARM_UP) best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, took);
        at++;
      },
    });
  }
}
const microseconds = (best.reduce((sum, one) => sum + one, 0) / best.length) * 1000;
console.log(`${best.length} machines, ${microseconds.toFixed(1)} us a recount`);
