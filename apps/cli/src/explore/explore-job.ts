/** One shard of an exploration, or a worker's share of it: what a worker thread runs. */
import { parseStrategy } from "@forkpath/explore";
import {
  type Claims,
  Explorer,
  type Strategy,
  shard,
  type WorkerShare,
} from "@forkpath/interleave";
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
  /** Of the worker, where several share the shard. */
  readonly claims?: Claims;
}

/**
 * Explores one shard, or a share of it. Each stops after its part of `max`.
 * @throws UsageError for a strategy that is none, and as makeLitmus
 */
export function* exploring(job: ExploreJob): Work<WorkerShare> {
  const { litmus, strategy, max, index, count, claims } = job;
  const explorer = new Explorer(makeLitmus(litmus), strategyOf(strategy, max), {
    max: Math.ceil(max / count / (claims?.workers ?? 1)),
    ...(claims === undefined
      ? { shard: shard(index, count) }
      : { claims, shard: { index, count, depth: CLAIM_DEPTH } }),
  });
  while (explorer.advance()) if (yield explorer.schedules) break;
  return explorer.share();
}

/** Choices of a prefix that one worker takes as a whole: enough of them for many workers. */
const CLAIM_DEPTH = 8;

const strategyOf = (text: string, runs: number): Strategy =>
  orUsageError(() => parseStrategy(text, runs), "strategy: ");
