/** What is made begins at nothing; what is not said has a default. */

import { Madvise, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";
import { failNth } from "@forkpath/sync";
import { addFile, createMachine, recount, run } from "@forkpath/test-world";
import { protect, remap } from "@forkpath/test-world/area-calls";
import { areaAt, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, drawSpace, map, READ, RW, SWAP_ONLY } from "@forkpath/test-world/areas";
import { expect, test } from "vitest";
import { NOT_COUNTED, sysMadvise } from "../../src/index.ts";
import { allocateMm } from "../../src/internal.ts";

test("what is not counted has the number of no counter", () => {
  expect(Object.values(MmCounter)).not.toContain(NOT_COUNTED);
});

test("an mm: nobody uses it, and nothing is mapped or counted", () => {
  const mm = allocateMm(createMachine(), "M");
  expect(mm).toMatchObject({
    ...{ mmUsers: 0, mmCount: 0, lockedVm: 0, defFlags: 0, flags: 0, vmas: [], mapCount: 0 },
    ...{ nrPtes: 0, freeAreaCache: 0, cachedHoleSize: 0, exeFile: null, numExeFileVmas: 0 },
    ...{ coreState: false, binfmt: null, tokenPriority: 0, lastInterval: 0, oomDisableCount: 0 },
  });
  expect(Object.values(mm.usage).every((pages) => pages === 0)).toBe(true);
});

test.each([
  [1024, 128, 128],
  [65_536, 8192, 8192],
  [4_194_304, 8192, 131_072],
])("of %i pages, an eighth of the kB is kept for root and for the user", (pages, root, user) => {
  const { commit } = createMachine({ memoryPages: pages, slots: 0 });
  expect([commit.adminReserveKb, commit.userReserveKb]).toEqual([root, user]);
  expect([commit.ratio, commit.overcommitKb, commit.totalReservePages]).toEqual([50, 0, 0]);
});

test("an area of a file counts the truncations from where the file is; so does one that moves", () => {
  const space = createSpace();
  const file = addFile(space);
  file.truncateCount = 3;
  map(space, 0, 1, { file });
  expect(areaAt(space, 0).truncateCount).toBe(3);
  remap(space, 0, 1, 1, { to: 4 });
  expect(areaAt(space, 4).truncateCount).toBe(3);
});

test("only areas of the program count as its", () => {
  const space = createSpace();
  map(space, 0, 1, { file: addFile(space) });
  expect(space.mm.numExeFileVmas).toBe(0);
});

test("one page that becomes writable is charged, refused, and given back if the split fails", () => {
  const space = createSpace({ commit: SWAP_ONLY });
  const { commit, sync } = space.env;
  map(space, 0, 2, { prot: READ });
  expect(commit.committed).toBe(0);
  failNth(sync.gate, 0);
  expect(protect(space, 0, 1, RW)).toBe("-ENOMEM");
  expect(commit.committed).toBe(0);
  commit.committed = 62;
  expect(protect(space, 0, 1, RW)).toBe("-ENOMEM");
  commit.committed = 0;
  expect(protect(space, 0, 1, RW)).toBe("0");
  expect([showAreas(space), commit.committed]).toEqual(["[w][r]", 1]);
  expect(recount(space)).toEqual([]);
});

test.each(["HUGETLB", "PFNMAP", "LOCKED"] as const)("DONTNEED spares an area with %s", (name) => {
  const space = drawSpace("[w]");
  const area = areaAt(space, 0);
  area.flags += VmFlag[name];
  const advise = sysMadvise(space.env, space.mm, area.start, PAGE_SIZE, Madvise.DONTNEED);
  expect(run(advise)).toBe(-22);
});
