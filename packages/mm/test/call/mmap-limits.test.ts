/** mmap: what is promised, what is allowed, which pages come at once, and what fails. */
import { Errno, MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { addFile, recount, showRss } from "@forkpath/test-world";
import { entries, showAreas } from "@forkpath/test-world/area-looks";
import * as areas from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MmLimits, Overcommit } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

const ANON = MapFlag.PRIVATE | MapFlag.ANONYMOUS;

describe("promises (SPEC §5.12/1)", () => {
  test.each([
    ["private, writable", areas.RW, ANON, 4],
    ["private, read-only", areas.READ, ANON, 0],
    ["MAP_NORESERVE", areas.RW, ANON | MapFlag.NORESERVE, 0],
    ["shared anonymous", areas.RW, areas.SHARED_ANONYMOUS, 4],
    ["shared anonymous, read-only", areas.READ, areas.SHARED_ANONYMOUS, 4],
    ["shared anonymous with NORESERVE", areas.RW, areas.SHARED_ANONYMOUS | MapFlag.NORESERVE, 0],
  ])("%s", (_name, prot, flags, pages) => {
    const space = areas.createSpace();
    areas.map(space, 0, 4, { prot, flags });
    expect(space.env.commit.committed).toBe(pages);
    expect(recount(space)).toEqual([]);
  });

  test("in mode 2, NORESERVE does not count", () => {
    const space = areas.createSpace({ commit: { mode: Overcommit.NEVER } });
    areas.map(space, 0, 4, { flags: ANON | MapFlag.NORESERVE });
    expect(space.env.commit.committed).toBe(4);
  });

  test("what may not be promised is refused, after what was there is gone", () => {
    const space = areas.createSpace({ commit: areas.SWAP_ONLY });
    areas.map(space, 0, 4, { prot: areas.READ });
    expect(areas.map(space, 0, 64)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("");
    expect(space.env.commit.committed).toBe(0);
    expect(recount(space)).toEqual([]);
  });
});

describe("limits (SPEC §5.13)", () => {
  const limits = (some: Partial<MmLimits>): MmLimits => ({ ...NO_LIMITS, ...some });

  test("RLIMIT_AS: total_vm may reach it", () => {
    const space = areas.createSpace();
    const four = limits({ addressSpace: 4 * PAGE_SIZE });
    expect(areas.map(space, 0, 3, { limits: four })).toBe("0");
    expect(areas.map(space, 4, 2, { limits: four })).toBe("-ENOMEM");
    expect(areas.map(space, 4, 1, { limits: four })).toBe("0");
  });

  test("MAP_LOCKED: without any allowance -EPERM, over it -EAGAIN", () => {
    const space = areas.createSpace();
    const flags = ANON | MapFlag.LOCKED;
    expect(areas.map(space, 0, 1, { flags, limits: limits({ memlock: 0 }) })).toBe("-EPERM");
    const two = limits({ memlock: 2 * PAGE_SIZE });
    expect(areas.map(space, 0, 3, { flags, limits: two })).toBe("-EAGAIN");
    expect(areas.map(space, 0, 2, { flags, limits: two })).toBe("0");
    expect(areas.map(space, 4, 1, { flags, limits: two })).toBe("-EAGAIN");
    expect(areas.map(space, 4, 1, { flags, limits: { ...two, mayLockAll: true } })).toBe("0");
    expect(space.mm.lockedVm).toBe(3);
  });

  test("max_map_count: one area more than it may be made, and no further (-ENOMEM)", () => {
    const space = areas.createSpace();
    space.env.maxMapCount = 2;
    expect([0, 2, 4, 6].map((page) => areas.map(space, page, 1))).toEqual([
      "0",
      "0",
      "0",
      "-ENOMEM",
    ]);
  });
});

describe("pages from the start", () => {
  test("POPULATE writes to private pages, so that each is there", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 3, { flags: ANON | MapFlag.POPULATE });
    expect([entries(space, 0, 3), showRss(space.mm)]).toEqual(["W W W", "(0,3,0)"]);
  });

  test("POPULATE of a read-only file reads it; NONBLOCK makes it nothing", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    areas.map(space, 0, 2, { file, prot: areas.READ, flags: MapFlag.PRIVATE | MapFlag.POPULATE });
    const flags = MapFlag.PRIVATE | MapFlag.POPULATE | MapFlag.NONBLOCK;
    areas.map(space, 4, 2, { file, prot: areas.READ, flags });
    expect([entries(space, 0, 6), showRss(space.mm)]).toEqual(["fc fc - - - -", "(2,0,0)"]);
  });

  test("LOCKED counts them, and past the end of a file hides that they cannot be had", () => {
    const space = areas.createSpace();
    const file = addFile(space, { sizePages: 2 });
    expect(
      areas.map(space, 0, 3, { file, prot: areas.READ, flags: MapFlag.PRIVATE | MapFlag.LOCKED }),
    ).toBe("0");
    expect(entries(space, 0, 3)).toBe("fc fc -");
    expect(space.mm.lockedVm).toBe(3);
    expect(recount(space)).toEqual([]);
  });
});

describe("a driver says no", () => {
  test("its errno comes through; charge and reference go back, its pages too", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    file.mmap = (): number => -Errno.EIO;
    expect(areas.map(space, 0, 2, { file })).toBe("-EIO");
    expect(showAreas(space)).toBe("");
    expect(space.env.commit.committed).toBe(0);
    expect(recount(space)).toEqual([]);
  });

  test("a stack cannot be a file's", () => {
    const space = areas.createSpace();
    const flags = MapFlag.PRIVATE | MapFlag.GROWSDOWN;
    expect(areas.map(space, 0, 2, { file: addFile(space), flags })).toBe("-EINVAL");
    expect(recount(space)).toEqual([]);
  });
});

describe("no memory for the area", () => {
  test.each([
    ["anonymous", {}],
    ["shared anonymous", { flags: areas.SHARED_ANONYMOUS }],
  ])("%s: -ENOMEM, and nothing is charged", (_name, options) => {
    const space = areas.createSpace();
    failNth(space.env.sync.gate, 0);
    expect(areas.map(space, 0, 2, options)).toBe("-ENOMEM");
    expect(space.env.commit.committed).toBe(0);
    expect(recount(space)).toEqual([]);
  });

  test("no memory for the split that FIXED needs: what was there stays", () => {
    const space = areas.drawSpace("[wwwwww]");
    failNth(space.env.sync.gate, 0);
    expect(areas.map(space, 2, 2, { prot: areas.READ })).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(recount(space)).toEqual([]);
  });

  test("shared memory that may not be promised", () => {
    const space = areas.createSpace({ commit: areas.SWAP_ONLY });
    expect(areas.map(space, 0, 64, { flags: areas.SHARED_ANONYMOUS })).toBe("-ENOMEM");
    expect(space.env.files.size).toBe(0);
    expect(recount(space)).toEqual([]);
  });
});
