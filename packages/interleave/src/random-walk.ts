/**
 * Random schedules from a seed: no promise, but quick, and without a blind spot.
 *
 * Run number `i` of a seed is always the same run, whichever shard makes it.
 */
import { countOf, isChoice, lowest } from "./bits.ts";
import { expectInteger } from "./check.ts";
import type { Shard } from "./shard.ts";
import type { RunEnd, RunView, Search, Strategy } from "./strategy.ts";
import { MAX_SEED, Random } from "./xoshiro.ts";

/**
 * `runs` schedules in which each choice is uniform among the ready threads.
 * @throws RangeError unless `seed` is a 32-bit integer and `runs` at least 1
 */
export function random(seed: number, runs: number): Strategy {
  expectInteger("random", "seed", seed, 0, MAX_SEED);
  expectInteger("random", "runs", runs, 1);
  return {
    name: `random(${seed}, ${runs})`,
    begin: (shard) => new RandomWalk(shard, seed, runs),
  };
}

class RandomWalk implements Search {
  private readonly chance = new Random();
  private readonly shard: Shard;
  private readonly seed: number;
  private readonly runs: number;
  private nextRun: number;

  constructor(shard: Shard, seed: number, runs: number) {
    this.shard = shard;
    this.seed = seed;
    this.runs = runs;
    this.nextRun = shard.index;
  }

  next(): boolean {
    if (this.nextRun >= this.runs) return false;
    this.chance.restart(this.seed, this.nextRun);
    this.nextRun += this.shard.count;
    return true;
  }

  choose(_run: RunView, ready: number): number {
    if (!isChoice(ready)) return lowest(ready);
    let set = ready;
    for (let skip = this.chance.below(countOf(ready)); skip > 0; skip--) set &= set - 1;
    return lowest(set);
  }

  finish(_run: RunView, _end: RunEnd): boolean {
    return true;
  }

  covers(): string {
    return `a sample of ${this.runs} schedules; what it does not show can still happen`;
  }
}
