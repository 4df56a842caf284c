/**
 * Shards: one exploration split among machines that do not talk to each other.
 *
 * A tree search deals out prefixes: all schedules that agree in their first `depth` choices go to
 * one shard, round-robin in the order in which prefixes are met. Every shard walks all prefixes,
 * which is cheap, and so knows its own without asking. Sampling deals out its runs by number.
 */
import { expectInteger } from "./check.ts";

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** How many choices a prefix has. More make shards more even, and each of them slower. */
  readonly depth: number;
}

export const WHOLE: Shard = { index: 0, count: 1, depth: 0 };
const DEFAULT_DEPTH = 8;

/**
 * Shard `index` of `count`, counted from 0.
 * @throws RangeError unless 0 <= index < count, and `depth` is at least 0
 */
export function shard(index: number, count: number, depth: number = DEFAULT_DEPTH): Shard {
  expectInteger("shard", "count", count, 1);
  expectInteger("shard", "index", index, 0, count - 1);
  expectInteger("shard", "depth", depth, 0);
  return count === 1 ? WHOLE : { index, count, depth };
}

/** In words, counted from 1 as people do. */
export const describeShard = ({ index, count }: Shard): string => `shard ${index + 1} of ${count}`;

/** Deals prefixes to shards while a search walks its tree depth first. */
export class PrefixDealer {
  /** How many choices make a prefix. */
  readonly depth: number;
  private readonly shard: Shard;
  private prefix = -1;
  private isNew = true;

  constructor(shard: Shard) {
    this.shard = shard;
    this.depth = shard.depth;
  }

  /** The next run takes another turn at choice number `position`, counted from 0. */
  branchAt(position: number): void {
    if (position < this.depth) this.isNew = true;
  }

  /** Whether the prefix that the run has walked belongs to this shard. */
  isMine(): boolean {
    if (this.isNew) {
      this.isNew = false;
      this.prefix++;
    }
    return this.prefix % this.shard.count === this.shard.index;
  }
}
