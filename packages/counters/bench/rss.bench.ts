/** What one flush of a batch costs: copy_pte_range makes one for each table that it copies. */
import { createSync, runToCompletion } from "@forkpath/sync";
import { test } from "vitest";
import { addMmRss, addMmRssNow, createMmCounters, updateHiwaterRss } from "../src/index.ts";

const FLUSHES = 1000; // in each run, so that the clock's own cost does not show

for (const split of [true, false]) {
  test(`flushes, split=${split}`, async ({ bench }) => {
    const sync = createSync();
    const counters = createMmCounters({ split });
    await bench(`${FLUSHES} addMmRssNow, split=${split}`, () => {
      for (let i = 0; i < FLUSHES; i++) addMmRssNow(sync, counters, 3, 500, 9);
    }).run();
    await bench(`${FLUSHES} addMmRss in a generator, split=${split}`, () => {
      for (let i = 0; i < FLUSHES; i++) runToCompletion(addMmRss(sync, counters, 3, 500, 9));
    }).run();
    await bench(`${FLUSHES} updateHiwaterRss, split=${split}`, () => {
      for (let i = 0; i < FLUSHES; i++) runToCompletion(updateHiwaterRss(sync, counters));
    }).run();
  });
}
