import { createSync, InvariantError } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  abortSwapoff,
  addSwapArea,
  beginSwapoff,
  checkSwap,
  createMmListNode,
  entryType,
  findNextToUnuse,
  finishSwapoff,
  getSwapPage,
  isOnMmlist,
  mmlistAddAfter,
  swapDuplicate,
  swapFree,
} from "../src/index.ts";
import { freeSwapCountContinuations } from "../src/internal.ts";
import { draw, drawSlot, PTE, pagesOn, pteOf, SLOT, SLOTS, show, takeEvents } from "./world.ts";

describe("swapoff (SPEC §3.9)", () => {
  test("an area that is going gives out no slot, and its free slots count no more", () => {
    const { sync, swap } = draw("0x01");
    addSwapArea(swap, { max: 4 });
    expect(swap.nrSwapPages).toBe(SLOTS - 2 + 3);
    beginSwapoff(sync, swap, 0);
    expect([swap.totalSwapPages, swap.nrSwapPages]).toEqual([3, 2]); // one is still to come home
    expect(entryType(getSwapPage(sync, swap))).toBe(1);
    expect(checkSwap(swap, { isCacheInFlux: true })).toEqual([]);
  });

  test("it can be put back as it was", () => {
    const { sync, swap } = draw("0x01");
    beginSwapoff(sync, swap, 0);
    abortSwapoff(sync, swap, 0);
    expect([swap.totalSwapPages, swap.nrSwapPages]).toEqual([SLOTS - 1, SLOTS - 2]);
    expect(checkSwap(swap)).toEqual([]);
  });

  test("continuation pages go with the area, and never before", () => {
    const world = draw("0x3e");
    const { sync, swap } = world;
    swapDuplicate(sync, swap, ...PTE);
    for (let users = 63; users > 0; users--) swapFree(sync, swap, ...PTE);
    expect([show(world), pagesOn(world)]).toEqual(["0x00", 1]);
    beginSwapoff(sync, swap, 0);
    finishSwapoff(sync, swap, 0);
    expect(pagesOn(world)).toBe(0);
    expect(checkSwap(swap)).toEqual([]);
  });

  test("every slot of an area that is gone is out of range, and its type is free again", () => {
    const world = draw();
    const { sync, swap } = world;
    beginSwapoff(sync, swap, 0);
    finishSwapoff(sync, swap, 0);
    takeEvents(world);
    expect(swapDuplicate(sync, swap, ...PTE)).toBe(0);
    expect(takeEvents(world)).toEqual(["lock swap", "unlock swap"]); // SPEC §3.3/3
    expect(addSwapArea(swap, { max: 4 })).toBe(0);
    expect(swap.areas.length).toBe(1);
  });

  test("the ring of mms is emptied with the last slot in use", () => {
    const { sync, swap } = draw();
    const mm = createMmListNode({}, "mm");
    mmlistAddAfter(sync, swap, mm, swap.initMm, "try_to_unmap_one");
    addSwapArea(swap, { max: 4 });
    drawSlot(swap, "0x01", 1, 1);
    beginSwapoff(sync, swap, 0);
    finishSwapoff(sync, swap, 0);
    expect(isOnMmlist(mm)).toBe(true); // area 1 is in use
    swapFree(sync, swap, ...pteOf(1, 1));
    beginSwapoff(sync, swap, 1);
    finishSwapoff(sync, swap, 1);
    expect(isOnMmlist(mm)).toBe(false);
  });

  test("an area in use cannot be finished", () => {
    const world = draw("0x01");
    beginSwapoff(world.sync, world.swap, 0);
    expect(() => finishSwapoff(world.sync, world.swap, 0)).toThrow(InvariantError);
    expect(show(world)).toBe("0x01");
  });

  test.each([
    ["a type without an area", beginSwapoff, 1, RangeError],
    ["type 40", beginSwapoff, 40, RangeError],
    ["type NaN", beginSwapoff, Number.NaN, TypeError],
    ["an abort before the beginning", abortSwapoff, 0, RangeError],
    ["an end before the beginning", finishSwapoff, 0, RangeError],
  ])("%s is refused, and nothing changed", (_name, step, type, error) => {
    const { sync, swap } = draw();
    expect(() => step(sync, swap, type)).toThrow(error);
    expect(swap.active).toEqual(swap.areas);
    expect(checkSwap(swap)).toEqual([]);
  });

  test("an area is swapped off once", () => {
    const { sync, swap } = draw();
    beginSwapoff(sync, swap, 0);
    expect(() => beginSwapoff(sync, swap, 0)).toThrow("must name an active area, got 0");
    finishSwapoff(sync, swap, 0);
    expect(() => finishSwapoff(sync, swap, 0)).toThrow(RangeError);
  });
});

describe("find_next_to_unuse (SPEC §3.9)", () => {
  test("goes round through the slots in use, past bad ones, until none is left", () => {
    const { swap } = draw("0x3f"); // slot 5 is bad
    const [area] = swap.areas;
    for (const [slot, byte] of Object.entries({ 3: "0x01", 6: "0x7f", 9: "0x40", 12: "0xbf" })) {
      drawSlot(swap, byte, Number(slot));
    }
    expect([0, 3, 9, 12].map((previous) => findNextToUnuse(area, previous))).toEqual([3, 9, 12, 3]);
    for (const slot of [9, 12]) drawSlot(swap, "0x00", slot);
    expect(findNextToUnuse(area, 3)).toBe(3); // itself, if nothing else
    drawSlot(swap, "0x00", 3);
    expect(findNextToUnuse(area, 3)).toBe(0);
  });

  test.each([-1, SLOTS, 1.5])("a search from slot %d is refused", (previous) => {
    const { swap } = draw();
    expect(() => findNextToUnuse(swap.areas[0], previous)).toThrow(/^findNextToUnuse: previous/);
  });
});

test("free_swap_count_continuations counts what it frees", () => {
  const { swap } = draw("0x80,[0x80,0x01]");
  drawSlot(swap, "0x80,[0x01]", 5000);
  expect(freeSwapCountContinuations(swap.areas[0])).toBe(3);
  expect(freeSwapCountContinuations(swap.areas[0])).toBe(0);
});

test("two machines share nothing", () => {
  const [one, other] = [draw("0x3e"), draw("0x3e")];
  swapDuplicate(one.sync, one.swap, ...PTE);
  expect([show(one), show(other, SLOT)]).toEqual(["0x80,[0x01]", "0x3e"]);
  expect(createSync()).not.toBe(one.sync);
});
