/** Areas that become one, and areas that must not (SPEC §4.5, §5.1). */
import { MapFlag, VmFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { addFile, recount, run } from "@forkpath/test-world";
import {
  areaAt,
  at,
  createSpace,
  map,
  protect,
  READ,
  RW,
  showAreas,
  write,
} from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { sysMadvise } from "../../src/index.ts";

describe("mmap beside an area that is alike", () => {
  test("above it, the area grows", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 2, 2);
    expect(showAreas(space)).toBe("[wwww]");
  });

  test("below it, too", () => {
    const space = createSpace();
    map(space, 2, 2);
    map(space, 0, 2);
    expect(showAreas(space)).toBe("[wwww]");
    expect(areaAt(space, 0).pgoff).toBe(at(0) / 4096);
  });

  test("between two, all three become one", () => {
    const space = createSpace();
    map(space, 0, 1);
    map(space, 3, 1);
    expect(showAreas(space)).toBe("[w]..[w]");
    map(space, 1, 2);
    expect(showAreas(space)).toBe("[wwww]");
    expect(space.mm.mapCount).toBe(1);
    expect(recount(space)).toEqual([]);
  });

  test("a page away, it stays alone", () => {
    const space = createSpace();
    map(space, 0, 1);
    map(space, 2, 1);
    expect(showAreas(space)).toBe("[w].[w]");
  });
});

describe("what keeps neighbours apart", () => {
  test("other permissions", () => {
    const space = createSpace();
    map(space, 0, 1);
    map(space, 1, 1, { prot: READ });
    expect(showAreas(space)).toBe("[w][r]");
  });

  test("another flag that does not show: DONTCOPY", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 1);
    run(sysMadvise(env, mm, at(0), 4096, 10));
    map(space, 1, 1);
    expect(showAreas(space)).toBe("[w][w]");
  });

  test("an offset in the file that does not go on", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 2, { file, pgoff: 0 });
    map(space, 2, 2, { file, pgoff: 3 });
    expect(showAreas(space)).toBe("[WW][WW]");
    map(space, 2, 2, { file, pgoff: 2 });
    expect(showAreas(space)).toBe("[WWWW]");
    expect(recount(space)).toEqual([]);
  });

  test("another file", () => {
    const space = createSpace();
    map(space, 0, 1, { file: addFile(space) });
    map(space, 1, 1, { file: addFile(space), pgoff: 1 });
    expect(showAreas(space)).toBe("[W][W]");
  });

  test("a driver that wants to hear of each area's end", () => {
    const space = createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.ops = { close: () => undefined };
      return 0;
    };
    map(space, 0, 1, { file });
    map(space, 1, 1, { file, pgoff: 1 });
    expect(showAreas(space)).toBe("[W][W]");
  });

  test.each([
    ["IO", VmFlag.IO],
    ["DONTEXPAND", VmFlag.DONTEXPAND],
    ["RESERVED", VmFlag.RESERVED],
    ["PFNMAP", VmFlag.PFNMAP],
  ])("VM_%s: such an area never merges", (_name, flag) => {
    const space = createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.flags += flag;
      return 0;
    };
    map(space, 0, 3, { file, prot: READ });
    protect(space, 1, 1, RW);
    protect(space, 1, 1, READ);
    expect(showAreas(space)).toBe("[R][R][R]");
  });

  test("two anon_vmas: their pages could not be told apart", () => {
    const space = createSpace();
    map(space, 0, 1);
    map(space, 2, 1);
    write(space, 0, 2);
    map(space, 1, 1);
    expect(showAreas(space)).toBe("[ww][w]");
    expect(recount(space)).toEqual([]);
  });
});

describe("pages of what is taken over", () => {
  test("an area without an anon_vma gets its neighbour's", () => {
    const space = createSpace();
    map(space, 0, 2);
    map(space, 3, 1);
    write(space, 3);
    const owner = areaAt(space, 3).anonVma;
    map(space, 2, 1);
    expect(showAreas(space)).toBe("[wwww]");
    expect(areaAt(space, 0).anonVma).toBe(owner);
    expect(recount(space)).toEqual([]);
  });

  test("without memory for the link, areas that could merge stay apart", () => {
    const space = createSpace();
    map(space, 0, 1);
    map(space, 2, 1);
    write(space, 2);
    // The link for the merge, at first under the lock and then without it; then the new area.
    failNth(space.env.sync.gate, 0);
    failNth(space.env.sync.gate, 1);
    expect(map(space, 1, 1)).toBe("0");
    expect(showAreas(space)).toBe("[w][w][w]");
    expect(recount(space)).toEqual([]);
  });
});

describe("mprotect merges what it made alike", () => {
  test("with the area below, and with both", () => {
    const space = createSpace();
    map(space, 0, 6);
    protect(space, 2, 2, READ);
    expect(showAreas(space)).toBe("[ww][rr][ww]");
    protect(space, 2, 1, RW);
    expect(showAreas(space)).toBe("[www][r][ww]");
    protect(space, 3, 1, RW);
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(recount(space)).toEqual([]);
  });

  test("with the area above, from its end or whole", () => {
    const space = createSpace();
    map(space, 0, 6);
    protect(space, 4, 2, READ);
    protect(space, 3, 1, READ);
    expect(showAreas(space)).toBe("[www][rrr]");
    protect(space, 0, 3, READ);
    expect(showAreas(space)).toBe("[rrrrrr]");
    expect(recount(space)).toEqual([]);
  });

  test("pages keep their place: an entry still leads to its page", () => {
    const space = createSpace();
    map(space, 0, 6);
    write(space, 0, 1, 2, 3, 4, 5);
    protect(space, 2, 2, READ);
    protect(space, 2, 2, RW);
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(areaAt(space, 0).anonVmaChain).toHaveLength(1);
    expect(recount(space)).toEqual([]);
  });
});

describe("who grows from a merge names the file once", () => {
  test("references and lists follow", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 4, { file, flags: MapFlag.SHARED });
    expect([file.count, file.iMmap.size, file.iMmapWritable]).toEqual([2, 1, 1]);
    protect(space, 1, 1, READ);
    expect(showAreas(space)).toBe("[W][R][WW]");
    expect([file.count, file.iMmap.size, file.iMmapWritable]).toEqual([4, 3, 3]);
    protect(space, 1, 1, RW);
    expect([file.count, file.iMmap.size, file.iMmapWritable]).toEqual([2, 1, 1]);
  });
});
