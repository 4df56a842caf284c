/** SPEC §3.6, §4.7: what keeps reclaim from taking a page. */
import { VmFlag } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { PageFlag } from "@forkpath/rmap";
import { isOnMmlist, pokeSlot } from "@forkpath/swap";
import { createThread, downWrite, failNth } from "@forkpath/sync";
import { flagsOf, PRIVATE, refsOf, run, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { addressOf, frameOf, mmOf, recount, show } from "@forkpath/test-world/family-looks";
import { IDLE, swapOut } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { reclaimPages } from "../../src/index.ts";
import {
  addToSwap,
  SwapResult,
  shrinkPage,
  type TtuFlags,
  trylockPage,
  tryToUnmap,
} from "../../src/internal.ts";

const RECENT_USE_COUNTS: TtuFlags = { ...IDLE, ignoreAccess: false };

test.each([
  ["a few pages", addressOf(3)],
  ["more than a table's", 2 ** 46],
])("a page is in the range that its first byte is in: %s", (_, end) => {
  const family = createFamily("W W W");
  run(reclaimPages(family.env, mmOf(family, "P"), { start: addressOf(0) + 1, end }));
  expect(show(family)).toEqual({ P: "W s s (0,1,2)" });
  expect(recount(family)).toEqual([]);
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
