/** What mlock faults in, and for whom it counts (SPEC §5.11/3, §9.9). */
import { MapFlag, Mcl } from "@forkpath/abi";
import { addFile, forkSpace, recount, run } from "@forkpath/test-world";
import { lock, read, remap, write } from "@forkpath/test-world/area-calls";
import { entries, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type FaultCounts, type MmLimits, sysMlockall } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

describe("a stack", () => {
  const STACK = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.GROWSDOWN;

  test("keeps its guard page empty, which counts as locked, and does not grow", () => {
    const space = createSpace();
    map(space, 1, 4, { flags: STACK });
    expect(lock(space, 1, 4)).toBe("0");
    expect([showAreas(space), entries(space, 0, 5)]).toEqual([".[wwww]", "- - W W W"]);
    expect([space.mm.lockedVm, space.mm.usage.totalVm]).toEqual([4, 4]);
    expect(recount(space)).toEqual([]);
  });

  test("mlockall and MAP_LOCKED leave it out as well", () => {
    const space = createSpace();
    map(space, 1, 2, { flags: STACK });
    run(sysMlockall(space.env, space.mm, Mcl.CURRENT));
    map(space, 5, 2, { flags: STACK | MapFlag.LOCKED });
    expect(entries(space, 0, 7)).toBe("- - W - - - W");
    expect(space.mm.usage.totalVm).toBe(4);
  });

  test("is locked whole from its second page on, and the guard page alone is nothing", () => {
    const space = createSpace();
    map(space, 1, 3, { flags: STACK });
    lock(space, 2, 2);
    expect([entries(space, 1, 3), showAreas(space)]).toEqual(["- W W", ".[w][ww]"]);
    expect([lock(space, 1, 1), entries(space, 1, 1)]).toEqual(["0", "-"]);
  });

  test("right above another stack has no guard page; above any other area it has", () => {
    const space = createSpace();
    map(space, 0, 2, { flags: STACK });
    map(space, 2, 2, { flags: STACK, prot: READ });
    map(space, 4, 2);
    map(space, 6, 2, { flags: STACK });
    lock(space, 2, 2);
    lock(space, 6, 2);
    expect(entries(space, 2, 6)).toBe("zc zc - - - W");
  });
});

describe("the faults of mlock count for its caller", () => {
  const count = (): MmLimits & { faults: FaultCounts } => ({
    ...NO_LIMITS,
    faults: { minFlt: 0, majFlt: 0 },
  });

  test("one for each page that was not there: major if it came from disk", () => {
    const space = createSpace();
    const limits = count();
    map(space, 0, 4, { file: addFile(space), prot: READ });
    read(space, 0);
    map(space, 4, 4);
    write(space, 4);
    lock(space, 0, 8, limits);
    expect(limits.faults).toEqual({ minFlt: 3, majFlt: 3 });
    lock(space, 0, 8, limits);
    expect(limits.faults).toEqual({ minFlt: 3, majFlt: 3 });
  });

  test("after a fork one for each page: a shared one is copied, an empty one filled", () => {
    const parent = createSpace();
    const limits = count();
    map(parent, 0, 4);
    write(parent, 0, 1);
    const child = forkSpace(parent, "C");
    lock(child, 0, 4, limits);
    expect([entries(child, 0, 4), limits.faults.minFlt]).toEqual(["W W W W", 4]);
  });

  test("a fault that fails counts as none", () => {
    const space = createSpace();
    const limits = count();
    map(space, 0, 3, { file: addFile(space, { sizePages: 1 }), prot: READ });
    expect(lock(space, 0, 3, limits)).toBe("-ENOMEM");
    expect(limits.faults).toEqual({ minFlt: 0, majFlt: 1 });
  });

  test("mmap with MAP_POPULATE or MAP_LOCKED, mlockall, brk and mremap of what is locked", () => {
    const space = createSpace();
    const limits = count();
    map(space, 0, 2, { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.POPULATE, limits });
    map(space, 8, 2, { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.LOCKED, limits });
    expect(limits.faults.minFlt).toBe(4);
    remap(space, 8, 2, 5, { limits }); // where it is
    expect(limits.faults.minFlt).toBe(7);
    remap(space, 8, 5, 6, { to: 16, limits });
    expect(limits.faults.minFlt).toBe(8);
    map(space, 40, 1);
    run(sysMlockall(space.env, space.mm, Mcl.CURRENT, limits));
    expect(limits.faults.minFlt).toBe(9);
  });
});
