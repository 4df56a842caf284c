/** The formulas of growth against the model: the same pages written, and frames counted. */
import { PAGE_SIZE } from "@forkpath/abi";
import { createKernel } from "@forkpath/kernel";
import { describe, expect, test } from "vitest";
import { growthOf, predictFork, type Writes } from "../src/index.ts";
import { madeCapture } from "./made.ts";

const PAGES = 2048;

/** Numbers from 0 to 1, the same at every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Frames that writes to random pages take, in a kernel with one child. */
function framesTaken(parentShare: number, childShare: number, children = 1): number {
  const kernel = createKernel({ kernel: "v6.18", memoryPages: 2 ** 16 });
  const parent = kernel.createProcess();
  const heap = kernel.mmap(parent, { len: PAGES * PAGE_SIZE });
  kernel.write(parent, heap, PAGES * PAGE_SIZE);
  kernel.drainLru();
  const pids = Array.from({ length: children }, () => kernel.fork(parent));
  const before = kernel.totals().usedPages;
  const random = createRandom(7);
  const writes = [[parent, parentShare], ...pids.map((pid) => [pid, childShare])];
  for (const [pid, share] of writes) {
    for (let page = 0; page < PAGES; page++) {
      if (random() < share) kernel.write(pid, heap + page * PAGE_SIZE);
    }
  }
  return kernel.totals().usedPages - before;
}

const share = (part: number): Writes => ({ kind: "share", share: part });

describe("small pages", () => {
  test.for([
    [1, 0, 1],
    [0, 1, 1],
    [1, 1, 1],
    [0.5, 0.5, 1],
    [0.25, 0.75, 1],
    [0.3, 0.6, 3],
    [1, 1, 3],
  ] as const)("the parent writes %d, %d is written by each of %d children", (row) => {
    const [parent, child, children] = row;
    const plan = { parent: share(parent), child: share(child), seconds: 0 };
    const { points } = growthOf({ small: PAGES, huge: 0, children }, plan);
    const last = points[points.length - 1];
    // Three standard deviations of a random choice of pages.
    const spread = 3 * Math.sqrt(PAGES * children) * 0.5;
    const isRandom = parent % 1 !== 0 || child % 1 !== 0;
    const difference = Math.abs(last.mapped / 4 - framesTaken(parent, child, children));
    expect(difference).toBeLessThanOrEqual(isRandom ? spread : 0);
    expect(last.allocated).toBe(last.mapped);
  });
});

test("of huge pages, what both sides copied stays allocated", () => {
  const plan = { parent: share(0.5), child: share(0.5), seconds: 0 };
  const { points } = growthOf({ small: 0, huge: 1024, children: 1 }, plan);
  expect(points[10]).toMatchObject({ mapped: 768 * 4, allocated: 1024 * 4, copies: 1024 });
});

test("how many pages are huge is taken from smaps", () => {
  const [HUGE, pages] = [512, 1024];
  const rows = { Rss: pages * 4, Anonymous: pages * 4, AnonHugePages: HUGE * 4 };
  const present = [
    { count: HUGE, kind: "huge", pfn: 0x20_0000 },
    { count: HUGE, kind: "anon" },
  ] as const;
  const growth = { parent: share(0.5), child: share(0.5), seconds: 0 };
  const told = predictFork(madeCapture([{ pages, present, rows }]), { growth, advises: false });
  // Three quarters of the small pages, and all of the huge ones.
  expect(told.growth?.points[10]).toMatchObject({ mapped: 768 * 4, allocated: (384 + HUGE) * 4 });
});

test("writes at a rate hit pages again and again", () => {
  const plan = { parent: { kind: "rate", perSecond: 1000 }, child: share(0), seconds: 10 } as const;
  const { points } = growthOf({ small: 10_000, huge: 0, children: 1 }, plan);
  expect(points[10].seconds).toBe(10);
  expect(points[10].parent).toBeCloseTo(1 - Math.exp(-1), 12);
  expect(points[5].copies).toBe(Math.round(10_000 * (1 - Math.exp(-0.5))));
});

test("so many pages that are written are a share of all, and no more than all", () => {
  const at = (pages: number): number => {
    const plan = { parent: { kind: "pages", pages }, child: share(0), seconds: 0 } as const;
    return growthOf({ small: 1000, huge: 0, children: 1 }, plan).points[10].parent;
  };
  expect([at(0), at(250), at(1000), at(4000)]).toEqual([0, 0.25, 1, 1]);
});
