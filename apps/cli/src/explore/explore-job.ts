/** One shard of an exploration: what a worker thread runs. */
import { parseStrategy } from "@forkpath/explore";
import { type Exploration, Explorer, type Strategy, shard } from "@forkpath/interleave";
import { orUsageError } from "../usage-error.ts";
import type { Work } from "../work/run-work.ts";
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
export function* exploring({ litmus, strategy, max, index, count }: ExploreJob): Work<Exploration> {
  const explorer = new Explorer(makeLitmus(litmus), strategyOf(strategy, max), {
    max: Math.ceil(max / count),
    shard: shard(index, count),
  });
  while (explorer.advance()) if (yield explorer.schedules) break;
  return explorer.result();
}

const strategyOf = (text: string, runs: number): Strategy =>
  orUsageError(() => parseStrategy(text, runs), "strategy: ");
