/** Areas that become one, and areas that must not (SPEC §4.5, §5.1). */
import { Madvise, MapFlag, VmFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { addFile, forkSpace, recount, recountMachine, run, type Space } from "@forkpath/test-world";
import { advise, lock, protect, remap, unlock, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, drawSpace, map, READ, RW } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { sysBrk, sysMadvise } from "../../src/index.ts";

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
    const space = drawSpace("[w]..[w]");
    expect(showAreas(space)).toBe("[w]..[w]");
    map(space, 1, 2);
    expect(showAreas(space)).toBe("[wwww]");
    expect(space.mm.mapCount).toBe(1);
    expect(recount(space)).toEqual([]);
  });

  test("a page away, it stays alone", () => {
    const space = drawSpace("[w].[w]");
    expect(showAreas(space)).toBe("[w].[w]");
  });
});

describe("what keeps neighbours apart", () => {
  test("other permissions", () => {
    const space = drawSpace("[w][r]");
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
    const space = drawSpace("[w].[w]");
    write(space, 0, 2);
    map(space, 1, 1);
    expect(showAreas(space)).toBe("[ww][w]");
    expect(recount(space)).toEqual([]);
  });
});

/** A parent with these areas, of which it has written to the first, and its child. */
function inherited(...areas: readonly (readonly [page: number, count: number])[]): {
  parent: Space;
  child: Space;
} {
  const parent = createSpace();
  for (const [page, count] of areas) map(parent, page, count);
  write(parent, areas[0][0]);
  return { parent, child: forkSpace(parent, "C") };
}

describe("one of two areas has no anon_vma (SPEC §4.5)", () => {
  test("mmap beside an area that a fork copied stays alone; the parent's merges", () => {
    const { parent, child } = inherited([0, 2]);
    map(parent, 2, 1);
    map(child, 2, 1);
    expect([showAreas(parent), showAreas(child)]).toEqual(["[www]", "[ww][w]"]);
    expect(recountMachine(parent.env, [parent.mm, child.mm])).toEqual([]);
  });

  test("below an area that a fork copied, too; and an untouched one that it copied merges", () => {
    const { child } = inherited([1, 2], [8, 2]);
    map(child, 0, 1);
    map(child, 10, 1);
    expect(showAreas(child)).toBe("[w][ww].....[www]");
  });

  test("mprotect: a touched area keeps off an untouched one, which may join it", () => {
    const space = drawSpace("[wwww]");
    protect(space, 2, 2, READ);
    write(space, 0);
    protect(space, 0, 2, READ); // the neighbour has an empty chain
    expect(showAreas(space)).toBe("[rr][rr]");
    protect(space, 0, 2, RW);
    protect(space, 2, 2, RW); // the neighbour has one link
    expect(showAreas(space)).toBe("[wwww]");
    expect(recount(space)).toEqual([]);
  });

  test("madvise and mlock ask the same", () => {
    const space = drawSpace("[wwww]");
    advise(space, 2, 2, Madvise.DONTFORK);
    write(space, 0);
    advise(space, 0, 2, Madvise.DONTFORK);
    expect(showAreas(space)).toBe("[ww][ww]");
    lock(space, 0, 2);
    advise(space, 2, 2, Madvise.DOFORK);
    advise(space, 2, 2, Madvise.DONTFORK);
    expect(space.mm.mapCount).toBe(2);
    unlock(space, 0, 2);
    advise(space, 2, 2, Madvise.DOFORK);
    advise(space, 0, 2, Madvise.DOFORK); // still touched beside untouched
    expect(space.mm.mapCount).toBe(2);
  });

  test("brk in a child makes a second heap area", () => {
    const parent = createSpace();
    const { layout } = parent.mm;
    layout.startBrk = layout.brk = at(0);
    run(sysBrk(parent.env, parent.mm, at(2)));
    write(parent, 0);
    const child = forkSpace(parent, "C");
    Object.assign(child.mm.layout, layout);
    run(sysBrk(child.env, child.mm, at(4)));
    run(sysBrk(parent.env, parent.mm, at(4)));
    expect([showAreas(parent), showAreas(child)]).toEqual(["[wwww]", "[ww][ww]"]);
  });

  test("mremap to a place beside an inherited area: what moves untouched stays alone", () => {
    const { parent, child } = inherited([0, 1], [8, 1]);
    remap(child, 8, 1, 1, { to: 1 });
    remap(parent, 8, 1, 1, { to: 1 });
    expect([showAreas(parent), showAreas(child)]).toEqual(["[ww]", "[w][w]"]);
  });

  test("a range between a touched and an untouched area goes to the touched one alone", () => {
    const { parent, child } = inherited([0, 1], [2, 1]);
    map(child, 1, 1); // joins the untouched one above: both have no anon_vma
    expect(showAreas(child)).toBe("[w][ww]");
    map(parent, 1, 1); // the bridge asks for no chain
    expect(showAreas(parent)).toBe("[www]");
    expect(recountMachine(parent.env, [parent.mm, child.mm])).toEqual([]);
  });
});

describe("pages of what is taken over", () => {
  test("an area without an anon_vma gets its neighbour's", () => {
    const space = drawSpace("[ww].[w]");
    write(space, 3);
    const owner = areaAt(space, 3).anonVma;
    map(space, 2, 1);
    expect(showAreas(space)).toBe("[wwww]");
    expect(areaAt(space, 0).anonVma).toBe(owner);
    expect(recount(space)).toEqual([]);
  });

  test("without memory for the link, areas that could merge stay apart", () => {
    const space = drawSpace("[w].[w]");
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
    const space = drawSpace("[wwwwww]");
    protect(space, 2, 2, READ);
    expect(showAreas(space)).toBe("[ww][rr][ww]");
    protect(space, 2, 1, RW);
    expect(showAreas(space)).toBe("[www][r][ww]");
    protect(space, 3, 1, RW);
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(recount(space)).toEqual([]);
  });

  test("with the area above, from its end or whole", () => {
    const space = drawSpace("[wwwwww]");
    protect(space, 4, 2, READ);
    protect(space, 3, 1, READ);
    expect(showAreas(space)).toBe("[www][rrr]");
    protect(space, 0, 3, READ);
    expect(showAreas(space)).toBe("[rrrrrr]");
    expect(recount(space)).toEqual([]);
  });

  test("pages keep their place: an entry still leads to its page", () => {
    const space = drawSpace("[wwwwww]");
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
