/** One shard of an exploration, or a worker's share of it: what a worker thread runs. */
import { parseStrategy } from "@forkpath/explore";
import {
  type Claims,
  Explorer,
  type Strategy,
  shard,
  type WorkerShare,
} from "@forkpath/interleave";
import type { Work } from "../work/run-work.ts";
import { type LitmusSource, makeLitmus } from "./find-litmus.ts";
import { orUsageError } from "./or-usage-error.ts";

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
  const program = makeLitmus(litmus);
  const depth = claimDepth(program.threadNames.length);
  const explorer = new Explorer(program, strategyOf(strategy, max), {
    max: Math.ceil(max / count / (claims?.workers ?? 1)),
    ...(claims === undefined
      ? { shard: shard(index, count) }
      : { claims, shard: { index, count, depth } }),
  });
  while (explorer.advance()) if (yield explorer.schedules) break;
  return explorer.share();
}

/** Enough to keep many workers busy, and few enough for each to walk them all. */
const MOST_PREFIXES = 4096;

/**
 * Choices of a prefix that one worker takes as a whole: 12 for two threads. One prefix may lead to
 * half of all schedules where they are few.
 */
const claimDepth = (threads: number): number =>
  Math.floor(Math.log(MOST_PREFIXES) / Math.log(Math.max(threads, 2)));

const strategyOf = (text: string, runs: number): Strategy =>
  orUsageError(() => parseStrategy(text, runs), "strategy: ");
