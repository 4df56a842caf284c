/** What one entry copied costs the columns: a reference and a mapping more, for 64 Ki pages. */
import { expect, test } from "vitest";
import { allocFrame, createMemMap, getPage, isPageAnon, pageDupRmap } from "../src/index.ts";

const PAGES = 65_536;
const ROUNDS = 50;
const map = createMemMap({ pages: PAGES + 2 });
const sequential = Uint32Array.from({ length: PAGES }, () => allocFrame(map));
// An odd factor visits every frame once, each far from the one before.
const permuted = sequential.map((_, i) => 2 + ((i * 40_503) % PAGES));

/** As mm's hot loop does it: columns in locals. */
function dupInline(frames: Uint32Array): number {
  const { count, mapcount, mapping } = map;
  let anon = 0;
  for (let i = 0; i < frames.length; i++) {
    const pfn = frames[i];
    count[pfn]++;
    mapcount[pfn]++;
    anon += mapping[pfn] & 1;
  }
  return anon;
}

/** As everybody else does it: the package's functions. */
function dupByCalls(frames: Uint32Array): number {
  let anon = 0;
  for (let i = 0; i < frames.length; i++) {
    getPage(map, frames[i]);
    pageDupRmap(map, frames[i]);
    if (isPageAnon(map, frames[i])) anon++;
  }
  return anon;
}

test("get_page and page_dup_rmap of 64 Ki pages", async ({ bench }) => {
  for (const [order, frames] of Object.entries({ sequential, permuted })) {
    for (const dup of [dupInline, dupByCalls]) {
      const result = await bench(`${dup.name}, ${order}`, () => {
        // The counts would overflow 31 bits after days, not within a benchmark.
        dup(frames);
      }).run({ iterations: ROUNDS });
      const nanosecondsEach = (result.latency.mean * 1e6) / PAGES;
      console.log(`${dup.name}, ${order}: ${nanosecondsEach.toFixed(2)} ns a page`);
      expect(nanosecondsEach).toBeLessThan(100);
    }
  }
});
