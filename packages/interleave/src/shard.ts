/**
 * Shards: one exploration split among machines that do not talk to each other.
 *
 * A tree search deals out prefixes: all schedules that agree in their first `depth` choices go to
 * one shard, round-robin in the order in which prefixes are met. Every shard walks all prefixes,
 * which is cheap, and so knows its own without asking. Sampling deals out its runs by number.
 *
 * Workers that share memory can share one shard: each walks all prefixes, and takes those that no
 * other worker has taken yet. A worker that runs dry goes on to the next one that is free.
 */
import { expectInteger } from "./check.ts";

/** One part of an exploration. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
  /** How many choices a prefix has. More make shards more even, and each of them slower. */
  readonly depth: number;
}

export const WHOLE: Shard = { index: 0, count: 1, depth: 0 };
const DEFAULT_DEPTH = 8;

/**
 * Shard `index` of `count`, counted from 0.
 * @throws RangeError unless 0 <= index < count, and `depth` is at least 0
 * @example
 * ```ts
 * import { shard } from "@forkpath/interleave";
 * const second = shard(1, 4);
 * console.log(second.index, second.count); // 1 4
 * ```
 */
export function shard(index: number, count: number, depth: number = DEFAULT_DEPTH): Shard {
  expectInteger("shard", "count", count, 1);
  expectInteger("shard", "index", index, 0, count - 1);
  expectInteger("shard", "depth", depth, 0);
  return count === 1 ? WHOLE : { index, count, depth };
}

/** What workers on one shard share. */
export interface Claims {
  /** A word for each prefix of the shard, all 0 at first: 1 once a worker has taken it. */
  readonly taken: Int32Array<ArrayBufferLike>;
  /** Which of them this one is, from 0, and how many there are: beyond `taken`, they take turns. */
  readonly worker: number;
  /** How many workers share the shard. */
  readonly workers: number;
}

/** In words, counted from 1 as people do. */
export const describeShard = ({ index, count }: Shard): string => `shard ${index + 1} of ${count}`;

/** Deals prefixes to shards while a search walks its tree depth first. */
export class PrefixDealer {
  /** How many choices make a prefix. */
  readonly depth: number;
  private readonly shard: Shard;
  /** Number of the prefix that is walked, in the order in which they are met. */
  prefix = -1;
  private readonly claims: Claims | undefined;
  private isNew = true;
  private isTaken = false;

  constructor(shard: Shard, claims?: Claims) {
    this.shard = shard;
    this.claims = claims;
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
      this.isTaken = this.take();
    }
    return this.isTaken;
  }

  private take(): boolean {
    const { prefix, shard, claims } = this;
    if (prefix % shard.count !== shard.index) return false;
    if (claims === undefined) return true;
    const place = Math.floor(prefix / shard.count);
    const { taken, worker, workers } = claims;
    if (place >= taken.length) return place % workers === worker;
    return Atomics.exchange(taken, place, 1) === 0;
  }
}
