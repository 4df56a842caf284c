/** mremap: shorter, longer, elsewhere (SPEC §2.14, §4.3, §5.12, D16/e). */
import { Mremap, PAGE_SIZE, TASK_SIZE, VmFlag } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { attachSink, EventClass } from "@forkpath/events";
import { findPteCell, pokeEntry } from "@forkpath/page-table";
import { SwpType, swpPteLow } from "@forkpath/swap";
import { addFile, recount, run, showRss } from "@forkpath/test-world";
import { lock, read, remap, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import * as areas from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { reclaimPages, sysMremap } from "../../src/index.ts";

describe("in place", () => {
  test("shorter: the tail is unmapped", () => {
    const space = areas.drawSpace("[wwww]");
    write(space, 0, 3);
    expect(remap(space, 0, 4, 2)).toBe(0);
    expect([showAreas(space), showRss(space.mm)]).toEqual(["[ww]", "(0,1,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test("longer, into free space behind; what it grows by is charged", () => {
    const space = areas.drawSpace("[ww]");
    expect(remap(space, 0, 2, 5)).toBe(0);
    expect([showAreas(space), space.env.commit.committed]).toEqual(["[wwwww]", 5]);
    expect(space.mm.usage.totalVm).toBe(5);
    expect(recount(space)).toEqual([]);
  });

  test("longer, of an area that was never charged: nothing is", () => {
    const space = areas.drawSpace("[rr]");
    expect(remap(space, 0, 2, 5)).toBe(0);
    expect([showAreas(space), space.env.commit.committed]).toEqual(["[rrrrr]", 0]);
    expect(recount(space)).toEqual([]);
  });

  test("no longer than before is no growth, which DONTEXPAND forbids", () => {
    const space = areas.drawSpace("[ww]");
    areaAt(space, 0).flags |= VmFlag.DONTEXPAND;
    expect(remap(space, 0, 2, 3)).toBe("-EFAULT");
    expect(remap(space, 0, 2, 2, { to: 8 })).toBe(8);
    expect(recount(space)).toEqual([]);
  });

  test("longer without space behind: only with MAYMOVE", () => {
    const space = areas.drawSpace("[ww].[r]");
    expect(remap(space, 0, 2, 4)).toBe("-ENOMEM");
    expect([showAreas(space), space.env.commit.committed]).toEqual(["[ww].[r]", 2]);
  });

  test("longer with a file behind it counts as shared_vm", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 2, { file: addFile(space) });
    remap(space, 0, 2, 4);
    expect(space.mm.usage).toMatchObject({ totalVm: 4, sharedVm: 4 });
    expect(recount(space)).toEqual([]);
  });

  test("no place to move to is -ENOMEM", () => {
    const space = areas.drawSpace("[ww][r]");
    expect(remap(space, 0, 2, TASK_SIZE / PAGE_SIZE, { mayMove: true })).toBe("-ENOMEM");
    expect(space.env.commit.committed).toBe(2);
  });

  test("a locked area brings its new pages", () => {
    const space = areas.createSpace();
    const { mm } = space;
    areas.map(space, 0, 2);
    lock(space, 0, 2);
    expect(remap(space, 0, 2, 4)).toBe(0);
    expect([entries(space, 0, 4), mm.lockedVm]).toEqual(["W W W W", 4]);
    expect(recount(space)).toEqual([]);
  });
});

describe("elsewhere", () => {
  test("every entry moves as it is, and no counter changes", () => {
    const space = areas.createSpace();
    const { env, mm } = space;
    areas.map(space, 0, 5);
    write(space, 0, 1, 3);
    read(space, 2);
    run(reclaimPages(env, mm, { start: at(1), end: at(2) }));
    expect([entries(space, 0, 5), showRss(space.mm)]).toEqual(["W s zc W -", "(0,2,1)"]);
    expect(remap(space, 0, 5, 5, { to: 10 })).toBe(10);
    expect(showAreas(space)).toBe("..........[wwwww]");
    expect([entries(space, 10, 5), showRss(space.mm)]).toEqual(["W s zc W -", "(0,2,1)"]);
    expect(recount(space)).toEqual([]);
  });

  test("migration entries too", () => {
    const space = areas.drawSpace("[w]");
    write(space, 0);
    const cell = findPteCell(space.env.tables, space.mm.pgd, areaAt(space, 0).start);
    pokeEntry(space.env.tables, cell, BigInt(swpPteLow(SwpType.MIGRATION_WRITE, 77)));
    remap(space, 0, 1, 1, { to: 4 });
    expect(entries(space, 0, 5)).toBe("- - - - M");
  });

  test("pages keep their index: the area's offset stays (SPEC §4.3)", () => {
    const space = areas.drawSpace("[ww]..[rr]");
    write(space, 0);
    remap(space, 0, 2, 2, { to: 10 });
    remap(space, 4, 2, 2, { to: 14 });
    expect(areaAt(space, 10).pgoff).toBe(at(0) / PAGE_SIZE);
    expect(areaAt(space, 14).pgoff).toBe(at(14) / PAGE_SIZE); // it had no pages
    expect(recount(space)).toEqual([]);
  });

  test("where mmap would put it, if it may move and no place is given", () => {
    const space = areas.drawSpace("[ww][r]");
    write(space, 0);
    space.mm.layout.mmapBase = at(10);
    expect(remap(space, 0, 2, 3, { mayMove: true })).toBe(7);
    expect(showAreas(space)).toBe("..[r]....[www]");
    expect(recount(space)).toEqual([]);
  });

  test("from the middle of an area, whose ends stay, and stay charged", () => {
    const space = areas.drawSpace("[wwwwww]");
    write(space, 0, 1, 2, 3, 4, 5);
    expect(remap(space, 2, 2, 3, { to: 10 })).toBe(10);
    expect(showAreas(space)).toBe("[ww]..[ww]....[www]");
    expect(space.env.commit.committed).toBe(7);
    expect(recount(space)).toEqual([]);
  });

  test("FIXED replaces what is at the new place", () => {
    const space = areas.drawSpace("[ww]..[rrrr]");
    write(space, 0, 1);
    expect(remap(space, 0, 2, 2, { to: 5 })).toBe(5);
    expect(showAreas(space)).toBe("....[r][ww][r]");
    expect(recount(space)).toEqual([]);
  });

  test("FIXED and shorter: only the head moves", () => {
    const space = areas.drawSpace("[wwww]");
    write(space, 0, 3);
    remap(space, 0, 4, 2, { to: 8 });
    expect([showAreas(space), showRss(space.mm)]).toEqual(["........[ww]", "(0,1,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test("a file's area keeps its place in the file, and its references", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    areas.map(space, 0, 4, { file, pgoff: 3 });
    read(space, 0, 1);
    remap(space, 1, 2, 2, { to: 8 });
    expect([areaAt(space, 8).pgoff, file.count]).toEqual([4, 4]);
    expect(entries(space, 8, 1)).toBe("fc");
    expect(recount(space)).toEqual([]);
  });

  test("back to where it came from, it is one area again", () => {
    const space = areas.drawSpace("[wwwwww]");
    write(space, 0, 1, 2, 3, 4, 5);
    remap(space, 2, 2, 2, { to: 10 });
    remap(space, 10, 2, 2, { to: 2 });
    expect([showAreas(space), showRss(space.mm)]).toEqual(["[wwwwww]", "(0,6,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test("an untouched area that moves right below itself merges with itself first", () => {
    const space = areas.drawSpace("..[wwww]");
    remap(space, 4, 2, 2, { to: 0 });
    expect(showAreas(space)).toBe("[wwww]");
    expect(space.env.commit.committed).toBe(4);
    expect(recount(space)).toEqual([]);
  });

  test("a locked area stays locked, and the rest of it too", () => {
    const space = areas.createSpace();
    const { mm } = space;
    areas.map(space, 0, 4);
    lock(space, 0, 4);
    remap(space, 0, 2, 3, { to: 8 });
    expect([showAreas(space), mm.lockedVm]).toEqual(["..[ww]....[www]", 5]);
    expect(entries(space, 8, 3)).toBe("W W W");
    expect(recount(space)).toEqual([]);
  });

  test("old length 0 maps shared pages a second time", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 2, { flags: areas.SHARED_ANONYMOUS });
    write(space, 0);
    expect(remap(space, 0, 0, 2, { to: 4 })).toBe(4);
    read(space, 4);
    expect([showAreas(space), showRss(space.mm)]).toEqual(["[WW]..[WW]", "(2,0,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test("tables: new ones for the target, the old ones go", () => {
    const space = areas.createSpace();
    areas.map(space, areas.TABLE_PAGES - 2, 4); // across two tables
    write(space, areas.TABLE_PAGES - 1, areas.TABLE_PAGES);
    remap(space, areas.TABLE_PAGES - 2, 4, 4, { to: 3 * areas.TABLE_PAGES });
    expect([space.mm.nrPtes, entries(space, 3 * areas.TABLE_PAGES, 4)]).toEqual([1, "- W W -"]);
    expect(recount(space)).toEqual([]);
  });
});

describe("peaks (D16/e)", () => {
  test("the moment in which both ranges count leaves no trace in hiwater_vm", () => {
    const space = areas.drawSpace("[wwwwwwwwww]");
    remap(space, 0, 10, 10, { to: 20 });
    expect(space.mm.usage.totalVm).toBe(10);
    expect(peekCounterSigned(space.mm.counters, MmCounter.HIWATER_VM)).toBe(0);
  });

  test("in that moment, /proc shows both", () => {
    const space = areas.createSpace();
    const { env, mm } = space;
    areas.map(space, 0, 10);
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

test("secondary MMUs hear of the old range when it begins to move, and when it has moved", () => {
  const space = areas.drawSpace("[ww]");
  write(space, 0, 1);
  const heard: string[] = [];
  attachSink(space.env.sync, {
    wants: EventClass.MM,
    emit: (event) => {
      if (event.kind !== "notify_start" && event.kind !== "notify_end") return;
      heard.push(`${event.kind} ${event.start - at(0)} ${event.end - at(0)}`);
    },
  });
  expect(remap(space, 0, 2, 2, { to: 8 })).toBe(8);
  const [moved, unmapped] = [0, 1].map(() => ["notify_start 0 8192", "notify_end 0 8192"]);
  expect(heard).toEqual([...moved, ...unmapped]);
});
