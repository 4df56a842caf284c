/** One exploration, as plain data: what a worker thread is sent, and how it is done. */
import { parseStrategy } from "@forkpath/explore";
import { type Exploration, explore, type Strategy, shard } from "@forkpath/interleave";
import { orUsageError } from "../usage-error.ts";
import { type LitmusSource, makeLitmus } from "./find-litmus.ts";

export interface ExploreJob {
  readonly litmus: LitmusSource;
  /** As written: `bounded:2`. */
  readonly strategy: string;
  /** Schedules after which all shards together stop. */
  readonly max: number;
  /** Shard `index` of `count`, counted from 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * Explores one shard. Each stops after its share of `max`.
 * @throws UsageError for a strategy that is none, and as makeLitmus
 */
export function runJob({ litmus, strategy, max, index, count }: ExploreJob): Exploration {
  return explore(makeLitmus(litmus), strategyOf(strategy, max), {
    max: Math.ceil(max / count),
    shard: shard(index, count),
  });
}

const strategyOf = (text: string, runs: number): Strategy =>
  orUsageError(() => parseStrategy(text, runs), "strategy: ");
