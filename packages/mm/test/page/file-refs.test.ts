/** Who holds a file, and what goes with the last of them (SPEC §5.7, §5.8). */
import { MapFlag } from "@forkpath/abi";
import { addFile, recount, run, type Space } from "@forkpath/test-world";
import { protect, unmap, write } from "@forkpath/test-world/area-calls";
import { at, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, EXEC, map, READ, RW, SHARED_ANONYMOUS } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import type { MappedFile } from "../../src/index.ts";
import { doMmap, getFile, putFile } from "../../src/internal.ts";

/** What a program loader maps: executed, and not to be written to. */
function mapText({ env, mm }: Space, file: MappedFile, page: number, pages: number): number {
  const flags = MapFlag.PRIVATE | MapFlag.FIXED | MapFlag.DENYWRITE | MapFlag.EXECUTABLE;
  const open = { file, isReadable: true, isWritable: false };
  const len = at(pages) - at(0);
  return run(doMmap(env, mm, { addr: at(page), len, prot: READ | EXEC, flags, open }));
}

describe("a file that is executed", () => {
  test("may not be written to: each DENYWRITE area takes one from i_writecount", () => {
    const space = createSpace();
    const file = addFile(space);
    mapText(space, file, 0, 4);
    expect(file.iWritecount).toBe(-1);
    protect(space, 1, 1, RW);
    expect([showAreas(space), file.iWritecount]).toEqual(["[X][W][XX]", -3]);
    unmap(space, 0, 2);
    expect(file.iWritecount).toBe(-1);
    expect(recount(space)).toEqual([]);
  });

  test("and cannot be executed while somebody writes to it (-ETXTBSY)", () => {
    const space = createSpace();
    const file = addFile(space);
    file.iWritecount = 1;
    expect(mapText(space, file, 0, 4)).toBe(-26);
    expect([file.count, file.iWritecount]).toEqual([1, 1]);
  });

  test("is the mm's exe_file until the last such area goes (D32 says what fork does to that)", () => {
    const space = createSpace();
    const { mm } = space;
    const file = addFile(space);
    getFile(file);
    mm.exeFile = file;
    mapText(space, file, 0, 4);
    unmap(space, 1, 1);
    expect([mm.numExeFileVmas, mm.exeFile, file.count]).toEqual([2, file, 4]);
    unmap(space, 0, 1);
    expect([mm.numExeFileVmas, mm.exeFile]).toEqual([1, file]);
    unmap(space, 2, 2);
    expect([mm.numExeFileVmas, mm.exeFile, file.count]).toEqual([0, null, 1]);
  });
});

describe("shared anonymous memory", () => {
  test("lives as long as somebody holds it, and then takes pages and charge along", () => {
    const space = createSpace();
    const { env } = space;
    map(space, 0, 4, { flags: SHARED_ANONYMOUS });
    write(space, 0, 1);
    const [file] = env.files.values();
    getFile(file);
    const inUse = env.map.framesInUse;
    unmap(space, 0, 4);
    expect([env.map.framesInUse, env.commit.committed, file.count]).toEqual([inUse, 4, 1]);
    putFile(env, file);
    expect([env.map.framesInUse, env.commit.committed]).toEqual([inUse - 2, 0]);
    expect(env.files.size).toBe(0);
  });
});

describe("a file on disk", () => {
  test("keeps its page cache after the last reference", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 2, { file, flags: MapFlag.SHARED });
    write(space, 0);
    unmap(space, 0, 2);
    putFile(space.env, file);
    expect([file.count, file.pages.size]).toEqual([0, 1]);
    expect([file.iMmap.size, file.iMmapWritable]).toEqual([0, 0]);
  });
});
