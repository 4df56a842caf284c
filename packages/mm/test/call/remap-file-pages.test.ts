/** SPEC §1.5 rows 5, 22 and 23, §2.7, §2.14, D6, D25: remap_file_pages. */
import { Errno, Mremap, PAGE_SIZE, type Pfn, Prot, VmFlag, virtAddr } from "@forkpath/abi";
import { findPteCell, peekEntry } from "@forkpath/page-table";
import { failNth } from "@forkpath/sync";
import {
  flagsOf,
  PRIVATE,
  refsOf,
  run,
  SHARED,
  SHARED_READ,
  showEntries,
  stepper,
} from "@forkpath/test-world";
import { access, createFamily, type FamilyOptions, fork } from "@forkpath/test-world/family";
import * as look from "@forkpath/test-world/family-looks";
import { IDLE, unmap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import {
  findVma,
  getUserPages,
  memoryFailure,
  reclaimPages,
  sysMlock,
  sysMremap,
  sysRemapFilePages,
  unmapMappingRange,
} from "../../src/index.ts";
import { createVma, dropPage, insertVma } from "../../src/internal.ts";
import { createShared, indexAt, NONBLOCK, type Request, remap } from "./remap.ts";

/** Shared memory of a process that may only read it. */
const createReader = (letters: string): look.Family =>
  createShared(letters, { flags: SHARED_READ | VmFlag.CAN_NONLINEAR });

/** A debugger's write to a page that P itself may only read. */
function poke({ env, ...family }: look.Family, page: number): void {
  const pins: Pfn[] = [];
  const mm = look.mmOf({ env, ...family }, "P");
  run(getUserPages(env, mm, look.addressOf(page), 1, { isWrite: true, isForced: true }, pins));
  for (const pin of pins) dropPage(env, pin);
}

/** The entry of a page of P as Appendix A.1 writes it. */
function entryAt(family: look.Family, page: number): string {
  const { tables } = family.env;
  const cell = findPteCell(tables, look.mmOf(family, "P").pgd, virtAddr(look.addressOf(page)));
  return `0x${peekEntry(tables, cell).toString(16)}`;
}

describe("mremap of a nonlinear area: only its driver could forbid it", () => {
  const resize = (family: look.Family, pages: number, flags = 0): number =>
    run(
      sysMremap(family.env, look.mmOf(family, "P"), {
        addr: look.addressOf(0),
        oldLen: 4 * PAGE_SIZE,
        newLen: pages * PAGE_SIZE,
        flags,
      }),
    );

  test("it grows where it is, and stays nonlinear; what is new shows the file by address", () => {
    const family = createShared("W W W W");
    family.file!.sizePages = 6;
    remap(family, 0, 1, 2);
    expect(resize(family, 6)).toBe(look.addressOf(0));
    const vma = look.vmaOf(family, "P");
    expect([vma.end - vma.start, vma.flags & VmFlag.NONLINEAR]).toEqual([
      6 * PAGE_SIZE,
      VmFlag.NONLINEAR,
    ]);
    access(family, "P", 5, true);
    expect([0, 5].map((page) => indexAt(family, page))).toEqual([2, 5]);
    expect(look.recount(family)).toEqual([]);
  });

  test("it moves with its entries, and the file lists the new area among the nonlinear", () => {
    const family = createShared("W W W W");
    const mm = look.mmOf(family, "P");
    remap(family, 0, 2, 2, NONBLOCK);
    const end = look.addressOf(4);
    insertVma(createVma(mm, { start: end, end: end + PAGE_SIZE, flags: PRIVATE, pgoff: 0 }));
    const moved = resize(family, 6, Mremap.MAYMOVE);
    expect(moved).toBeGreaterThan(0);
    const vma = findVma(mm, moved)!;
    expect(vma.file?.iMmapNonlinear.has(vma)).toBe(true);
    expect(showEntries({ env: family.env, mm }, moved, 1)).toBe("n");
  });

  test("one that grew can be cut down again", () => {
    const family = createShared("W W W W");
    remap(family, 0, 1, 2);
    resize(family, 6);
    expect(resize(family, 2)).toBe(look.addressOf(0));
    expect(look.show(family).P).toMatch(/^Fc F/);
    expect(look.recount(family)).toEqual([]);
  });
});

describe("a remapping", () => {
  test("shuffles pages: they are brought at once, and counted as file pages", () => {
    const family = createShared("W W - -");
    expect(remap(family, 0, 2, 2)).toBe(0);
    expect(look.show(family)).toEqual({ P: "Fc Fc - - (2,0,0)" }); // shared pages are read
    expect([0, 1].map((page) => indexAt(family, page))).toEqual([2, 3]);
    expect(look.recount(family)).toEqual([]);
  });

  test("with NONBLOCK only stores where the pages are (§2.7); a fault brings each", () => {
    const family = createShared("W W - - - -");
    expect(remap(family, 1, 3, 5 - 2, NONBLOCK)).toBe(0);
    expect(look.show(family)).toEqual({ P: "F n n n - - (1,0,0)" });
    expect([1, 2, 3].map((page) => entryAt(family, page))).toEqual(["0x3040", "0x4040", "0x5040"]);
    access(family, "P", 3, true);
    expect([look.show(family), indexAt(family, 3)]).toEqual([{ P: "F n n F - - (2,0,0)" }, 5]);
    expect(look.recount(family)).toEqual([]);
  });

  test("makes the area nonlinear, for good: its file lists it apart", () => {
    const family = createShared("W W");
    const [vma, { file }] = [look.vmaOf(family, "P"), family];
    expect([file?.iMmap.has(vma), file?.iMmapNonlinear.has(vma)]).toEqual([true, false]);
    remap(family, 0, 1, 1);
    remap(family, 0, 1, 0); // back where it was
    expect([file?.iMmap.has(vma), file?.iMmapNonlinear.has(vma)]).toEqual([false, true]);
    expect(vma.flags & VmFlag.NONLINEAR).toBe(VmFlag.NONLINEAR);
    expect(look.recount(family)).toEqual([]);
  });

  test("to where the pages are anyway does nothing, as long as the area is linear", () => {
    const family = createShared("W - -");
    expect(remap(family, 1, 2, 1)).toBe(0);
    expect(look.show(family)).toEqual({ P: "F - - (1,0,0)" });
    expect(look.vmaOf(family, "P").flags & VmFlag.NONLINEAR).toBe(0);
  });

  test("marks a page that was written to as dirty, and drops the entry's reference", () => {
    const family = createShared("W W");
    const page = look.frameOf(family, "P", 0);
    family.env.map.flags[page] = 0;
    remap(family, 0, 1, 1);
    expect([flagsOf(family, page), refsOf(family, page)]).toEqual([["DIRTY"], "1/0"]);
  });

  test("is inherited: fork copies the entries, and the child's faults follow them", () => {
    const family = createShared("W W - -");
    remap(family, 0, 2, 2, NONBLOCK);
    expect(fork(family, "P", "C")).toBe(0);
    expect(look.show(family)).toEqual({ P: "n n - - (0,0,0)", C: "n n - - (0,0,0)" });
    access(family, "C", 0, false);
    expect(family.env.map.index[look.frameOf(family, "C", 0)]).toBe(2);
    expect(look.recount(family)).toEqual([]);
  });

  test("of a locked area locks the pages that come, and lets go of those that leave", () => {
    const family = createShared("W W - -");
    const { env } = family;
    run(sysMlock(env, look.mmOf(family, "P"), look.addressOf(0), 2 * PAGE_SIZE));
    const old = look.frameOf(family, "P", 0);
    expect(remap(family, 0, 1, 2)).toBe(0);
    expect(flagsOf(family, old)).not.toContain("MLOCKED");
    expect(flagsOf(family, look.frameOf(family, "P", 0))).toContain("MLOCKED");
    expect(look.recount(family)).toEqual([]);
  });

  test("past the end of the file is fine until somebody looks", () => {
    const family = createShared("W W");
    expect(remap(family, 0, 1, 7)).toBe(0);
    expect(look.show(family)).toEqual({ P: "n F (1,0,0)" });
  });

  test("truncation and reclaim find its pages wherever they are", () => {
    const family = createShared("W W - -");
    remap(family, 0, 2, 2);
    run(unmapMappingRange(family.env, family.file!, 3, 1, true));
    expect(look.show(family)).toEqual({ P: "Fc n - - (1,0,0)" });
    expect(unmap(family, look.frameOf(family, "P", 0), { ...IDLE })).toBeDefined();
    expect(look.show(family)).toEqual({ P: "Fc' n - - (1,0,0)" }); // used a moment ago
    unmap(family, look.frameOf(family, "P", 0));
    expect(look.show(family)).toEqual({ P: "n n - - (0,0,0)" });
    expect(look.recount(family)).toEqual([]);
  });
});

describe("of a file on disk, whose dirty pages are accounted", () => {
  /** P's file, as if it were on a real disk. */
  function createDisk(letters: string): look.Family {
    const family = createFamily(letters, { file: "disk", flags: SHARED | VmFlag.CAN_NONLINEAR });
    Object.assign(family.file!, { accountsDirty: true });
    return family;
  }

  test("maps the range anew, linear, and reads nothing", () => {
    const family = createDisk("W W W W");
    expect(remap(family, 1, 2, 6)).toBe(0);
    const { vmas } = look.mmOf(family, "P");
    expect(vmas.map(({ pgoff, start, end }) => [pgoff, (end - start) / PAGE_SIZE])).toEqual([
      [0, 1],
      [6, 2],
      [3, 1],
    ]);
    expect(vmas.some(({ flags }) => flags & VmFlag.NONLINEAR)).toBe(false);
    expect(look.show(family)).toEqual({ P: "F - - F (2,0,0)" });
    expect(look.recount(family)).toEqual([]);
  });

  test("fails as mmap does, with the old part gone", () => {
    const family = createDisk("W W W W");
    failNth(family.env.sync.gate, 2); // two to cut the area, and one for the new
    expect(remap(family, 1, 2, 6)).toBe(-Errno.ENOMEM);
    expect(look.show(family)).toEqual({ P: "F - - F (2,0,0)" });
    expect(findVma(look.mmOf(family, "P"), look.addressOf(1))?.start).toBe(look.addressOf(3));
  });
});

describe("what it miscounts (D6)", () => {
  test("an anonymous page is taken off the file counter: one too many here, too few there", () => {
    const family = createReader("r -");
    poke(family, 0);
    expect(look.show(family)).toEqual({ P: "r - (0,1,0)" });
    expect(remap(family, 0, 1, 1, NONBLOCK)).toBe(0);
    expect(look.show(family)).toEqual({ P: "n - (-1,1,0)" });
    expect(look.recount(family)).toEqual([
      { rule: "I1", owner: "P", field: "file_rss", kept: -1, counted: 0 },
      { rule: "I2", owner: "P", field: "anon_rss", kept: 1, counted: 0 },
    ]);
  });

  test("one that was swapped out is counted as swap for ever, though its slot is free", () => {
    const family = createReader("r -");
    poke(family, 0);
    run(reclaimPages(family.env, look.mmOf(family, "P")));
    expect(look.show(family)).toEqual({ P: "s - (0,0,1)" });
    remap(family, 0, 1, 1, NONBLOCK);
    expect(look.show(family)).toEqual({ P: "n - (0,0,1)" });
    expect(look.recount(family)).toEqual([
      { rule: "I3", owner: "P", field: "swap_usage", kept: 1, counted: 0 },
    ]);
  });

  test("one whose frame went bad, likewise: that was never counted, and so is right", () => {
    const family = createReader("r -");
    poke(family, 0);
    run(memoryFailure(family.env, look.frameOf(family, "P", 0)));
    expect(look.show(family)).toEqual({ P: "h - (0,0,0)" });
    remap(family, 0, 1, 1, NONBLOCK);
    expect(look.show(family)).toEqual({ P: "n - (0,0,0)" });
  });

  test("the peak is looked at when the page is gone already, and counted still (§1.4/5)", () => {
    const family = createShared("W W");
    const page = look.frameOf(family, "P", 0);
    const slow = stepper(family.env, "R", () =>
      sysRemapFilePages(family.env, look.mmOf(family, "P"), {
        start: look.addressOf(0),
        size: PAGE_SIZE,
        pgoff: 1,
      }),
    );
    slow.until("P.hiwater_rss");
    expect([refsOf(family, page), look.show(family).P]).toEqual(["1/0", "- F (2,0,0)"]);
    expect(slow.finish()).toBe(0);
  });
});

test("an offset keeps 34 bits: page 2^34 + 1 shows page 1 (D25)", () => {
  const family = createShared("W W");
  const first = look.frameOf(family, "P", 1);
  expect(remap(family, 0, 1, 2 ** 34 + 1)).toBe(0);
  expect(look.frameOf(family, "P", 0)).toBe(first); // and not SIGBUS, which is what lies so far out
  expect(look.recount(family)).toEqual([]);
});

describe("refused with -EINVAL, and nothing changed", () => {
  test.each<[string, number, number, number, Request]>([
    ["a protection", 0, 1, 1, { prot: Prot.READ }],
    ["nothing", 0, 0, 1, {}],
    ["a range that begins before the area", -1, 2, 1, {}],
    ["one that ends behind it", 1, 2, 0, {}],
    ["one that nobody has", 600, 1, 1, {}],
    ["an offset of 46 bits and more", 0, 1, 2 ** 46, {}],
    ["one that ends there", 0, 2, 2 ** 46 - 2, {}],
  ])("%s", (_, page, pages, pgoff, rest) => {
    const family = createShared("W W");
    expect(remap(family, page, pages, pgoff, rest)).toBe(-Errno.EINVAL);
    expect([look.show(family), look.recount(family)]).toEqual([{ P: "F F (2,0,0)" }, []]);
  });

  test.each<[string, FamilyOptions]>([
    ["private", { flags: PRIVATE | VmFlag.CAN_NONLINEAR }],
    ["a driver's, which cannot", { flags: SHARED }],
  ])("an area that is %s", (_, options) => {
    const family = createShared("r r", options);
    expect(remap(family, 0, 1, 1)).toBe(-Errno.EINVAL);
  });

  test("anonymous memory", () => {
    const family = createFamily("W W", { flags: SHARED | VmFlag.CAN_NONLINEAR });
    expect(remap(family, 0, 1, 1)).toBe(-Errno.EINVAL);
  });
});

test("without memory for a page table: -ENOMEM, and what was stored stays", () => {
  const family = createShared("- -");
  failNth(family.env.sync.gate, 0);
  expect(remap(family, 0, 1, 1)).toBe(-Errno.ENOMEM);
  expect([look.show(family), look.recount(family)]).toEqual([{ P: "- - (0,0,0)" }, []]);
});

test("start and size are rounded down to pages, as they ever were", () => {
  const family = createShared("W W - -");
  const { env } = family;
  const request = { start: look.addressOf(0) + 5, size: 2 * PAGE_SIZE - 1, pgoff: 3, flags: 0 };
  expect(run(sysRemapFilePages(env, look.mmOf(family, "P"), request))).toBe(0);
  expect([indexAt(family, 0), indexAt(family, 1)]).toEqual([3, 1]);
});

test("misuse is told", () => {
  const family = createShared("W");
  expect(() => remap(family, 0, 1, -1)).toThrow(RangeError);
  expect(() => remap(family, 0, 1, 0.5)).toThrow(TypeError);
});
