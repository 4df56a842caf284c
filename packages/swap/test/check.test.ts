/** Each kind of damage is found and named, and bad input changes nothing. */
import { pfn } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import {
  addToSwapCache,
  checkSwap,
  createMmListNode,
  getSwapPage,
  makeEntry,
  mmlistAddAfter,
  peekSlot,
  pokeContinuationPages,
  pokeSlot,
  swapCount,
} from "../src/index.ts";
import { draw, SLOT, show, type World } from "./world.ts";

describe("checkSwap (SPEC §0.6 I6)", () => {
  test.each<[string, (world: World) => void, string]>([
    [
      "a slot in use that was not counted",
      ({ swap }) => {
        swap.areas[0].swapMap[9] = 1;
      },
      "area 0 inuse_pages: kept 0, counted 1",
    ],
    [
      "a slot that is bad only in the map",
      ({ swap }) => {
        swap.areas[0].swapMap[9] = 0x3f;
      },
      "area 0 pages: kept 8191, counted 8190",
    ],
    ["free pages", ({ swap }) => void swap.nrSwapPages++, "nr_swap_pages: kept 8192, counted 8191"],
    [
      "all pages",
      ({ swap }) => void swap.totalSwapPages--,
      "total_swap_pages: kept 8190, counted 8191",
    ],
    [
      "a header in use",
      ({ swap }) => {
        swap.areas[0].swapMap[0] = 1;
      },
      "area 0 slot 0: the header is not BAD",
    ],
    [
      "a free slot that is never looked at",
      ({ swap }) => {
        swap.areas[0].lowestBit = 2;
      },
      "area 0 slot 1: free, outside 2..8191",
    ],
    [
      "a digit without a page",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x80, digits: [] }),
      "area 0 slot 5: continued-count: column 5 is continued beyond its chain of 0 pages",
    ],
    [
      "a continued count whose last digit is 0",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x81, digits: [0x80, 0] }),
      "area 0 slot 5: its highest digit is 0: [128 0]",
    ],
    [
      "a cached page whose slot does not know",
      ({ swap }) => void addToSwapCache(swap, makeEntry(0, SLOT), pfn(7)),
      "page 7 is cached for area 0 slot 5: no bit",
    ],
    [
      "a slot that says cached, and no page",
      ({ swap }) => pokeSlot(swap, 0, SLOT, { byte: 0x41, digits: [] }),
      "area 0 slot 5: has the cache bit, and no page is cached",
    ],
    [
      "a ring with a torn link",
      ({ sync, swap }) => {
        const mm = createMmListNode({}, "mm");
        mmlistAddAfter(sync, swap, mm, swap.initMm, "try_to_unmap_one");
        mm.prev = mm;
      },
      "mmlist: mm does not point back to init_mm",
    ],
  ])("finds %s", (_name, damage, line) => {
    const world = draw();
    expect(checkSwap(world.swap)).toEqual([]);
    damage(world);
    expect(checkSwap(world.swap)).toContain(line);
  });

  test("a bit without a page is no damage while a page is on its way", () => {
    const { swap } = draw("0x41");
    expect(checkSwap(swap)).toHaveLength(1);
    expect(checkSwap(swap, { isCacheInFlux: true })).toEqual([]);
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
