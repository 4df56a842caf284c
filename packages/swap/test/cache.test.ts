import { Errno, pfn } from "@forkpath/abi";
import { InvariantError } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addToSwapCache,
  cachedPageOf,
  checkSwap,
  deleteFromSwapCache,
  freeSwapAndCache,
  makeEntry,
  reuseCachedPage,
  type SwapCachePages,
  tryToFreeSlot,
} from "../src/index.ts";
import { cachePage, createPages, PAGE, type PageFacts } from "./page-facts.ts";
import { draw, PTE, pteOf, SLOT, SLOTS, show, takeEvents, type World } from "./world.ts";

const ENTRY = makeEntry(0, SLOT);

/** A world whose slot is drawn, with its page cached. */
function drawCached(
  picture: string,
  facts: Partial<PageFacts> = {},
): World & { readonly pages: SwapCachePages; readonly page: PageFacts } {
  const world = draw(picture);
  const pages = createPages();
  return { ...world, pages, page: cachePage(world.swap, pages, ENTRY, facts) };
}

describe("the swap cache", () => {
  test("one page an entry", () => {
    const { swap } = draw("0x40");
    expect(addToSwapCache(swap, ENTRY, PAGE)).toBe(0);
    expect(addToSwapCache(swap, ENTRY, pfn(7))).toBe(-Errno.EEXIST);
    expect(cachedPageOf(swap, ENTRY)).toBe(PAGE);
    expect(cachedPageOf(swap, makeEntry(0, SLOT + 1))).toBeUndefined();
  });

  test("taking the page out gives the slot back", () => {
    const world = drawCached("0x40");
    expect(checkSwap(world.swap)).toEqual([]);
    expect(deleteFromSwapCache(world.sync, world.swap, ENTRY)).toBe(PAGE);
    expect(show(world)).toBe("0x00");
    expect(checkSwap(world.swap)).toEqual([]);
  });

  test("taking out what is not there is a bug of the caller's model", () => {
    const world = draw("0x40");
    expect(() => deleteFromSwapCache(world.sync, world.swap, ENTRY)).toThrow(InvariantError);
    expect(show(world)).toBe("0x40");
  });
});

describe("free_swap_and_cache (SPEC §3.5)", () => {
  test.each([
    ["the last user: the page goes, dirty, and the slot with it", "0x41", {}, "0x00", false],
    ["another user is left: the page stays", "0x42", {}, "0x41", true],
    ["under writeback: the page stays", "0x41", { isWriteback: true }, "0x40", true],
    ["somebody has the page locked: it stays", "0x41", { isLocked: true }, "0x40", true],
    ["still mapped, and swap not full: it stays", "0x41", { mapcount: 1 }, "0x40", true],
  ])("%s", (_name, before, facts, after, isCached) => {
    const { page, pages, ...world } = drawCached(before, facts);
    expect(freeSwapAndCache(world.sync, world.swap, ...PTE, pages)).toBe(1);
    expect(show(world)).toBe(after);
    expect(page).toMatchObject({
      isSwapCache: isCached,
      isDirty: !isCached,
      count: isCached ? 2 : 1,
      isLocked: "isLocked" in facts,
    });
    expect(checkSwap(world.swap)).toEqual([]);
  });

  test("still mapped, and swap more than half full: the page goes", () => {
    const { page, pages, ...world } = drawCached("0x41", { mapcount: 1 });
    world.swap.nrSwapPages -= SLOTS / 2;
    expect(freeSwapAndCache(world.sync, world.swap, ...PTE, pages)).toBe(1);
    expect([show(world), page.isSwapCache]).toEqual(["0x00", false]);
  });

  test("a page that says it left the cache is not dropped again", () => {
    const { page, pages, ...world } = drawCached("0x41", { isSwapCache: false });
    expect(freeSwapAndCache(world.sync, world.swap, ...PTE, pages)).toBe(1);
    expect(show(world)).toBe("0x40");
    expect(page).toMatchObject({ isDirty: false, isLocked: false, count: 2 });
  });

  test("looks for the page under the lock, and lets it go after it", () => {
    const { pages, ...world } = drawCached("0x41");
    freeSwapAndCache(world.sync, world.swap, ...PTE, pages);
    expect(takeEvents(world)).toEqual([
      "lock swap",
      "find_swapcache 0x5",
      "unlock swap",
      "lock swap", // swapcache_free
      "unlock swap",
    ]);
  });

  test("does not look unless only the cache is left", () => {
    const { pages, ...world } = drawCached("0x42");
    freeSwapAndCache(world.sync, world.swap, ...PTE, pages);
    expect(takeEvents(world)).toEqual(["lock swap", "unlock swap"]);
  });

  test("without page facts the page is looked for and left", () => {
    const { page, ...world } = drawCached("0x41");
    expect(freeSwapAndCache(world.sync, world.swap, ...PTE, null)).toBe(1);
    expect(takeEvents(world)).toContain("find_swapcache 0x5");
    expect([show(world), page.isSwapCache]).toEqual(["0x40", true]);
  });

  test.each([
    ["poison is fine", pteOf(SLOT, 29), 1, []],
    ["migration is fine", pteOf(SLOT, 30), 1, []],
    ["a free slot is bad", pteOf(6), 0, ["warn swap_free unused-slot 0x6"]],
    [
      "a type without an area is bad",
      pteOf(6, 3),
      0,
      ["warn swap_free bad-type 0x600000000000006"],
    ],
  ])("%s", (_name, pte, answer, events) => {
    const world = draw("0x01");
    expect(freeSwapAndCache(world.sync, world.swap, ...pte, null)).toBe(answer);
    expect(takeEvents(world)).toEqual(events);
    expect(show(world)).toBe("0x01");
  });
});

describe("reuse_swap_page (SPEC §3.5)", () => {
  test.each([
    ["the only user: leaves the cache and may write", "0x40", { mapcount: 1 }, true, false],
    ["a swapped-out sharer: must copy", "0x41", { mapcount: 1 }, false, true],
    ["two mappers: must copy", "0x40", { mapcount: 2 }, false, true],
    [
      "under writeback: writes, and the page stays cached",
      "0x40",
      { mapcount: 1, isWriteback: true },
      true,
      true,
    ],
    ["KSM: must copy", "0x40", { mapcount: 1, isKsm: true }, false, true],
    ["pins are not asked (D13)", "0x40", { mapcount: 1, count: 9 }, true, false],
    ["no mapper, one PTE to come: leaves the cache", "0x41", { mapcount: 0 }, true, false],
    ["nobody at all: may write, and the page stays cached", "0x40", { mapcount: 0 }, true, true],
  ])("%s", (_name, picture, facts, mayWrite, isCached) => {
    const { page, pages, ...world } = drawCached(picture, { isLocked: true, ...facts });
    expect(reuseCachedPage(world.sync, world.swap, PAGE, pages)).toBe(mayWrite);
    expect([page.isSwapCache, page.isDirty]).toEqual([isCached, !isCached]);
    expect(checkSwap(world.swap)).toEqual([]);
  });

  test("a page with two mappers does not ask for its slot's count", () => {
    const { pages, ...world } = drawCached("0x40", { mapcount: 2 });
    reuseCachedPage(world.sync, world.swap, PAGE, pages);
    expect(takeEvents(world)).toEqual([]);
  });

  test("a page that is not cached asks for no slot", () => {
    const world = draw();
    const pages = createPages();
    cachePage(world.swap, pages, ENTRY, { isSwapCache: false, mapcount: 1 });
    expect(reuseCachedPage(world.sync, world.swap, PAGE, pages)).toBe(true);
    expect(takeEvents(world)).toEqual([]);
  });
});

describe("try_to_free_swap (SPEC §3.5)", () => {
  test.each([
    ["nobody names the slot", "0x40", {}, true],
    ["a PTE names it", "0x41", {}, false],
    ["under writeback", "0x40", { isWriteback: true }, false],
  ])("%s", (_name, picture, facts, isFreed) => {
    const { page, pages, ...world } = drawCached(picture, { isLocked: true, ...facts });
    expect(tryToFreeSlot(world.sync, world.swap, PAGE, pages)).toBe(isFreed);
    expect([page.isSwapCache, page.isDirty]).toEqual([!isFreed, isFreed]);
    expect(show(world)).toBe(isFreed ? "0x00" : picture);
  });

  test("a page that is not cached has nothing to free", () => {
    const world = draw();
    const pages = createPages();
    cachePage(world.swap, pages, ENTRY, { isSwapCache: false });
    expect(tryToFreeSlot(world.sync, world.swap, PAGE, pages)).toBe(false);
  });
});
