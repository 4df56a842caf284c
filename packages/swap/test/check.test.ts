/** Each kind of damage is found and named, and bad input changes nothing. */
import { pfn, type SwpEntry } from "@forkpath/abi";
import type { Mismatch } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addToSwapCache,
  checkSlots,
  checkSwap,
  createMmListNode,
  getSwapPage,
  makeEntry,
  mmlistAddAfter,
  peekSlot,
  pokeSlot,
  SwapFlag,
  swapCount,
} from "../src/index.ts";
import { freeSwapCountContinuations, pokeContinuationPages } from "../src/internal.ts";
import { draw, SLOT, SLOTS, show, type World } from "./world.ts";

const ofSwap = (
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
): Mismatch => ({ rule: "swap", owner, field, kept, counted });

const ofSlot = (owner: string, kept: number | string, counted: number): Mismatch => ({
  rule: "I6",
  owner,
  field: "count",
  kept,
  counted,
});

describe("checkSwap (SPEC §0.6 I6)", () => {
  test.each<[string, (world: World) => void, Mismatch]>([
    [
      "a slot in use that was not counted",
      ({ swap }) => {
        swap.areas[0].swapMap[9] = 1;
      },
      ofSwap("area 0", "inuse_pages", 0, 1),
    ],
    [
      "a slot that is bad only in the map",
      ({ swap }) => {
        swap.areas[0].swapMap[9] = 0x3f;
      },
      ofSwap("area 0", "pages", 8191, 8190),
    ],
    [
      "free pages",
      ({ swap }) => void swap.nrSwapPages++,
      ofSwap("machine", "nr_swap_pages", 8192, 8191),
    ],
    [
      "all pages",
      ({ swap }) => void swap.totalSwapPages--,
      ofSwap("machine", "total_swap_pages", 8190, 8191),
    ],
    [
      "a header in use",
      ({ swap }) => {
        swap.areas[0].swapMap[0] = 1;
      },
      ofSwap("slot 0:0", "byte", "0x01", "BAD"),
    ],
    [
      "a header that is free",
      ({ swap }) => {
        swap.areas[0].swapMap[0] = 0;
      },
      ofSwap("slot 0:0", "byte", "0x00", "BAD"),
    ],
    [
      "a free slot that is never looked at",
      ({ swap }) => {
        swap.areas[0].lowestBit = 2;
      },
      ofSwap("area 0", "lowest_bit", 2, 1),
    ],
    [
      "a free slot above the last that is looked at",
      ({ swap }) => {
        swap.areas[0].highestBit = 8000;
      },
      ofSwap("area 0", "highest_bit", 8000, 8191),
    ],
    [
      "a digit without a page",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x80, digits: [] }),
      ofSwap(
        "slot 0:5",
        "continuation",
        "continued-count: column 5 is continued beyond its chain of 0 pages",
        "whole",
      ),
    ],
    [
      "a continued count whose last digit is 0",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x81, digits: [0x80, 0] }),
      ofSwap("slot 0:5", "digits", "[128 0]", "[128]"),
    ],
    [
      "a cached page whose slot does not know",
      ({ swap }) => void addToSwapCache(swap, makeEntry(0, SLOT), pfn(7)),
      { ...ofSwap("slot 0:5", "HAS_CACHE", "clear", "set for pfn 7"), rule: "I6" },
    ],
    [
      "a slot that says cached, and no page",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x41, digits: [] }),
      { ...ofSwap("slot 0:5", "HAS_CACHE", "set", "clear: no page is cached"), rule: "I6" },
    ],
    [
      "a ring with a torn link",
      ({ sync, swap }) => {
        const mm = createMmListNode({}, "mm");
        mmlistAddAfter(sync, swap, mm, swap.initMm, "try_to_unmap_one");
        mm.prev = mm;
      },
      ofSwap("mm", "mmlist.prev", "mm", "init_mm"),
    ],
  ])("finds %s", (_name, damage, mismatch) => {
    const world = draw();
    expect(checkSwap(world.swap)).toEqual([]);
    damage(world);
    expect(checkSwap(world.swap)).toContainEqual(mismatch);
  });

  test("a bit without a page is no damage while a page is on its way", () => {
    const { swap } = draw("0x41");
    expect(checkSwap(swap)).toHaveLength(1);
    expect(checkSwap(swap, { isCacheInFlux: true })).toEqual([]);
  });
});

describe("checkSlots (SPEC §0.6 I6)", () => {
  const named = (slot: number, times: number): Map<SwpEntry, number> =>
    new Map([[makeEntry(0, slot), times]]);

  test("counts that agree with the entries are no mismatch", () => {
    expect(checkSlots(draw("0x03").swap, named(SLOT, 3))).toEqual([]);
    expect(checkSlots(draw("0xff").swap, new Map(), named(SLOT, 1))).toEqual([]); // shmem's
  });

  test.each<[string, Map<SwpEntry, number>, Mismatch]>([
    ["more than name it", named(SLOT, 2), ofSlot("slot 0:5", 3, 2)],
    ["that no entry names", new Map(), ofSlot("slot 0:5", 3, 0)],
    ["that is not there", named(9000, 2), ofSlot("slot 0:9000", "no such slot", 2)],
    ["that is free", named(6, 1), ofSlot("slot 0:6", 0, 1)],
  ])("finds a slot %s", (_name, entries, mismatch) => {
    expect(checkSlots(draw("0x03").swap, entries)).toContainEqual(mismatch);
  });

  test.each<[string, string, number, number]>([
    ["shmem's that no file names", "0xff", 0, 1],
    ["a file's that is not shmem's", "0x03", 1, 0],
  ])("finds %s", (_name, byte, files, kept) => {
    expect(checkSlots(draw(byte).swap, named(SLOT, 3), named(SLOT, files))).toContainEqual({
      ...ofSlot("slot 0:5", kept, files),
      field: "shmem",
    });
  });
});

describe("looking at slots and setting them", () => {
  test.each([
    ["a slot behind the end", 0, 8192, RangeError],
    ["slot NaN", 0, Number.NaN, TypeError],
    ["type 40", 40, 5, RangeError],
  ])("%s is refused, and nothing changed", (_name, type, offset, error) => {
    const world = draw("0x3e");
    const slot = { byte: 1, digits: [1] };
    expect(() => swapCount(world.swap, type, offset)).toThrow(error);
    expect(() => peekSlot(world.swap, type, offset)).toThrow(error);
    expect(() => pokeSlot(world.swap, type, offset, slot)).toThrow(error);
    expect(() => pokeContinuationPages(world.swap, type, offset, 1)).toThrow(error);
    expect(show(world)).toBe("0x3e");
    expect(checkSwap(world.swap)).toEqual([]);
  });

  test.each([
    ["the header", 0, { byte: 1, digits: [] }],
    ["a byte of 9 bits", SLOT, { byte: 0x100, digits: [] }],
    ["a digit of 9 bits", SLOT, { byte: 0x80, digits: [0x100] }],
  ])("pokeSlot refuses %s", (_name, offset, slot) => {
    const world = draw("0x3e");
    expect(() => pokeSlot(world.swap, 0, offset, slot)).toThrow(RangeError);
    expect(show(world)).toBe("0x3e");
  });

  test("counts follow a poke, also to a bad slot and back", () => {
    const { swap } = draw("0x01");
    for (const byte of [0x3f, 0x7f, 0x40, 0x00, 0x3f, 0x00]) {
      pokeSlot(swap, 0, SLOT, { byte, digits: [] });
      const wrong = checkSwap(swap, { isCacheInFlux: true });
      expect(wrong, `after 0x${byte.toString(16)}`).toEqual([]);
    }
  });

  test("a slot that is set free by hand can be given out again", () => {
    const { sync, swap } = draw();
    expect(getSwapPage(sync, swap)).toBe(makeEntry(0, 1));
    pokeSlot(swap, 0, 1, { byte: 0, digits: [] });
    expect(checkSwap(swap)).toEqual([]);
    expect(getSwapPage(sync, swap)).toBe(makeEntry(0, 1));
  });

  test("the last slot of a full area can be given out again, too", () => {
    const { sync, swap } = draw();
    for (let slot = 1; slot < SLOTS; slot++) getSwapPage(sync, swap);
    pokeSlot(swap, 0, SLOTS - 1, { byte: 0, digits: [] });
    expect(checkSwap(swap, { isCacheInFlux: true })).toEqual([]);
    expect(getSwapPage(sync, swap)).toBe(makeEntry(0, SLOTS - 1));
  });

  test("a slot that is taken from the bottom is not looked at again", () => {
    const { sync, swap } = draw();
    getSwapPage(sync, swap);
    expect(swap.areas[0].lowestBit).toBe(2);
  });

  test("a chain has seven pages at most, and no fewer than none", () => {
    const { swap } = draw();
    const poke = (pages: number) => (): void => pokeContinuationPages(swap, 0, SLOT, pages);
    for (const pages of [-1, 8]) expect(poke(pages)).toThrow("pages must be from 0 to 7");
    expect(poke(7)).not.toThrow();
  });

  test("an area whose continuation pages are gone is an area still", () => {
    const { swap } = draw("0x80,[0x80,0x01]");
    const [area] = swap.areas;
    const { flags } = area;
    area.flags |= SwapFlag.CONTINUED;
    expect(freeSwapCountContinuations(area)).toBe(2);
    expect(area.flags).toBe(flags & ~SwapFlag.CONTINUED);
    expect(area.flags).not.toBe(0);
  });

  test.each([
    ["0x00", 0],
    ["0x7e", 62],
    ["0x80,[0x80,0x01]", 8064],
    ["0xbe,[0xff,0x7f]", 1032191],
    ["0x3f", 0], // bad
    ["0xff", 0], // shmem, cached
  ])("swapCount of %s is %d (SPEC §3.2)", (picture, count) => {
    expect(swapCount(draw(picture).swap, 0, SLOT)).toBe(count);
  });
});
