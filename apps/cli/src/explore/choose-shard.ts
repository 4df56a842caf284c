/**
 * Which part of an exploration is this machine's: told on the command line, or by whoever started
 * many of us.
 *
 *    --shard 2/8                              the second of eight
 *    JOB_COMPLETION_INDEX with --shards 8     Kubernetes indexed jobs, from 0
 *    SLURM_ARRAY_TASK_ID                      Slurm job arrays, from SLURM_ARRAY_TASK_MIN or 0
 *    CI_NODE_INDEX, CI_NODE_TOTAL             GitLab `parallel`, from 1
 *    BUILDKITE_PARALLEL_JOB, .._COUNT         Buildkite `parallelism`, from 0
 */
import type { Environment } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** Part `index` of `count`, counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

export interface ShardOptions {
  /** As written: `2/8`, counted from 1. */
  readonly shard?: string;
  /** How many there are, where only the index is known. */
  readonly shards?: number;
}

/** More are a mistake, and each of them would have to walk all prefixes to find its own. */
export const MOST_SHARDS = 10_000;

const WHOLE: Part = { index: 0, count: 1 };

/** Variables of one system. */
interface System {
  readonly index: string;
  /** Null where `--shards` has to say it. */
  readonly count: string | null;
  /** What the first index is. */
  first(env: Environment): number;
}

const SYSTEMS: readonly System[] = [
  { index: "JOB_COMPLETION_INDEX", count: null, first: () => 0 },
  {
    index: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
    first: (env) => Number(env.SLURM_ARRAY_TASK_MIN ?? 0),
  },
  { index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", first: () => 1 },
  { index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT", first: () => 0 },
];

/** @throws UsageError for a shard that cannot be, or a part without a whole */
export function chooseShard({ shard, shards }: ShardOptions, env: Environment): Part {
  if (shard !== undefined) return parseShard(shard, shards);
  const system = SYSTEMS.find(({ index, count }) => {
    const hasCount = count === null ? shards !== undefined : env[count] !== undefined;
    return env[index] !== undefined && (hasCount || shards !== undefined);
  });
  if (system === undefined) {
    if (shards === undefined || shards === 1) return WHOLE;
    throw new UsageError("--shards needs --shard i/n, or the index of a job in the environment");
  }
  const index = Number(env[system.index]) - system.first(env);
  const count = shards ?? Number(env[system.count ?? ""]);
  return expectPart({ index, count }, `${system.index}=${env[system.index]}`);
}

function parseShard(text: string, shards: number | undefined): Part {
  const [, index, count] = /^([0-9]+)\/([0-9]+)$/.exec(text) ?? [];
  const part = { index: Number(index) - 1, count: Number(count) };
  if (shards !== undefined && shards !== part.count) {
    throw new UsageError(`--shard ${text} and --shards ${shards} do not agree`);
  }
  return expectPart(part, `--shard ${text}`);
}

function expectPart(part: Part, source: string): Part {
  const { index, count } = part;
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count) {
    expectShards(count, source);
    return part;
  }
  throw new UsageError(`${source} names no shard: wanted one of n, such as --shard 1/8`);
}

/** @throws UsageError for more shards than there may be */
export function expectShards(count: number, source: string): void {
  if (count > MOST_SHARDS) {
    throw new UsageError(`${source}: wanted at most ${MOST_SHARDS} shards, got ${count}`);
  }
}
