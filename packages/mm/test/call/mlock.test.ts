/** mlock, munlock, mlockall: areas that stay in memory (SPEC §5.11). */
import {
  errnoName,
  hasVmFlag,
  Madvise,
  MapFlag,
  Mcl,
  PAGE_SIZE,
  Prot,
  VmFlag,
} from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import {
  addFile,
  addSpace,
  flagsOf,
  frameAt,
  recount,
  recountMachine,
  run,
  type Space,
} from "@forkpath/test-world";
import { advise, lock, remap, unlock, unmap, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import {
  createSpace,
  drawSpace,
  EXEC,
  map,
  NONE,
  READ,
  SHARED_ANONYMOUS,
} from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import {
  type MmLimits,
  type MmStruct,
  reclaimPages,
  sysMlock,
  sysMlockall,
  sysMunlock,
  sysMunlockall,
  ThpMode,
} from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

/** Which of `count` pages are marked Mlocked: "M" or "-" for each. */
function marks(space: Space, count: number): string {
  const isMarked = (page: number): boolean =>
    entries(space, page, 1) !== "-" && flagsOf(space, frameAt(space, at(page))).includes("MLOCKED");
  return Array.from({ length: count }, (_, page) => (isMarked(page) ? "M" : "-")).join("");
}

/** Which areas are VM_LOCKED, in order. */
const locked = ({ mm }: Space): boolean[] =>
  mm.vmas.map(({ flags }) => (flags & VmFlag.LOCKED) !== 0);

describe("mlock", () => {
  test("splits its range off, brings the pages, marks and counts them", () => {
    const space = drawSpace("[wwwwww]");
    write(space, 0, 2);
    expect(lock(space, 2, 2)).toBe("0");
    expect(showAreas(space)).toBe("[ww][ww][ww]");
    expect(locked(space)).toEqual([false, true, false]);
    expect([entries(space, 0, 6), marks(space, 4)]).toEqual(["W - W W - -", "--MM"]);
    expect(space.mm.lockedVm).toBe(2);
    expect(recount(space)).toEqual([]);
  });

  test("covers each page with a byte of the range", () => {
    const space = drawSpace("[wwww]");
    expect(run(sysMlock(space.env, space.mm, at(1) + 100, PAGE_SIZE))).toBe(0);
    expect([showAreas(space), space.mm.lockedVm]).toEqual(["[w][ww][w]", 2]);
  });

  test("what is locked already stays, and counts once", () => {
    const space = drawSpace("[wwww]");
    lock(space, 0, 2);
    lock(space, 0, 4);
    expect([showAreas(space), space.mm.lockedVm]).toEqual(["[wwww]", 4]);
  });

  test("reclaim leaves such pages alone", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 2);
    lock(space, 0, 2);
    const counts = run(reclaimPages(env, mm, { start: at(0), end: at(2) }));
    expect(counts).toMatchObject({ freed: 0 });
    expect(entries(space, 0, 2)).toBe("W W");
  });

  test("a read-only area is read, not written to", () => {
    const space = createSpace();
    map(space, 0, 2, { file: addFile(space), prot: READ });
    lock(space, 0, 2);
    expect([entries(space, 0, 2), marks(space, 2)]).toEqual(["fc fc", "MM"]);
    expect(recount(space)).toEqual([]);
  });

  test("shared pages are read, whatever the area allows: none gets dirty", () => {
    const space = createSpace();
    const disk = addFile(space, { accountsDirty: true });
    map(space, 0, 2, { file: disk, flags: MapFlag.SHARED });
    map(space, 2, 2, { flags: SHARED_ANONYMOUS });
    expect(lock(space, 0, 4)).toBe("0");
    expect([entries(space, 0, 4), marks(space, 4)]).toEqual(["fc fc Fc Fc", "MMMM"]);
    expect(recount(space)).toEqual([]);
  });

  test("MAP_LOCKED and MAP_POPULATE read shared pages too", () => {
    const space = createSpace();
    map(space, 0, 1, { flags: SHARED_ANONYMOUS | MapFlag.LOCKED });
    map(space, 1, 1, { flags: SHARED_ANONYMOUS | MapFlag.POPULATE });
    map(space, 2, 1, { file: addFile(space), flags: MapFlag.PRIVATE | MapFlag.POPULATE });
    expect(entries(space, 0, 3)).toBe("Fc Fc W");
  });

  test("a shared area that may only be written to cannot be read, but mlock forces it", () => {
    const space = createSpace();
    map(space, 0, 1, { prot: Prot.WRITE, flags: SHARED_ANONYMOUS | MapFlag.POPULATE });
    expect(entries(space, 0, 1)).toBe("-");
    expect(lock(space, 0, 1)).toBe("0");
    expect(entries(space, 0, 1)).toBe("Fc");
  });

  test("an area that may only be executed is brought, and one without any access is not", () => {
    const space = createSpace();
    map(space, 0, 2, { file: addFile(space), prot: EXEC });
    expect([lock(space, 0, 2), entries(space, 0, 2)]).toEqual(["0", "fc fc"]);
    map(space, 2, 2, { prot: EXEC });
    expect([lock(space, 2, 2), entries(space, 2, 2)]).toEqual(["0", "zc zc"]);
    map(space, 4, 1, { prot: EXEC, flags: SHARED_ANONYMOUS | MapFlag.POPULATE });
    expect(entries(space, 4, 1)).toBe("-"); // MAP_POPULATE does not force
    expect(recount(space)).toEqual([]);
  });

  test("the zero page is nobody's to mark", () => {
    const space = drawSpace("[r]");
    expect(lock(space, 0, 1)).toBe("0");
    expect([entries(space, 0, 1), marks(space, 1)]).toEqual(["zc", "-"]);
  });
});

describe("mlock fails", () => {
  test.each([
    ["a hole: the areas before it are locked", 0, 6, "-ENOMEM", [true, false]],
    ["nothing there", 2, 1, "-ENOMEM", [false, false]],
    ["no length: nothing to do", 0, 0, "0", [false, false]],
  ])("%s", (_name, page, pages, errno, after) => {
    const space = drawSpace("[ww]..[ww]");
    expect(lock(space, page, pages)).toBe(errno);
    expect(locked(space)).toEqual(after);
  });

  test.each([
    ["a page past the end of its file", { prot: READ, sizePages: 1 }],
    ["pages that nobody may read", { prot: NONE, sizePages: 4 }],
  ])("%s: -ENOMEM, and the area stays locked", (_name, { prot, sizePages }) => {
    const space = createSpace();
    map(space, 0, 2, { file: addFile(space, { sizePages }), prot });
    expect(lock(space, 0, 2)).toBe("-ENOMEM");
    expect([locked(space), space.mm.lockedVm]).toEqual([[true], 2]);
    expect(recount(space)).toEqual([]);
  });

  test("no memory for a page: -EAGAIN", () => {
    const space = createSpace({ memoryPages: 5 });
    map(space, 0, 4);
    expect(lock(space, 0, 4)).toBe("-EAGAIN");
    expect(entries(space, 0, 4)).toBe("W W W -");
    expect(recount(space)).toEqual([]);
  });

  test("no memory for the split: nothing is locked", () => {
    const space = drawSpace("[wwww]");
    failNth(space.env.sync.gate, 0);
    expect(lock(space, 1, 1)).toBe("-ENOMEM");
    expect([locked(space), space.mm.lockedVm]).toEqual([[false], 0]);
  });

  test("RLIMIT_MEMLOCK: -ENOMEM over it, -EPERM at 0, none for CAP_IPC_LOCK", () => {
    const space = createSpace();
    const two = { ...NO_LIMITS, memlock: 2 * PAGE_SIZE };
    map(space, 0, 4);
    expect(lock(space, 0, 3, two)).toBe("-ENOMEM");
    expect(lock(space, 0, 2, two)).toBe("0");
    expect(lock(space, 2, 1, two)).toBe("-ENOMEM");
    expect(lock(space, 2, 1, { ...two, memlock: 0 })).toBe("-EPERM");
    expect(lock(space, 2, 1, { ...two, memlock: 0, mayLockAll: true })).toBe("0");
  });

  test("misuse is thrown", () => {
    const { env, mm } = createSpace();
    expect(() => run(sysMlock(env, mm, -1, 1))).toThrow("sysMlock: start must be");
    expect(() => run(sysMunlock(env, mm, 0, Number.NaN))).toThrow("sysMunlock: len must be");
  });
});

describe("munlock", () => {
  test("takes mark and count back, and merges the area again", () => {
    const space = drawSpace("[wwwwww]");
    lock(space, 0, 6);
    expect(unlock(space, 2, 2)).toBe("0");
    expect(showAreas(space)).toBe("[ww][ww][ww]");
    expect([marks(space, 6), space.mm.lockedVm]).toEqual(["MM--MM", 4]);
    unlock(space, 0, 6);
    expect([showAreas(space), marks(space, 6), space.mm.lockedVm]).toEqual([
      "[wwwwww]",
      "------",
      0,
    ]);
    expect(recount(space)).toEqual([]);
  });

  test("a page that somebody else locks keeps its mark", () => {
    const space = createSpace();
    const file = addFile(space);
    const mm: MmStruct = addSpace(space.env, "Q");
    const other: Space = { env: space.env, mm };
    for (const one of [space, other]) {
      map(one, 0, 1, { file, prot: READ });
      lock(one, 0, 1);
    }
    unlock(space, 0, 1);
    expect(marks(other, 1)).toBe("M");
    unlock(other, 0, 1);
    expect(marks(other, 1)).toBe("-");
    expect(recountMachine(space.env, [space.mm, mm])).toEqual([]);
  });
});

describe("D44: the advice for huge pages is bit 32, and mlock's flags have 32", () => {
  const isAdvised = (space: Space, page: number): boolean =>
    hasVmFlag(areaAt(space, page).flags, VmFlag.HUGEPAGE);
  /** An area of four pages with the advice. */
  function createAdvised(): Space {
    const space = createSpace({ thp: ThpMode.MADVISE });
    map(space, 0, 4);
    advise(space, 0, 4, Madvise.HUGEPAGE);
    return space;
  }

  test("mlock of a part takes it off that part; every other flag stays", () => {
    const space = createAdvised();
    const before = areaAt(space, 0).flags;
    expect(lock(space, 1, 2)).toBe("0");
    expect([0, 1, 3].map((page) => isAdvised(space, page))).toEqual([true, false, true]);
    expect(areaAt(space, 1).flags).toBe(before - VmFlag.HUGEPAGE + VmFlag.LOCKED);
    expect([space.mm.lockedVm, recount(space)]).toEqual([2, []]);
  });

  test("munlock of what was never locked takes its pages off locked_vm", () => {
    const space = createAdvised();
    expect(unlock(space, 0, 2)).toBe("0");
    expect([showAreas(space), space.mm.lockedVm]).toEqual(["[ww][ww]", -2]);
    expect([isAdvised(space, 0), isAdvised(space, 2)]).toEqual([false, true]);
    expect(recount(space)).toEqual([
      { rule: "mm", owner: "P", field: "locked_vm", kept: -2, counted: 0 },
    ]);
    unlock(space, 0, 2); // the advice is gone by now
    expect(space.mm.lockedVm).toBe(-2);
  });

  test("mlock of what is locked already counts it twice, and munlock takes one back", () => {
    const space = createSpace({ thp: ThpMode.MADVISE });
    map(space, 0, 4);
    lock(space, 0, 4);
    advise(space, 0, 4, Madvise.HUGEPAGE);
    lock(space, 0, 4);
    expect(space.mm.lockedVm).toBe(8);
    unlock(space, 0, 4);
    expect(space.mm.lockedVm).toBe(4);
  });

  test("mlockall and munlockall too; and where that makes 0, munmap looks for no locked area", () => {
    const space = createAdvised();
    const { env, mm } = space;
    run(sysMunlockall(env, mm));
    expect([isAdvised(space, 0), mm.lockedVm]).toEqual([false, -4]);
    advise(space, 0, 4, Madvise.HUGEPAGE);
    run(sysMlockall(env, mm, Mcl.CURRENT));
    expect([isAdvised(space, 0), mm.lockedVm]).toEqual([false, 0]);
    unmap(space, 0, 4);
    expect(mm.lockedVm).toBe(0);
  });

  test("MAP_LOCKED and MCL_FUTURE set the flag in the whole word: nothing is lost", () => {
    const space = createAdvised();
    run(sysMlockall(space.env, space.mm, Mcl.FUTURE));
    map(space, 8, 4);
    advise(space, 8, 4, Madvise.HUGEPAGE);
    remap(space, 8, 4, 5);
    expect([isAdvised(space, 0), isAdvised(space, 8), space.mm.lockedVm]).toEqual([true, true, 5]);
  });

  test("below 0 it is more than any limit, until as much was locked", () => {
    const space = createAdvised();
    map(space, 8, 8);
    unlock(space, 0, 4);
    expect(lock(space, 8, 2)).toBe("-ENOMEM"); // with no limit at all
    expect(lock(space, 8, 2, { ...NO_LIMITS, mayLockAll: true })).toBe("0");
    expect(lock(space, 10, 2)).toBe("0");
    expect(space.mm.lockedVm).toBe(0);
  });
});

describe("areas of a driver", () => {
  /** An area whose driver gave it `flags`. */
  function mapDevice(space: Space, flags: number, mapFlags = 0): void {
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.flags += flags;
      return 0;
    };
    map(space, 0, 2, { file, prot: READ, flags: MapFlag.PRIVATE | mapFlags });
  }

  test.each([
    ["IO", VmFlag.IO, "- -"],
    ["PFNMAP", VmFlag.PFNMAP, "- -"],
    ["DONTEXPAND", VmFlag.DONTEXPAND, "zc zc"],
    ["RESERVED", VmFlag.RESERVED, "zc zc"],
  ])("VM_%s: neither marked nor counted, by mlock or by MAP_LOCKED", (_name, flag, filled) => {
    const space = createSpace();
    mapDevice(space, flag);
    expect(lock(space, 0, 2)).toBe("0");
    expect([locked(space), space.mm.lockedVm]).toEqual([[false], 0]);
    mapDevice(space, flag, MapFlag.LOCKED);
    expect([locked(space), space.mm.lockedVm]).toEqual([[false], 0]);
    expect(entries(space, 0, 2)).toBe(filled);
    expect(recount(space)).toEqual([]);
  });
});

describe("mlockall", () => {
  const lockAll = ({ env, mm }: Space, flags: number, limits?: MmLimits): string =>
    errnoName(run(sysMlockall(env, mm, flags, limits)));

  test("CURRENT locks all there is, FUTURE all that comes", () => {
    const space = drawSpace("[ww]");
    lockAll(space, Mcl.CURRENT);
    map(space, 4, 2);
    expect(locked(space)).toEqual([true, false]);
    lockAll(space, Mcl.FUTURE);
    map(space, 8, 2);
    expect(locked(space)).toEqual([true, false, true]);
    expect([entries(space, 8, 2), space.mm.lockedVm]).toEqual(["W W", 4]);
    expect(recount(space)).toEqual([]);
  });

  test("an area that cannot be had is passed over", () => {
    const space = createSpace();
    map(space, 0, 2, { file: addFile(space, { sizePages: 0 }), prot: READ | EXEC });
    map(space, 4, 2);
    expect(lockAll(space, Mcl.CURRENT)).toBe("0");
    expect([locked(space), entries(space, 4, 2)]).toEqual([[true, true], "W W"]);
  });

  test("munlockall takes both back", () => {
    const space = drawSpace("[ww]");
    lockAll(space, Mcl.CURRENT | Mcl.FUTURE);
    run(sysMunlockall(space.env, space.mm));
    map(space, 4, 2);
    expect([locked(space), space.mm.lockedVm]).toEqual([[false, false], 0]);
    unmap(space, 0, 6);
    expect(recount(space)).toEqual([]);
  });

  test("flags and limits", () => {
    const space = drawSpace("[wwww]");
    expect(lockAll(space, 0)).toBe("-EINVAL");
    expect(lockAll(space, 4)).toBe("-EINVAL");
    const two = { ...NO_LIMITS, memlock: 2 * PAGE_SIZE };
    expect(lockAll(space, Mcl.CURRENT, two)).toBe("-ENOMEM");
    expect(lockAll(space, Mcl.FUTURE, two)).toBe("0");
    expect(lockAll(space, Mcl.CURRENT, { ...two, memlock: 0 })).toBe("-EPERM");
    expect(areaAt(space, 0).flags & VmFlag.LOCKED).toBe(0);
  });
});
