/**
 * Huge pages of later releases (L10, L14/5, L14/6, L15/4, L15/9, M24): large folios, whose pmds are
 * cut and whose frames have users of their own. What el6 does instead: ../fault and ../copy.
 */
import {
  Errno,
  type KernelName,
  Madvise,
  PAGE_SIZE,
  type Pfn,
  Prot,
  rulesOf,
  virtAddr,
} from "@forkpath/abi";
import { findPteCell, Pte, pteHigh, pteLow, pteToBigint } from "@forkpath/page-table";
import { getPage, isPageLarge, NO_PFN, nrFreePages } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { recount, refsOf, run } from "@forkpath/test-world";
import { createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { read, swapOut, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import {
  getUserPages,
  mmRules,
  splitHugePage,
  sysMadvise,
  sysMprotect,
  sysMunmap,
} from "../../src/index.ts";
import { findHugePmd, splitHugePagePmd } from "../../src/internal.ts";

const on = (kernel: KernelName): Process =>
  createHugeProcess(1, { rules: rulesOf(mmRules, kernel) });

function written(kernel: KernelName): Process {
  const p = on(kernel);
  write(p, 0);
  return p;
}

const advise = (p: Process, page: number, pages: number, advice: number): number =>
  run(sysMadvise(p.env, p.mm, at(p, page), pages * PAGE_SIZE, advice));
const protect = (p: Process, page: number, pages: number, prot: number): number =>
  run(sysMprotect(p.env, p.mm, at(p, page), pages * PAGE_SIZE, prot));
const unmapPart = (p: Process, page: number, pages: number): number =>
  run(sysMunmap(p.env, p.mm, at(p, page), pages * PAGE_SIZE));
function hold(p: Process, page: number, isPin = false): void {
  const pages: Pfn[] = [];
  run(getUserPages(p.env, p.mm, at(p, page), 1, { isWrite: true, isPin }, pages));
}
/** Without signs for old, clean and special. */
const pmds = (p: Process): string => show(p).pmds.replaceAll(/['c!]/g, "");
const seen = (p: Process): string => `${pmds(p)} ${show(p).rss} ${show(p).tables}`;
/** The folio's first frame, however it is mapped. */
const folioOf = (p: Process): number => [...p.env.map.folios.keys()][0] ?? NO_PFN;

test("each of the 512 entries that a cut leaves says of its frame what the pmd said of all", () => {
  const p = written("v6.18");
  const pmd = findHugePmd(p.env, p.mm, at(p, 0));
  const { tables } = p.env;
  const whole = pteToBigint(pteLow(tables, pmd), pteHigh(tables, pmd));
  run(splitHugePagePmd(p.env, p.mm, pmd));
  for (const page of [0, 1, 511]) {
    const cell = findPteCell(tables, p.mm.pgd, virtAddr(at(p, page)));
    const part = pteToBigint(pteLow(tables, cell), pteHigh(tables, cell));
    expect(part).toBe((whole & ~BigInt(Pte.PSE)) + BigInt(page * PAGE_SIZE));
  }
});

describe("a read of memory that has none (L14/5)", () => {
  test.each([
    ["el6", "H (0,512,0) 0+1"],
    ["v3.10", "Hr (0,0,0) 0+1"],
    ["v6.1", "Hr (0,0,0) 0+1"],
  ] as const)("on %s", (kernel, picture) => {
    const p = on(kernel);
    read(p, 0);
    expect(seen(p)).toBe(picture);
    expect(recount(p)).toEqual([]);
  });

  test.each([
    ["v6.1", "[z*7 W z*504]", "(0,1,0)"],
    ["v6.18", "H", "(0,512,0)"],
  ] as const)("and a write then, on %s (L14/6)", (kernel, picture, rss) => {
    const p = on(kernel);
    read(p, 0);
    write(p, 7);
    expect(seen(p)).toContain(`${picture} ${rss}`);
    unmapAll(p);
    expect(show(p)).toMatchObject({ rss: "(0,0,0)" });
  });
});

describe("a write after fork (L15/9)", () => {
  test("cuts the writer's pmd and copies one page; the child keeps its own", () => {
    const p = written("v6.18");
    const child = fork(p);
    expect([pmds(p), pmds(child)]).toEqual(["Hr", "Hr"]);
    const [head] = headsOf(p);
    write(p, 5);
    expect(seen(p)).toBe("[r*5 W r*506] (0,512,0) 1+0");
    expect(seen(child)).toBe("Hr (0,512,0) 0+1");
    expect([refsOf(p, head), refsOf(p, head + 5)]).toEqual(["2/2", "1/1"]);
    expect(recount(p, child)).toEqual([]);
  });

  test("the owner of the pmd reuses it as a whole once the other has gone", () => {
    const p = written("v6.18");
    const child = fork(p);
    write(child, 3);
    unmapAll(child);
    write(p, 9);
    expect(pmds(p)).toBe("H");
  });

  // "last": every page but one is copied, and then the folio is that page.
  test.each([
    ["v6.1", "last"],
    ["v6.12", "never"],
    ["v6.18", "all"],
  ] as const)("parts of a cut folio, on %s: reused %s", (kernel, which) => {
    const p = written(kernel);
    const child = fork(p);
    write(p, 0);
    unmapAll(child);
    const head = folioOf(p);
    write(p, 1);
    const isReused = refsOf(p, head + 1) === "1/1";
    expect(isReused).toBe(which === "all");
    for (let page = 2; page < HUGE; page++) write(p, page);
    expect(p.env.map.folios.size).toBe(which === "never" ? 0 : 1);
    expect(recount(p, child)).toEqual([]);
  });

  test("a folio that two address spaces have halves of is nobody's (L15/4)", () => {
    const p = written("v6.18");
    const child = fork(p);
    unmapPart(child, 0, 256);
    const free = nrFreePages(p.env.map);
    write(p, 0);
    expect(nrFreePages(p.env.map)).toBe(free - 1);
  });
});

test("a frame that nobody has any more comes back with the last of its folio (M24/6)", () => {
  const p = written("v6.18");
  const free = nrFreePages(p.env.map);
  const [head] = headsOf(p);
  getPage(p.env.map, head);
  unmapPart(p, 0, 511);
  expect(nrFreePages(p.env.map)).toBe(free);
  expect(refsOf(p, head + 1)).toBe("0/0");
  expect(isPageLarge(p.env.map, head + 1)).toBe(true);
});

test("fork copies all of a folio of which one page is pinned, in small pages (L10/7)", () => {
  const p = written("v6.18");
  hold(p, 4, true);
  const child = fork(p);
  expect([seen(p), seen(child)]).toEqual(["[W*512] (0,512,0) 1+0", "[W*512] (0,512,0) 1+0"]);
});

test("a forced write to a read-only huge page that is exclusive ends at once (L27/D14)", () => {
  const p = written("v6.18");
  protect(p, 0, HUGE, Prot.READ);
  const pages: Pfn[] = [];
  const options = { isWrite: true, isForced: true };
  expect(run(getUserPages(p.env, p.mm, at(p, 3), 1, options, pages))).toBe(1);
  expect(pages).toEqual([headsOf(p)[0] + 3]);
  expect(pmds(p)).toBe("Hr");
});

describe("calls on a range", () => {
  test.each([
    ["el6", "[r*512]"],
    ["v6.1", "Hr"],
  ] as const)("mprotect of all of it, on %s", (kernel, picture) => {
    const p = written(kernel);
    expect(protect(p, 0, HUGE, Prot.READ)).toBe(0);
    expect(pmds(p)).toBe(picture);
  });

  test("mprotect of a part cuts it; the folio stays one", () => {
    const p = written("v6.18");
    protect(p, 0, 8, Prot.READ);
    expect(pmds(p)).toBe("[r*8 W*504]");
    expect(p.env.map.folios.size).toBe(1);
  });

  test.each([
    ["v6.1", "[W*16 W*496]", "(0,512,0)"],
    ["v6.12", "[W z*511]", "(0,1,0)"],
  ] as const)("MADV_FREE of a part splits the folio, on %s (L20/5)", (kernel, picture, rss) => {
    const p = written(kernel);
    expect(advise(p, 0, 16, Madvise.FREE)).toBe(0);
    expect(seen(p)).toContain(`${picture} ${rss}`);
    expect(p.env.map.folios.size).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("MADV_HUGEPAGE twice is refused by el6 alone", () => {
    const twice = (kernel: KernelName): number[] => {
      const p = on(kernel);
      return [1, 2].map(() => advise(p, 0, HUGE, Madvise.HUGEPAGE));
    };
    expect(twice("el6")).toEqual([0, -Errno.EINVAL]);
    expect(twice("v6.1")).toEqual([0, 0]);
  });
});

describe("MADV_COLLAPSE (M24/9)", () => {
  function small(kernel: KernelName): Process {
    const p = on(kernel);
    advise(p, 0, HUGE, Madvise.NOHUGEPAGE);
    write(p, 0, 1);
    read(p, 2);
    advise(p, 0, HUGE, Madvise.HUGEPAGE);
    return p;
  }

  test("holes and zero pages become part of the huge page", () => {
    const p = small("v6.18");
    expect(advise(p, 0, HUGE, Madvise.COLLAPSE)).toBe(0);
    expect(seen(p)).toBe("H (0,512,0) 0+1");
    expect(recount(p)).toEqual([]);
  });

  test.each([
    ["v6.1", -Errno.EINVAL, "[r*2 z -*509]"],
    ["v6.18", 0, "H"],
  ] as const)("of what is all shared, on %s", (kernel, status, picture) => {
    const p = small(kernel);
    const child = fork(p);
    expect(advise(child, 0, HUGE, Madvise.COLLAPSE)).toBe(status);
    expect([pmds(p), pmds(child)]).toEqual(["[r*2 z -*509]", picture]);
    expect(recount(p, child)).toEqual([]);
  });

  test("a swapped page comes in first, as by a read, and no other entry changes by that", () => {
    const p = small("v6.18");
    swapOut(p, 1);
    failNth(p.env.sync.gate, 1); // the page comes in, and there is no huge one
    expect(advise(p, 0, HUGE, Madvise.COLLAPSE)).toBeLessThan(0);
    expect(show(p).pmds).toBe("[W Wc zc -*509]");
    expect(p.env.swap.cache.size).toBe(1);
    p.env.sync.gate.refused.clear(); // from now on there is one
    expect(advise(p, 0, HUGE, Madvise.COLLAPSE)).toBe(0); // whose page is cached still
    expect(seen(p)).toBe("H (0,512,0) 0+1");
    expect(recount(p)).toEqual([]);
  });

  test.each([
    ["anonymous memory", null, 0],
    ["an area with an owner", {}, -Errno.EINVAL],
  ] as const)("of %s", (_, ops, status) => {
    const p = createHugeProcess(1, { thp: "madvise", rules: rulesOf(mmRules, "v6.18"), ops });
    write(p, 0);
    expect(advise(p, 0, HUGE, Madvise.COLLAPSE)).toBe(status);
  });

  test("a page that somebody holds is in the way, and older kernels do not know the advice", () => {
    const p = small("v6.18");
    hold(p, 0);
    expect(advise(p, 0, HUGE, Madvise.COLLAPSE)).toBe(-Errno.EAGAIN);
    expect(advise(small("v5.19"), 0, HUGE, Madvise.COLLAPSE)).toBe(-Errno.EINVAL);
  });
});

test("a split of a folio that nobody maps is refused", () => {
  const p = written("v6.18");
  const [head] = headsOf(p);
  getPage(p.env.map, head);
  unmapAll(p);
  expect(p.env.map.hugeZeroPfn).toBe(NO_PFN);
  expect(run(splitHugePage(p.env, (head + 1) as Pfn))).toBe(true);
  expect(refsOf(p, head)).toBe("1/0");
});
