/**
 * Huge pages as frames (SPEC §2.13/2, "Split"). Pictures have one sign for each frame of a block of
 * 512: H the head, t a tail, x an ordinary page, R reserved, . free; runs are written with a count.
 */
import { pfn } from "@forkpath/abi";
import { InvariantError, type Mismatch, type RecountRule } from "@forkpath/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allocFrame,
  allocFrameAt,
  allocHugeFrame,
  checkRmap,
  compoundHead,
  createMemMap,
  getPage,
  HPAGE_PMD_NR,
  isPageCompound,
  type MemMap,
  NO_PFN,
  nrFreePages,
  PageFlag,
  pageAddNewAnonRmap,
  pageDupRmap,
  pageRemoveRmap,
  putPage,
  splitHugeFrame,
} from "../src/index.ts";

const OWNER = { id: 5, root: { id: 5 } };

function signOf({ flags, count }: MemMap, frame: number): string {
  if (flags[frame] & PageFlag.RESERVED) return "R";
  if (flags[frame] & PageFlag.HEAD) return "H";
  if (flags[frame] & PageFlag.TAIL) return "t";
  return count[frame] > 0 ? "x" : ".";
}

/** "R2 .510 | H1 t511" */
function draw(map: MemMap): string {
  const blocks: string[] = [];
  for (let first = 0; first <= map.highestMemmapPfn; first += HPAGE_PMD_NR) {
    const end = Math.min(first + HPAGE_PMD_NR, map.highestMemmapPfn + 1);
    const signs = Array.from({ length: end - first }, (_, at) => signOf(map, first + at)).join("");
    const runs = signs.match(/(.)\1*/g) ?? [];
    blocks.push(runs.map((run) => `${run[0]}${run.length}`).join(" "));
  }
  return blocks.join(" | ");
}

/** Maps the huge page once, as a fault does. */
function mapHuge(map: MemMap, head: number): void {
  pageAddNewAnonRmap(map, head, OWNER, 1000);
}

describe("allocation", () => {
  test("takes the next aligned run; what it skips stays free, the lowest first", () => {
    const map = createMemMap({ pages: 1536 });
    expect(allocHugeFrame(map)).toBe(512);
    expect(draw(map)).toBe("R2 .510 | H1 t511 | .512");
    expect([allocFrame(map), allocFrame(map)]).toEqual([2, 3]);
    expect(draw(map)).toBe("R2 x2 .508 | H1 t511 | .512");
    expect(nrFreePages(map)).toBe(1536 - 2 - 2 - 512);
  });

  test("a run freed as one is given out as one, before any that was never used", () => {
    const map = createMemMap({ pages: 2048 });
    const [first, second] = [allocHugeFrame(map), allocHugeFrame(map)];
    expect(putPage(map, first)).toBe(true);
    expect(draw(map)).toBe("R2 .510 | .512 | H1 t511 | .512");
    expect([second, allocHugeFrame(map), allocHugeFrame(map)]).toEqual([1024, 512, 1536]);
    expect(
      checkRmap(
        map,
        () => 0,
        (pfn) => (pfn >= 512 && pfn % 512 === 0 ? 1 : 0),
      ),
    ).toEqual([]);
  });

  test("is refused when no aligned run is left, however many frames are free", () => {
    const map = createMemMap({ pages: 1023 });
    expect(allocHugeFrame(map)).toBe(NO_PFN);
    expect([nrFreePages(map), allocFrame(map)]).toEqual([1021, 2]);
  });

  test("a free run is broken up for single frames, once nothing else is left", () => {
    const map = createMemMap({ pages: 1024 });
    putPage(map, allocHugeFrame(map));
    const frames = Array.from({ length: 511 }, () => allocFrame(map));
    expect([frames[0], frames[509], frames[510]]).toEqual([2, 511, 512]);
    expect(draw(map)).toBe("R2 x510 | x1 .511");
    expect(allocHugeFrame(map)).toBe(NO_PFN);
    expect(
      checkRmap(
        map,
        () => 0,
        (pfn) => (pfn >= 2 && pfn <= 512 ? 1 : 0),
      ),
    ).toEqual([]);
  });

  test("a chosen frame can be taken out of a free run, and none out of a huge page", () => {
    const map = createMemMap({ pages: 1536 });
    const [freed, used] = [allocHugeFrame(map), allocHugeFrame(map)];
    putPage(map, freed);
    expect(allocFrameAt(map, freed + 7)).toBe(freed + 7);
    expect(draw(map)).toBe("R2 .510 | .7 x1 .504 | H1 t511");
    expect(() => allocFrameAt(map, used + 7)).toThrow(RangeError);
  });
});

describe("a pin of a tail (SPEC §2.13/2)", () => {
  test("counts for the head, and is remembered by the tail", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    mapHuge(map, head);
    getPage(map, head + 9);
    const { count, mapcount } = map;
    expect([count[head], mapcount[head], count[head + 9], mapcount[head + 9]]).toEqual([
      2, 1, 0, 1,
    ]);
    expect([compoundHead(map, head + 9), isPageCompound(map, head + 9)]).toEqual([head, true]);
    const pinned = (pfn: number): number => (pfn === head + 9 ? 1 : 0);
    expect(checkRmap(map, (pfn) => (pfn === head ? 1 : 0), pinned)).toEqual([]);

    pageRemoveRmap(map, head);
    expect(putPage(map, head)).toBe(false); // the pin holds the whole page
    expect(putPage(map, head + 9)).toBe(true);
    expect(draw(map)).toBe("R2 .510 | .512");
  });

  test("that nobody has cannot be given back, and a free frame cannot be pinned", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    expect(() => putPage(map, head + 1)).toThrow("free-page-used: putPage");
    putPage(map, head);
    expect(() => getPage(map, head + 1)).toThrow("free-page-used: getPage");
  });

  test("and a mapping keep a huge page from being freed", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    mapHuge(map, head);
    expect(() => putPage(map, head)).toThrow(InvariantError);
  });
});

describe("a split", () => {
  test("makes 512 pages that are mapped and held as often as the whole was", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    mapHuge(map, head);
    pageDupRmap(map, head); // a second process
    getPage(map, head);
    getPage(map, head + 3); // pinned
    expect(map.stats).toMatchObject({ nrAnonPages: 0, nrAnonTransparentHugepages: 1 });

    splitHugeFrame(map, head);
    const rowOf = (frame: number): number[] =>
      [map.count, map.mapcount, map.index].map((column) => column[frame]);
    expect(draw(map)).toBe("R2 .510 | x512");
    expect([rowOf(head), rowOf(head + 1), rowOf(head + 3)]).toEqual([
      [2, 2, 1000],
      [2, 2, 1001],
      [3, 2, 1003],
    ]);
    expect(map.mapping[head + 511]).toBe(map.mapping[head]);
    expect(map.stats).toMatchObject({ nrAnonPages: 512, nrAnonTransparentHugepages: 0 });
    const pinned = (pfn: number): number => (pfn === head + 3 ? 1 : 0);
    expect(checkRmap(map, (pfn) => (pfn >= head ? 2 : 0), pinned)).toEqual([]);
  });

  test("hands the head's marks on, and makes each tail dirty", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    mapHuge(map, head);
    map.flags[head] |= PageFlag.REFERENCED | PageFlag.UPTODATE | PageFlag.LOCKED;
    splitHugeFrame(map, head);
    const { REFERENCED, UPTODATE, SWAPBACKED, LRU, ACTIVE, DIRTY } = PageFlag;
    expect(map.flags[head + 1]).toBe(REFERENCED | UPTODATE | SWAPBACKED | LRU | ACTIVE | DIRTY);
    expect(map.flags[head] & (DIRTY | PageFlag.LOCKED)).toBe(PageFlag.LOCKED);
  });

  test("of a page that nobody maps any more frees what nobody has pinned", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    getPage(map, head + 3);
    splitHugeFrame(map, head);
    expect(draw(map)).toBe("R2 .510 | x1 .2 x1 .508");
    expect(
      checkRmap(
        map,
        () => 0,
        (pfn) => (pfn === head || pfn === head + 3 ? 1 : 0),
      ),
    ).toEqual([]);
  });

  test("of a page that is not huge, or only a part of one, is a broken rule", () => {
    const map = createMemMap({ pages: 1024 });
    const head = allocHugeFrame(map);
    for (const frame of [head + 1, allocFrame(map)]) {
      expect(() => splitHugeFrame(map, frame)).toThrow("huge-page-head");
    }
  });
});

describe("the recount", () => {
  test.each<[string, (map: MemMap) => void, [RecountRule, string, string, number, number]]>([
    ["a forgotten pin", (map) => map.mapcount[600]--, ["I4", "pfn 600", "pins", 0, 1]],
    ["a lost reference", (map) => map.count[512]--, ["I5", "pfn 512", "count", 1, 2]],
    ["a counted tail", (map) => map.count[513]++, ["I5", "pfn 513", "count", 1, 0]],
    [
      "a lost run",
      (map) => (map.freeHugeHead = NO_PFN),
      ["pages", "machine", "frames on the free list", 510, 1022],
    ],
  ])("finds %s", (_, spoil, [rule, owner, field, kept, counted]) => {
    const map = createMemMap({ pages: 1536 });
    const head = allocHugeFrame(map);
    putPage(map, allocHugeFrame(map));
    mapHuge(map, head);
    getPage(map, 600);
    const recount = (): readonly Mismatch[] =>
      checkRmap(
        map,
        (pfn) => (pfn === head ? 1 : 0),
        (pfn) => (pfn === 600 ? 1 : 0),
      );
    expect(recount()).toEqual([]);
    spoil(map);
    expect(recount()).toContainEqual({ rule, owner, field, kept, counted });
  });
});

test("any history of huge and small pages, pins and splits keeps the recount", () => {
  const step = fc.constantFrom("huge", "small", "free", "pin", "unpin", "split");
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat()), { maxLength: 60 }), (steps) => {
      const map = createMemMap({ pages: 512 * 5 + 100 });
      const mapped = new Set<number>();
      const pins: number[] = [];
      const pick = <T>(from: readonly T[], nth: number): T | undefined => from[nth % from.length];
      for (const [what, nth] of steps) {
        const frame = pick([...mapped], nth);
        if (what === "huge" || what === "small") {
          const fresh = what === "huge" ? allocHugeFrame(map) : allocFrame(map);
          if (fresh === NO_PFN) continue;
          mapHuge(map, fresh);
          mapped.add(fresh);
        } else if (what === "unpin" && pins.length > 0) {
          putPage(map, pins.splice(nth % pins.length, 1)[0]);
        } else if (frame === undefined) {
          continue;
        } else if (what === "free") {
          pageRemoveRmap(map, frame);
          putPage(map, frame);
          mapped.delete(frame);
        } else if (what === "pin") {
          pins.push(frame + (isPageCompound(map, frame) ? nth % HPAGE_PMD_NR : 0));
          getPage(map, pins[pins.length - 1]);
        } else if (what === "split" && isPageCompound(map, frame)) {
          splitHugeFrame(map, frame);
          for (let tail = frame + 1; tail < frame + HPAGE_PMD_NR; tail++) mapped.add(tail);
        }
        const mappingsOf = (pfn: number): number => (mapped.has(pfn) ? 1 : 0);
        const pinsOf = (pfn: number): number => pins.filter((pin) => pin === pfn).length;
        expect(checkRmap(map, mappingsOf, pinsOf)).toEqual([]);
      }
    }),
    { seed: 20260101, numRuns: 60 },
  );
});

test("a tail that is pinned once can be let go once", () => {
  const map = createMemMap({ pages: 2048 });
  const head = allocHugeFrame(map);
  const tail = pfn(head + 3);
  getPage(map, tail);
  expect([map.count[head], map.mapcount[tail]]).toEqual([2, 1]);
  expect(putPage(map, tail)).toBe(false);
  expect([map.count[head], map.mapcount[tail]]).toEqual([1, 0]);
  expect(() => putPage(map, tail)).toThrow(InvariantError);
});

test("a mapped page whose last reference was lost is no tail, and is refused as it is", () => {
  const map = createMemMap({ pages: 1024 });
  const page = allocFrame(map);
  map.mapcount[page] = 1;
  map.count[page] = 0;
  expect(() => putPage(map, page)).toThrow(InvariantError);
  expect(map.mapcount[page]).toBe(1);
});
