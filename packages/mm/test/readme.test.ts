/** The example of README.md, as it stands there. */
import { Madvise, MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { runToCompletion as run } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  checkMm,
  createMmEnv,
  mmAlloc,
  mmput,
  sysMadvise,
  sysMmap,
  touchRange,
} from "../src/index.ts";

test("the example of the README", () => {
  const env = createMmEnv({ memoryPages: 1024 });
  const mm = run(mmAlloc(env, null));
  if (mm === null) throw new Error("no memory for a page directory");

  // A private mapping of 100 pages, of which the first 40 are written to.
  const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
  const len = 100 * PAGE_SIZE;
  const addr = run(sysMmap(env, mm, { len, prot: Prot.READ | Prot.WRITE, flags }));
  run(touchRange(env, mm, addr, 40, true));
  expect(peekCounterSigned(mm.counters, MmCounter.ANON_RSS)).toBe(40);
  expect([mm.usage.totalVm, env.commit.committed]).toEqual([100, 100]);

  // Half of them are thrown away; they stay promised, and the peak remembers them.
  run(sysMadvise(env, mm, addr, 20 * PAGE_SIZE, Madvise.DONTNEED));
  expect(peekCounterSigned(mm.counters, MmCounter.ANON_RSS)).toBe(20);
  expect(peekCounterSigned(mm.counters, MmCounter.HIWATER_RSS)).toBe(40);
  expect(env.commit.committed).toBe(100);

  expect(checkMm(env, mm)).toEqual([]); // every count, recounted the slow way
  run(mmput(env, mm));
  expect([env.commit.committed, env.tables.liveTables]).toEqual([0, [0, 0, 0, 0]]);
});
