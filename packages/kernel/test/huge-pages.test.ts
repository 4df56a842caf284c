/**
 * Transparent huge pages through system calls: SPEC appendix B13, failed forks, and histories on a
 * machine that makes them wherever it can.
 */
import { Errno, Madvise, MapFlag, PAGE_SIZE, PMD_SIZE, Prot } from "@forkpath/abi";
import { Random } from "@forkpath/interleave";
import { describe, expect, test } from "vitest";
import { createKernel, type Kernel, type KernelConfig } from "../src/index.ts";

const HUGE: KernelConfig = { memoryPages: 8192, transparentHugepage: "always" };
const BUILDS: readonly (readonly [string, KernelConfig])[] = [
  ["split locks", { ...HUGE, nrCpus: 4 }],
  ["one lock", { ...HUGE, nrCpus: 2 }],
];
/** A multiple of 2 MiB. */
const BASE = 0x40_0000_0000;
const PAGES = PMD_SIZE / PAGE_SIZE;

/** P with `blocks` times 2 MiB of its own. */
function createParent(config: KernelConfig, blocks = 1): { kernel: Kernel; parent: number } {
  const kernel = createKernel(config);
  const parent = kernel.createProcess({ comm: "P" });
  expect(mapAt(kernel, parent, BASE, blocks * PAGES)).toBe(BASE);
  return { kernel, parent };
}

const mapAt = (kernel: Kernel, pid: number, addr: number, pages: number): number =>
  kernel.mmap(pid, {
    len: pages * PAGE_SIZE,
    addr,
    flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED,
    prot: Prot.READ | Prot.WRITE,
  });

/** Letter of the first page, the anon counter, nr_ptes. */
function show(kernel: Kernel, pid: number): [string, number, number] {
  const { memory } = kernel.process(pid);
  if (memory === null) throw new Error(`${pid} has no memory`);
  return [kernel.letters(pid, BASE, 1), memory.rss.anon, memory.nrPtes];
}

/** [count, mapcount] of the page at an address. */
function refs(kernel: Kernel, pid: number, addr = BASE): [number, number] {
  const { count, mapcount } = kernel.page(kernel.frame(pid, addr) ?? 0);
  return [count, mapcount];
}

describe.each(BUILDS)("%s", (_name, config) => {
  test("B13: a fork shares the huge page; the first write copies all of it", () => {
    const { kernel, parent } = createParent(config);
    kernel.write(parent, BASE);
    const head = kernel.frame(parent, BASE);
    expect([show(kernel, parent), refs(kernel, parent)]).toEqual([
      ["H", 512, 1],
      [1, 1],
    ]);

    const isAsForkMay = kernel.watchFork(parent);
    const child = kernel.fork(parent);
    expect(isAsForkMay(child)).toEqual([]); // I14
    expect([show(kernel, parent), show(kernel, child)]).toEqual([
      ["H", 512, 1],
      ["H", 512, 1],
    ]);
    expect(refs(kernel, child)).toEqual([2, 2]);
    const isWritable = (pid: number): boolean => kernel.entry(pid, BASE).flags.includes("RW");
    expect([isWritable(parent), isWritable(child)]).toEqual([false, false]);
    expect(kernel.check()).toEqual([]);

    kernel.write(parent, BASE);
    expect([show(kernel, parent), isWritable(parent)]).toEqual([["H", 512, 1], true]);
    expect([kernel.frame(parent, BASE) === head, kernel.frame(child, BASE)]).toEqual([false, head]);
    expect([refs(kernel, parent), refs(kernel, child)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(kernel.check()).toEqual([]);
  });

  test("a fork that fails gives every huge page back; the parent keeps its counts", () => {
    const { kernel, parent } = createParent(config, 2);
    kernel.write(parent, BASE);
    kernel.write(parent, BASE + PMD_SIZE);
    expect(kernel.check()).toEqual([]);
    const before = [kernel.totals().freePages, show(kernel, parent)];
    const needed = (): number => {
      const { allocations } = kernel.totals();
      const child = kernel.fork(parent);
      const asked = kernel.totals().allocations - allocations;
      kernel.exit(child, 0);
      kernel.wait(parent);
      return asked;
    };
    const asked = needed();
    let failed = 0;
    for (let nth = 0; nth < asked; nth++) {
      kernel.failAllocation(nth);
      const answer = kernel.fork(parent);
      if (answer === -Errno.ENOMEM) failed++;
      else kernel.exit(answer, 0);
      if (answer > 0) kernel.wait(parent);
      expect(kernel.check()).toEqual([]);
      expect([kernel.totals().freePages, show(kernel, parent)]).toEqual(before);
    }
    expect(failed).toBe(asked - 1); // a chain link is asked for twice
  });
});

test("what is behind an address in a huge page", () => {
  const { kernel, parent } = createParent(HUGE);
  kernel.read(parent, BASE + 7 * PAGE_SIZE);
  const head = kernel.frame(parent, BASE) as number;
  expect(kernel.frame(parent, BASE + 7 * PAGE_SIZE)).toBe(head + 7);
  expect(kernel.letters(parent, BASE + 510 * PAGE_SIZE, 3)).toBe("H H -");
  expect(kernel.entry(parent, BASE + 7 * PAGE_SIZE)).toMatchObject({ letter: "H", pfn: head });
  expect(kernel.entries(parent).map(({ addr, letter }) => [addr, letter])).toEqual([[BASE, "H"]]);
  expect(kernel.process(parent).memory?.status).toMatchObject({ vmRSS: 2048n, vmPTE: 4n });
});

test("small and huge entries are listed by address", () => {
  const { kernel, parent } = createParent(HUGE, 2);
  mapAt(kernel, parent, BASE - PAGE_SIZE, 1);
  for (const addr of [BASE - PAGE_SIZE, BASE, BASE + PMD_SIZE]) kernel.write(parent, addr);
  kernel.munmap(parent, BASE, PMD_SIZE - PAGE_SIZE);
  expect(kernel.entries(parent).map(({ letter }) => letter)).toEqual(["W", "W", "H"]);
});

test("the recount names what is wrong with huge pages", () => {
  const { kernel, parent } = createParent(HUGE);
  kernel.write(parent, BASE);
  const [mm] = [...kernel.machine.fork.tasks.values()].flatMap((task) => task.mm ?? []);
  mm.pmdHugePte.push(mm.pmdHugePte[0]);
  kernel.machine.mm.map.mapcount[kernel.frame(parent, BASE) ?? 0]++;
  const rules = kernel.check().map(({ rule }) => rule);
  expect([...new Set(rules)].toSorted()).toEqual(["I4", "I7", "I8", "tables"]);
});

describe("a collapse (SPEC §1.5/28, D2)", () => {
  test.each([
    ["split locks", 4],
    ["one lock", 2],
  ])("makes a huge page of small ones, whoever looks, %s", (_name, nrCpus) => {
    const { kernel, parent } = createParent({ nrCpus, transparentHugepage: "madvise" });
    kernel.write(parent, BASE + 5 * PAGE_SIZE);
    expect(kernel.collapse(parent, BASE)).toBe(-Errno.EINVAL); // nobody has asked for huge pages
    kernel.madvise(parent, BASE, PMD_SIZE, Madvise.HUGEPAGE);
    expect(show(kernel, parent)).toEqual(["-", 1, 1]);
    expect(kernel.collapse(parent, BASE + PAGE_SIZE)).toBe(0);
    expect([show(kernel, parent), refs(kernel, parent)]).toEqual([
      ["H", 512, 1],
      [1, 1],
    ]);
    expect(kernel.check()).toEqual([]);
  });

  test("each failed allocation leaves all as it was", () => {
    const { kernel, parent } = createParent({ transparentHugepage: "madvise" });
    kernel.write(parent, BASE, 3 * PAGE_SIZE);
    kernel.madvise(parent, BASE, PMD_SIZE, Madvise.HUGEPAGE);
    const before = kernel.letters(parent, BASE, 4);
    kernel.failAllocation(0);
    expect(kernel.collapse(parent, BASE)).toBe(-Errno.ENOMEM);
    expect(kernel.letters(parent, BASE, 4)).toBe(before);
    expect(kernel.check()).toEqual([]);
  });

  test("of a process that is not there is misuse", () => {
    const { kernel } = createParent({ transparentHugepage: "madvise" });
    expect(() => kernel.collapse(99, BASE)).toThrow(RangeError);
  });
});

/** Calls on whole and on parts of 2 MiB, by up to five processes. */
function performRandom(kernel: Kernel, pids: number[], random: (below: number) => number): void {
  const pid = pids[random(pids.length)];
  const page = random(3) === 0 ? random(3 * PAGES) : random(3) * PAGES;
  const addr = BASE + page * PAGE_SIZE;
  const len = (random(2) === 0 ? PAGES : 1 + random(600)) * PAGE_SIZE;
  const calls: (() => void)[] = [
    () => kernel.write(pid, addr),
    () => kernel.write(pid, addr),
    () => kernel.read(pid, addr, 2 * PAGE_SIZE),
    () => kernel.munmap(pid, addr, len),
    () => mapAt(kernel, pid, addr, len / PAGE_SIZE),
    () => kernel.mprotect(pid, addr, len, random(2) === 0 ? Prot.READ : Prot.READ | Prot.WRITE),
    () => kernel.reclaim(pid, { start: addr, end: addr + 8 * PAGE_SIZE }),
    () => kernel.collapse(pid, addr),
    () => pids.length < 5 && keep(pids, kernel.fork(pid)),
    () => pids.length > 1 && pid !== pids[0] && end(kernel, pids, pid),
  ];
  calls[random(calls.length)]();
}

function keep(pids: number[], answer: number): void {
  if (answer > 0) pids.push(answer);
}

function end(kernel: Kernel, pids: number[], pid: number): void {
  kernel.exit(pid, 0);
  pids.splice(pids.indexOf(pid), 1);
}

describe.each(BUILDS)("histories, %s", { timeout: 60_000 }, (_name, config) => {
  test.each([1, 2, 3, 4])("of seed %i: every count holds after each of 60 calls", (seed) => {
    const { kernel, parent } = createParent({ ...config, swap: [{ pages: 64 }] }, 3);
    const pids = [parent];
    const source = new Random();
    source.restart(seed, 0);
    for (let step = 0; step < 60; step++) {
      if (source.below(8) === 0) kernel.failAllocation(source.below(4));
      performRandom(kernel, pids, (below) => source.below(below));
      expect(kernel.check()).toEqual([]);
    }
    for (const pid of pids) kernel.exit(pid, 0);
    expect(kernel.check()).toEqual([]);
  });
});
