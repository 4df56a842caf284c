/** mprotect: areas, entries and charges (SPEC §2.14, §5.12/2). */
import { Errno, MapFlag, PAGE_SIZE, Prot, VmFlag } from "@forkpath/abi";
import { peekEntry, pokeEntry } from "@forkpath/page-table";
import { SwpType, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { failNth } from "@forkpath/sync";
import { addFile, recount, run, type Space } from "@forkpath/test-world";
import { protect, read, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, cellOf, entries, showAreas } from "@forkpath/test-world/area-looks";
import * as areas from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { sysMprotect } from "../../src/index.ts";

describe("areas", () => {
  test.each([
    ["the middle", 2, 2, "[ww][rr][ww]"],
    ["the head", 0, 2, "[rr][wwww]"],
    ["the tail", 4, 2, "[wwww][rr]"],
    ["all", 0, 6, "[rrrrrr]"],
  ])("%s of one", (_name, page, pages, after) => {
    const space = areas.drawSpace("[wwwwww]");
    write(space, 0, 1, 2, 3, 4, 5);
    expect(protect(space, page, pages, areas.READ)).toBe("0");
    expect(showAreas(space)).toBe(after);
    expect(recount(space)).toEqual([]);
  });

  test("several, each with the flags that it had besides", () => {
    const space = areas.drawSpace("[ww]");
    areas.map(space, 2, 2, { flags: areas.SHARED_ANONYMOUS });
    expect(protect(space, 1, 2, areas.READ)).toBe("0");
    expect(showAreas(space)).toBe("[w][r][R][W]");
    expect(areaAt(space, 1).flags & VmFlag.ACCOUNT).not.toBe(0); // never un-charged
    expect(recount(space)).toEqual([]);
  });

  test("a hole ends it with -ENOMEM; the areas before it are changed", () => {
    const space = areas.drawSpace("[ww]..[ww]");
    expect(protect(space, 1, 5, areas.READ)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[w][r]..[ww]");
    expect(protect(space, 2, 1, areas.READ)).toBe("-ENOMEM");
  });

  test("what an area may never be is -EACCES: writing, of a file opened for reading", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    areas.map(space, 0, 2, { file, flags: MapFlag.SHARED, prot: areas.READ });
    const area = areaAt(space, 0);
    area.flags -= VmFlag.SHARED + VmFlag.MAYWRITE;
    expect(protect(space, 0, 1, areas.RW)).toBe("-EACCES");
    expect(showAreas(space)).toBe("[RR]");
  });

  test.each([
    ["a start off a page boundary", at(0) + 1, PAGE_SIZE, areas.READ, -Errno.EINVAL],
    ["a bit that is no permission", at(0), PAGE_SIZE, 8, -Errno.EINVAL],
    ["no length", at(0), 0, areas.READ, 0],
  ])("%s", (_name, start, len, prot, status) => {
    const { env, mm } = areas.createSpace();
    expect(run(sysMprotect(env, mm, start, len, prot))).toBe(status);
  });
});

describe("entries", () => {
  /** Protects the first `count` pages. @returns their entries then */
  const protectedTo = (space: Space, count: number, prot: number): string => {
    protect(space, 0, count, prot);
    return entries(space, 0, count);
  };

  test("private pages lose RW, and do not get it back: the next write has to fault", () => {
    const space = areas.drawSpace("[wwww]");
    write(space, 0, 1);
    read(space, 2);
    expect(entries(space, 0, 4)).toBe("W W zc -");
    expect(protectedTo(space, 4, areas.READ)).toBe("r r zc -");
    expect(protectedTo(space, 4, areas.RW)).toBe("r r zc -");
    write(space, 0, 2);
    expect(entries(space, 0, 4)).toBe("W r W -");
    expect(recount(space)).toEqual([]);
  });

  test("PROT_NONE keeps the page, for the kernel present, and takes it from the processor", () => {
    const space = areas.drawSpace("[w]");
    write(space, 0);
    const before = peekEntry(space.env.tables, cellOf(space, 0));
    protect(space, 0, 1, areas.NONE);
    const after = peekEntry(space.env.tables, cellOf(space, 0));
    expect(before & 0xfffn).toBe(0x67n);
    expect(after & 0xfffn).toBe(0x160n); // PROTNONE, DIRTY, ACCESSED
    expect(after & 0x3ffffffff000n).toBe(before & 0x3ffffffff000n);
    expect(recount(space)).toEqual([]);
  });

  test("EXEC takes NX away", () => {
    const space = areas.drawSpace("[w]");
    write(space, 0);
    protect(space, 0, 1, areas.READ | areas.EXEC);
    expect(peekEntry(space.env.tables, cellOf(space, 0)) >> 63n).toBe(0n);
  });

  test("of shared pages, dirty ones become writable at once if the file wants to hear of writes", () => {
    const space = areas.createSpace();
    const file = addFile(space, { accountsDirty: true });
    areas.map(space, 0, 3, { file, flags: MapFlag.SHARED });
    write(space, 0);
    read(space, 1);
    expect(entries(space, 0, 3)).toBe("F fc -");
    expect(protectedTo(space, 3, areas.READ)).toBe("f fc -");
    expect(protectedTo(space, 3, areas.RW)).toBe("F fc -");
  });

  test("without dirty accounting all of them do", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 3, { file: addFile(space), flags: MapFlag.SHARED });
    write(space, 0);
    read(space, 1);
    protect(space, 0, 3, areas.READ);
    expect(protectedTo(space, 3, areas.RW)).toBe("F Fc -");
  });

  test("a write migration entry becomes a read one; swap and file entries stay", () => {
    const space = areas.createSpace();
    const { env } = space;
    areas.map(space, 0, 4);
    write(space, 0, 1, 2, 3);
    const poke = (page: number, type: number, offset: number): void => {
      const value = (BigInt(swpPteHigh(offset)) << 32n) | BigInt(swpPteLow(type, offset));
      pokeEntry(env.tables, cellOf(space, page), value);
    };
    poke(0, SwpType.MIGRATION_WRITE, 77);
    poke(1, SwpType.MIGRATION_READ, 77);
    poke(2, 0, 9);
    pokeEntry(env.tables, cellOf(space, 3), 0x5040n);
    expect(entries(space, 0, 4)).toBe("M m s n");
    expect(protectedTo(space, 4, areas.READ)).toBe("m m s n");
  });

  test("only the range is touched, though the area has merged with its neighbour", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 4, { file: addFile(space), flags: MapFlag.SHARED });
    write(space, 0, 1, 2, 3);
    protect(space, 0, 2, areas.READ);
    expect(entries(space, 0, 4)).toBe("f f F F");
    protect(space, 2, 1, areas.READ);
    expect([showAreas(space), entries(space, 0, 4)]).toEqual(["[RRR][W]", "f f f F"]);
  });
});

describe("charges (SPEC §5.12/2)", () => {
  test("private memory is charged when it first becomes writable, once", () => {
    const space = areas.createSpace();
    const { commit } = space.env;
    areas.map(space, 0, 4, { prot: areas.READ });
    expect(commit.committed).toBe(0);
    protect(space, 0, 2, areas.RW);
    expect(commit.committed).toBe(2);
    protect(space, 0, 2, areas.READ);
    protect(space, 0, 2, areas.RW);
    expect(commit.committed).toBe(2);
    expect(recount(space)).toEqual([]);
  });

  test.each([
    ["shared", { flags: areas.SHARED_ANONYMOUS, prot: areas.READ }, 4],
    [
      "NORESERVE",
      { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.NORESERVE, prot: areas.READ },
      0,
    ],
  ])("%s memory is not", (_name, options, committed) => {
    const space = areas.createSpace();
    areas.map(space, 0, 4, options);
    protect(space, 0, 4, areas.RW);
    expect(space.env.commit.committed).toBe(committed);
  });

  test("what may not be promised stays as it is", () => {
    const space = areas.createSpace({ commit: areas.SWAP_ONLY });
    areas.map(space, 0, 64, { prot: areas.READ });
    expect(protect(space, 0, 64, areas.RW)).toBe("-ENOMEM");
    expect(space.env.commit.committed).toBe(0);
    expect(areaAt(space, 0).flags & (VmFlag.WRITE | VmFlag.ACCOUNT)).toBe(0);
    expect(protect(space, 0, 60, areas.RW)).toBe("0");
  });
});

describe("usage (SPEC §5.10)", () => {
  test("exec_vm follows the permissions of file mappings", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 4, { file: addFile(space), prot: areas.READ });
    const execVm = (prot: number): number => {
      protect(space, 0, 4, prot);
      return space.mm.usage.execVm;
    };
    expect([areas.READ | Prot.EXEC, areas.RW | Prot.EXEC, areas.READ].map(execVm)).toEqual([
      4, 0, 0,
    ]);
    expect(space.mm.usage).toMatchObject({ totalVm: 4, sharedVm: 4 });
  });
});

describe("failure", () => {
  test("no memory for the second split: charge undone, the first split stays", () => {
    const space = areas.drawSpace("[rrrrrr]");
    failNth(space.env.sync.gate, 1);
    expect(protect(space, 2, 2, areas.RW)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[rr][rrrr]");
    expect(space.env.commit.committed).toBe(0);
    expect(recount(space)).toEqual([]);
  });

  test("too many areas", () => {
    const space = areas.drawSpace("[wwwwww]");
    space.env.maxMapCount = 2;
    expect(protect(space, 2, 2, areas.READ)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[ww][wwww]");
  });
});
