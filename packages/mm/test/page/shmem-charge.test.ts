/** What shared memory promises: all at once, or page by page (SPEC §5.12/7). */
import { MapFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { addFile, forkSpace, recountMachine, run, type Space } from "@forkpath/test-world";
import { read, unmap, write } from "@forkpath/test-world/area-calls";
import { at, entries } from "@forkpath/test-world/area-looks";
import { createSpace, map, SHARED_ANONYMOUS, SWAP_ONLY } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import {
  ACCESS_ERROR,
  memoryFailure,
  reclaimPages,
  touch,
  truncateInodePages,
  unmapMappingRange,
  VmFault,
} from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

const promised = ({ env }: Space): number => env.commit.committed;
const mapTmpfs = (space: Space, pages: number, options = {}) => {
  const file = addFile(space, { isShmem: true, sizePages: pages });
  map(space, 0, pages, { file, flags: MapFlag.SHARED, ...options });
  return file;
};

describe("tmpfs", () => {
  test("promises nothing at mmap, and each page when it is filled, once", () => {
    const space = createSpace();
    mapTmpfs(space, 4);
    expect(promised(space)).toBe(0);
    write(space, 0, 1);
    read(space, 2); // a hole is filled with a page of zeroes
    write(space, 0, 2);
    expect(promised(space)).toBe(3);
    const child = forkSpace(space, "C");
    read(child, 0, 1, 2);
    expect(promised(space)).toBe(3);
    expect(recountMachine(space.env, [space.mm, child.mm])).toEqual([]);
  });

  test("keeps the promise when nobody maps the page, and gives it back at truncation", () => {
    const space = createSpace();
    const file = mapTmpfs(space, 4);
    write(space, 0, 1, 2);
    unmap(space, 0, 4);
    expect(promised(space)).toBe(3);
    file.sizePages = 1;
    run(unmapMappingRange(space.env, file, 1, 0, true));
    run(truncateInodePages(space.env, file, 1));
    expect([promised(space), file.chargedPages]).toEqual([1, 1]);
  });

  test("a private mapping fills the file by reading it; its copies are the area's to promise", () => {
    const space = createSpace();
    mapTmpfs(space, 4, { flags: MapFlag.PRIVATE });
    expect(promised(space)).toBe(4); // the area's, for copies
    read(space, 0);
    expect(promised(space)).toBe(5);
    write(space, 0, 1);
    expect([entries(space, 0, 4), promised(space)]).toEqual(["W W - -", 6]);
  });

  test("keeps the promise in swap; a page that goes for good gives it back", () => {
    const space = createSpace();
    mapTmpfs(space, 4);
    write(space, 0, 1);
    read(space, 2);
    run(reclaimPages(space.env, space.mm, { start: at(0), end: at(4) }));
    expect([entries(space, 0, 4), promised(space)]).toEqual(["- - - -", 2]);
    write(space, 0);
    expect(promised(space)).toBe(2);
    const page = [...(space.mm.vmas[0].file?.pages.values() ?? [])][0];
    run(memoryFailure(space.env, page));
    expect(promised(space)).toBe(1);
  });
});

describe("a page that may not be promised, or not be had", () => {
  test("SIGBUS, not at mmap but at the touch; the admin's reserve is the admin's", () => {
    const space = createSpace({ commit: { ...SWAP_ONLY, adminReserveKb: 240 } }); // 60 of 63 slots
    mapTmpfs(space, 8);
    write(space, 0, 1);
    const touchPage = (page: number, isAdmin = false): number =>
      run(touch(space.env, space.mm, at(page), true, { ...NO_LIMITS, isAdmin })) & ACCESS_ERROR;
    expect(touchPage(2)).toBe(VmFault.SIGBUS);
    expect(touchPage(2, true)).toBe(0);
    expect(promised(space)).toBe(3);
    expect(recountMachine(space.env, [space.mm])).toEqual([]);
  });

  test("without memory for the page the promise is taken back", () => {
    const space = createSpace();
    mapTmpfs(space, 4);
    write(space, 0);
    failNth(space.env.sync.gate, 0);
    expect(run(touch(space.env, space.mm, at(1), true)) & ACCESS_ERROR).toBe(VmFault.OOM);
    expect(promised(space)).toBe(1);
  });
});

describe("shared anonymous memory", () => {
  test("promises all of it at mmap, and no page more; with NORESERVE page by page", () => {
    const space = createSpace();
    map(space, 0, 4, { flags: SHARED_ANONYMOUS });
    write(space, 0, 1);
    expect(promised(space)).toBe(4);
    map(space, 8, 4, { flags: SHARED_ANONYMOUS | MapFlag.NORESERVE });
    expect(promised(space)).toBe(4);
    write(space, 8, 9);
    expect(promised(space)).toBe(6);
    expect(recountMachine(space.env, [space.mm])).toEqual([]);
  });

  test("goes with the last mapping, in whose process that may be", () => {
    const space = createSpace();
    map(space, 0, 4, { flags: SHARED_ANONYMOUS });
    map(space, 8, 4, { flags: SHARED_ANONYMOUS | MapFlag.NORESERVE });
    write(space, 0, 8, 9);
    const child = forkSpace(space, "C");
    unmap(space, 0, 12);
    expect(promised(space)).toBe(6);
    unmap(child, 8, 4);
    expect(promised(space)).toBe(4);
    unmap(child, 0, 4);
    expect(promised(space)).toBe(0);
  });
});
