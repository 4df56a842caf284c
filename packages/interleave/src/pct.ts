/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatti, 2010).
 *
 * Threads get random priorities, and the ready one with the highest runs. At `depth` − 1 steps
 * picked by chance, the thread that would run falls to the bottom. A bug that needs `depth` ordered
 * steps then shows in each run with a chance of at least 1 / (threads · steps^(depth − 1)).
 */
import { isIn, lowest } from "./bits.ts";
import { expectInteger } from "./check.ts";
import type { Shard } from "./shard.ts";
import type { RunEnd, RunView, Search, Strategy } from "./strategy.ts";
import { MAX_SEED, Random } from "./xoshiro.ts";

/**
 * `runs` schedules for bugs of `depth` ordered steps. Run 0 takes the threads one after the other,
 * to learn how many steps there are.
 * @throws RangeError unless `seed` is a 32-bit integer, and `depth` and `runs` at least 1
 */
export function pct(seed: number, depth: number, runs: number): Strategy {
  expectInteger("pct", "seed", seed, 0, MAX_SEED);
  expectInteger("pct", "depth", depth, 1);
  expectInteger("pct", "runs", runs, 1);
  return {
    name: `pct(${seed}, ${depth}, ${runs})`,
    begin: (shard) => new PriorityWalk(shard, seed, depth, runs),
  };
}

class PriorityWalk implements Search {
  private readonly chance = new Random();
  private readonly shard: Shard;
  private readonly seed: number;
  private readonly depth: number;
  private readonly runs: number;
  private run = -1;
  private threadCount = 0;
  /** Steps of run 0. */
  private stepCount = 0;
  /** Of each thread; the higher runs. Those above `depth` are from the start of the run. */
  private readonly priority: number[] = [];
  /** Steps at which a thread falls; the i-th gives priority i. */
  private readonly fallAt: number[] = [];

  constructor(shard: Shard, seed: number, depth: number, runs: number) {
    this.shard = shard;
    this.seed = seed;
    this.depth = depth;
    this.runs = runs;
  }

  next(): boolean {
    // Run 0 teaches every shard the number of steps; its result is shard 0's.
    this.run = this.run <= 0 ? this.firstOwnRun() : this.run + this.shard.count;
    if (this.run >= this.runs) return false;
    if (this.run > 0) this.draw();
    return true;
  }

  choose(run: RunView, ready: number): number {
    if (this.run === 0) return isIn(ready, run.lastThread) ? run.lastThread : lowest(ready);
    let thread = this.highest(ready);
    for (let i = 0; i < this.fallAt.length; i++) {
      if (this.fallAt[i] !== run.steps) continue;
      this.priority[thread] = i;
      thread = this.highest(ready);
    }
    return thread;
  }

  finish(run: RunView, _end: RunEnd): boolean {
    if (this.run !== 0) return true;
    this.threadCount = run.threadNames.length;
    this.stepCount = run.steps;
    return this.shard.index === 0;
  }

  covers(): string {
    const odds = this.threadCount * this.stepCount ** (this.depth - 1);
    return (
      `a sample of ${this.runs} schedules; each after the first shows a given bug of depth ` +
      `${this.depth} with a chance of at least 1 in ${odds}, if none has over ${this.stepCount} steps`
    );
  }

  private firstOwnRun(): number {
    if (this.run < 0) return 0;
    return this.shard.index === 0 ? this.shard.count : this.shard.index;
  }

  private draw(): void {
    const { chance, priority, fallAt, depth } = this;
    chance.restart(this.seed, this.run);
    for (let thread = 0; thread < this.threadCount; thread++) {
      const other = chance.below(thread + 1); // Fisher and Yates, from the inside out
      priority[thread] = priority[other] ?? 0;
      priority[other] = depth + thread;
    }
    for (let i = 0; i < depth - 1; i++) fallAt[i] = chance.below(this.stepCount);
  }

  private highest(ready: number): number {
    let best = lowest(ready);
    for (let thread = best + 1; thread < this.threadCount; thread++) {
      if (isIn(ready, thread) && this.priority[thread] > this.priority[best]) best = thread;
    }
    return best;
  }
}
