/** mremap: shorter, longer, elsewhere (SPEC §2.14, §4.3, §5.12, D16/e). */
import { Mremap, PAGE_SIZE, TASK_SIZE, VmFlag } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { findPteCell, pokeEntry } from "@forkpath/page-table";
import { SwpType, swpPteLow } from "@forkpath/swap";
import { failNth } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { type MmLimits, NO_LIMITS, reclaimPages, sysMlock, sysMremap } from "../src/index.ts";
import {
  addFile,
  areaAt,
  at,
  createSpace,
  draw,
  entries,
  map,
  pageOf,
  READ,
  read,
  recount,
  rss,
  run,
  SHARED_ANONYMOUS,
  type Space,
  SWAP_ONLY,
  TABLE_PAGES,
  write,
} from "./areas.ts";

/** mremap in pages of the picture; the page where the mapping is then, or the errno. */
function remap(
  { env, mm }: Space,
  page: number,
  oldPages: number,
  newPages: number,
  options: { mayMove?: boolean; to?: number; limits?: MmLimits } = {},
): number | string {
  const { mayMove = options.to !== undefined, to } = options;
  const flags = (mayMove ? Mremap.MAYMOVE : 0) | (to === undefined ? 0 : Mremap.FIXED);
  const lengths = { oldLen: oldPages * PAGE_SIZE, newLen: newPages * PAGE_SIZE };
  const request = {
    addr: at(page),
    ...lengths,
    flags,
    ...(to === undefined ? {} : { newAddr: at(to) }),
  };
  return pageOf(run(sysMremap(env, mm, request, options.limits)));
}

describe("in place", () => {
  test("shorter: the tail is unmapped", () => {
    const space = createSpace();
    map(space, 0, 4);
    write(space, 0, 3);
    expect(remap(space, 0, 4, 2)).toBe(0);
    expect([draw(space), rss(space)]).toEqual(["[ww]", "(0,1,0)"]);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("longer, into free space behind; what it grows by is charged", () => {
    const space = createSpace();
    map(space, 0, 2);
    expect(remap(space, 0, 2, 5)).toBe(0);
    expect([draw(space), space.env.commit.committed]).toEqual(["[wwwww]", 5]);
    expect(space.mm.usage.totalVm).toBe(5);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("longer without space behind: only with MAYMOVE", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 3, 1, { prot: READ });
    expect(remap(space, 0, 2, 4)).toBe("-ENOMEM");
    expect([draw(space), space.env.commit.committed]).toEqual(["[ww].[r]", 2]);
  });

  test("longer with a file behind it counts as shared_vm", () => {
    const space = createSpace();
    map(space, 0, 2, { file: addFile(space) });
    remap(space, 0, 2, 4);
    expect(space.mm.usage).toMatchObject({ totalVm: 4, sharedVm: 4 });
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("no place to move to is -ENOMEM", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 2, 1, { prot: READ });
    expect(remap(space, 0, 2, TASK_SIZE / PAGE_SIZE, { mayMove: true })).toBe("-ENOMEM");
    expect(space.env.commit.committed).toBe(2);
  });

  test("a locked area brings its new pages", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 2);
    run(sysMlock(env, mm, at(0), 2 * PAGE_SIZE));
    expect(remap(space, 0, 2, 4)).toBe(0);
    expect([entries(space, 0, 4), mm.lockedVm]).toEqual(["W W W W", 4]);
    expect(recount(env, mm)).toEqual([]);
  });
});

describe("elsewhere", () => {
  test("every entry moves as it is, and no counter changes", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 5);
    write(space, 0, 1, 3);
    read(space, 2);
    run(reclaimPages(env, mm, { start: at(1), end: at(2) }));
    expect([entries(space, 0, 5), rss(space)]).toEqual(["W s zc W -", "(0,2,1)"]);
    expect(remap(space, 0, 5, 5, { to: 10 })).toBe(10);
    expect(draw(space)).toBe("..........[wwwww]");
    expect([entries(space, 10, 5), rss(space)]).toEqual(["W s zc W -", "(0,2,1)"]);
    expect(recount(env, mm)).toEqual([]);
  });

  test("migration entries too", () => {
    const space = createSpace();
    map(space, 0, 1);
    write(space, 0);
    const cell = findPteCell(space.env.tables, space.mm.pgd, areaAt(space, 0).start);
    pokeEntry(space.env.tables, cell, BigInt(swpPteLow(SwpType.MIGRATION_WRITE, 77)));
    remap(space, 0, 1, 1, { to: 4 });
    expect(entries(space, 0, 5)).toBe("- - - - M");
  });

  test("pages keep their index: the area's offset stays (SPEC §4.3)", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 4, 2, { prot: READ });
    write(space, 0);
    remap(space, 0, 2, 2, { to: 10 });
    remap(space, 4, 2, 2, { to: 14 });
    expect(areaAt(space, 10).pgoff).toBe(at(0) / PAGE_SIZE);
    expect(areaAt(space, 14).pgoff).toBe(at(14) / PAGE_SIZE); // it had no pages
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("where mmap would put it, if it may move and no place is given", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 2, 1, { prot: READ });
    write(space, 0);
    space.mm.layout.mmapBase = at(10);
    expect(remap(space, 0, 2, 3, { mayMove: true })).toBe(7);
    expect(draw(space)).toBe("..[r]....[www]");
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("from the middle of an area, whose ends stay, and stay charged", () => {
    const space = createSpace();
    map(space, 0, 6);
    write(space, 0, 1, 2, 3, 4, 5);
    expect(remap(space, 2, 2, 3, { to: 10 })).toBe(10);
    expect(draw(space)).toBe("[ww]..[ww]....[www]");
    expect(space.env.commit.committed).toBe(7);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("FIXED replaces what is at the new place", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 4, 4, { prot: READ });
    write(space, 0, 1);
    expect(remap(space, 0, 2, 2, { to: 5 })).toBe(5);
    expect(draw(space)).toBe("....[r][ww][r]");
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("FIXED and shorter: only the head moves", () => {
    const space = createSpace();
    map(space, 0, 4);
    write(space, 0, 3);
    remap(space, 0, 4, 2, { to: 8 });
    expect([draw(space), rss(space)]).toEqual(["........[ww]", "(0,1,0)"]);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("a file's area keeps its place in the file, and its references", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 4, { file, pgoff: 3 });
    read(space, 0, 1);
    remap(space, 1, 2, 2, { to: 8 });
    expect([areaAt(space, 8).pgoff, file.count]).toEqual([4, 4]);
    expect(entries(space, 8, 1)).toBe("fc");
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("back to where it came from, it is one area again", () => {
    const space = createSpace();
    map(space, 0, 6);
    write(space, 0, 1, 2, 3, 4, 5);
    remap(space, 2, 2, 2, { to: 10 });
    remap(space, 10, 2, 2, { to: 2 });
    expect([draw(space), rss(space)]).toEqual(["[wwwwww]", "(0,6,0)"]);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("an untouched area that moves right below itself merges with itself first", () => {
    const space = createSpace();
    map(space, 2, 4);
    remap(space, 4, 2, 2, { to: 0 });
    expect(draw(space)).toBe("[wwww]");
    expect(space.env.commit.committed).toBe(4);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("a locked area stays locked, and the rest of it too", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 4);
    run(sysMlock(env, mm, at(0), 4 * PAGE_SIZE));
    remap(space, 0, 2, 3, { to: 8 });
    expect([draw(space), mm.lockedVm]).toEqual(["..[ww]....[www]", 5]);
    expect(entries(space, 8, 3)).toBe("W W W");
    expect(recount(env, mm)).toEqual([]);
  });

  test("old length 0 maps shared pages a second time", () => {
    const space = createSpace();
    map(space, 0, 2, { flags: SHARED_ANONYMOUS });
    write(space, 0);
    expect(remap(space, 0, 0, 2, { to: 4 })).toBe(4);
    read(space, 4);
    expect([draw(space), rss(space)]).toEqual(["[WW]..[WW]", "(2,0,0)"]);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("tables: new ones for the target, the old ones go", () => {
    const space = createSpace();
    map(space, TABLE_PAGES - 2, 4); // across two tables
    write(space, TABLE_PAGES - 1, TABLE_PAGES);
    remap(space, TABLE_PAGES - 2, 4, 4, { to: 3 * TABLE_PAGES });
    expect([space.mm.nrPtes, entries(space, 3 * TABLE_PAGES, 4)]).toEqual([1, "- W W -"]);
    expect(recount(space.env, space.mm)).toEqual([]);
  });
});

describe("peaks (D16/e)", () => {
  test("the moment in which both ranges count leaves no trace in hiwater_vm", () => {
    const space = createSpace();
    map(space, 0, 10);
    remap(space, 0, 10, 10, { to: 20 });
    expect(space.mm.usage.totalVm).toBe(10);
    expect(peekCounterSigned(space.mm.counters, MmCounter.HIWATER_VM)).toBe(0);
  });

  test("in that moment, /proc shows both", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 10);
    env.sync.interleaved = true;
    const thread = sysMremap(env, mm, {
      addr: at(0),
      oldLen: 10 * PAGE_SIZE,
      newLen: 10 * PAGE_SIZE,
      flags: Mremap.MAYMOVE | Mremap.FIXED,
      newAddr: at(20),
    });
    let mostTotal = 0;
    let mostPeak = 0;
    while (!thread.next().done) {
      mostTotal = Math.max(mostTotal, mm.usage.totalVm);
      mostPeak = Math.max(mostPeak, peekCounterSigned(mm.counters, MmCounter.HIWATER_VM));
    }
    expect([mostTotal, mostPeak]).toEqual([20, 20]);
    expect(mm.usage.totalVm).toBe(10);
  });
});

describe("refused", () => {
  const limits = (some: Partial<MmLimits>): MmLimits => ({ ...NO_LIMITS, ...some });

  test.each([
    ["nothing is mapped there", 8, 1, 2, {}, "-EFAULT"],
    ["the old range is more than one area", 0, 6, 7, {}, "-EFAULT"],
    ["no new length", 0, 2, 0, {}, "-EINVAL"],
    ["the new place overlaps the old one", 0, 4, 4, { to: 2 }, "-EINVAL"],
    ["the new place holds the old one", 1, 2, 4, { to: 0 }, "-EINVAL"],
    ["RLIMIT_AS", 4, 2, 4, { limits: limits({ addressSpace: 7 * PAGE_SIZE }) }, "-ENOMEM"],
  ])("%s", (_name, page, oldPages, newPages, options, errno) => {
    const space = createSpace();
    map(space, 0, 4, { prot: READ });
    map(space, 4, 2);
    expect(remap(space, page, oldPages, newPages, options)).toBe(errno);
    expect(draw(space)).toBe("[rrrr][ww]");
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test.each([
    ["an unknown flag", { flags: 4 }],
    ["FIXED without MAYMOVE", { flags: Mremap.FIXED }],
    ["an address off a page boundary", { addr: at(0) + 1 }],
    ["a new address off a page boundary", { flags: 3, newAddr: at(8) + 1 }],
    ["a new range past user space", { flags: 3, newAddr: 2 ** 47 }],
  ])("%s is -EINVAL", (_name, some) => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 2);
    const request = { addr: at(0), oldLen: PAGE_SIZE, newLen: 2 * PAGE_SIZE, flags: 1, ...some };
    expect(run(sysMremap(env, mm, request))).toBe(-22);
  });

  test("RLIMIT_MEMLOCK of a locked area is -EAGAIN", () => {
    const space = createSpace();
    map(space, 0, 2);
    run(sysMlock(space.env, space.mm, at(0), 2 * PAGE_SIZE));
    const options = { limits: limits({ memlock: 3 * PAGE_SIZE }) };
    expect(remap(space, 0, 2, 4, options)).toBe("-EAGAIN");
    expect(remap(space, 0, 2, 3, options)).toBe(0);
  });

  test("what may not be promised is -EFAULT", () => {
    const space = createSpace({ commit: SWAP_ONLY });
    map(space, 0, 2);
    expect(remap(space, 0, 2, 64)).toBe("-EFAULT");
    expect(space.env.commit.committed).toBe(2);
  });

  test("a driver's area may not grow", () => {
    const space = createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.flags += VmFlag.DONTEXPAND;
      return 0;
    };
    map(space, 0, 2, { file });
    expect(remap(space, 0, 2, 3)).toBe("-EFAULT");
    expect(remap(space, 0, 2, 1)).toBe(0);
  });

  test("nearly as many areas as there may be: a move could need three more", () => {
    const space = createSpace();
    map(space, 0, 2);
    space.env.maxMapCount = 4;
    expect(remap(space, 0, 2, 2, { to: 8 })).toBe("-ENOMEM");
    space.env.maxMapCount = 5;
    expect(remap(space, 0, 2, 2, { to: 8 })).toBe(8);
  });

  test("misuse is thrown", () => {
    const { env, mm } = createSpace();
    const request = { addr: 0, oldLen: 1, newLen: Number.NaN, flags: 0 };
    expect(() => run(sysMremap(env, mm, request))).toThrow("sysMremap: newLen must be");
  });
});

describe("memory runs short", () => {
  // Page 0 of table 0, and page 0 of table 1, go to tables 4 and 5, which do not exist.
  function twoTables(): Space {
    const space = createSpace();
    map(space, 0, 2 * TABLE_PAGES);
    write(space, 0, TABLE_PAGES);
    space.env.sync.gate.count = 0;
    return space;
  }
  const to = 4 * TABLE_PAGES;

  test.each([
    ["the area", 0],
    ["its link, both times asked", 1],
    ["the first table", 2],
    ["the second table: what came over goes back", 3],
  ])("for %s: -ENOMEM, and all is where it was", (_name, index) => {
    const space = twoTables();
    const { gate } = space.env.sync;
    failNth(gate, index);
    if (index === 1) failNth(gate, 2);
    expect(remap(space, 0, 2 * TABLE_PAGES, 2 * TABLE_PAGES, { to })).toBe("-ENOMEM");
    expect([entries(space, 0, 1), entries(space, TABLE_PAGES, 1)]).toEqual(["W", "W"]);
    expect(space.mm.vmas).toHaveLength(1);
    expect(areaAt(space, 0).flags & VmFlag.ACCOUNT).not.toBe(0);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("those are all that a move asks for", () => {
    const space = twoTables();
    expect(remap(space, 0, 2 * TABLE_PAGES, 2 * TABLE_PAGES, { to })).toBe(to);
    expect(space.env.sync.gate.count).toBe(4);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test.each([
    ["in place", {}],
    ["elsewhere", { to: 8 }],
  ])("for the split of an area that gets shorter, %s", (_name, options) => {
    const space = createSpace();
    map(space, 0, 6);
    failNth(space.env.sync.gate, 0);
    expect(remap(space, 0, 4, 2, options)).toBe("-ENOMEM");
    expect(draw(space)).toBe("[wwwwww]");
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("for the split that clears the target", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 4, 6, { prot: READ });
    failNth(space.env.sync.gate, 0);
    expect(remap(space, 0, 2, 2, { to: 6 })).toBe("-ENOMEM");
    expect(draw(space)).toBe("[ww]..[rrrrrr]");
  });

  test("for the split that unmaps the old range: it stays, and only the new one is charged", () => {
    const space = createSpace();
    map(space, 0, 6);
    failNth(space.env.sync.gate, 1); // the new area, then the split
    expect(remap(space, 2, 2, 2, { to: 10 })).toBe(10);
    expect(draw(space)).toBe("[wwwwww]....[ww]");
    expect(space.env.commit.committed).toBe(2);
    expect(recount(space.env, space.mm)).toEqual([]);
  });

  test("a locked area that cannot move stays locked and counted", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 2);
    run(sysMlock(env, mm, at(0), 2 * PAGE_SIZE));
    failNth(env.sync.gate, 2); // area, link, table
    expect(remap(space, 0, 2, 2, { to })).toBe("-ENOMEM");
    expect(mm.lockedVm).toBe(2);
    expect(recount(env, mm)).toEqual([]);
  });
});
