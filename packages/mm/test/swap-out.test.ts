/** SPEC §3.6, §4.7: reclaim takes a page from all who map it, and what stops it. */
import { VmFlag } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { PageFlag } from "@forkpath/rmap";
import { isOnMmlist, mmlistFrom, pokeSlot } from "@forkpath/swap";
import { createThread, downWrite, failNth } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addToSwap,
  reclaimPages,
  SwapResult,
  shrinkPage,
  TtuAction,
  type TtuFlags,
  trylockPage,
  tryToUnmap,
  unlockPage,
  zapPageRange,
} from "../src/index.ts";
import {
  access,
  createFamily,
  fork,
  frameOf,
  mmOf,
  recount,
  show,
  swapOut,
  vmaOf,
} from "./world/family.ts";
import { flagsOf, refsOf, slots } from "./world/letters.ts";
import { PRIVATE, run, SHARED } from "./world/machine.ts";

/** What kswapd asks for, except that it does not mind recent use. */
const IDLE: TtuFlags = {
  action: TtuAction.UNMAP,
  ignoreMlock: false,
  ignoreAccess: true,
  ignoreHwpoison: false,
};
const RECENT_USE_COUNTS: TtuFlags = { ...IDLE, ignoreAccess: false };

describe.each([
  { build: "split", splitPtlocks: true },
  { build: "non-split", splitPtlocks: false },
])("swap-out of one page, $build", ({ splitPtlocks }) => {
  test("step by step: slot, entries, disk (SPEC §3.6)", () => {
    const family = createFamily("W W", { splitPtlocks });
    const { env } = family;
    const page = frameOf(family, "P", 0);
    expect([show(family).P, slots(family, 1), refsOf(family, page)]).toEqual([
      "W W (0,2,0)",
      "0x00",
      "1/1",
    ]);

    trylockPage(env, page);
    expect(addToSwap(env, page)).toBe(true);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "2/1"]);

    expect(run(tryToUnmap(env, page, IDLE))).toBe(SwapResult.SUCCESS);
    unlockPage(env, page);
    expect([show(family).P, slots(family, 1), refsOf(family, page)]).toEqual([
      "s W (0,1,1)",
      "0x41",
      "1/0",
    ]);
    expect(recount(family)).toEqual([]);

    expect(run(shrinkPage(env, page, IDLE))).toBe("freed");
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x01", "0/0"]);
    expect(recount(family)).toEqual([]);
  });

  test("a page that a family shares leaves each of its members", () => {
    const family = createFamily("W W", { splitPtlocks });
    fork(family, "P", "C");
    fork(family, "C", "G");
    swapOut(family, "C", 0);
    expect(show(family)).toEqual({
      P: "s r (0,1,1)",
      C: "s r' (0,1,1)",
      G: "s r' (0,1,1)",
    });
    expect(slots(family, 1)).toBe("0x03");
    expect(recount(family)).toEqual([]);
  });

  test("a page copied on write is found through its own member only", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    access(family, "C", 0, true);
    swapOut(family, "C", 0);
    expect(show(family)).toEqual({ P: "r (0,1,0)", C: "s (0,0,1)" });
    expect(recount(family)).toEqual([]);
  });

  test("the peak is pushed before the counter falls (SPEC §1.4 site 3)", () => {
    const family = createFamily("W W W", { splitPtlocks });
    const { counters } = mmOf(family, "P");
    expect(peekCounterSigned(counters, MmCounter.HIWATER_RSS)).toBe(0);
    swapOut(family, "P", 1);
    expect(peekCounterSigned(counters, MmCounter.HIWATER_RSS)).toBe(3);
  });
});

describe("the ring of mms that swapoff searches (SPEC §3.8)", () => {
  test("an mm joins it behind the anchor with its first swap entry, a child behind its parent", () => {
    const family = createFamily("W W");
    const { env } = family;
    const ring = (): string[] => mmlistFrom(env.swap.initMm).map((node) => node.name);
    expect(ring()).toEqual([]);
    swapOut(family, "P", 0);
    expect(ring()).toEqual(["P"]);
    fork(family, "P", "C");
    expect(ring()).toEqual(["P", "C"]);
    expect(isOnMmlist(mmOf(family, "C").mmlist)).toBe(true);
  });
});

describe("what stops reclaim", () => {
  test("recent use: the mark goes, the page stays in the swap cache; the next pass takes it", () => {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    family.env.map.flags[page] &= ~PageFlag.ACTIVE;
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("activated");
    expect(show(family)).toEqual({ P: "W' (0,1,0)" });
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "2/1"]);
    expect(flagsOf(family, page)).toEqual(["DIRTY", "SWAPCACHE", "LRU", "ACTIVE"]);
    expect(recount(family)).toEqual([]);
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("freed");
    expect(show(family)).toEqual({ P: "s (0,0,1)" });
    expect(recount(family)).toEqual([]);
  });

  test("the first mapper that was used stops the walk: those before it lost theirs", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    access(family, "C", 0, false);
    const page = frameOf(family, "P", 0);
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("activated");
    // P comes first in the anon_vma's list, and is young.
    expect(show(family)).toEqual({ P: "r' (0,1,0)", C: "r (0,1,0)" });
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("activated");
    expect(show(family)).toEqual({ P: "s (0,0,1)", C: "r' (0,1,0)" });
    expect(slots(family, 1)).toBe("0x41");
    expect(recount(family)).toEqual([]);
  });

  test("swap is full, or there is none", () => {
    for (const size of [0, 2]) {
      const family = createFamily("W W", { slots: size });
      if (size === 2) swapOut(family, "P", 1);
      const before = show(family);
      const page = frameOf(family, "P", 0);
      expect(run(shrinkPage(family.env, page, IDLE))).toBe("activated");
      expect(show(family)).toEqual(before);
      expect(refsOf(family, page)).toBe("1/1");
      expect(recount(family)).toEqual([]);
    }
  });

  test("a full slot count and no continuation page: the old entry comes back as it was", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    trylockPage(env, page);
    addToSwap(env, page);
    pokeSlot(env.swap, 0, 1, { byte: 0x7e, digits: [] }); // 62 users elsewhere, and the cache
    failNth(env.sync.gate, 0);
    expect(run(tryToUnmap(env, page, IDLE))).toBe(SwapResult.FAIL);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x7e", "2/1"]);
    expect(isOnMmlist(mmOf(family, "P").mmlist)).toBe(false);
    // The peak was pushed all the same.
    expect(peekCounterSigned(mmOf(family, "P").counters, MmCounter.HIWATER_RSS)).toBe(1);

    expect(run(tryToUnmap(env, page, IDLE))).toBe(SwapResult.SUCCESS); // with a page for it
    expect(show(family)).toEqual({ P: "s (0,0,1)" });
    expect(slots(family, 1)).toBe("0xc0");
  });

  test("a locked vma: the page is marked, and leaves reclaim's lists", () => {
    const family = createFamily("W", { flags: PRIVATE | VmFlag.LOCKED });
    mmOf(family, "P").lockedVm = 1;
    const page = frameOf(family, "P", 0);
    const { flags } = family.env.map;
    flags[page] = (flags[page] & ~(PageFlag.MLOCKED | PageFlag.UNEVICTABLE)) | PageFlag.ACTIVE;
    expect(run(shrinkPage(family.env, page, IDLE))).toBe("mlocked");
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
    expect(flagsOf(family, page)).toEqual([
      ...["DIRTY", "SWAPCACHE", "LRU"],
      ...["UNEVICTABLE", "MLOCKED"],
    ]);
    // The mark alone stops the next one, before a slot is taken.
    expect(run(shrinkPage(family.env, page, IDLE))).toBe("mlocked");
    expect(recount(family)).toEqual([]);
  });

  test("a locked vma whose mmap_sem somebody writes: not marked, tried again later", () => {
    const family = createFamily("W", { flags: PRIVATE | VmFlag.LOCKED });
    const { env } = family;
    const page = frameOf(family, "P", 0);
    env.map.flags[page] &= ~PageFlag.MLOCKED;
    const reclaimer = env.sync.current;
    env.sync.current = createThread(1, "mmap");
    run(downWrite(env.sync, mmOf(family, "P").mmapSem, "sys_mmap"));
    env.sync.current = reclaimer;
    expect(run(shrinkPage(env, page, IDLE))).toBe("kept");
    expect(env.map.flags[page] & PageFlag.MLOCKED).toBe(0);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
  });

  test("a pin: unmapped, but kept in the swap cache; a fault brings the same page back", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    env.map.count[page]++;
    env.map.flags[page] &= ~PageFlag.ACTIVE;
    const pins = new Map([[page, 1]]);
    expect(run(shrinkPage(env, page, IDLE))).toBe("kept");
    expect(show(family)).toEqual({ P: "s (0,0,1)" });
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x41", "2/0"]);
    expect(flagsOf(family, page)).toEqual(["DIRTY", "SWAPCACHE", "LRU"]);
    expect(recount(family, { pins })).toEqual([]);
    access(family, "P", 0, true);
    expect(frameOf(family, "P", 0)).toBe(page);
    expect(show(family)).toEqual({ P: "W (0,1,0)" });
    expect(recount(family, { pins })).toEqual([]);
  });

  test("somebody has locked or isolated the page, or it is under writeback", () => {
    const family = createFamily("W");
    const { map } = family.env;
    const page = frameOf(family, "P", 0);
    for (const [flag, isSet] of [
      [PageFlag.LOCKED, true],
      [PageFlag.WRITEBACK, true],
      [PageFlag.LRU, false],
    ] as const) {
      map.flags[page] = isSet ? map.flags[page] | flag : map.flags[page] & ~flag;
      expect(run(shrinkPage(family.env, page, IDLE))).toBe("kept");
      expect([show(family).P, slots(family, 1), refsOf(family, page)]).toEqual([
        "W (0,1,0)",
        "0x00",
        "1/1",
      ]);
      map.flags[page] = isSet ? map.flags[page] & ~flag : map.flags[page] | flag;
    }
    swapOut(family, "P", 0);
  });
});

describe("what happens while the page is written", () => {
  test("nobody names the slot any more: nothing is written, the page goes", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    trylockPage(env, page);
    addToSwap(env, page);
    run(tryToUnmap(env, page, IDLE));
    const vma = vmaOf(family, "P");
    run(zapPageRange(env, vma, vma.start, vma.end)); // finds the page locked, and leaves it
    unlockPage(env, page);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "1/0"]);

    expect(run(shrinkPage(env, page, IDLE))).toBe("kept");
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x00", "0/0"]);
    expect(recount(family)).toEqual([]);
  });

  test("a write fault takes the page back, which stays in the cache for that write", () => {
    const family = createFamily("W");
    const { env } = family;
    const page = frameOf(family, "P", 0);
    const reclaim = shrinkPage(env, page, IDLE);
    env.sync.interleaved = true;
    while (!flagsOf(family, page).includes("WRITEBACK")) reclaim.next();
    env.sync.interleaved = false;
    expect(flagsOf(family, page)).toEqual(["SWAPCACHE", "WRITEBACK", "ACTIVE"]);

    access(family, "P", 0, true);
    expect([show(family).P, slots(family, 1)]).toEqual(["W (0,1,0)", "0x40"]);
    expect(run(reclaim)).toBe("kept");
    expect(flagsOf(family, page)).toEqual(["SWAPCACHE", "LRU", "ACTIVE"]);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x40", "2/1"]);
    expect(recount(family)).toEqual([]);
  });
});

describe("pages of files", () => {
  test("a clean page leaves the page cache, and its entries turn none", () => {
    const family = createFamily("r r", { file: "disk" });
    const page = frameOf(family, "P", 0);
    expect(show(family)).toEqual({ P: "fc fc (2,0,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- fc (1,0,0)" });
    expect(refsOf(family, page)).toBe("0/0");
    expect(recount(family)).toEqual([]);
  });

  test("a dirty page is written first; the entry's dirty bit reaches it in time", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    expect(show(family)).toEqual({ P: "F (1,0,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- (0,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("the first mapper that used the page keeps it for the others", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    fork(family, "P", "C");
    access(family, "C", 0, false);
    const page = frameOf(family, "P", 0);
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("activated");
    expect(show(family)).toEqual({ P: "F' (1,0,0)", C: "Fc (1,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("a mapper that never touched the page has no table to look in", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    fork(family, "P", "C");
    const { iMmap } = family.file ?? {};
    iMmap?.delete(vmaOf(family, "P"));
    iMmap?.add(vmaOf(family, "P")); // C is asked first
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- (0,0,0)", C: "- (0,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("a dirty page of shmem stays in memory (not modelled: its way to swap)", () => {
    const family = createFamily("W", { file: "shmem", flags: SHARED });
    const page = frameOf(family, "P", 0);
    expect(run(shrinkPage(family.env, page, IDLE))).toBe("kept");
    expect(show(family)).toEqual({ P: "- (0,0,0)" });
    expect([refsOf(family, page), flagsOf(family, page)]).toEqual(["1/0", ["DIRTY", "LRU"]]);
    expect(recount(family)).toEqual([]);
  });

  test("the private copy of a file's page is swapped like any anonymous page", () => {
    const family = createFamily("W r", { file: "disk" });
    expect(show(family)).toEqual({ P: "W fc (1,1,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "s fc (1,0,1)" });
    expect(recount(family)).toEqual([]);
  });
});

describe("reclaimPages", () => {
  test("goes by address, and stops at the count", () => {
    const family = createFamily("W - W W W");
    const { env } = family;
    const freed = run(reclaimPages(env, mmOf(family, "P"), { count: 2 }));
    expect(freed).toEqual({ freed: 2, kept: 0, activated: 0, mlocked: 0 });
    expect(show(family)).toEqual({ P: "s - s W W (0,2,2)" });
    expect(recount(family)).toEqual([]);
  });

  test("stays in the range, and passes the zero page by", () => {
    const family = createFamily("r W W");
    const { start } = vmaOf(family, "P");
    run(reclaimPages(family.env, mmOf(family, "P"), { start, end: start + 2 * 4096 }));
    expect(show(family)).toEqual({ P: "zc s W (0,1,1)" });
  });

  test("minds recent use when told to", () => {
    const family = createFamily("W W");
    const mm = mmOf(family, "P");
    const options = { ignoreAccess: false };
    expect(run(reclaimPages(family.env, mm, options))).toMatchObject({ freed: 0, activated: 2 });
    expect(run(reclaimPages(family.env, mm, options))).toMatchObject({ freed: 2, activated: 0 });
  });
});
