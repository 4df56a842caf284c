/**
 * What may differ between two schedules of one class: nothing that can be seen. An ending is all
 * that can be looked at once the threads have returned: counters, entries, areas, frames, slots,
 * tasks, totals and failures.
 *
 * Random litmuses find what no shipped one does: `bench/commuting.ts` tries as many as one likes.
 */
import { expect, test } from "vitest";
import { findWrong } from "./endings/check.ts";
import type { KernelText } from "./endings/random-litmus.ts";
import { compareEndings } from "./endings/sets.ts";
import { litmusFile, litmusNames } from "./litmus-files.ts";

const EFFORT = { classes: 3000, others: 40 };

test.each(litmusNames)("%s: dpor shows every ending that other strategies do", (name) => {
  const litmus = litmusFile(name, { everywhere: true });
  const { complete, endings, missed } = compareEndings(litmus, EFFORT, litmusFile(name));
  expect([complete, missed]).toEqual([true, []]);
  expect(endings).toBeGreaterThan(0);
});

/** Two reclaimed pages and a collapse end in one way there, after 2,600 steps. */
const LONG = "d02-collapse-against-reclaim";

test.each(litmusNames.filter((name) => name !== LONG))("%s: so it does on v6.18", (name) => {
  const litmus = litmusFile(name, { everywhere: true, machine: { kernel: "v6.18" } });
  const { complete, missed } = compareEndings(litmus, { ...EFFORT, others: 20 });
  expect([complete, missed]).toEqual([true, []]);
});

const KERNELS: readonly KernelText[] = ["el6", "v6.1", "v6.18"];
/** Of each release. */
const SEEDS = 25;

test.each(KERNELS)("random litmuses of %s end alike in any order of a class", (kernel) => {
  let checked = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const found = findWrong(seed, kernel);
    if (found !== "skipped") checked++;
    else continue;
    expect(found && { seed, pair: found.culprits.endings }).toBeNull();
  }
  expect(checked).toBeGreaterThan(SEEDS / 2);
});
