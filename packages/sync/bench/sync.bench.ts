/** What the machinery costs one kernel path that runs alone: locks, counters, events off. */
import { test } from "vitest";
import {
  addCell,
  addCellNow,
  createCells,
  createRwSem,
  createSpinLock,
  createSync,
  holding,
  type KernelThread,
  runToCompletion,
  type Sync,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  writing,
} from "../src/index.ts";

const ROUNDS = 1000;

const nothing = (): number => 0;
function* generator(sync: Sync): KernelThread<number> {
  if (sync.interleaved) yield sync.allocPoint;
  return 0;
}

test("a thousand uncontended locks", async ({ bench }) => {
  const sync = createSync();
  const lock = createSpinLock("page_table_lock");
  await bench("in two halves, as hot code takes them", () => {
    for (let i = 0; i < ROUNDS; i++) {
      if (!spinLockNow(sync, lock, "bench")) runToCompletion(spinLock(sync, lock, "bench"));
      spinUnlockNow(sync, lock, "bench");
    }
  }).run();
  await bench("around a plain body", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(holding(sync, lock, "bench", nothing));
  }).run();
  await bench("around a generator", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(holding(sync, lock, "bench", generator(sync)));
  }).run();
  await bench("a generator without a lock", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(generator(sync));
  }).run();
});

test("a thousand uncontended semaphores", async ({ bench }) => {
  const sync = createSync();
  const sem = createRwSem("mmap_sem");
  await bench("around a generator, as its writer", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(writing(sync, sem, "bench", generator(sync)));
  }).run();
});

test("a thousand counter updates", async ({ bench }) => {
  const sync = createSync();
  const cells = createCells(["anon_rss"], true);
  await bench("at once", () => {
    for (let i = 0; i < ROUNDS; i++) addCellNow(sync, cells, 0, 1);
  }).run();
  await bench("as a generator", () => {
    for (let i = 0; i < ROUNDS; i++) runToCompletion(addCell(sync, cells, 0, 1));
  }).run();
});
