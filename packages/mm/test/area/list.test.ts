/** Finding areas, and putting them in and out. */
import { PAGE_SIZE } from "@forkpath/abi";
import { type Space, START } from "@forkpath/test-world";
import { areaAt, at, pageOf } from "@forkpath/test-world/area-looks";
import { createSpace, drawSpace, map } from "@forkpath/test-world/areas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findVma, type Vma, vmaPages } from "../../src/index.ts";
import {
  copyVmaStruct,
  createVma,
  findVmaIntersection,
  findVmaPrev,
  insertVma,
  nextVma,
} from "../../src/internal.ts";

/** Areas [2, 4), [4, 5) and [7, 9). */
function createAreas(): Space {
  const space = drawSpace("..[ww]");
  map(space, 4, 1, { prot: 1 });
  map(space, 7, 2);
  return space;
}

const shown = (vma: Vma | undefined): string =>
  vma === undefined ? "none" : `${pageOf(vma.start)}-${pageOf(vma.end)}`;

describe("lookups", () => {
  test("find_vma: the first area that ends above, which may begin above too", () => {
    const { mm } = createAreas();
    const found = [0, 2, 3, 4, 5, 8, 9].map((page) => shown(findVma(mm, at(page))));
    expect(found).toEqual(["2-4", "2-4", "2-4", "4-5", "7-9", "7-9", "none"]);
  });

  test("find_vma_prev: the last one that ends at or below", () => {
    const { mm } = createAreas();
    const found = [0, 4, 5, 8, 9].map((page) => shown(findVmaPrev(mm, at(page))));
    expect(found).toEqual(["none", "2-4", "4-5", "4-5", "7-9"]);
  });

  test("find_vma_intersection: only one with a byte of the range", () => {
    const { mm } = createAreas();
    const find = (from: number, to: number): string =>
      shown(findVmaIntersection(mm, at(from), at(to)));
    expect([find(0, 2), find(0, 3), find(5, 7), find(6, 9)]).toEqual([
      "none",
      "2-4",
      "none",
      "7-9",
    ]);
  });

  test("the next area", () => {
    const space = createAreas();
    expect(shown(nextVma(areaAt(space, 3)))).toBe("4-5");
    expect(shown(nextVma(areaAt(space, 8)))).toBe("none");
  });

  test("an index is as good as a search from the front", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), fc.nat(201), (starts, page) => {
        const { mm } = createSpace();
        for (const start of starts) {
          const options = { start: at(start), end: at(start + 1), flags: 3, pgoff: start };
          insertVma(createVma(mm, options));
        }
        expect(mm.vmas.map(({ pgoff }) => pgoff)).toEqual([...starts].sort((a, b) => a - b));
        expect(mm.mapCount).toBe(starts.length);
        expect(findVma(mm, at(page))).toBe(mm.vmas.find(({ end }) => end > at(page)));
      }),
      { seed: 20_160_803, numRuns: 100 },
    );
  });
});

describe("a struct", () => {
  test("knows its pages, and the protection that its flags give", () => {
    const { mm } = createSpace();
    const vma = createVma(mm, { start: START, end: START + 3 * PAGE_SIZE, flags: 0x8b, pgoff: 0 });
    expect(vmaPages(vma)).toBe(3);
    expect([vma.pageProtHigh, vma.pageProtLow]).toEqual([0x80000000, 0x27]);
  });

  test("a copy names the same anon_vma, without a link to it", () => {
    const space = createAreas();
    const vma = areaAt(space, 2);
    vma.truncateCount = 5;
    const copy = copyVmaStruct(vma, { end: at(3) });
    expect(copy.truncateCount).toBe(5);
    expect(copy).toMatchObject({ start: vma.start, end: at(3), flags: vma.flags, mm: space.mm });
    expect([copy.anonVma, copy.anonVmaChain]).toEqual([vma.anonVma, []]);
    expect(vma.end).toBe(at(4));
  });
});
