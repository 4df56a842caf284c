/** SPEC I4 and I5: the columns against a slow model, one object a page, over random histories. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allocFrame,
  allocFrameAt,
  checkRmap,
  createMemMap,
  getPage,
  isPageAnon,
  type MemMap,
  NO_PFN,
  nrFreePages,
  pageAddFileRmap,
  pageAddNewAnonRmap,
  pageDupRmap,
  pageMapcount,
  pageRemoveRmap,
  putPage,
} from "../src/index.ts";

const PAGES = 12;
const RESERVED = 2;
const OWNER = { id: 1, root: { id: 1 } };

/** What the slow model knows of a page in use. */
interface SlowPage {
  readonly anon: boolean;
  entries: number;
  otherRefs: number;
}

type Op = "faultAnon" | "faultFile" | "allocAt" | "pin" | "fork" | "unmap" | "unpin";

const step = fc.record({
  op: fc.constantFrom<Op>("faultAnon", "faultFile", "allocAt", "pin", "fork", "unmap", "unpin"),
  at: fc.nat(PAGES - RESERVED - 1),
});

/** Does the step to both, if it makes sense for the page, and nothing otherwise. */
function take(map: MemMap, slow: Map<number, SlowPage>, op: Op, frame: number): void {
  const page = slow.get(frame);
  if (op === "faultAnon" || op === "faultFile") {
    fault(map, slow, op === "faultAnon");
  } else if (page === undefined) {
    if (op === "allocAt")
      slow.set(allocFrameAt(map, frame), { anon: false, entries: 0, otherRefs: 1 });
  } else if (op === "pin") {
    getPage(map, frame);
    page.otherRefs++;
  } else if (op === "fork" && page.entries > 0) {
    getPage(map, frame);
    pageDupRmap(map, frame);
    page.entries++;
  } else if (op === "unmap" && page.entries > 0) {
    page.entries--;
    pageRemoveRmap(map, frame);
    expectFreed(slow, frame, page, putPage(map, frame));
  } else if (op === "unpin" && page.otherRefs > 0) {
    page.otherRefs--;
    expectFreed(slow, frame, page, putPage(map, frame));
  }
}

function fault(map: MemMap, slow: Map<number, SlowPage>, anon: boolean): void {
  const frame = allocFrame(map);
  expect(frame === NO_PFN).toBe(slow.size === PAGES - RESERVED);
  if (frame === NO_PFN) return;
  expect(slow.has(frame)).toBe(false);
  if (anon) pageAddNewAnonRmap(map, frame, OWNER, frame);
  else pageAddFileRmap(map, frame);
  slow.set(frame, { anon, entries: 1, otherRefs: 0 });
}

function expectFreed(
  slow: Map<number, SlowPage>,
  frame: number,
  page: SlowPage,
  wasFreed: boolean,
): void {
  expect(wasFreed).toBe(page.entries + page.otherRefs === 0);
  if (wasFreed) slow.delete(frame);
}

test("counts, mapcounts, statistics and the free list agree with the slow model", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const map = createMemMap({ pages: PAGES });
      const slow = new Map<number, SlowPage>();
      for (const { op, at } of steps) {
        take(map, slow, op, at + RESERVED);
        expect(
          checkRmap(
            map,
            (pfn) => slow.get(pfn)?.entries ?? 0,
            (pfn) => slow.get(pfn)?.otherRefs ?? 0,
          ),
        ).toEqual([]);
        expect(nrFreePages(map)).toBe(PAGES - RESERVED - slow.size);
        const mapped = [...slow.values()].filter(({ entries }) => entries > 0);
        expect(map.stats.nrAnonPages).toBe(mapped.filter(({ anon }) => anon).length);
        expect(map.stats.nrFileMapped).toBe(mapped.filter(({ anon }) => !anon).length);
        for (const [frame, page] of slow) {
          expect(pageMapcount(map, frame)).toBe(page.entries);
          expect(isPageAnon(map, frame)).toBe(page.anon);
        }
      }
    }),
    { seed: 20161004, numRuns: 200 },
  );
});
