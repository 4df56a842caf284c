/**
 * What one entry copied costs the columns: a reference and a mapping more, for 64 Ki pages.
 *
 * Vitest's module runner makes every import a getter call; with it off the numbers are those of
 * the built package. The command stands in README.md.
 */
import { expect, test } from "vitest";
import { allocFrame, createMemMap, getPage, isPageAnon, pageDupRmap } from "../src/index.ts";

const PAGES = 65_536;
const WARM_UP_ROUNDS = 200;
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
  const cases = [dupByCalls, dupInline].flatMap((dup) => [
    { name: `${dup.name}, permuted frames`, run: () => dup(permuted) },
    { name: `${dup.name}, sequential frames`, run: () => dup(sequential) },
  ]);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const { run } of cases) run();
  for (const { name, run } of cases) {
    const { latency } = await bench(name, () => {
      run();
    }).run();
    const nanosecondsEach = (latency.p50 * 1e6) / PAGES;
    console.log(`${name}: ${nanosecondsEach.toFixed(1)} ns a page`);
    expect(nanosecondsEach).toBeGreaterThan(0);
  }
});
