/** SPEC §3.3, §3.5, §9.5: who finds a slot's page in memory, and when the slot may go. */
import { type MemMap, NO_PFN, PageFlag } from "@forkpath/rmap";
import { pokeSlot, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { failNth, runUntilBlocked } from "@forkpath/sync";
import { flagsOf, refsOf, run, runSteps, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { type Family, frameOf, recount, show, vmaOf } from "@forkpath/test-world/family-looks";
import { swapOut } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { zapPageRange } from "../../src/index.ts";
import {
  addToSwap,
  lookupSwapCache,
  readSwapCacheAsync,
  reuseSwapPage,
  swapEntryOfPage,
  trylockPage,
  tryToFreeSwap,
  unlockPage,
} from "../../src/internal.ts";

/** The PTE words of the area's slot. */
const slotPte = (slot: number): [number, number] => [swpPteLow(0, slot), swpPteHigh(slot)];

/** P and C share a page that is on disk only. */
function createSwappedPair(): Family {
  const family = createFamily("W");
  fork(family, "P", "C");
  swapOut(family, "P", 0);
  expect(slots(family, 1)).toBe("0x02");
  return family;
}

const zap = (family: Family, name: string): void => {
  const vma = vmaOf(family, name);
  run(zapPageRange(family.env, vma, vma.start, vma.end));
};

describe("the end of a slot that fork shared", () => {
  test("the last side to write takes the page out of the cache, and the slot is free", () => {
    const family = createSwappedPair();
    access(family, "P", 0, true);
    access(family, "C", 0, true);
    expect(show(family)).toEqual({ P: "W (0,1,0)", C: "W (0,1,0)" });
    expect(slots(family, 1)).toBe("0x00");
    expect(recount(family)).toEqual([]);
  });

  test("unmap of the last entry drops the cached page and the slot (free_swap_and_cache)", () => {
    const family = createSwappedPair();
    access(family, "P", 0, true);
    zap(family, "C");
    expect(show(family)).toEqual({ P: "W (0,1,0)", C: "- (0,0,0)" });
    expect([slots(family, 1), family.env.swap.cache.size]).toEqual(["0x00", 0]);
    expect(recount(family)).toEqual([]);
  });

  test("unmap of the last mapping drops the slot of a cached page (free_swap_cache)", () => {
    const family = createSwappedPair();
    for (const name of ["P", "C"]) access(family, name, 0, false);
    zap(family, "P");
    expect([slots(family, 1), family.env.swap.cache.size]).toEqual(["0x40", 1]);
    zap(family, "C");
    expect([slots(family, 1), family.env.swap.cache.size]).toEqual(["0x00", 0]);
    expect(recount(family)).toEqual([]);
  });
});

test.each([
  { path: "free_swap_cache", mapped: ["P", "C"] },
  { path: "free_swap_and_cache", mapped: ["P"] },
])("$path: a page that somebody pins leaves the cache unlocked, and dirty", ({ mapped }) => {
  const family = createSwappedPair();
  for (const name of mapped) access(family, name, 0, false);
  const page = frameOf(family, "P", 0);
  const { map } = family.env;
  map.count[page]++;
  expect(flagsOf(family, page)).toEqual(["SWAPCACHE", "LRU"]);
  for (const name of ["P", "C"]) zap(family, name);
  expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x00", "1/0"]);
  expect(flagsOf(family, page)).toEqual(["DIRTY", "LRU"]);
  expect(recount(family, { pins: new Map([[page, 1]]) })).toEqual([]);
});

describe("reuse_swap_page counts entries and slot, and nothing else (SPEC §3.5, D13)", () => {
  /** P's page, locked and in the swap cache. */
  function createCached(): [Family, ReturnType<typeof frameOf>] {
    const family = createFamily("W");
    const page = frameOf(family, "P", 0);
    trylockPage(family.env, page);
    addToSwap(family.env, page);
    return [family, page];
  }

  test("one entry, no slot user: the page leaves the cache, dirty", () => {
    const [family, page] = createCached();
    family.env.map.count[page]++; // a pin does not matter
    expect(reuseSwapPage(family.env, page)).toBe(true);
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x00", "2/1"]);
    expect(flagsOf(family, page)).toEqual(["LOCKED", "DIRTY", "LRU", "ACTIVE"]);
  });

  test("one entry and one slot user: no", () => {
    const [family, page] = createCached();
    pokeSlot(family.env.swap, 0, 1, { byte: 0x41, digits: [] });
    expect(reuseSwapPage(family.env, page)).toBe(false);
    expect(slots(family, 1)).toBe("0x41");
  });

  test("under writeback: yes, but it stays in the cache", () => {
    const [family, page] = createCached();
    family.env.map.flags[page] |= PageFlag.WRITEBACK;
    expect(reuseSwapPage(family.env, page)).toBe(true);
    expect(tryToFreeSwap(family.env, page)).toBe(false);
    expect(flagsOf(family, page)).toContain("SWAPCACHE");
  });
});

test("a place that is taken shows as a broken rule: the slot's bit should have kept others out", () => {
  const family = createSwappedPair();
  const page = run(readSwapCacheAsync(family.env, ...slotPte(1)));
  pokeSlot(family.env.swap, 0, 1, { byte: 0x02, digits: [] });
  family.env.swap.cache.delete(swapEntryOfPage(family.env, page));
  const reader = readSwapCacheAsync(family.env, ...slotPte(1));
  family.env.sync.interleaved = true;
  while (slots(family, 1) === "0x02") reader.next();
  family.env.swap.cache.set(swapEntryOfPage(family.env, page), page);
  expect(() => runSteps(reader)).toThrow(/swap-cache-taken/);
});

describe("reading a slot in", () => {
  test("the second reader finds the page of the first", () => {
    const family = createSwappedPair();
    const { env } = family;
    expect(lookupSwapCache(env, ...slotPte(1))).toBe(NO_PFN);
    const page = run(readSwapCacheAsync(env, ...slotPte(1)));
    expect([slots(family, 1), refsOf(family, page)]).toEqual(["0x42", "2/0"]);
    expect(run(readSwapCacheAsync(env, ...slotPte(1)))).toBe(page);
    expect(lookupSwapCache(env, ...slotPte(1))).toBe(page);
    expect(refsOf(family, page)).toBe("4/0");
    expect(swapEntryOfPage(env, page)).toBe(32);
  });

  test("no memory: nothing happened", () => {
    const family = createSwappedPair();
    failNth(family.env.sync.gate, 0);
    expect(run(readSwapCacheAsync(family.env, ...slotPte(1)))).toBe(NO_PFN);
    expect(slots(family, 1)).toBe("0x02");
    expect(recount(family)).toEqual([]);
  });

  test("a slot that nobody uses: the frame is given back", () => {
    const family = createSwappedPair();
    const inUse = framesInUse(family.env.map);
    expect(run(readSwapCacheAsync(family.env, ...slotPte(9)))).toBe(NO_PFN);
    expect(framesInUse(family.env.map)).toBe(inUse);
    expect(recount(family)).toEqual([]);
  });

  test("somebody is inserting the page: wait for it, or for the slot to be given up", () => {
    const family = createSwappedPair();
    const { env } = family;
    pokeSlot(env.swap, 0, 1, { byte: 0x42, digits: [] }); // the bit, and no page yet
    const reader = readSwapCacheAsync(env, ...slotPte(1));
    const blocked = runUntilBlocked(reader);
    expect(!blocked.done && blocked.waitsFor.label).toBe("swap cache of slot 1");
    pokeSlot(env.swap, 0, 1, { byte: 0x02, digits: [] });
    const page = run(reader);
    expect(page).not.toBe(NO_PFN);
    unlockPage(env, page);
    expect(slots(family, 1)).toBe("0x42");
  });
});

const framesInUse = (map: MemMap): number => map.framesInUse;
