/**
 * Depth first through the tree of choices: every schedule, or those with few preemptions.
 *
 * A preemption takes the turn from a thread that could have gone on. Most bugs need one or two,
 * so a low bound finds them long before the whole tree is walked, and what it finds reads well.
 */
import { higherThan, isChoice, isIn, lowest } from "./bits.ts";
import { expectInteger } from "./check.ts";
import { type Claims, PrefixDealer, type Shard } from "./shard.ts";
import {
  FOREIGN,
  NO_THREAD,
  type RunEnd,
  type RunView,
  type Search,
  type Strategy,
} from "./strategy.ts";

/**
 * Every schedule once, in the lexicographic order of its thread indices.
 * @example
 * ```ts
 * import { dfs } from "@forkpath/interleave";
 * console.log(dfs().name); // dfs
 * ```
 */
export const dfs = (): Strategy => ({
  name: "dfs",
  begin: (shard, claims) =>
    new TreeSearch(shard, claims, Number.POSITIVE_INFINITY, "every schedule"),
});

/**
 * Every schedule with at most `preemptions` preemptions once, in lexicographic order. Leaving a
 * thread that waits or has returned is free.
 * @throws RangeError unless `preemptions` is an integer of at least 0
 */
export function bounded(preemptions: number): Strategy {
  expectInteger("bounded", "preemptions", preemptions, 0);
  return {
    name: `bounded(${preemptions})`,
    begin: (shard, claims) =>
      new TreeSearch(
        shard,
        claims,
        preemptions,
        `every schedule with at most ${counted(preemptions)}`,
      ),
  };
}

const counted = (preemptions: number): string =>
  preemptions === 1 ? "1 preemption" : `${preemptions} preemptions`;

class TreeSearch implements Search {
  private readonly dealer: PrefixDealer;
  private readonly maxPreemptions: number;
  private readonly coverage: string;
  /** The path: at each choice the thread taken, and the threads allowed. */
  private readonly taken: number[] = [];
  private readonly allowed: number[] = [];
  private length = 0;
  private position = 0;
  private preemptions = 0;
  private isFirst = true;

  constructor(shard: Shard, claims: Claims | undefined, maxPreemptions: number, coverage: string) {
    this.dealer = new PrefixDealer(shard, claims);
    this.maxPreemptions = maxPreemptions;
    this.coverage = coverage;
  }

  /** Turns at the last choice that has a higher thread left. */
  next(): boolean {
    this.position = 0;
    this.preemptions = 0;
    if (this.isFirst) {
      this.isFirst = false;
      return true;
    }
    for (let at = this.length - 1; at >= 0; at--) {
      const untried = higherThan(this.allowed[at], this.taken[at]);
      if (untried === 0) continue;
      this.taken[at] = lowest(untried);
      this.length = at + 1;
      this.dealer.branchAt(at);
      return true;
    }
    return false;
  }

  choose(run: RunView, ready: number): number {
    if (!isChoice(ready)) return lowest(ready);
    const at = this.position;
    if (at === this.dealer.depth && !this.dealer.isMine()) return FOREIGN;
    this.position++;
    const last = run.lastThread;
    const isLastReady = last !== NO_THREAD && isIn(ready, last);
    if (at === this.length) {
      const isBoundReached = isLastReady && this.preemptions >= this.maxPreemptions;
      this.allowed[at] = isBoundReached ? 1 << last : ready;
      this.taken[at] = lowest(this.allowed[at]);
      this.length++;
    }
    const thread = this.taken[at];
    if (isLastReady && thread !== last) this.preemptions++;
    return thread;
  }

  /** A run with fewer choices than a prefix is a prefix of its own. */
  finish(_run: RunView, _end: RunEnd): boolean {
    return this.dealer.isMine();
  }

  prefix(): number {
    return this.dealer.prefix;
  }

  covers(): string {
    return this.coverage;
  }
}
