/** Truncation: what goes from wherever a file is mapped (SPEC §8.5, §8.4). */
import { Madvise, MapFlag, PAGE_SIZE, VmFlag, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { findPteCell, pokeEntry } from "@forkpath/page-table";
import {
  addFile,
  addSpace,
  recount,
  run,
  type Space,
  showRss,
  stepper,
} from "@forkpath/test-world";
import { read, unmap, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MappedFile, reclaimPages, sysMadvise, unmapMappingRange } from "../../src/index.ts";

const PRIVATE = { flags: MapFlag.PRIVATE };
const SHARED = { flags: MapFlag.SHARED };

/** A private mapping of six pages: three of the file's, two copies, one of them swapped out. */
function createMapping(): { space: Space; file: MappedFile } {
  const space = createSpace();
  const { env, mm } = space;
  const file = addFile(space);
  map(space, 0, 6, { file, ...PRIVATE });
  read(space, 0, 1, 2);
  write(space, 3, 4);
  run(reclaimPages(env, mm, { start: at(4), end: at(5) }));
  expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["fc fc fc W s -", "(3,1,1)"]);
  return { space, file };
}

const truncate = (
  { env }: Space,
  file: MappedFile,
  first: number,
  pages: number,
  evenCows: boolean,
) => run(unmapMappingRange(env, file, first, pages, evenCows));

describe("a private mapping", () => {
  test("even_cows = 0: the file's pages go, copies and slots stay", () => {
    const { space, file } = createMapping();
    truncate(space, file, 0, 0, false);
    expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["- - - W s -", "(0,1,1)"]);
    expect(recount(space)).toEqual([]);
  });

  test("even_cows = 1: all go", () => {
    const { space, file } = createMapping();
    truncate(space, file, 0, 0, true);
    expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["- - - - - -", "(0,0,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test.each([
    ["from a page on", 2, 0, "fc fc - - - -"],
    ["a range", 1, 2, "fc - - W s -"],
    ["past what is mapped", 6, 9, "fc fc fc W s -"],
  ])("%s", (_name, first, pages, after) => {
    const { space, file } = createMapping();
    truncate(space, file, first, pages, true);
    expect(entries(space, 0, 6)).toBe(after);
    expect(recount(space)).toEqual([]);
  });

  test("the peak is pushed in a process that knows nothing of it", () => {
    const { space, file } = createMapping();
    truncate(space, file, 0, 0, true);
    expect(peekCounterSigned(space.mm.counters, MmCounter.HIWATER_RSS)).toBeGreaterThanOrEqual(4);
  });
});

describe("several mappings", () => {
  test("each loses what it maps of the range, wherever that is", () => {
    const space = createSpace();
    const other: Space = { env: space.env, mm: addSpace(space.env, "Q") };
    const file = addFile(space);
    map(space, 0, 4, { file, pgoff: 2, ...SHARED });
    map(space, 6, 4, { file, pgoff: 4, prot: READ });
    map(other, 0, 4, { file, pgoff: 0, ...SHARED });
    write(space, 0, 1, 2, 3);
    read(space, 6, 7, 8, 9);
    write(other, 0, 1, 2, 3);
    truncate(space, file, 3, 2, false); // pages 3 and 4 of the file
    expect(entries(space, 0, 10)).toBe("F - - F - - - fc fc fc");
    expect(entries(other, 0, 4)).toBe("F F F -");
    expect(recount(space, other)).toEqual([]);
  });

  test("misuse is thrown", () => {
    const space = createSpace();
    const file = addFile(space);
    expect(() => truncate(space, file, -1, 0, true)).toThrow("unmapMappingRange: first must be");
    expect(() => truncate(space, file, 0, 0.5, true)).toThrow("unmapMappingRange: pages must be");
  });
});

describe("a nonlinear mapping (SPEC §8.4)", () => {
  /** Pages 5, 1, 2 and 3 of the file at pages 0 to 3; entry 3 remembers its page only. */
  function createNonlinear(): { space: Space; file: MappedFile } {
    const space = createSpace();
    const { env, mm } = space;
    const file = addFile(space);
    map(space, 0, 4, { file, ...SHARED });
    write(space, 1, 2);
    const area = areaAt(space, 0);
    // What remap_file_pages would do, and is not modelled.
    file.iMmap.delete(area);
    file.iMmapNonlinear.add(area);
    area.flags += VmFlag.NONLINEAR;
    const cells = [0, 3].map((page) => findPteCell(env.tables, mm.pgd, virtAddr(at(page))));
    pokeEntry(env.tables, cells[0], 0x5040n);
    pokeEntry(env.tables, cells[1], 0x3040n);
    read(space, 0);
    expect([entries(space, 0, 4), showRss(space.mm)]).toEqual(["Fc F F n", "(3,0,0)"]);
    return { space, file };
  }

  test("pages of the range go by their index; the entry remembers one that is out of line", () => {
    const { space, file } = createNonlinear();
    truncate(space, file, 2, 4, true); // pages 2 to 5
    expect([entries(space, 0, 4), showRss(space.mm)]).toEqual(["n F - n", "(1,0,0)"]);
    expect(recount(space)).toEqual([]);
  });

  test("unmapping takes file entries along without a report", () => {
    const { space } = createNonlinear();
    unmap(space, 0, 4);
    expect([showRss(space.mm), space.env.badPtes]).toEqual(["(0,0,0)", 0]);
    expect(recount(space)).toEqual([]);
  });

  test("DONTNEED keeps what says where a page is", () => {
    const { space } = createNonlinear();
    run(sysMadvise(space.env, space.mm, at(0), 4 * PAGE_SIZE, Madvise.DONTNEED));
    expect(entries(space, 0, 4)).toBe("n - - n");
    expect(recount(space)).toEqual([]);
  });
});

/** Takes 1500 mapped pages off a file; the others get the CPU once, after the first block. */
function truncateWhile(othersRun: (space: Space) => void): Space {
  const space = createSpace();
  const { sync } = space.env;
  const file = addFile(space, { sizePages: 4096 });
  map(space, 0, 1500, { file, ...SHARED });
  read(space, ...Array.from({ length: 1500 }, (_, page) => page));
  sync.needResched = () => true;
  sync.onCondResched = (): void => {
    sync.needResched = null;
    sync.onCondResched = null;
    othersRun(space);
  };
  truncate(space, file, 0, 0, true);
  expect(recount(space)).toEqual([]);
  return space;
}

describe("when others want the CPU", () => {
  test("i_mmap_lock is let go between blocks, and every page goes all the same", () => {
    const space = createSpace({ memoryPages: 8192 });
    const { env, mm } = space;
    const file = addFile(space, { sizePages: 4096 });
    map(space, 0, 2500, { file, ...SHARED });
    map(space, 3000, 10, { file, ...SHARED });
    read(space, ...Array.from({ length: 2500 }, (_, page) => page), 3000);
    env.sync.needResched = () => true;
    let holds = 0;
    env.sync.onCondResched = (): void => {
      holds++;
      expect(file.iMmapLock.holder).toBeNull();
    };
    truncate(space, file, 0, 0, true);
    expect(showRss(space.mm)).toBe("(0,0,0)");
    expect(holds).toBe(4); // 1024 + 1024 + 452 pages, and the second area
    env.sync.needResched = null;
    expect(recount({ env, mm })).toEqual([]);
  });

  test("it goes on where it was: a page that comes back behind it stays", () => {
    const space = truncateWhile((others) => read(others, 0));
    expect([entries(space, 0, 2), showRss(space.mm)]).toEqual(["Fc -", "(1,0,0)"]);
  });

  test("an area that goes away meanwhile is left alone", () => {
    const space = truncateWhile((others) => {
      expect(showRss(others.mm)).toBe("(476,0,0)");
      expect(unmap(others, 0, 1500)).toBe("0");
    });
    expect(showRss(space.mm)).toBe("(0,0,0)");
  });

  test("without such a wish it is done in one hold", () => {
    const { space, file } = createMapping();
    const { env } = space;
    const thread = stepper(env, "T", () => unmapMappingRange(env, file, 0, 0, true));
    thread.until(file.iMmapLock.name);
    expect(file.iMmapLock.holder).toBeNull();
    thread.until(file.iMmapLock.name);
    expect(entries(space, 0, 6)).toBe("- - - - - -");
    thread.finish();
    expect(file.iMmapLock.holder).toBeNull();
  });
});
