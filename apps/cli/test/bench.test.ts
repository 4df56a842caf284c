/** `forkpath bench`: what it measures, not how much. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BenchForkOptions,
  type BenchForkResult,
  benchingFork,
} from "../src/bench/bench-fork.ts";
import { shuffled } from "../src/bench/shuffled.ts";
import { forkpath } from "./session.ts";

function benchFork(options: BenchForkOptions): BenchForkResult {
  const work = benchingFork(options);
  let step = work.next(false);
  while (!step.done) step = work.next(false);
  return step.value;
}

test.for([
  { frames: "seq", split: true, trace: false, beside: [] },
  { frames: "perm", split: false, trace: false, beside: [] },
] as const)("times are positive, and the entries are the parent's pages: %j", (options) => {
  const result = benchFork({ mib: 4, runs: 3, ...options });
  expect(result).toMatchObject({ mib: 4, runs: 3, ptes: 1024, ...options });
  expect(result.nsPerPteBest).toBeGreaterThan(0);
  expect(result.nsPerPteMedian).toBeGreaterThanOrEqual(result.nsPerPteBest);
  expect(result.exitNsPerPteBest).toBeGreaterThan(0);
});

test("memory is struct pages of 24 bytes and two tables of 8 bytes an entry, and little more", () => {
  const { bytesPerPage } = benchFork({
    mib: 64,
    frames: "seq",
    runs: 1,
    split: true,
    trace: false,
    beside: [],
  });
  expect(bytesPerPage).toBeGreaterThanOrEqual(40);
  expect(bytesPerPage).toBeLessThanOrEqual(48); // 24 a page and process
});

test("--json is one line with the measures, and the lock build that --no-split asks for", async () => {
  const words = ["bench", "fork", "--mib", "1", "--runs", "2", "--no-split", "--json"];
  const { exitCode, out, err } = await forkpath(words);
  expect([exitCode, out.length, err]).toEqual([0, 1, []]);
  expect(JSON.parse(out[0])).toEqual({
    mib: 1,
    frames: "seq",
    runs: 2,
    split: false,
    trace: false,
    beside: [],
    ptes: 256,
    nsPerPteBest: expect.any(Number),
    nsPerPteMedian: expect.any(Number),
    exitNsPerPteBest: expect.any(Number),
    bytesPerPage: expect.any(Number),
  });
});

test("without --json it says in words what was measured", async () => {
  const { out } = await forkpath([
    "bench",
    "fork",
    "--mib",
    "1",
    "--runs",
    "2",
    "--frames",
    "perm",
  ]);
  expect(out[0]).toBe("1 MiB, 256 entries, frames permuted, a lock for each page table, 2 runs");
  expect(out[1]).toMatch(/^ {2}fork {4}[0-9.]+ ns an entry, median [0-9.]+$/);
});

test.for([
  ["--mib", "0"],
  ["--mib", "1.5"],
  ["--mib", "many"],
  ["--runs", "0"],
  ["--frames", "random"],
])("%s %s is a usage error", async ([option, value]) => {
  const { exitCode, err } = await forkpath(["bench", "fork", option, value]);
  expect([exitCode, err.length]).toEqual([2, 1]);
  expect(err[0]).toContain(`argument '${value}' is invalid`);
});

test("a shuffle has every number once, in the same order each time", () => {
  const property = fc.property(fc.integer({ min: 0, max: 2000 }), fc.nat(), (length, seed) => {
    const order = shuffled(length, seed);
    expect(order).toEqual(shuffled(length, seed));
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
  });
  fc.assert(property, { seed: 20_262, numRuns: 50 });
});

test("a shuffle leaves few numbers beside their neighbours", () => {
  const order = shuffled(4096);
  const neighbours = order.filter((value, index) => Math.abs(value - order[index - 1]) === 1);
  expect(neighbours.length).toBeLessThan(40);
});

test("bench explore --json has the rates of all sorts of machine, and their ratios", async () => {
  const { exitCode, out, err } = await forkpath(["bench", "explore", "--rounds", "1", "--json"]);
  expect([exitCode, out.length, err]).toEqual([0, 1, []]);
  const result = JSON.parse(out[0]);
  const rate = (litmus: string) => ({
    litmus,
    steps: expect.any(Number),
    schedulesPerSecondBest: expect.any(Number),
    schedulesPerSecondMedian: expect.any(Number),
    stepsPerSecondBest: expect.any(Number),
  });
  expect(result).toEqual({
    rounds: 1,
    bare: rate("exec-charge-shipped"),
    kernel: rate("fork-against-reclaim+everywhere"),
    ratio: expect.any(Number),
    long: rate("exit-against-swapoff+everywhere"),
    longRatio: expect.any(Number),
  });
  expect(result.bare.steps).toBe(18);
  const ratio = result.kernel.stepsPerSecondBest / result.bare.stepsPerSecondBest;
  expect(result.ratio).toBeCloseTo(ratio, 2);
});
