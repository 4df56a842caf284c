/**
 * The litmuses of el6's defects on 6.18, where each has come to its end (L27), and the one that
 * only a kernel with locks of areas can fail (N10).
 */
import { bounded, dfs, exploreProgram, type Strategy } from "@forkpath/interleave";
import { expect, test } from "vitest";
import { patrol } from "../src/index.ts";
import { litmusFile, reduced } from "./litmus-files.ts";

const once = bounded(1);
const every = dfs();

/** By name: how it is explored, where threads take turns, and the least number of schedules. */
const ENDS: readonly (readonly [
  name: string,
  strategy: Strategy,
  switchAt: string[] | "everywhere",
  least: number,
])[] = [
  ["d01-exec-arguments", reduced, "everywhere", 5],
  ["d01-vfork-exec", reduced, "everywhere", 5],
  ["d02-collapse-against-reclaim", every, ["MM_ANONPAGES"], 6],
  ["d03-fork-against-migration", once, "everywhere", 70],
  ["d07-fork-in-migration", once, "everywhere", 90],
  ["d36-fork-against-mmap", reduced, "everywhere", 6],
  ["d42-two-stacks", reduced, "everywhere", 20],
];

test.each(ENDS)("%s has no schedule that fails on v6.18", (name, strategy, turns, least) => {
  const isEverywhere = turns === "everywhere";
  const litmus = litmusFile(name, {
    machine: { kernel: "v6.18" },
    everywhere: isEverywhere,
    ...(isEverywhere ? {} : { switchAt: turns }),
  });
  const found = exploreProgram(litmus, strategy, { max: 3000 });
  expect([found.complete, found.failures]).toEqual([true, []]);
  expect(found.schedules).toBeGreaterThanOrEqual(least);
});

test.each(["el6", "v6.1"] as const)("on %s no fault comes in between a fork's copies", (kernel) => {
  const litmus = litmusFile("n10-fault-during-fork", { machine: { kernel } });
  const { complete, failures } = exploreProgram(litmus, once);
  expect([complete, failures]).toEqual([true, []]);
});

test("a fault under its area's lock and a fork that closes areas break no rule of locks", () => {
  expect(patrol(litmusFile("n10-fault-during-fork"))).toEqual([]);
});
