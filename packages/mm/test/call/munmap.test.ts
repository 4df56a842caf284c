/** munmap: what goes, what stays, and in which order (SPEC §8.6, §2.10). */
import { PAGE_SIZE, TASK_SIZE } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { failNth } from "@forkpath/sync";
import { addFile, recount, run, type Space, showRss } from "@forkpath/test-world";
import { lock, protect, read, unmap, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import {
  createSpace,
  drawSpace,
  map,
  READ,
  SHARED_ANONYMOUS,
  TABLE_PAGES,
} from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { reclaimPages, sysMunmap } from "../../src/index.ts";

const usage = ({ mm }: Space): unknown => ({ vmas: mm.mapCount, total: mm.usage.totalVm });

describe("the range", () => {
  test.each([
    ["a whole area", 0, 6, ""],
    ["its head", 0, 2, "..[wwww]"],
    ["its tail", 4, 2, "[wwww]"],
    ["its middle", 2, 2, "[ww]..[ww]"],
    ["past its end", 4, 99, "[wwww]"],
    ["nothing of it", 6, 99, "[wwwwww]"],
  ])("%s", (_name, page, pages, left) => {
    const space = drawSpace("[wwwwww]");
    write(space, 0, 1, 2, 3, 4, 5);
    expect(unmap(space, page, pages)).toBe("0");
    expect(showAreas(space)).toBe(left);
    expect(recount(space)).toEqual([]);
  });

  test("several areas, the outer ones in part", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 3);
    map(space, 3, 2, { file });
    map(space, 7, 2, { flags: SHARED_ANONYMOUS });
    map(space, 9, 3, { prot: READ });
    expect(showAreas(space)).toBe("[www][WW]..[WW][rrr]");
    expect(unmap(space, 2, 8)).toBe("0");
    expect(showAreas(space)).toBe("[ww]........[rr]");
    expect(usage(space)).toEqual({ vmas: 2, total: 4 });
    expect(file.count).toBe(1);
    expect(recount(space)).toEqual([]);
  });

  test("what is left of a file's area goes on where it was in the file", () => {
    const space = createSpace();
    map(space, 0, 6, { file: addFile(space), pgoff: 10 });
    unmap(space, 2, 2);
    expect([areaAt(space, 0).pgoff, areaAt(space, 4).pgoff]).toEqual([10, 14]);
  });

  test.each([
    ["a start off a page boundary", at(0) + 1, PAGE_SIZE],
    ["no length", at(0), 0],
    ["a start past user space", TASK_SIZE + PAGE_SIZE, PAGE_SIZE],
    ["an end past user space", at(0), TASK_SIZE],
  ])("%s is -EINVAL", (_name, start, len) => {
    const { env, mm } = createSpace();
    expect(run(sysMunmap(env, mm, start, len))).toBe(-22);
  });

  test("misuse is thrown before anything is locked", () => {
    const { env, mm } = createSpace();
    expect(() => run(sysMunmap(env, mm, Number.NaN, 1))).toThrow("sysMunmap: start must be");
    expect(() => run(sysMunmap(env, mm, 0, -1))).toThrow("sysMunmap: len must be");
    expect(mm.mmapSem.writer).toBeNull();
  });
});

describe("pages and slots", () => {
  test("anonymous pages are freed, file pages stay in the cache, slots are given back", () => {
    const space = createSpace();
    const { env, mm } = space;
    const file = addFile(space);
    map(space, 0, 4);
    map(space, 4, 2, { file, prot: READ });
    write(space, 0, 1, 2, 3);
    run(reclaimPages(env, mm, { start: at(0), end: at(2) }));
    read(space, 4, 5);
    const inUse = env.map.framesInUse;
    expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["s s W W fc fc", "(2,2,2)"]);
    unmap(space, 0, 6);
    expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["- - - - - -", "(0,0,0)"]);
    expect(env.map.framesInUse).toBe(inUse - 2);
    expect(file.pages.size).toBe(2);
    expect(env.swap.nrSwapPages).toBe(63);
    expect(recount(space)).toEqual([]);
  });

  test("the last mapping of shared anonymous memory takes its pages and its charge along", () => {
    const space = createSpace();
    map(space, 0, 4, { flags: SHARED_ANONYMOUS });
    write(space, 0, 1);
    unmap(space, 2, 2);
    expect(space.env.commit.committed).toBe(4); // the file is as long as ever
    unmap(space, 0, 2);
    expect(space.env.commit.committed).toBe(0);
    expect(space.env.files.size).toBe(0);
    expect(recount(space)).toEqual([]);
  });
});

describe("tables between neighbours (SPEC §2.10)", () => {
  //  table 0            table 1            table 2
  // |aa .... bbbb......|bbbb..............|cc ...
  function neighbours(): Space {
    const space = createSpace();
    const [second, third] = [TABLE_PAGES, 2 * TABLE_PAGES];
    map(space, 0, 2);
    map(space, second - 4, 8, { prot: READ });
    protect(space, second - 4, 8, READ);
    map(space, third, 2);
    write(space, 0, third);
    read(space, second - 4, second + 3);
    expect(space.mm.nrPtes).toBe(3);
    return space;
  }

  test("a table goes with its last area, and stays for a neighbour", () => {
    const space = neighbours();
    unmap(space, TABLE_PAGES - 4, 8);
    expect(space.mm.nrPtes).toBe(2);
    unmap(space, 2 * TABLE_PAGES, 2);
    expect(space.mm.nrPtes).toBe(1);
    unmap(space, 0, 2);
    expect([space.mm.nrPtes, space.env.tables.liveTables]).toEqual([0, [0, 0, 0, 1]]);
    expect(recount(space)).toEqual([]);
  });

  test("half an area leaves the table that the other half needs", () => {
    const space = neighbours();
    unmap(space, TABLE_PAGES, 4);
    expect(space.mm.nrPtes).toBe(2);
    expect(recount(space)).toEqual([]);
  });

  test("areas that go together take the table between them", () => {
    const space = neighbours();
    unmap(space, 0, TABLE_PAGES + 4);
    expect(space.mm.nrPtes).toBe(1);
    expect(recount(space)).toEqual([]);
  });
});

describe("peaks (SPEC §1.4)", () => {
  test("hiwater_rss and hiwater_vm are pushed just before the decrease", () => {
    const space = createSpace();
    const { counters } = space.mm;
    map(space, 0, 6);
    write(space, 0, 1, 2);
    const peaks = (): number[] =>
      [MmCounter.HIWATER_RSS, MmCounter.HIWATER_VM].map((member) =>
        peekCounterSigned(counters, member),
      );
    expect(peaks()).toEqual([0, 0]);
    unmap(space, 0, 1);
    expect(peaks()).toEqual([3, 6]);
    unmap(space, 1, 5);
    expect(peaks()).toEqual([3, 6]);
  });
});

describe("locked areas", () => {
  test("locked_vm goes down by what was unmapped of them", () => {
    const space = createSpace();
    const { mm } = space;
    map(space, 0, 4);
    lock(space, 0, 3);
    expect([mm.lockedVm, showAreas(space)]).toEqual([3, "[www][w]"]);
    unmap(space, 2, 2);
    expect([mm.lockedVm, showAreas(space)]).toEqual([2, "[ww]"]);
    expect(recount(space)).toEqual([]);
  });
});

describe("failure", () => {
  test("a hole in the middle needs an area more than there may be", () => {
    const space = drawSpace("[wwwwww]");
    space.env.maxMapCount = 1;
    expect(unmap(space, 2, 2)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(unmap(space, 4, 2)).toBe("0"); // at its end it needs none
    expect(unmap(space, 0, 2)).toBe("0");
    expect(showAreas(space)).toBe("..[ww]");
  });

  test("without memory for the second split the first one stays, and nothing is unmapped", () => {
    const space = drawSpace("[wwwwww]");
    write(space, 0, 1, 2, 3, 4, 5);
    // Split at 2: area, link. Split at 4: area.
    failNth(space.env.sync.gate, 2);
    expect(unmap(space, 2, 2)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[ww][wwww]");
    expect(showRss(space.mm)).toBe("(0,6,0)");
    expect(recount(space)).toEqual([]);
  });
});

describe("order", () => {
  test("pages are let go after the flush, areas are closed last", () => {
    const space = createSpace();
    const { env } = space;
    const story: string[] = [];
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.ops = { open: () => story.push("open"), close: () => story.push("close") };
      return 0;
    };
    map(space, 0, 1);
    write(space, 0);
    map(space, 1, 2, { file });
    const tell = (event: KernelEvent): void => {
      const isPart = ["notify_start", "notify_end", "flush_tlb", "rss", "page"].includes(
        event.kind,
      );
      if (isPart) story.push(event.kind);
      if (event.kind === "lock" && event.where.startsWith("unlink")) story.push(event.where);
    };
    attachSink(env.sync, { wants: ALL_EVENTS, emit: tell });
    unmap(space, 0, 2);
    expect(story).toEqual([
      "open", // of the half that the split made
      "notify_start",
      "rss", // of the first area,
      "rss", // and of the second
      "notify_end",
      "unlink_anon_vmas",
      "unlink_file_vma",
      "flush_tlb",
      "page",
      "close",
    ]);
  });
});
