/** What the machinery costs one kernel path that runs alone: locks, counters, events off. */
import { test } from "vitest";
import {
  addCellNow,
  addCellSteps,
  createCells,
  createSpinLock,
  createSync,
  runToCompletion,
  spinLock,
  spinLockNow,
  spinLockWait,
  spinUnlock,
} from "../src/index.ts";

const ROUNDS = 1000;

test("a thousand uncontended locks", async ({ bench }) => {
  const sync = createSync();
  const lock = createSpinLock("page_table_lock");
  await bench("in two halves, as hot code takes them", () => {
    for (let i = 0; i < ROUNDS; i++) {
      if (!spinLockNow(sync, lock, "bench")) runToCompletion(spinLockWait(sync, lock, "bench"));
      spinUnlock(sync, lock, "bench");
    }
  }).run();
  await bench("as a generator", () => {
    for (let i = 0; i < ROUNDS; i++) {
      runToCompletion(spinLock(sync, lock, "bench"));
      spinUnlock(sync, lock, "bench");
    }
  }).run();
});

test("a thousand counter updates", async ({ bench }) => {
  const sync = createSync();
  const cells = createCells(["anon_rss"], true);
  await bench("at once", () => {
    for (let i = 0; i < ROUNDS; i++) addCellNow(sync, cells, 0, 1);
  }).run();
  await bench("as a generator", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(addCellSteps(sync, cells, 0, 1));
  }).run();
});
