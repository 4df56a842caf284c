/** Locking memory: what later kernels do otherwise, each beside what el6 does. */
import { errnoName, Mcl, Mlock, VmFlag } from "@forkpath/abi";
import { addFile, recount, run, type Space } from "@forkpath/test-world";
import { lock, unlock } from "@forkpath/test-world/area-calls";
import { areaAt, at, bytesOf, entries, hasFlag } from "@forkpath/test-world/area-looks";
import { map, NONE, spaceOn, testOn } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MmLimits, sysMlock2, sysMlockall } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

describe("mlock", () => {
  testOn(
    { el6: "W W", "v3.10": "- -" },
    "of a range with a hole marks what lies before it, and leaves %s there",
    (space, letters) => {
      map(space, 0, 2);
      expect(lock(space, 0, 4)).toBe("-ENOMEM");
      expect([entries(space, 0, 2), space.mm.lockedVm]).toEqual([letters, 2]);
    },
  );

  test("of pages past a file marks all areas, and fills those before", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 4, { file: addFile(space, { sizePages: 2 }) });
    map(space, 4, 1);
    expect(lock(space, 0, 5)).toBe("-ENOMEM");
    expect([entries(space, 0, 5), space.mm.lockedVm]).toEqual(["W W - - -", 5]);
  });

  testOn(
    { "v4.4": "-ENOMEM", "v4.14": "0" },
    "of pages under the limit, some of them locked already, answers %s",
    (space, answer) => {
      const limits: MmLimits = { ...NO_LIMITS, memlock: bytesOf(4) };
      map(space, 0, 4);
      lock(space, 0, 3);
      expect(lock(space, 0, 4, limits)).toBe(answer);
      expect(recount(space)).toEqual([]);
    },
  );

  testOn(
    { el6: [false, 4], "v3.10": [true, 2] },
    "D44, the advice for huge pages is forgotten: kept, and pages locked after two calls: %s",
    (space, [keeps, locked]) => {
      map(space, 0, 2);
      areaAt(space, 0).flags += VmFlag.HUGEPAGE;
      lock(space, 0, 2);
      expect(hasFlag(space, 0, VmFlag.HUGEPAGE)).toBe(keeps);
      if (!keeps) areaAt(space, 0).flags += VmFlag.HUGEPAGE;
      lock(space, 0, 2);
      expect(space.mm.lockedVm).toBe(locked);
    },
  );
});

describe("mlock2", () => {
  const lock2 = ({ env, mm }: Space, page: number, count: number, flags: number): string =>
    errnoName(run(sysMlock2(env, mm, at(page), bytesOf(count), flags)));

  test("is not there before v4.4", () => {
    const space = spaceOn("v3.10");
    map(space, 0, 1);
    expect(lock2(space, 0, 1, Mlock.ONFAULT)).toBe("-ENOSYS");
    expect(space.mm.lockedVm).toBe(0);
  });

  test("with ONFAULT brings nothing; mlock of the same brings it and counts it no more", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 2);
    expect(lock2(space, 0, 2, Mlock.ONFAULT)).toBe("0");
    expect([entries(space, 0, 2), space.mm.lockedVm]).toEqual(["- -", 2]);
    expect(hasFlag(space, 0, VmFlag.LOCKONFAULT)).toBe(true);
    lock(space, 0, 2);
    expect([entries(space, 0, 2), space.mm.lockedVm]).toEqual(["W W", 2]);
    expect(hasFlag(space, 0, VmFlag.LOCKONFAULT)).toBe(false);
    lock2(space, 0, 2, Mlock.ONFAULT);
    unlock(space, 0, 2);
    expect([space.mm.lockedVm, hasFlag(space, 0, VmFlag.LOCKONFAULT)]).toEqual([0, false]);
    expect(recount(space)).toEqual([]);
  });

  test("without ONFAULT is mlock, and knows no other flag", () => {
    const space = spaceOn("v4.4");
    map(space, 0, 1);
    expect(lock2(space, 0, 1, 2)).toBe("-EINVAL");
    expect(lock2(space, 0, 1, 0)).toBe("0");
    expect(entries(space, 0, 1)).toBe("W");
  });

  test("mlockall fills at the end, and passes over what cannot be had", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 1, { prot: NONE });
    map(space, 2, 1);
    expect(run(sysMlockall(space.env, space.mm, Mcl.CURRENT))).toBe(0);
    expect([entries(space, 0, 3), space.mm.lockedVm]).toEqual(["- - W", 2]);
  });
});
