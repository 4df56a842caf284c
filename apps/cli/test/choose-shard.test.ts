/** Which shard a machine explores: told by option, or by whoever started many machines. */
import { describe, expect, test } from "vitest";
import { chooseShard, type Part, type ShardOptions } from "../src/explore/choose-shard.ts";
import type { Environment } from "../src/terminal.ts";

const whole: Part = { index: 0, count: 1 };

test.each<[string, ShardOptions, Environment, Part]>([
  ["nothing told: all of it", {}, {}, whole],
  ["--shards 1: all of it", { shards: 1 }, {}, whole],
  ["--shard 2/8", { shard: "2/8" }, {}, { index: 1, count: 8 }],
  [
    "--shard outranks the environment",
    { shard: "1/2" },
    { CI_NODE_INDEX: "3", CI_NODE_TOTAL: "4" },
    { index: 0, count: 2 },
  ],
  [
    "Kubernetes counts from 0, and --shards says how many",
    { shards: 4 },
    { JOB_COMPLETION_INDEX: "3" },
    { index: 3, count: 4 },
  ],
  ["Kubernetes without --shards: all of it", {}, { JOB_COMPLETION_INDEX: "3" }, whole],
  ["Slurm", {}, { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "5" }, { index: 2, count: 5 }],
  [
    "Slurm, with an array that begins at 1",
    {},
    { SLURM_ARRAY_TASK_ID: "5", SLURM_ARRAY_TASK_COUNT: "5", SLURM_ARRAY_TASK_MIN: "1" },
    { index: 4, count: 5 },
  ],
  ["GitLab counts from 1", {}, { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "3" }, { index: 0, count: 3 }],
  [
    "Buildkite counts from 0",
    {},
    { BUILDKITE_PARALLEL_JOB: "2", BUILDKITE_PARALLEL_JOB_COUNT: "3" },
    { index: 2, count: 3 },
  ],
])("%s", (_name, options, env, part) => {
  expect(chooseShard(options, env)).toEqual(part);
});

describe("is refused", () => {
  test.each<[ShardOptions, Environment, string]>([
    [{ shard: "0/2" }, {}, "--shard 0/2 names no shard"],
    [{ shard: "3/2" }, {}, "--shard 3/2 names no shard"],
    [{ shard: "half" }, {}, "--shard half names no shard"],
    [{ shard: "1/2", shards: 3 }, {}, "--shard 1/2 and --shards 3 do not agree"],
    [{ shards: 3 }, {}, "--shards needs --shard i/n"],
    [{ shards: 2 }, { JOB_COMPLETION_INDEX: "2" }, "JOB_COMPLETION_INDEX=2 names no shard"],
    [{}, { CI_NODE_INDEX: "x", CI_NODE_TOTAL: "2" }, "CI_NODE_INDEX=x names no shard"],
  ])("%j with %j", (options, env, message) => {
    expect(() => chooseShard(options, env)).toThrow(message);
  });
});
