/** SPEC §4.1/1: free frames, and a memory map that grows as they come into use. */
import { InvariantError } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  allocFrame,
  allocFrameAt,
  checkMemMap,
  createMemMap,
  freeFrame,
  type MemMap,
  NO_PFN,
  nrFreePages,
  PageFlag,
} from "../src/index.ts";
import { expectPfn, growMemMap, memoryBytes } from "../src/internal.ts";

/** One sign a frame: R reserved, x in use, . free. */
const draw = (map: MemMap): string =>
  Array.from({ length: map.highestMemmapPfn + 1 }, (_, frame) => {
    if (map.flags[frame] & PageFlag.RESERVED) return "R";
    return map.count[frame] > 0 ? "x" : ".";
  }).join("");

test("a fresh machine has frame 0 and the zero page reserved, and the rest free", () => {
  const map = createMemMap({ pages: 8 });
  expect(draw(map)).toBe("RR......");
  expect([map.zeroPfn, map.highestMemmapPfn, nrFreePages(map)]).toEqual([1, 7, 6]);
  expect(checkMemMap(map)).toEqual([]);
});

test("fresh frames come in order, and the frame freed last comes back first", () => {
  const map = createMemMap({ pages: 8 });
  expect([allocFrame(map), allocFrame(map), allocFrame(map)]).toEqual([2, 3, 4]);
  freeFrame(map, 2);
  freeFrame(map, 4);
  expect(draw(map)).toBe("RR.x....");
  expect([allocFrame(map), allocFrame(map), allocFrame(map)]).toEqual([4, 2, 5]);
  expect(draw(map)).toBe("RRxxxx..");
  expect(checkMemMap(map)).toEqual([]);
});

test("a fresh frame has one reference, and nothing of the page that it was before", () => {
  const map = createMemMap({ pages: 4 });
  const frame = allocFrame(map);
  map.mapping[frame] = 29;
  map.index[frame] = 7;
  map.flags[frame] = PageFlag.DIRTY | PageFlag.SWAPBACKED;
  freeFrame(map, frame);
  expect(allocFrame(map)).toBe(frame);
  const { count, mapcount, mapping, index, flags } = map;
  expect([count, mapcount, mapping, index, flags].map((column) => column[frame])).toEqual([
    1, 0, 0, 0, 0,
  ]);
});

test("with no frame left the answer is NO_PFN, until one is freed", () => {
  const map = createMemMap({ pages: 3 });
  expect([allocFrame(map), allocFrame(map)]).toEqual([2, NO_PFN]);
  expect(nrFreePages(map)).toBe(0);
  freeFrame(map, 2);
  expect(allocFrame(map)).toBe(2);
});

test("frames above the last struct page are never given out", () => {
  const map = createMemMap({ pages: 100, highestMemmapPfn: 3 });
  expect([allocFrame(map), allocFrame(map), allocFrame(map)]).toEqual([2, 3, NO_PFN]);
});

test("a chosen frame is taken from where it is, and those below it stay free", () => {
  const map = createMemMap({ pages: 10 });
  allocFrameAt(map, 6);
  expect(draw(map)).toBe("RR....x...");
  allocFrameAt(map, 4); // from the middle of the free list
  allocFrameAt(map, 2); // from its head
  expect(draw(map)).toBe("RRx.x.x...");
  expect([allocFrame(map), allocFrame(map), allocFrame(map)]).toEqual([3, 5, 7]);
  expect(checkMemMap(map)).toEqual([]);
});

describe("growth", () => {
  const STEP = 65_536;

  test("the columns cover what is in use: doubled, then rounded up to 64 Ki rows of 24 bytes", () => {
    const map = createMemMap({ pages: 1_000_000 });
    expect(memoryBytes(map)).toBe(512 * 24);
    growMemMap(map, 512);
    expect(memoryBytes(map)).toBe(1024 * 24);
    growMemMap(map, 5000);
    expect(memoryBytes(map)).toBe(8192 * 24);
    growMemMap(map, STEP - 1);
    expect(memoryBytes(map)).toBe(STEP * 24);
    growMemMap(map, STEP);
    expect(memoryBytes(map)).toBe(2 * STEP * 24);
    growMemMap(map, 999_999);
    expect(memoryBytes(map)).toBe(1_000_000 * 24); // never more than the machine has
  });

  test("a large map grows by an eighth, rounded up", () => {
    const map = createMemMap({ pages: 4_000_000 });
    growMemMap(map, 20 * STEP - 1);
    growMemMap(map, 20 * STEP);
    expect(map.count.length).toBe(23 * STEP); // 22.5 rounded up
  });

  test("rows keep what they hold, in new columns; new rows are free pages", () => {
    const map = createMemMap({ pages: 2 * STEP });
    const before = map.count;
    const frame = allocFrame(map);
    map.mapcount[frame] = 3;
    map.mapping[frame] = -3;
    map.index[frame] = 2 ** 40;
    map.flags[frame] = PageFlag.LRU;
    growMemMap(map, STEP);
    expect(map.count).not.toBe(before);
    expect([map.count[frame], map.mapcount[frame], map.mapping[frame]]).toEqual([1, 3, -3]);
    expect([map.index[frame], map.flags[frame]]).toEqual([2 ** 40, PageFlag.LRU]);
    expect([map.count[STEP], map.mapcount[STEP], map.mapping[STEP]]).toEqual([0, 0, 0]);
  });

  test("allocation grows the map by itself", () => {
    const map = createMemMap({ pages: STEP + 1 });
    for (let frame = 2; frame <= STEP; frame++) expect(allocFrame(map)).toBe(frame);
    expect(map.count.length).toBe(STEP + 1);
    expect(allocFrame(map)).toBe(NO_PFN);
  });
});

describe("misuse", () => {
  test.each<[string, () => unknown, string]>([
    ["no room", () => createMemMap({ pages: 1 }), "createMemMap: pages must be from 2 to"],
    ["half a page", () => createMemMap({ pages: 2.5 }), "createMemMap: pages must be an integer"],
    [
      "a zero page outside",
      () => createMemMap({ pages: 8, zeroPfn: 8 }),
      "createMemMap: zeroPfn must be from 1 to 7, got 8",
    ],
    [
      "a struct page outside",
      () => createMemMap({ pages: 8, highestMemmapPfn: 8 }),
      "createMemMap: highestMemmapPfn must be from 1 to 7, got 8",
    ],
    [
      "a frame outside",
      () => expectPfn("zap", createMemMap({ pages: 8 }), 8),
      "zap: pfn must be from 0 to 7, got 8",
    ],
    [
      "growth beyond the machine",
      () => growMemMap(createMemMap({ pages: 8 }), -1),
      "growMemMap: pfn must be from 0 to 7, got -1",
    ],
    [
      "a frame in use",
      () => allocFrameAt(createMemMap({ pages: 8 }), 1),
      "allocFrameAt: pfn must be free, got 0x1, in use",
    ],
  ])("%s is refused by name", (_, misuse, message) => {
    expect(misuse).toThrow(message);
  });

  test("a refused frame leaves the map as it was", () => {
    const map = createMemMap({ pages: 8 });
    expect(() => allocFrameAt(map, 8)).toThrow(RangeError);
    expect(() => allocFrameAt(map, 3.5)).toThrow(TypeError);
    expect(draw(map)).toBe("RR......");
    expect(checkMemMap(map)).toEqual([]);
  });

  test.each<[string, (map: MemMap) => void, string]>([
    ["twice", (map) => freeFrame(map, 3), "free-page-used: freeFrame of 0x3, which is free"],
    ["beyond the map", (map) => freeFrame(map, 1e9), "free-page-used: freeFrame of 0x3b9aca00"],
    ["reserved", (map) => freeFrame(map, 1), "reserved-page-freed: freeFrame of 0x1"],
    [
      "while mapped",
      (map) => {
        map.mapcount[2] = 2;
        freeFrame(map, 2);
      },
      "mapped-page-freed: freeFrame of 0x2, which 2 entries still map",
    ],
  ])("a frame freed %s is a broken rule", (_, misuse, message) => {
    const map = createMemMap({ pages: 8 });
    allocFrame(map);
    expect(() => misuse(map)).toThrow(InvariantError);
    expect(() => misuse(map)).toThrow(message);
  });
});
