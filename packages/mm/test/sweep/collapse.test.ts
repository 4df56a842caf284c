/**
 * SPEC §1.5 row 28, §2.9, App. C "collapse": 512 small pages become a huge one, or nothing does.
 */
import { Errno, Madvise, PAGE_SIZE, type Pfn, VmFlag } from "@forkpath/abi";
import { findPteCell, Pte, peekEntry, pokeEntry } from "@forkpath/page-table";
import { PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { frameAt, PRIVATE, recount, run, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, show } from "@forkpath/test-world/huge-looks";
import { createFile, fork, type ProcessOptions } from "@forkpath/test-world/process";
import { read, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import {
  collapseHugePage,
  getUserPages,
  mmput,
  reclaimPages,
  splitHugePage,
  sysMadvise,
  sysMlock,
} from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

/** P whose pages are small, in an area that may have huge ones from now on. */
function createSmallProcess(pages: number[], build = {}, blocks = 1): Process {
  const p = createHugeProcess(blocks, { thp: "madvise", ...build });
  write(p, ...pages);
  run(sysMadvise(p.env, p.mm, p.vma.start, p.vma.end - p.vma.start, Madvise.HUGEPAGE));
  return p;
}

const collapse = (p: Process, page = 0): number => run(collapseHugePage(p.env, p.mm, at(p, page)));
const ALL: number[] = Array.from({ length: HUGE }, (_, page) => page);

describe.each(BUILDS)("a collapse, %s", (_, build) => {
  test("makes one huge page of all, and counts those that were not there (§1.5/28)", () => {
    const p = createSmallProcess([0, 7, 511], build);
    expect(show(p)).toEqual(drawn("[W -*6 W -*503 W]", "(0,3,0)", "1+0"));
    expect(collapse(p, 300)).toBe(0);
    expect(show(p)).toEqual(drawn("H", "(0,512,0)", "0+1", "1/1"));
    expect(recount(p)).toEqual([]);
  });

  test("frees the small pages: only the huge one is left", () => {
    const p = createSmallProcess(ALL, build);
    const before = p.env.map.framesInUse;
    expect(collapse(p)).toBe(0);
    expect(p.env.map.framesInUse).toBe(before);
    expect(p.env.map.stats).toMatchObject({ nrAnonPages: 0, nrAnonTransparentHugepages: 1 });
    expect(recount(p)).toEqual([]);
  });

  test("is undone by a split, which needs no memory", () => {
    const p = createSmallProcess([3], build);
    collapse(p);
    failNth(p.env.sync.gate, 0);
    expect(run(splitHugePage(p.env, headsOf(p)[0] as Pfn))).toBe(true);
    expect(show(p)).toEqual(drawn("[W*512]", "(0,512,0)", "1+0"));
    expect(recount(p)).toEqual([]);
  });

  test("can be forked, and the child's copy can be collapsed again after a split", () => {
    const p = createSmallProcess([3], build);
    collapse(p);
    const c = fork(p);
    expect([p, c].map((one) => show(one).pmds)).toEqual(["Hr", "Hr'"]);
    run(splitHugePage(p.env, headsOf(p)[0] as Pfn));
    expect(collapse(c)).toBe(-Errno.EAGAIN); // its pages are shared, and read-only
    write(c, ...ALL);
    expect(collapse(c)).toBe(0);
    expect([p, c].map((one) => show(one).pmds)).toEqual(["[r*512]", "H"]);
    expect(recount(p, c)).toEqual([]);
  });

  test("in a locked area makes a huge page that is locked", () => {
    const p = createSmallProcess([3], build);
    run(sysMlock(p.env, p.mm, p.vma.start, HUGE * PAGE_SIZE));
    expect(collapse(p)).toBe(-Errno.EINVAL); // the advice is lost (D44, 32 bits of flags)
    run(sysMadvise(p.env, p.mm, p.vma.start, HUGE * PAGE_SIZE, Madvise.HUGEPAGE));
    expect(collapse(p)).toBe(0);
    expect(run(reclaimPages(p.env, p.mm)).mlocked).toBe(HUGE);
    expect(recount(p)).toEqual([]);
  });
});

describe("a page that is in the way calls the collapse off", () => {
  /** The same picture as before, nothing locked, and -EAGAIN. */
  function expectCalledOff(p: Process, ...others: Process[]): void {
    const before = [p, ...others].map(show);
    const { framesInUse } = p.env.map;
    expect(collapse(p)).toBe(-Errno.EAGAIN);
    expect([p, ...others].map(show)).toEqual(before);
    expect(p.env.map.framesInUse).toBe(framesInUse);
  }

  test("swapped", () => {
    const p = createSmallProcess([1, 2, 3]);
    run(reclaimPages(p.env, p.mm, { start: at(p, 2), end: at(p, 3) }));
    expectCalledOff(p);
    expect(recount(p)).toEqual([]);
  });

  test("in the swap cache still", () => {
    const p = createSmallProcess([1, 2, 3]);
    const c = fork(p);
    run(reclaimPages(p.env, p.mm, { start: at(p, 2), end: at(p, 3) }));
    write(p, 1, 2, 3);
    read(c, 2);
    expectCalledOff(c, p);
    expect(recount(p, c)).toEqual([]);
  });

  test("pinned: the last of all, when the others are isolated already", () => {
    const p = createSmallProcess([1, 2, 511]);
    const pins: Pfn[] = [];
    run(getUserPages(p.env, p.mm, at(p, 511), 1, { isWrite: true }, pins));
    expectCalledOff(p);
    for (const pin of pins) dropPage(p.env, pin);
    expect(collapse(p)).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("shared with a child, or a zero page", () => {
    const p = createSmallProcess([1]);
    const c = fork(p);
    expectCalledOff(p, c);
    const q = createHugeProcess(1, { thp: "madvise" });
    write(q, 1);
    read(q, 0);
    run(sysMadvise(q.env, q.mm, q.vma.start, HUGE * PAGE_SIZE, Madvise.HUGEPAGE));
    expectCalledOff(q);
    expect(recount(p, c)).toEqual([]);
    expect(recount(q)).toEqual([]);
  });

  test("read-only since a fork, although the child is gone", () => {
    const p = createSmallProcess([1]);
    const c = fork(p);
    run(mmput(c.env, c.mm));
    expectCalledOff(p);
    write(p, 1); // a fault finds that nobody shares it any more
    expect(collapse(p)).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("isolated by somebody else, or locked", () => {
    const p = createSmallProcess([1, 2]);
    const { flags } = p.env.map;
    const page = frameAt(p, at(p, 2));
    for (const [clear, set] of [
      [PageFlag.LRU, 0],
      [0, PageFlag.LOCKED],
    ]) {
      const before = flags[page];
      flags[page] = (before & ~clear) | set;
      expectCalledOff(p);
      flags[page] = before;
    }
    expect(recount(p)).toEqual([]);
  });

  test("and memory that nobody uses stays small", () => {
    const p = createSmallProcess([1, 2]);
    for (const page of [1, 2]) makeOld(p, page);
    expectCalledOff(p);
    write(p, 2); // one of them young will do
    expect(collapse(p)).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("as does a table without any page", () => {
    const p = createSmallProcess([1]);
    run(sysMadvise(p.env, p.mm, at(p, 1), PAGE_SIZE, Madvise.DONTNEED));
    expectCalledOff(p);
  });
});

/** Takes the accessed bit off, as a look at who uses what does. */
function makeOld(p: Process, page: number): void {
  const { env, mm } = p;
  const cell = findPteCell(env.tables, mm.pgd, at(p, page));
  pokeEntry(env.tables, cell, peekEntry(env.tables, cell) & ~BigInt(Pte.ACCESSED));
}

/** P with its first page written to, on a machine or in an area that is special. */
function written(options: ProcessOptions): Process {
  const p = createHugeProcess(1, options);
  write(p, 0);
  return p;
}

describe("no huge page may be", () => {
  test("without 512 free frames, or against the gate's will: -ENOMEM", () => {
    const p = createSmallProcess([1]);
    failNth(p.env.sync.gate, 0);
    expect(collapse(p)).toBe(-Errno.ENOMEM);
    const full = createSmallProcess([1], { memoryPages: 600 });
    expect(collapse(full)).toBe(-Errno.ENOMEM);
    expect([recount(p), recount(full)]).toEqual([[], []]);
  });

  test.each<[string, () => Process]>([
    ["in an area that was not asked for", () => written({ thp: "madvise" })],
    ["on a machine that makes none", () => written({ thp: "never" })],
    ["in a file", () => written({ file: createFile({ sizePages: HUGE }) })],
    ["in a driver's area", () => written({ thp: "never", flags: PRIVATE | VmFlag.MIXEDMAP })],
    ["where nothing was written yet", () => createHugeProcess(1)],
    ["in part of 2 MiB", () => written({ pages: HUGE - 1 })],
    ["where one is already", () => written({})],
  ])("%s: -EINVAL", (_, create) => {
    const p = create();
    const before = show(p);
    expect(collapse(p)).toBe(-Errno.EINVAL);
    expect([show(p), recount(p)]).toEqual([before, []]);
  });

  test("misuse is told: an address is below STACK_TOP_MAX", () => {
    const p = createSmallProcess([1]);
    expect(() => run(collapseHugePage(p.env, p.mm, 2 ** 47))).toThrow(RangeError);
    expect([p.mm.mmCount, p.mm.collapses]).toEqual([1, 0]);
  });
});

/** Frames in use on a machine without processes. */
const EMPTY: number = createHugeProcess().env.map.framesInUse;

test("a page that reclaim has put into the swap cache meanwhile leaves it again (§3.7)", () => {
  const p = createSmallProcess([0], { splitPtlocks: false });
  const { cache } = p.env.swap;
  const r = stepper(p.env, "R", () => reclaimPages(p.env, p.mm, {}));
  r.until("page"); // it has found the page, and not taken it off its list
  const k = stepper(p.env, "K", () => collapseHugePage(p.env, p.mm, at(p, 0)));
  k.until("P.mm", 5); // the page is back on its list, its entry nobody's to find
  expect(r.finish()).toMatchObject({ freed: 0 });
  expect(cache.size).toBe(1);
  expect(k.finish()).toBe(0);
  expect(cache.size).toBe(0);
  expect(recount(p)).toEqual([]);
});

describe("an address space that ends", () => {
  test("waits for the collapse that holds its semaphore", () => {
    const p = createSmallProcess([1]);
    const slow = stepper(p.env, "K", () => collapseHugePage(p.env, p.mm, at(p, 0)));
    slow.until("P.mm");
    const exit = stepper(p.env, "E", () => mmput(p.env, p.mm));
    expect(exit.waitsFor()).toBe("P.mmap_sem");
    expect(slow.finish()).toBe(0);
    exit.finish();
    expect([p.mm.mmUsers, p.mm.mmCount, p.env.map.framesInUse]).toEqual([0, 0, EMPTY]);
  });

  test("is left alone by one that comes too late, which still frees the struct", () => {
    const p = createSmallProcess([1]);
    const slow = stepper(p.env, "K", () => collapseHugePage(p.env, p.mm, at(p, 0)));
    slow.until("P.mmap_sem");
    stepper(p.env, "E", () => mmput(p.env, p.mm)).finish();
    expect([p.mm.mmUsers, p.mm.mmCount]).toEqual([0, 1]);
    expect(slow.finish()).toBe(-Errno.EINVAL);
    expect([p.mm.mmCount, p.env.map.framesInUse]).toEqual([0, EMPTY]);
  });
});

describe("the counter (D2)", () => {
  /** K collapses 2 MiB with 510 pages, and R swaps out the page of the next. */
  function raced(splitPtlocks: boolean): Process {
    const p = createSmallProcess([...ALL.slice(2), HUGE], { splitPtlocks }, 2);
    const [first, end] = [at(p, HUGE), at(p, HUGE + 1)];
    const k = stepper(p.env, "K", () => collapseHugePage(p.env, p.mm, at(p, 0)));
    const r = stepper(p.env, "R", () => reclaimPages(p.env, p.mm, { start: first, end }));
    k.until("P._anon_rss", splitPtlocks ? 1 : 2); // before it stores what it has loaded
    expect(r.finish().freed).toBe(1);
    expect(k.finish()).toBe(0);
    return p;
  }

  test("loses reclaim's decrement where page tables share one lock (§1.6)", () => {
    expect(recount(raced(false))).toEqual([
      { rule: "I2", owner: "P", field: "anon_rss", kept: 513, counted: 512 },
    ]);
  });

  test("loses nothing where they do not: one atomic step", () => {
    expect(recount(raced(true))).toEqual([]);
  });

  test("leaves the lock to others while it adds, in either build", () => {
    const p = createSmallProcess([0], { splitPtlocks: false });
    const k = stepper(p.env, "K", () => collapseHugePage(p.env, p.mm, at(p, 0)));
    k.until("P._anon_rss");
    expect([p.mm.pageTableLock.holder, p.mm.mmapSem.writer?.name]).toEqual([null, "K"]);
    k.finish();
  });
});
