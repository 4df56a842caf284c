/** mremap: who is refused, and what is left when memory runs short. */
import { Mremap, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { addFile, recount, run, type Space } from "@forkpath/test-world";
import { lock, remap, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, drawSpace, map, SWAP_ONLY, TABLE_PAGES } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MmLimits, sysMremap } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

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
    const space = drawSpace("[rrrr][ww]");
    expect(remap(space, page, oldPages, newPages, options)).toBe(errno);
    expect(showAreas(space)).toBe("[rrrr][ww]");
    expect(recount(space)).toEqual([]);
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
    const space = drawSpace("[ww]");
    lock(space, 0, 2);
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
    const space = drawSpace("[ww]");
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
    expect(recount(space)).toEqual([]);
  });

  test("those are all that a move asks for", () => {
    const space = twoTables();
    expect(remap(space, 0, 2 * TABLE_PAGES, 2 * TABLE_PAGES, { to })).toBe(to);
    expect(space.env.sync.gate.count).toBe(4);
    expect(recount(space)).toEqual([]);
  });

  test.each([
    ["in place", {}],
    ["elsewhere", { to: 8 }],
  ])("for the split of an area that gets shorter, %s", (_name, options) => {
    const space = drawSpace("[wwwwww]");
    failNth(space.env.sync.gate, 0);
    expect(remap(space, 0, 4, 2, options)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(recount(space)).toEqual([]);
  });

  test("for the split that clears the target", () => {
    const space = drawSpace("[ww]..[rrrrrr]");
    failNth(space.env.sync.gate, 0);
    expect(remap(space, 0, 2, 2, { to: 6 })).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[ww]..[rrrrrr]");
  });

  test("for the split that unmaps the old range: it stays, and only the new one is charged", () => {
    const space = drawSpace("[wwwwww]");
    failNth(space.env.sync.gate, 1); // the new area, then the split
    expect(remap(space, 2, 2, 2, { to: 10 })).toBe(10);
    expect(showAreas(space)).toBe("[wwwwww]....[ww]");
    expect(space.env.commit.committed).toBe(2);
    expect(recount(space)).toEqual([]);
  });

  test("a locked area that cannot move stays locked and counted", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 2);
    lock(space, 0, 2);
    failNth(env.sync.gate, 2); // area, link, table
    expect(remap(space, 0, 2, 2, { to })).toBe("-ENOMEM");
    expect(mm.lockedVm).toBe(2);
    expect(recount(space)).toEqual([]);
  });
});
