/**
 * Shared memory goes to swap and comes back: no entry names the slot (SPEC §3.2, §3.9/5, §3.10).
 */
import { Errno, type Pfn } from "@forkpath/abi";
import { getPage } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { flagsOf, PRIVATE, refsOf, run, SHARED, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { type Family, frameOf, recount, show } from "@forkpath/test-world/family-looks";
import { IDLE, swapOut, swapoff, zap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { memoryFailure, truncateInodePages, unmapMappingRange, VmFault } from "../../src/index.ts";
import { dropPage, putFile, shmemTruncateSwap, shrinkPage } from "../../src/internal.ts";

const createShared = (letters: string, options = {}): Family =>
  createFamily(letters, { file: "shmem", flags: SHARED, ...options });

/** Pages of the file: in the page cache, and in swap. */
const where = ({ file }: Family): readonly [cached: number[], swapped: number[]] => [
  [...(file?.pages.keys() ?? [])].sort(),
  [...(file?.swapped.keys() ?? [])].sort(),
];

describe("out", () => {
  test("the entries turn none, and no address space counts the page as swap", () => {
    const family = createShared("W W");
    fork(family, "P", "C");
    access(family, "C", 0, false);
    const page = frameOf(family, "P", 0);
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- F (1,0,0)", C: "- - (0,0,0)" });
    expect([slots(family, 2), refsOf(family, page)]).toEqual(["0xbf 0x00", "0/0"]);
    expect(where(family)).toEqual([[1], [0]]);
    expect(recount(family)).toEqual([]);
  });

  test("a page that was only read is zeroes: it goes without a slot", () => {
    const family = createShared("r");
    swapOut(family, "P", 0);
    expect([show(family), slots(family, 1), where(family)]).toEqual([
      { P: "- (0,0,0)" },
      "0x00",
      [[], []],
    ]);
    expect(recount(family)).toEqual([]);
  });

  test("swap is full, or there is none: the page stays, dirty, and is activated", () => {
    const family = createShared("W", { slots: 0 });
    const page = frameOf(family, "P", 0);
    expect(run(shrinkPage(family.env, page, IDLE))).toBe("activated");
    expect(show(family)).toEqual({ P: "- (0,0,0)" });
    expect([refsOf(family, page), flagsOf(family, page)]).toEqual([
      "1/0",
      ["DIRTY", "LRU", "ACTIVE"],
    ]);
    expect(recount(family)).toEqual([]);
  });

  test("a pinned page is unmapped and stays in the page cache", () => {
    const family = createShared("W");
    const page = frameOf(family, "P", 0);
    getPage(family.env.map, page);
    expect(run(shrinkPage(family.env, page, IDLE))).toBe("kept");
    expect([show(family), where(family)]).toEqual([{ P: "- (0,0,0)" }, [[0], []]]);
    dropPage(family.env, page);
    expect(recount(family)).toEqual([]);
  });

  test("a private copy of a page of shared memory is an anonymous page, with an entry", () => {
    const family = createFamily("W", { file: "shmem", flags: PRIVATE });
    swapOut(family, "P", 0);
    expect([show(family), slots(family, 1)]).toEqual([{ P: "s (0,0,1)" }, "0x01"]);
    expect(where(family)).toEqual([[0], []]);
  });
});

describe("in", () => {
  test("a touch reads the page, major, and gives the slot back; the next one finds it", () => {
    const family = createShared("W");
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    expect(access(family, "C", 0, false) & VmFault.MAJOR).toBe(VmFault.MAJOR);
    expect(access(family, "P", 0, true) & VmFault.MAJOR).toBe(0);
    expect(show(family)).toEqual({ P: "F (1,0,0)", C: "Fc (1,0,0)" });
    expect(flagsOf(family, frameOf(family, "P", 0))).toEqual(["DIRTY", "LRU"]);
    expect([slots(family, 1), where(family)]).toEqual(["0x00", [[0], []]]);
    expect(recount(family)).toEqual([]);
  });

  test("what was read in goes to swap again, though nobody wrote to it: swap has it no more", () => {
    const family = createShared("W");
    swapOut(family, "P", 0);
    access(family, "P", 0, false);
    swapOut(family, "P", 0);
    expect([slots(family, 1), where(family)]).toEqual(["0xbf", [[], [0]]]);
    expect(recount(family)).toEqual([]);
  });

  test("no memory to read into: the access fails, and nothing is lost", () => {
    const family = createShared("W");
    swapOut(family, "P", 0);
    failNth(family.env.sync.gate, 0);
    expect(access(family, "P", 0, false) & VmFault.OOM).toBe(VmFault.OOM);
    expect([slots(family, 1), where(family)]).toEqual(["0xbf", [[], [0]]]);
    access(family, "P", 0, false);
    expect(show(family)).toEqual({ P: "Fc (1,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("mremap, fork and exit in between: the file knows where its pages are", () => {
    const family = createShared("W W");
    swapOut(family, "P", 0);
    fork(family, "P", "C");
    zap(family, "P");
    access(family, "C", 0, true);
    expect(show(family)).toEqual({ P: "- - (0,0,0)", C: "F - (1,0,0)" });
    expect(recount(family)).toEqual([]);
  });
});

describe("swapoff brings them to their files", () => {
  test("no entry is made: who touches the page finds it in the page cache", () => {
    const family = createShared("W W");
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    swapOut(family, "P", 1);
    expect(swapoff(family)).toBe(0);
    expect([show(family), where(family)]).toEqual([
      { P: "- - (0,0,0)", C: "- - (0,0,0)" },
      [[0, 1], []],
    ]);
    expect(access(family, "C", 1, false) & VmFault.MAJOR).toBe(0);
    expect(family.env.swap.active).toEqual([]);
    expect(recount(family)).toEqual([]);
  });

  test("beside pages of address spaces, in one go", () => {
    const family = createFamily("W W");
    const shared = createShared("W");
    swapOut(family, "P", 0);
    expect(swapoff(family)).toBe(0);
    swapOut(shared, "P", 0);
    expect(swapoff(shared)).toBe(0);
    expect([recount(family), recount(shared)]).toEqual([[], []]);
  });

  test("no memory to read a page into: -ENOMEM, and the page stays where it is", () => {
    const family = createShared("W");
    swapOut(family, "P", 0);
    failNth(family.env.sync.gate, 0);
    expect(swapoff(family)).toBe(-Errno.ENOMEM);
    expect(where(family)).toEqual([[], [0]]);
    expect(recount(family)).toEqual([]);
  });
});

describe("the end of pages in swap", () => {
  test("truncation gives slots and charge back, from the new end on", () => {
    const family = createShared("W W W");
    const { env, file } = family;
    for (const page of [0, 1, 2]) swapOut(family, "P", page);
    expect([env.commit.committed, slots(family, 3)]).toEqual([3, "0xbf 0xbf 0xbf"]);
    file!.sizePages = 1;
    run(unmapMappingRange(env, file!, 1, 0, true));
    run(truncateInodePages(env, file!, 1));
    shmemTruncateSwap(env, file!, 1);
    expect([env.commit.committed, where(family)]).toEqual([1, [[], [0]]]);
    expect(slots(family, 3).split(" ").sort()).toEqual(["0x00", "0x00", "0xbf"]);
    expect(access(family, "P", 1, false) & VmFault.SIGBUS).toBe(VmFault.SIGBUS);
    expect(recount(family)).toEqual([]);
  });

  test("the last reference to the file, likewise", () => {
    const family = createShared("W W");
    const { env, file } = family;
    swapOut(family, "P", 0);
    zap(family, "P");
    const inUse = env.map.framesInUse;
    file!.count = 1;
    putFile(env, file!);
    expect([env.commit.committed, slots(family, 1)]).toEqual([0, "0x00"]);
    expect(env.map.framesInUse).toBe(inUse - 1); // the other page, which was in memory
  });

  test("a page in the swap cache goes with its slot", () => {
    const family = createShared("W");
    const page = keepInSwapCache(family);
    expect([refsOf(family, page), slots(family, 1)]).toEqual(["2/0", "0xff"]);
    dropPage(family.env, page);
    shmemTruncateSwap(family.env, family.file!, 0);
    expect([refsOf(family, page), slots(family, 1)]).toEqual(["0/0", "0x00"]);
    expect(recount(family)).toEqual([]);
  });
});

describe("a page that is in the swap cache still", () => {
  test("comes back without a read", () => {
    const family = createShared("W");
    const page = keepInSwapCache(family);
    expect(access(family, "P", 0, true) & VmFault.MAJOR).toBe(0);
    expect(frameOf(family, "P", 0)).toBe(page);
    dropPage(family.env, page);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x00", "2/1"]);
    expect(recount(family)).toEqual([]);
  });

  test("and has gone bad ends the access: HWPOISON", () => {
    const family = createShared("W");
    const page = keepInSwapCache(family);
    dropPage(family.env, page);
    run(memoryFailure(family.env, page));
    expect(access(family, "P", 0, false) & VmFault.HWPOISON).toBe(VmFault.HWPOISON);
    expect(where(family)).toEqual([[], [0]]);
  });
});

/** A reference that comes while the page is written keeps it in the swap cache. */
function keepInSwapCache(family: Family): Pfn {
  const { env } = family;
  const page = frameOf(family, "P", 0);
  const { sync } = env;
  sync.interleaved = true;
  const shrinking = shrinkPage(env, page, IDLE);
  let isTaken = false;
  for (let step = shrinking.next(); !step.done; step = shrinking.next()) {
    if (isTaken || env.swapEntryOf.get(page) === undefined || env.map.count[page] !== 2) continue;
    getPage(env.map, page);
    isTaken = true;
  }
  sync.interleaved = false;
  expect(isTaken).toBe(true);
  return page;
}
