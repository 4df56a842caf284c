/** The README's example, run. */
import { expect, test } from "vitest";
import {
  addCellSteps,
  type Cells,
  createCells,
  createSync,
  createThread,
  type KernelThread,
  peekCell,
  type Sync,
} from "../src/index.ts";

function* fault(sync: Sync, counters: Cells): KernelThread<void> {
  yield* addCellSteps(sync, counters, 0, 1); // anon_rss++, without a lock
}

test("the example of the README prints what it says", () => {
  const sync = createSync();
  sync.interleaved = true;
  const counters = createCells(["anon_rss"], false); // plain longs: a load, then a store

  const threads = [1, 2].map((id) => ({
    cpu: createThread(id, `cpu${id}`),
    path: fault(sync, counters),
  }));
  const seen: string[] = [];
  for (const turn of [0, 1, 0, 1, 0, 1]) {
    const { cpu, path } = threads[turn];
    sync.current = cpu;
    const { done, value } = path.next();
    seen.push(done ? `${cpu.name} done` : `${cpu.name} next ${value.label}`);
  }

  expect(seen.slice(-2)).toEqual(["cpu1 done", "cpu2 done"]);
  expect(peekCell(counters, 0)).toBe(1n); // two faults, one counted: an update was lost
});
