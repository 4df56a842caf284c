/** How much of a page each package may be: kilobytes, minified and gzipped, with all it needs. */

import { publishedLibraries } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { bundleSize } from "../publish/bundle.ts";

const LIMITS: Readonly<Record<string, number>> = {
  abi: 3.5,
  capture: 15,
  conform: 121,
  conformance: 220,
  counters: 5.5,
  events: 2,
  explore: 175,
  fork: 63,
  fuzz: 220,
  interleave: 11,
  kernel: 110,
  live: 175,
  mm: 79,
  "page-table": 10,
  picture: 5,
  predict: 125,
  procfs: 13,
  recordings: 1,
  rmap: 10,
  scenario: 225,
  swap: 11,
  sync: 6.5,
  trace: 5.5,
};
/** Of single exports, in bytes that are not gzipped. */
const PARTS: ReadonlyArray<readonly [id: string, name: string, bytes: number]> = [
  ["page-table", "mkPteLow", 300],
  ["page-table", "formatPte", 300],
  ["swap", "swpOffset", 300],
  ["scenario", "listDefects", 50_000], // no machine comes along
  ["scenario", "parseScenario", 470_000],
  ["conformance", "parseVector", 110_000], // without the data
  ["kernel", "createKernel", 310_000],
];

const libraries = publishedLibraries().map((one) => ({ id: one.dir.split("/").at(-1)!, one }));

test("each package has a limit", () => {
  expect(Object.keys(LIMITS).sort()).toEqual(libraries.map(({ id }) => id).sort());
});

test.each(libraries)("all of $id", async ({ id, one }) => {
  const { gzipped } = await bundleSize(one);
  expect(gzipped / 1000).toBeLessThan(LIMITS[id]!);
});

test.each(PARTS)("of %s, %s alone", async (id, name, limit) => {
  const { one } = libraries.find((library) => library.id === id)!;
  expect((await bundleSize(one, name)).bytes).toBeLessThan(limit);
});
