/** `forkpath calibrate`: from times to costs, and what is kept of them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_CALIBRATION } from "@forkpath/predict";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseTimes, solve } from "../src/calibrate/solve.ts";
import { calibrationFile, storeCalibration, storedCalibration } from "../src/calibrate/store.ts";
import { forkpath } from "./session.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "forkpath-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What forks would take if these were the costs, without noise. */
function timesOf({ fork, areaSkipped, areaCopied, table, entry, hugePage }: typeof COSTS): string {
  const written = 2000 * (areaSkipped + areaCopied + entry) + 8 * table;
  const lines: [string, number][] = [
    ["empty", fork],
    ["pages", fork + 16_384 * entry + 32 * table],
    ["tables", fork + 512 * entry + 512 * table],
    ["areas", fork + 4000 * areaSkipped],
    ["written", fork + written],
    ["huge", fork + 128 * hugePage],
  ];
  const noise = [1, 1, 1, 1.1, 1.3];
  const text = lines.map(([shape, time]) => [shape, ...noise.map((part) => part * time)].join(" "));
  return [...text, "copy 1500"].join("\n");
}

const COSTS = {
  fork: 40_000,
  areaSkipped: 300,
  areaCopied: 1200,
  table: 1900,
  entry: 50,
  hugePage: 700,
};

test("the costs that made the times are found again", () => {
  const found = solve(parseTimes(timesOf(COSTS)), "here");
  for (const [name, cost] of Object.entries(COSTS)) {
    expect(found[name as keyof typeof COSTS], name).toBeCloseTo(cost, 0);
  }
  expect(found).toMatchObject({ copyFault: 1500, source: "here" });
  expect(found.spread).toBeGreaterThanOrEqual(0.35);
});

test("a machine without huge pages has the default for them", () => {
  const text = timesOf(COSTS).replace(/^huge.*\n/m, "");
  expect(solve(parseTimes(text), "here").hugePage).toBe(DEFAULT_CALIBRATION.hugePage);
});

test("times that lack a shape are refused", () => {
  expect(() => solve(parseTimes("empty 1 2 3"), "here")).toThrow(
    "solve: times must have the shape pages",
  );
});

test("what is kept is found again, and anything else is none", async () => {
  const file = calibrationFile({ XDG_CACHE_HOME: folder }) ?? "";
  expect(file).toBe(join(folder, "forkpath", "calibration.json"));
  expect(calibrationFile({ HOME: "/home/x" })).toBe("/home/x/.cache/forkpath/calibration.json");
  expect(calibrationFile({})).toBeUndefined();
  await storeCalibration(file, DEFAULT_CALIBRATION);
  expect(await storedCalibration(file)).toEqual(DEFAULT_CALIBRATION);
  await writeFile(file, '{"format":1,"calibration":{"fork":-1}}');
  expect(await storedCalibration(file)).toBeUndefined();
});

test("a file that predict is to use and that is none is refused with exit code 2", async () => {
  const { exitCode, err } = await forkpath(["predict", ".", "--calibration", "no-such-file"]);
  expect([exitCode, err[0]]).toEqual([2, expect.stringMatching(/^error: /)]);
});

test("predict wants a folder or a process", async () => {
  for (const words of [["predict"], ["predict", ".", "--pid", "1"]]) {
    const { exitCode, err } = await forkpath(words);
    expect([exitCode, err]).toEqual([
      2,
      ["error: predict wants either a folder with a capture, or --pid"],
    ]);
  }
});
