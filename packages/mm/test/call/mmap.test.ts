/** mmap: where a mapping goes, what it is, and who is told no. */
import { errnoName, MapFlag, PAGE_SIZE, Prot, TASK_SIZE, VmFlag, vmFlagNames } from "@forkpath/abi";
import { pteToBigint } from "@forkpath/page-table";
import { addFile, recount, run, type Space, START } from "@forkpath/test-world";
import { write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, pageOf, showAreas } from "@forkpath/test-world/area-looks";
import * as areas from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import {
  MMAP_BASE,
  type MmapRequest,
  type MmLimits,
  sysMmap,
  sysMunmap,
  type Vma,
} from "../../src/index.ts";
import { filemapVmOps } from "../../src/internal.ts";

const ANON = MapFlag.PRIVATE | MapFlag.ANONYMOUS;

/** mmap without FIXED; the address, or the errno's name. */
function mmap(
  { env, mm }: Space,
  request: Partial<MmapRequest>,
  limits?: MmLimits,
): number | string {
  const addr = run(
    sysMmap(env, mm, { len: PAGE_SIZE, prot: areas.RW, flags: ANON, ...request }, limits),
  );
  return addr < 0 ? errnoName(addr) : addr;
}

const below = (base: number, pages: number): number => base - pages * PAGE_SIZE;

describe("where (top-down, from mmapBase)", () => {
  test("each mapping goes right below the last one, and merges with it", () => {
    const space = areas.createSpace();
    expect(mmap(space, { len: 2 * PAGE_SIZE })).toBe(below(MMAP_BASE, 2));
    expect(mmap(space, { len: 3 * PAGE_SIZE })).toBe(below(MMAP_BASE, 5));
    expect(space.mm.vmas).toHaveLength(1);
  });

  test("what was freed last above is filled first; a search that passed it forgets it", () => {
    const space = areas.createSpace();
    const upper = mmap(space, { len: 2 * PAGE_SIZE }) as number;
    mmap(space, { len: 2 * PAGE_SIZE, prot: areas.READ });
    run(sysMunmap(space.env, space.mm, upper, 2 * PAGE_SIZE));
    expect(mmap(space, { len: 2 * PAGE_SIZE })).toBe(upper);

    run(sysMunmap(space.env, space.mm, upper, 2 * PAGE_SIZE));
    expect(mmap(space, { len: 4 * PAGE_SIZE })).toBe(below(MMAP_BASE, 8));
    expect(mmap(space, { len: 2 * PAGE_SIZE })).toBe(below(MMAP_BASE, 10));
  });

  test("a hole passed right below an area is remembered by its size", () => {
    const space = areas.createSpace();
    const upper = mmap(space, { len: PAGE_SIZE }) as number;
    const fixed = { addr: below(upper, 4), flags: ANON | MapFlag.FIXED, prot: areas.READ };
    mmap(space, { ...fixed, len: PAGE_SIZE });
    expect(mmap(space, { len: 4 * PAGE_SIZE })).toBe(below(upper, 8));
    expect(mmap(space, { len: 2 * PAGE_SIZE })).toBe(below(upper, 2));
  });

  test("a wanted address is taken if it is free, rounded up to a page", () => {
    const space = areas.drawSpace("....[w]");
    expect(pageOf(mmap(space, { addr: at(1) + 1 }) as number)).toBe(2);
    expect(mmap(space, { addr: at(4) })).toBe(below(MMAP_BASE, 1));
  });

  test("FIXED replaces what is there", () => {
    const space = areas.drawSpace("[wwwwww]");
    write(space, 1, 2, 3);
    areas.map(space, 2, 2, { prot: areas.READ });
    expect(showAreas(space)).toBe("[ww][rr][ww]");
    expect(entries(space, 0, 6)).toBe("- W - - - -");
    expect(recount(space)).toEqual([]);
  });

  test("with no room below mmapBase, the search goes upwards from a third of the space", () => {
    const space = areas.createSpace();
    const { env, mm } = space;
    const third = Math.ceil(Math.floor(TASK_SIZE / 3) / PAGE_SIZE) * PAGE_SIZE;
    mm.layout.mmapBase = START;
    run(
      sysMmap(env, mm, {
        len: START - PAGE_SIZE,
        addr: PAGE_SIZE,
        prot: 0,
        flags: ANON | MapFlag.FIXED,
      }),
    );
    expect(mmap(space, {})).toBe(third);
    expect(mmap(space, { prot: areas.READ })).toBe(third + PAGE_SIZE);
    expect(mmap(space, { len: TASK_SIZE - third })).toBe("-ENOMEM");
  });

  test.each([
    ["longer than user space", { len: TASK_SIZE + PAGE_SIZE }, "-ENOMEM"],
    [
      "FIXED past the end of user space",
      { addr: TASK_SIZE, flags: ANON | MapFlag.FIXED },
      "-ENOMEM",
    ],
    ["FIXED off a page boundary", { addr: at(0) + 1, flags: ANON | MapFlag.FIXED }, "-EINVAL"],
    ["no length", { len: 0 }, "-EINVAL"],
    ["neither SHARED nor PRIVATE", { flags: MapFlag.ANONYMOUS }, "-EINVAL"],
    ["both of them", { flags: ANON | MapFlag.SHARED }, "-EINVAL"],
    ["a file wanted and none open", { flags: MapFlag.PRIVATE }, "-EBADF"],
    ["an offset past what a page index holds", { pgoff: 2 ** 52 }, "-EOVERFLOW"],
  ])("%s: %s", (_name, request, errno) => {
    const space = areas.createSpace();
    expect(mmap(space, request)).toBe(errno);
    expect(space.mm.vmas).toEqual([]);
  });

  test.each([
    ["len", { len: 0.5 }, TypeError],
    ["len", { len: -1 }, RangeError],
    ["addr", { addr: Number.NaN }, TypeError],
    ["prot", { prot: 2 ** 32 }, RangeError],
    ["flags", { flags: -1 }, RangeError],
    ["pgoff", { pgoff: -1 }, RangeError],
  ])("misuse of %s is thrown, and nothing changes", (name, request, error) => {
    const space = areas.createSpace();
    expect(() => mmap(space, request)).toThrow(error);
    expect(() => mmap(space, request)).toThrow(`sysMmap: ${name} must be`);
    expect(space.mm.mmapSem.writer).toBeNull();
  });
});

describe("what (SPEC §5.1, §5.2)", () => {
  const MAY = ["MAYREAD", "MAYWRITE", "MAYEXEC"];
  const flagsOf = (vma: Vma): string[] => vmFlagNames(vma.flags);

  test("private anonymous memory: promised, and its offset is its address", () => {
    const space = areas.drawSpace("...[ww]");
    const vma = areaAt(space, 3);
    expect(flagsOf(vma)).toEqual(["READ", "WRITE", ...MAY, "ACCOUNT"]);
    expect(vma.pgoff).toBe(at(3) / PAGE_SIZE);
    expect([vma.file, vma.ops]).toEqual([null, null]);
  });

  test("shared anonymous memory: a shmem file, charged there (SPEC §5.12/1)", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 4, { flags: areas.SHARED_ANONYMOUS });
    const vma = areaAt(space, 0);
    expect(flagsOf(vma)).toEqual(["READ", "WRITE", "SHARED", ...MAY, "MAYSHARE"]);
    expect(vma.file).toMatchObject({ isShmem: true, sizePages: 4, chargedPages: 4, count: 1 });
    expect(vma.pgoff).toBe(0);
    expect(space.env.commit.committed).toBe(4);
    expect(space.mm.usage).toMatchObject({ totalVm: 4, sharedVm: 4 });
  });

  test("a shared mapping of a file opened for reading is neither SHARED nor ever writable", () => {
    const space = areas.createSpace();
    const open = { file: addFile(space), isReadable: true, isWritable: false };
    const flags = MapFlag.SHARED;
    expect(mmap(space, { open, flags, prot: areas.RW })).toBe("-EACCES");
    expect(mmap(space, { addr: START, open, flags, prot: areas.READ })).toBe(START);
    expect(flagsOf(areaAt(space, 0))).toEqual([
      "READ",
      "MAYREAD",
      "MAYEXEC",
      "MAYSHARE",
      "CAN_NONLINEAR",
    ]);
    expect(open.file.iMmapWritable).toBe(0);
  });

  test("a file opened for writing only cannot be mapped at all", () => {
    const space = areas.createSpace();
    const open = { file: addFile(space), isReadable: false, isWritable: true };
    expect(mmap(space, { open, flags: MapFlag.SHARED, prot: Prot.WRITE })).toBe("-EACCES");
    expect(mmap(space, { open, flags: MapFlag.PRIVATE, prot: areas.READ })).toBe("-EACCES");
  });

  test("DENYWRITE and EXECUTABLE are the loader's: the system call drops them", () => {
    const space = areas.createSpace();
    const open = { file: addFile(space), isReadable: true, isWritable: true };
    const flags = MapFlag.PRIVATE | MapFlag.DENYWRITE | MapFlag.EXECUTABLE;
    mmap(space, { addr: START, open, flags });
    expect(flagsOf(areaAt(space, 0))).not.toContain("DENYWRITE");
    expect(flagsOf(areaAt(space, 0))).not.toContain("EXECUTABLE");
  });

  test.each([
    ["private, writable", areas.RW, ANON, 0x8000000000000025n],
    ["private, no access", 0, ANON, 0x120n],
    ["private, executable", areas.READ | Prot.EXEC, ANON, 0x25n],
    ["shared, writable", areas.RW, areas.SHARED_ANONYMOUS, 0x8000000000000027n],
    ["shared, all", areas.RW | Prot.EXEC, areas.SHARED_ANONYMOUS, 0x27n],
  ])("page protection (SPEC §2.6): %s", (_name, prot, flags, word) => {
    const space = areas.createSpace();
    areas.map(space, 0, 1, { prot, flags });
    const { pageProtLow, pageProtHigh } = areaAt(space, 0);
    expect(pteToBigint(pageProtLow, pageProtHigh)).toBe(word);
  });

  test.each([
    ["a file whose dirty pages are accounted", true, 0x8000000000000025n],
    ["one whose are not", false, 0x8000000000000027n],
  ])("write notification (SPEC §2.6/3): %s", (_name, accountsDirty, word) => {
    const space = areas.createSpace();
    areas.map(space, 0, 1, { file: addFile(space, { accountsDirty }), flags: MapFlag.SHARED });
    const { pageProtLow, pageProtHigh } = areaAt(space, 0);
    expect(pteToBigint(pageProtLow, pageProtHigh)).toBe(word);
  });

  test("write notification: a file system that asks before each first write", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.ops = {
        ...filemapVmOps,
        *pageMkwrite(env) {
          if (env.sync.interleaved) yield env.ptePoint;
          return 0;
        },
      };
      return 0;
    };
    areas.map(space, 0, 1, { file, flags: MapFlag.SHARED });
    expect(areaAt(space, 0).pageProtLow & 2).toBe(0);
  });

  test.each([
    ["set a protection of its own", 0, 0x10],
    ["maps frames without pages", VmFlag.PFNMAP, 0],
    ["inserts pages itself", VmFlag.INSERTPAGE, 0],
  ])("write notification: not where the driver %s", (_name, flags, protection) => {
    const space = areas.createSpace();
    const file = addFile(space, { accountsDirty: true });
    file.mmap = (vma): number => {
      vma.flags += flags;
      vma.pageProtLow += protection;
      return 0;
    };
    areas.map(space, 0, 1, { file, flags: MapFlag.SHARED });
    expect(areaAt(space, 0).pageProtLow).toBe(0x27 + protection);
  });
});

describe("usage (SPEC §5.10)", () => {
  const usageOf = ({ mm }: Space): number[] => {
    const { totalVm, sharedVm, execVm, stackVm, reservedVm } = mm.usage;
    return [totalVm, sharedVm, execVm, stackVm, reservedVm];
  };

  test("anonymous memory counts in total_vm alone", () => {
    const space = areas.drawSpace("[www]");
    expect(usageOf(space)).toEqual([3, 0, 0, 0, 0]);
  });

  test("a private file mapping is shared_vm; executable and not writable, exec_vm too", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 3, { file: addFile(space), prot: areas.READ | Prot.EXEC });
    areas.map(space, 3, 1, { file: addFile(space), prot: areas.RW | Prot.EXEC });
    expect(usageOf(space)).toEqual([4, 4, 3, 0, 0]);
  });

  test("what grows down without a file is stack_vm", () => {
    const space = areas.createSpace();
    areas.map(space, 0, 3, { flags: ANON | MapFlag.GROWSDOWN });
    expect(usageOf(space)).toEqual([3, 0, 0, 3, 0]);
  });

  test("a driver's RESERVED area is reserved_vm as well", () => {
    const space = areas.createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.flags += VmFlag.RESERVED + VmFlag.IO;
      return 0;
    };
    areas.map(space, 0, 2, { file });
    expect(usageOf(space)).toEqual([2, 2, 0, 0, 2]);
  });
});
