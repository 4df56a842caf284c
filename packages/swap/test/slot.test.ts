import { createSync } from "@forkpath/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addSwapArea,
  checkSwap,
  createSwap,
  entryOffset,
  entryPteHigh,
  entryPteLow,
  entryType,
  getSwapPage,
  makeEntry,
  NO_ENTRY,
  type SwapAreaOptions,
  type SwapState,
  swapcacheFree,
} from "../src/index.ts";

const IN_FLUX = { isCacheInFlux: true }; // slots are given out here, and no page is ever cached

const machine = (...areas: SwapAreaOptions[]): SwapState => {
  const swap = createSwap();
  for (const area of areas) addSwapArea(swap, area);
  return swap;
};

const areaOfPrio = (prio: number | undefined): SwapAreaOptions =>
  prio === undefined ? { max: 2 } : { max: 2, prio };

/** "type:slot" of the next `count` slots given out; "none" when swap is full. */
function take(swap: SwapState, count: number): string[] {
  const sync = createSync();
  return Array.from({ length: count }, () => {
    const entry = getSwapPage(sync, swap);
    return entry === NO_ENTRY ? "none" : `${entryType(entry)}:${entryOffset(entry)}`;
  });
}

/** B bad, c held by the cache, . free */
const mapOf = (swap: SwapState, type = 0): string =>
  Array.from(swap.areas[type].swapMap, (byte) => ({ 0: ".", 63: "B", 64: "c" })[byte]).join("");

describe("get_swap_page (SPEC §3.6/1)", () => {
  test("gives out the lowest free slot, never the header or a bad one", () => {
    const swap = machine({ max: 6, badSlots: [2] });
    expect(mapOf(swap)).toBe("B.B...");
    expect(take(swap, 2)).toEqual(["0:1", "0:3"]);
    expect(mapOf(swap)).toBe("BcBc..");
    expect(swap.nrSwapPages).toBe(2);
    expect(take(swap, 3)).toEqual(["0:4", "0:5", "none"]);
    expect(checkSwap(swap, IN_FLUX)).toEqual([]);
  });

  test("a freed slot is the next one, also on an area that was full", () => {
    const swap = machine({ max: 5 });
    take(swap, 4);
    expect([swap.areas[0].lowestBit, swap.areas[0].highestBit]).toEqual([5, 0]);
    swapcacheFree(createSync(), swap, makeEntry(0, 3));
    expect(mapOf(swap)).toBe("Bcc.c");
    expect([swap.areas[0].lowestBit, swap.areas[0].highestBit]).toEqual([3, 3]);
    expect(take(swap, 2)).toEqual(["0:3", "none"]);
  });

  test("areas fill up by priority, those without one last, in the order they came", () => {
    const swap = machine(...[undefined, undefined, 1, 7, 7].map(areaOfPrio));
    expect(take(swap, 6)).toEqual(["3:1", "4:1", "2:1", "0:1", "1:1", "none"]);
    expect(swap.areas.map((area) => area.prio)).toEqual([-1, -2, 1, 7, 7]);
  });

  test("a machine without swap has no slot", () => {
    expect(take(createSwap(), 1)).toEqual(["none"]);
  });

  test("random give and take never loses a slot, nor gives one out twice", () => {
    const takeOrFree = fc.option(fc.nat({ max: 40 }), { nil: "take" as const });
    fc.assert(
      fc.property(fc.array(takeOrFree, { maxLength: 80 }), (steps) => {
        const sync = createSync();
        const swap = machine({ max: 12, badSlots: [3, 11] }, { max: 9, prio: 2 });
        const held: number[] = [];
        for (const step of steps) {
          if (step === "take") {
            const entry = getSwapPage(sync, swap);
            expect(held).not.toContain(entry);
            expect(entry === NO_ENTRY).toBe(held.length === 17);
            if (entry !== NO_ENTRY) held.push(entry);
          } else if (held.length > 0) {
            const [entry] = held.splice(step % held.length, 1) as [ReturnType<typeof makeEntry>];
            swapcacheFree(sync, swap, entry);
          }
          expect(swap.nrSwapPages).toBe(17 - held.length);
          expect(checkSwap(swap, IN_FLUX)).toEqual([]);
        }
      }),
      { seed: 36, numRuns: 200 },
    );
  });
});

describe("adding areas", () => {
  test("types count up from 0, and the PTE of a slot says its type", () => {
    const swap = machine({ max: 2 }, { max: 2 });
    expect(swap.areas.length).toBe(2);
    const entry = makeEntry(1, 1);
    expect([entryPteLow(entry), entryPteHigh(entry)]).toEqual([0x202, 0]);
  });

  test.each([
    ["no slot but the header", { max: 1 }, RangeError],
    ["more slots than a map may have", { max: 2 ** 31 + 1 }, RangeError],
    ["max NaN", { max: Number.NaN }, TypeError],
    ["a priority below 0", { max: 9, prio: -1 }, RangeError],
    ["a bad slot behind the end", { max: 9, badSlots: [9] }, RangeError],
    ["the header as a bad slot", { max: 9, badSlots: [0] }, RangeError],
  ])("%s is refused, and nothing changed", (_name, options, error) => {
    const swap = createSwap();
    expect(() => addSwapArea(swap, options)).toThrow(error);
    expect([swap.areas.length, swap.totalSwapPages, swap.leastPriority]).toEqual([0, 0, 0]);
  });

  test("there are 29 types, and no thirtieth area", () => {
    const swap = machine(...Array<SwapAreaOptions>(29).fill({ max: 2 }));
    expect(() => addSwapArea(swap, { max: 2 })).toThrow("addSwapArea: at most 29 areas");
    expect(swap.areas.length).toBe(29);
    expect(checkSwap(swap)).toEqual([]);
  });
});
